//! Managed users: made, suspended and deleted (sheet 4, 5).

use serde_json::Value;

use super::place::Surface;
use super::{Answer, GitHub, login};
use crate::sim::json::{Object, items, text};
use crate::sim::store::{Kind, Record};

use super::refusal::Refusal;

/// Whether a user is inactive, which is: suspended.
pub fn suspended(user: &Record) -> bool {
    user.attributes.get("active") == Some(&Value::Bool(false))
}

impl GitHub {
    /// POST: makes an account, or adopts one on GitHub Enterprise Server (sheet 5).
    pub(super) fn provision(&mut self, user: Object, now: u64) -> Answer {
        self.login(&user)?;
        if let Some(id) = self.suspended_twin(&user) {
            return Ok((201, self.store_changed(&id, user, now)));
        }
        self.check_unique_user(&user, "")?;
        self.limit_users(now)?;
        let record = self.made(Kind::User, user, now);
        Ok((201, self.show(&record, None)))
    }

    /// PUT and PATCH: `active` suspends and restores, and the id stays (sheet 4.5).
    pub(super) fn update_managed(&mut self, id: &str, mut user: Object, put: bool, now: u64) -> Answer {
        let before = &self.find(Kind::User, id)?.attributes;
        let changed = |name: &str| text(before, name) != text(&user, name);
        if changed("userName") && self.settings.is("renames", "400") {
            return Err(self.wrong("`userName` cannot be changed"));
        }
        if changed("externalId") && self.settings.is("externalIdChange", "400") {
            return Err(self.wrong("`externalId` cannot be changed"));
        }
        if put
            && self.settings.is("putWithoutRoles", "keeps")
            && let Some(roles) = before.get("roles")
        {
            user.entry("roles").or_insert(roles.clone());
        }
        self.login(&user)?;
        self.check_unique_user(&user, id)?;
        Ok((200, self.store_changed(id, user, now)))
    }

    /// The login of a user, or a 400: GitHub does not repair it (sheet 4.4).
    fn login(&self, user: &Object) -> Result<String, Refusal> {
        let name = text(user, "userName").unwrap_or("");
        let login = login::compute(name, self.place.surface, &self.place.shortcode());
        login.map_err(|why| Refusal { scim_type: "invalidValue", ..Refusal::scim(400, why) })
    }

    /// Somebody suspended who has this externalId or userName, if POST brings them back (sheet 11).
    fn suspended_twin(&self, user: &Object) -> Option<String> {
        if self.settings.is("postSuspended", "409") {
            return None;
        }
        let alike = self.store.alike(Kind::User, &["userName", "externalId"], user);
        let mut users = alike.into_iter().filter(|other| suspended(other));
        let twin = users.find(|other| {
            let other = &other.attributes;
            text(user, "externalId") == text(other, "externalId")
                || fold(text(user, "userName")) == fold(text(other, "userName"))
        });
        twin.map(|twin| twin.id.clone())
    }

    /// externalId, userName, login and e-mail addresses are each somebody's (sheet 4.2, 4.4). Suspended users keep
    /// theirs: the login comes back with them.
    fn check_unique_user(&self, user: &Object, own: &str) -> Result<(), Refusal> {
        let login = self.login(user).ok();
        let alike = self.store.alike(Kind::User, &["externalId", "userName", "login", "emails"], user);
        let taken = alike.into_iter().filter(|other| other.id != own).any(|other| {
            let other = &other.attributes;
            text(user, "externalId") == text(other, "externalId")
                || fold(text(user, "userName")) == fold(text(other, "userName"))
                || fold(login.as_deref()) == fold(self.login(other).ok().as_deref())
                || addresses(user).any(|address| addresses(other).any(|taken| taken == address))
        });
        if taken { Err(self.taken()) } else { Ok(()) }
    }

    /// What the wire never shows of a managed user.
    pub(super) fn account(&self, user: &Record) -> Value {
        let shortcode = self.place.shortcode();
        let surface = self.place.surface;
        let login = self.login(&user.attributes).ok();
        let adopted = surface == Surface::Server
            && self.accounts.iter().any(|account| fold(Some(account)) == fold(login.as_deref()));
        let login = match suspended(user) {
            true => Some(login::obfuscated(&user.id, surface, &shortcode)),
            false => login,
        };
        serde_json::json!({"login": login, "suspended": suspended(user), "adopted": adopted,
                           "role": super::rules::effective(&user.attributes),
                           "ownIntegration": self.own.contains(&user.id)})
    }
}

fn fold(text: Option<&str>) -> Option<String> {
    text.map(str::to_lowercase)
}

fn addresses(user: &Object) -> impl Iterator<Item = String> {
    items(user, "emails").iter().filter_map(|email| fold(email.get("value").and_then(Value::as_str)))
}
