//! URLs of servers and token endpoints (S3). Messages never quote a URL: it may hold a credential.

use fluent_uri::Uri;
use fluent_uri::component::{Authority, Host};

/// Why a text is not a URL we call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadUrl {
    pub(super) code: &'static str,
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

/// The URL without a trailing slash.
pub(super) fn check(text: &str) -> Result<String, BadUrl> {
    let bad = |message, help| Err(BadUrl { code: "bad-url", message, help });
    let Ok(url) = Uri::parse(text) else {
        return bad("not an absolute URL (RFC 3986)", "write it as `https://host/path`");
    };
    let scheme = url.scheme().as_str().to_ascii_lowercase();
    let Some(authority) = url.authority().filter(|authority| !authority.host().is_empty()) else {
        return bad("a URL without a host", "write it as `https://host/path`");
    };
    if authority.has_userinfo() {
        return bad("credentials in a URL", "move them to `authentication`");
    }
    if url.has_query() || url.has_fragment() {
        return bad("a URL with a query or fragment", "leave out what follows `?` or `#`");
    }
    if authority.port_to_u16().is_err() {
        return bad("a port that does not exist", "ports end at 65535");
    }
    let loopback = is_loopback(authority);
    if !(scheme == "https" || scheme == "http" && loopback) {
        let help = "http is accepted for localhost, 127.0.0.0/8 and [::1] only";
        return Err(BadUrl { code: "not-https", message: "a URL that is not https", help });
    }
    if url.path().as_str().split('/').any(|segment| matches!(segment, "." | "..")) {
        return bad("a URL with `.` or `..` in its path", "write the path out");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// The address is known to be well-formed: what is left to tell is by whom it is reached.
fn is_loopback(authority: Authority<'_>) -> bool {
    let host = authority.host();
    match authority.host_parsed() {
        Host::Ipv4 { .. } => host.starts_with("127."),
        // All zeros before the last 1, however they are shortened.
        Host::Ipv6 { .. } => host.trim_start_matches(['[', ':', '0']) == "1]",
        Host::IpvFuture { .. } | Host::RegName(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn good(text: &str, expected: &str) {
        assert_eq!(check(text), Ok(expected.to_owned()), "{text}");
    }

    #[track_caller]
    fn bad(text: &str, code: &str) {
        assert_eq!(check(text).map_err(|bad| bad.code), Err(code), "{text}");
    }

    #[test]
    fn https_and_loopback() {
        good("https://scim.example.com/v2/", "https://scim.example.com/v2");
        good("https://scim.example.com", "https://scim.example.com");
        good("HTTPS://scim.example.com:8443/a/b", "HTTPS://scim.example.com:8443/a/b");
        good("http://localhost:3000/scim", "http://localhost:3000/scim");
        good("http://127.8.9.1/scim/", "http://127.8.9.1/scim");
        good("http://[::1]:80", "http://[::1]:80");
        bad("http://scim.example.com", "not-https");
        bad("http://localhost.example.com", "not-https");
        bad("http://127.0.0.1.example.com", "not-https");
        good("http://[0:0:0:0:0:0:0:1]", "http://[0:0:0:0:0:0:0:1]");
        bad("http://[::2]", "not-https");
        bad("http://[::1:1]", "not-https");
        bad("http://[1::]", "not-https");
        bad("http://[::1:0]", "not-https");
        bad("http://127.1", "not-https");
        bad("http://127.0.0.256", "not-https");
        bad("ftp://localhost/", "not-https");
    }

    #[test]
    fn what_is_no_base_url() {
        bad("", "bad-url");
        bad("scim.example.com/v2", "bad-url");
        bad("/v2", "bad-url");
        bad("https:///v2", "bad-url");
        bad("https:v2", "bad-url");
        bad("https://user:pass@scim.example.com", "bad-url");
        bad("https://user@scim.example.com", "bad-url");
        bad("https://scim.example.com/v2?x=1", "bad-url");
        bad("https://scim.example.com/v2#x", "bad-url");
        bad("https://scim.example.com:99999/", "bad-url");
        bad("https://scim.example.com/a/../b", "bad-url");
        bad("https://scim.example.com/a b", "bad-url");
        bad("https://scim.example.com/\r\nX: y", "bad-url");
    }
}
