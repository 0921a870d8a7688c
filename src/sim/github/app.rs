//! The App: its signed token against one for an hour (sheet 6, 9).

use serde_json::{Value, json};

use super::gate::Rights;
use super::place::Surface;
use super::refusal::Refusal;
use super::{Answer, GitHub, body, jwt};
use crate::sim::clock;
use crate::sim::http::{Request, Target};
use crate::sim::ids::Ids;
use crate::sim::json::Object;

/// An `exp` further ahead than this is refused (sheet 6).
const FURTHEST: i64 = 600;

/// An App and its installation.
pub struct App {
    id: String,
    client: String,
    installation: String,
    /// Apart from those of resources: how a client signs in changes no id.
    ids: Ids,
    issued: Vec<Issued>,
}

struct Issued {
    token: String,
    since: u64,
    until: u64,
    rights: Rights,
}

impl App {
    /// Reads the option `app`.
    pub fn read(option: &Object, seed: u64) -> Result<App, String> {
        let mut app = App {
            id: "12345".to_owned(),
            client: "Iv23liSIM".to_owned(),
            installation: "4242".to_owned(),
            ids: Ids::new(!seed),
            issued: Vec::new(),
        };
        for (name, value) in option {
            let field = match name.as_str() {
                "appId" => &mut app.id,
                "clientId" => &mut app.client,
                "installationId" => &mut app.installation,
                other => {
                    return Err(format!("unknown `app.{other}`, known are appId, clientId, installationId"));
                }
            };
            *field = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                    return Err(format!("`app.{name}` must be a text or a number"));
                }
            };
        }
        // Two installations never issue one token.
        let salt = app.installation.bytes().fold(!seed, |salt, byte| salt.rotate_left(8) ^ u64::from(byte));
        app.ids = Ids::new(salt);
        Ok(app)
    }

    /// What a token may do, if it was issued, has spread (`delay`) and is not over.
    pub fn rights(&self, token: &str, delay: u64, now: u64) -> Option<Rights> {
        let issued = self.issued.iter().find(|issued| issued.token == token)?;
        (now >= issued.since.saturating_add(delay) && now < issued.until).then_some(issued.rights)
    }

    /// Every issued token is over.
    pub fn revoke(&mut self) {
        self.issued.clear();
    }
}

impl GitHub {
    /// `POST /app/installations/{id}/access_tokens`.
    pub(super) fn exchange(&mut self, request: &Request, target: &Target, now: u64) -> Answer {
        self.check_claims(request, now).map_err(|refusal| self.failed(refusal, now))?;
        let path = self.place.apps(target).unwrap_or_default();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let method = request.method.to_ascii_uppercase();
        match (method.as_str(), path.as_slice()) {
            ("POST", ["app", "installations", id, "access_tokens"]) if *id == self.app.installation => {}
            _ => return Err(Refusal::nowhere()),
        }
        if self.settings.is("appInstallation", "suspended") {
            return Err(Refusal::basic(403, "This installation has been suspended"));
        }
        let wanted = match request.body.as_deref().map(str::trim) {
            None | Some("") => Object::new(),
            Some(_) => body(request).map_err(|refusal| Refusal::basic(refusal.status, refusal.text))?,
        };
        let rights = self.wanted_rights(&wanted)?;
        let raw = self.app.ids.uuid().replace('-', "");
        let token = format!("ghs_{raw}");
        let until = now.saturating_add(self.settings.number("tokenLifetimeSeconds").saturating_mul(1000));
        let mut permissions = Object::new();
        if rights != Rights::None {
            permissions.insert(self.permission().to_owned(), Value::from(rights.word()));
        }
        let reply = json!({"token": token, "expires_at": clock::seconds(until), "permissions": permissions,
                           "repository_selection": "all"});
        self.app.issued.push(Issued { token, since: now, until, rights });
        Ok((201, reply))
    }

    /// The signed token of a request, judged by this server's clock.
    fn check_claims(&self, request: &Request, now: u64) -> Result<(), Refusal> {
        let refuse = |text: &str| Err(Refusal::basic(401, text));
        let header = request.header("authorization").unwrap_or("");
        let (scheme, jwt) = header.split_once(' ').unwrap_or((header, ""));
        // `token <jwt>` is what works for every other token (sheet 2.1).
        if !scheme.eq_ignore_ascii_case("bearer") {
            return refuse("A JSON web token could not be decoded");
        }
        let claims = jwt::read(jwt.trim()).map_err(|text| Refusal::basic(401, text))?;
        let now = i64::try_from(now / 1000).unwrap_or(i64::MAX);
        if claims.issued > now {
            return refuse("'Issued at' claim ('iat') must be in the past");
        }
        if claims.expires <= now {
            return refuse("'Expiration time' claim ('exp') must be in the future");
        }
        if claims.expires > now.saturating_add(FURTHEST) {
            return refuse("'Expiration time' claim ('exp') is too far in the future");
        }
        if claims.issuer != self.app.id && claims.issuer != self.app.client {
            return refuse("Integration not found");
        }
        Ok(())
    }

    /// The permission SCIM needs: its key in a token request (sheet 6).
    pub(super) fn permission(&self) -> &'static str {
        if self.place.surface == Surface::Organization { "members" } else { "enterprise_scim" }
    }

    /// No more than the App has (sheet 6).
    fn wanted_rights(&self, wanted: &Object) -> Result<Rights, Refusal> {
        let own = Rights::read(self.settings.value("appPermission"));
        let Some(permissions) = wanted.get("permissions") else { return Ok(own) };
        let permissions = permissions
            .as_object()
            .ok_or_else(|| Refusal::basic(422, "Invalid request. `permissions` is not an object."))?;
        let mut rights = if permissions.is_empty() { own } else { Rights::None };
        for (name, value) in permissions {
            let asked = match value.as_str() {
                Some(word @ ("read" | "write")) if name == self.permission() => Rights::read(word),
                _ => Rights::Excessive,
            };
            if asked > own {
                let text = "The permissions requested are not granted to this installation.";
                return Err(Refusal::basic(422, text));
            }
            rights = asked;
        }
        Ok(rights)
    }
}
