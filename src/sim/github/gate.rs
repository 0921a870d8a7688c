//! What stands before every operation, in the order of sheet 9.

use super::GitHub;
use super::refusal::Refusal;
use crate::sim::http::Request;

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rights {
    /// Nothing here.
    None,
    /// GET.
    Read,
    /// Everything.
    Write,
    /// More than there is.
    Excessive,
}

impl Rights {
    /// From the word GitHub has for it.
    pub fn read(word: &str) -> Rights {
        match word {
            "write" => Rights::Write,
            "read" => Rights::Read,
            _ => Rights::None,
        }
    }

    /// The word GitHub has for it.
    pub fn word(self) -> &'static str {
        match self {
            Rights::Write | Rights::Excessive => "write",
            Rights::Read => "read",
            Rights::None => "none",
        }
    }
}

/// Who asks.
pub struct Caller {
    /// An App's installation, not a person's token.
    app: bool,
    rights: Rights,
}

/// Bad tokens, and what comes of them.
#[derive(Default)]
pub struct Lock {
    failures: Vec<u64>,
    until: u64,
}

/// Versions of the API (sheet 0, 2.1); without the header it is the first.
const VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

impl GitHub {
    /// A `User-Agent` is mandatory, on SCIM too (sheet 2.1).
    pub(super) fn check_agent(&self, request: &Request) -> Result<(), Refusal> {
        let there = request.header("user-agent").is_some_and(|agent| !agent.trim().is_empty());
        if there { Ok(()) } else { Err(Refusal::no_user_agent()) }
    }

    /// After several bad tokens everything is refused for a while, good tokens included (sheet 2.2).
    pub(super) fn check_lock(&self, now: u64) -> Result<(), Refusal> {
        if now >= self.lock.until {
            return Ok(());
        }
        Err(Refusal::basic(403, "Maximum number of login attempts exceeded. Please try again later."))
    }

    /// Counts a bad token.
    pub(super) fn failed(&mut self, refusal: Refusal, now: u64) -> Refusal {
        let span = self.settings.number("lockoutSeconds").saturating_mul(1000);
        let most = self.settings.number("lockoutAfter");
        self.lock.failures.retain(|at| now.saturating_sub(*at) < span);
        self.lock.failures.push(now);
        if most > 0 && self.lock.failures.len() as u64 >= most {
            self.lock.until = now.saturating_add(span);
            self.lock.failures.clear();
        }
        refusal
    }

    /// The token of a request to SCIM.
    pub(super) fn authorize(&mut self, request: &Request, now: u64) -> Result<Caller, Refusal> {
        let Some(header) = request.header("authorization") else {
            return Err(Refusal::basic(401, "Requires authentication"));
        };
        // `token` works as `Bearer` does, Basic does not (sheet 2.1).
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
        let token = token.trim();
        if known && !token.is_empty() {
            let expiry = self.settings.number("tokenExpiresAt");
            if self.settings.token.as_deref() == Some(token) && (expiry == 0 || now < expiry) {
                let rights = Rights::read(self.settings.value("tokenPermission"));
                return Ok(Caller { app: false, rights });
            }
            if let Some(rights) = self.app.rights(token, self.settings.number("freshTokenDelayMs"), now) {
                return Ok(Caller { app: true, rights });
            }
        }
        Err(self.failed(Refusal::basic(401, "Bad credentials"), now))
    }

    /// The version a request asks for, or the first (sheet 2.1).
    pub(super) fn check_version(&mut self, request: &Request) -> Result<(), Refusal> {
        let [old, _] = VERSIONS;
        let asked = request.header("x-github-api-version").unwrap_or(old);
        if !VERSIONS.contains(&asked) {
            return Err(Refusal::basic(400, format!("API version `{asked}` does not exist.")));
        }
        match self.settings.value("apiVersion") {
            "retired" if asked == old => Err(Refusal::basic(410, "Gone")),
            "deprecated" if asked == old => {
                for (name, value) in
                    [("Deprecation", "@1767225600"), ("Sunset", "Fri, 10 Mar 2028 00:00:00 GMT")]
                {
                    self.headers.push((name.to_owned(), value.to_owned()));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the feature is on, and whether this caller may do this here (sheet 6).
    pub(super) fn permit(&self, caller: &Caller, write: bool) -> Result<(), Refusal> {
        let needed = if write { Rights::Write } else { Rights::Read };
        match self.settings.value("feature") {
            "404" => return Err(Refusal::nowhere()),
            "403" => return Err(Refusal::basic(403, "SCIM is not enabled.")),
            _ => {}
        }
        // Tokens of an App are authorised for single sign-on by themselves.
        match self.settings.value("sso") {
            "404" if !caller.app => return Err(Refusal::nowhere()),
            "403" if !caller.app => {
                let url =
                    format!("https://github.com/orgs/{}/sso?authorization_request=SIM", self.place.name);
                let text = "Resource protected by organization SAML enforcement. You must grant your token access \
                            to this organization.";
                return Err(Refusal::basic(403, text).with("X-GitHub-SSO", format!("required; url={url}")));
            }
            _ => {}
        }
        let refused = caller.app && self.settings.is("appTokens", "refused");
        if caller.rights < needed || refused {
            if self.settings.is("permissionDenied", "404") {
                return Err(Refusal::nowhere());
            }
            let who = if caller.app { "integration" } else { "personal access token" };
            let needs = format!("{}={}", self.permission(), needed.word());
            return Err(Refusal::basic(403, format!("Resource not accessible by {who}"))
                .with("X-Accepted-GitHub-Permissions", needs));
        }
        // One provider for single sign-on, another for SCIM: an error nobody wrote down (sheet 4.7).
        let mixed = self.settings.value("mixedIdentityProviders");
        if write && matches!(mixed, "400" | "403") {
            let status = self.settings.status("mixedIdentityProviders");
            return Err(Refusal::scim(status, "Single sign-on and SCIM must use one identity provider."));
        }
        Ok(())
    }
}
