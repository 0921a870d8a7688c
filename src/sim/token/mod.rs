//! An OAuth 2.0 token endpoint beside a SCIM server (RFC 6749, RFC 7523), to be owned by a provider.
//!
//! Outside the SCIM base URL, at the same origin. Two dialects: the RFCs, and Salesforce (sheet section 3).

mod assertion;
mod base64;
mod client;
mod grants;
mod reply;
pub mod switches;

use serde_json::Value;

use super::http::{Request, Response, Target, decode};
use super::ids::Ids;
use super::json::{Object, text};
use super::settings::Settings;

/// Whose manners a token endpoint has.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialect {
    /// RFC 6749 and RFC 7523, at `/oauth/token`.
    Plain,
    /// Salesforce, at `/services/oauth2/token`, for a session of this organization and user.
    Salesforce {
        /// 18 characters, `00D..`.
        organization: String,
        /// 18 characters, `005..`: who a session belongs to.
        user: String,
    },
}

/// A token endpoint and what it has issued.
pub struct TokenServer {
    dialect: Dialect,
    client_id: String,
    client_secret: String,
    subject: String,
    username: String,
    password: String,
    /// Refresh tokens that still work.
    refresh: Vec<String>,
    issued: Vec<Issued>,
    ids: Ids,
}

/// An access token.
struct Issued {
    token: String,
    /// When it was issued or, where tokens slide, last used. Milliseconds.
    since: u64,
}

/// Why no token is issued (RFC 6749 5.2).
#[derive(Debug)]
struct Refused {
    status: u16,
    error: &'static str,
    description: &'static str,
    /// Whether the client tried the `Authorization` header, and is told which scheme fits.
    challenge: bool,
}

impl Refused {
    fn new(error: &'static str, description: &'static str) -> Refused {
        Refused { status: 400, error, description, challenge: false }
    }
}

/// What a grant comes to.
struct Granted {
    /// A refresh token for the reply.
    refresh: Option<String>,
    /// Whether the reply tells when it was issued, and is signed (Salesforce: all but the assertion's).
    stamped: bool,
}

const FIELDS: [&str; 6] = ["clientId", "clientSecret", "refreshToken", "subject", "username", "password"];

impl TokenServer {
    /// An endpoint for the client of the option `oauth`.
    pub fn new(settings: &Settings, dialect: Dialect) -> Result<TokenServer, String> {
        for (name, value) in &settings.oauth {
            if !FIELDS.contains(&name.as_str()) {
                return Err(format!("unknown option `oauth.{name}`, known are {}", FIELDS.join(", ")));
            }
            if !value.is_string() {
                return Err(format!("option `oauth.{name}` has the wrong type"));
            }
        }
        let field =
            |name: &str, default: &str| text(&settings.oauth, name).map_or(default, |given| given).to_owned();
        Ok(TokenServer {
            dialect,
            client_id: field("clientId", "sim-client"),
            client_secret: field("clientSecret", "sim-secret"),
            subject: field("subject", "sim-user"),
            username: field("username", "sim-user"),
            password: field("password", "sim-password"),
            refresh: vec![field("refreshToken", "sim-refresh-1")],
            issued: Vec::new(),
            // Another sequence than the provider's, so that tokens do not shift its ids.
            ids: Ids::new(settings.seed ^ 0x70_6B_65_6E),
        })
    }

    fn path(&self) -> &'static str {
        match self.dialect {
            Dialect::Plain => "/oauth/token",
            Dialect::Salesforce { .. } => "/services/oauth2/token",
        }
    }

    /// The answer, if the request is for this endpoint at all.
    pub fn answer(
        &mut self,
        request: &Request,
        target: &Target,
        settings: &Settings,
        now: u64,
    ) -> Option<Response> {
        let base = Target::parse(&settings.url);
        let login = matches!(self.dialect, Dialect::Salesforce { .. })
            && assertion::LOGIN.contains(&target.origin.as_str());
        let ours = target.origin.is_empty() || target.origin == base.origin || login;
        if !ours || target.path != self.path() {
            return None;
        }
        if let Some(broken) = reply::broken(settings) {
            return Some(broken);
        }
        Some(match self.grant(request, settings, &base.origin, login, now) {
            Ok(granted) => self.granted(granted, settings, &base.origin, now),
            Err(refused) => reply::refused(&refused),
        })
    }

    /// Whether this is an access token issued here that still holds; using it may prolong it.
    /// `lifetime`: milliseconds, 0 for ever. `slides`: it counts from the last use.
    pub fn accepts(&mut self, token: &str, lifetime: u64, slides: bool, now: u64) -> bool {
        let Some(found) = self.issued.iter_mut().find(|issued| issued.token == token) else { return false };
        let holds = lifetime == 0 || now < found.since.saturating_add(lifetime);
        if holds && slides {
            found.since = now.max(found.since);
        }
        holds
    }

    /// `{"revoke": "tokens" | "refreshTokens"}` and `{"rotate": "clientSecret" | "refreshToken", "to": ".."}`;
    /// nothing if the edit is another.
    pub fn edit(&mut self, edit: &Value) -> Option<Result<Value, String>> {
        let edit = edit.as_object()?;
        if let Some(what) = edit.get("revoke") {
            return Some(match what.as_str() {
                Some("tokens") => {
                    self.issued.clear();
                    Ok(Value::Null)
                }
                Some("refreshTokens") => {
                    self.refresh.clear();
                    Ok(Value::Null)
                }
                Some(_) | None => Err("`revoke` knows tokens, refreshTokens".to_owned()),
            });
        }
        let what = edit.get("rotate")?;
        let Some(to) = text(edit, "to") else { return Some(Err("`rotate` needs `to`".to_owned())) };
        Some(match what.as_str() {
            Some("clientSecret") => {
                self.client_secret = to.to_owned();
                Ok(Value::Null)
            }
            Some("refreshToken") => {
                self.refresh = vec![to.to_owned()];
                Ok(Value::Null)
            }
            Some(_) | None => Err("`rotate` knows clientSecret, refreshToken".to_owned()),
        })
    }

    /// `length` characters that look random.
    fn random(&mut self, length: usize) -> String {
        let mut out = String::new();
        while out.len() < length {
            out.push_str(&self.ids.uuid().replace('-', ""));
        }
        out.truncate(length);
        out
    }
}

/// The parameters of a request: a form, each name once, empty values as if absent (RFC 6749 3.2).
fn parameters(request: &Request) -> Result<Object, Refused> {
    let media = request.header("content-type").unwrap_or("").split(';').next().unwrap_or("").trim();
    if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refused::new("invalid_request", "the parameters must be a form"));
    }
    let mut out = Object::new();
    for pair in request.body.as_deref().unwrap_or("").split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name, true), decode(value, true));
        if !value.is_empty() && out.insert(name, Value::from(value)).is_some() {
            return Err(Refused::new("invalid_request", "a parameter is there twice"));
        }
    }
    Ok(out)
}
