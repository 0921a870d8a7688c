//! Requests and responses, and taking a URL apart.

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`, `POST`, ..
    pub method: String,
    /// Absolute, or beginning with `/` (then the origin is not checked).
    pub url: String,
    /// Names in any case.
    pub headers: Vec<(String, String)>,
    /// The text of the body.
    pub body: Option<String>,
}

/// A response as it leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// In the order sent.
    pub headers: Vec<(String, String)>,
    /// Empty where there is none.
    pub body: String,
}

impl Request {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl Response {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// A URL, taken apart.
#[derive(Debug, PartialEq)]
pub struct Target {
    /// `https://host:port` in lower case; empty for a URL that begins with `/`.
    pub origin: String,
    /// Still encoded, without query and fragment.
    pub path: String,
    /// Decoded, in order. A parameter without `=` has an empty value.
    pub query: Vec<(String, String)>,
}

impl Target {
    /// Takes `url` apart; never fails: nonsense becomes a path nothing is found at.
    pub fn parse(url: &str) -> Target {
        let url = url.split('#').next().unwrap_or("");
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let (origin, path) = match address.find("://").map(|at| at + 3) {
            Some(start) => {
                let rest = address.get(start..).unwrap_or("");
                let end = rest.find('/').map_or(address.len(), |at| start + at);
                (address.get(..end).unwrap_or(""), address.get(end..).unwrap_or(""))
            }
            None => ("", address),
        };
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name, true), decode(value, true))
            })
            .collect();
        let origin = origin.to_ascii_lowercase();
        let origin =
            origin.strip_suffix(":443").filter(|o| o.starts_with("https:")).unwrap_or(&origin).to_owned();
        Target { origin, path: path.to_owned(), query }
    }

    /// The first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Percent-decodes; `plus`: `+` is a space, as in a form. Invalid escapes stay, invalid UTF-8 becomes U+FFFD.
pub fn decode(text: &str, plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (*first, tail) {
            (b'+', _) if plus => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => {
                match ((*high as char).to_digit(16), (*low as char).to_digit(16)) {
                    (Some(high), Some(low)) => {
                        bytes.push((high * 16 + low) as u8);
                        rest = after;
                    }
                    (Some(_), None) | (None, Some(_)) | (None, None) => bytes.push(b'%'),
                }
            }
            (other, _) => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_urls_apart() {
        let target = Target::parse("HTTPS://Host:443/a%20b/c?cursor&filter=userName+eq+%22a%2Bb%22#x");
        assert_eq!(target.origin, "https://host");
        assert_eq!(target.path, "/a%20b/c");
        assert_eq!(target.parameter("cursor"), Some(""));
        assert_eq!(target.parameter("filter"), Some("userName eq \"a+b\""));
        assert_eq!(decode("%zz%4", false), "%zz%4");
        assert_eq!(encode("a b/ü"), "a%20b%2F%C3%BC");
    }
}
