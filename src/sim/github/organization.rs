//! Members of an organisation: invited, linked, gone (sheet 3.4).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Answer, GitHub};
use crate::sim::clock;
use crate::sim::json::{Object, items, text};
use crate::sim::store::{Kind, Record};

/// Invitations are good for seven days; the identity outlives them (sheet 3.4).
const WEEK: u64 = 7 * 24 * 3_600_000;

/// What an organisation knows besides its SCIM identities.
#[derive(Default)]
pub struct Organization {
    members: Vec<Member>,
    invitations: Vec<Invitation>,
    /// The login of each identity that is linked to one.
    links: BTreeMap<String, String>,
    /// Match key and login of those who were removed.
    former: Vec<(String, String)>,
}

/// A member, with what the identity provider calls them, if they ever signed in through it.
struct Member {
    login: String,
    key: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Pending,
    Accepted,
    Cancelled,
}

struct Invitation {
    identity: String,
    email: String,
    sent: u64,
    state: State,
    reinstates: Option<String>,
}

impl Invitation {
    fn pending(&self, now: u64) -> bool {
        self.state == State::Pending && now < self.sent.saturating_add(WEEK)
    }
}

impl GitHub {
    /// What SAML and SCIM must agree on (sheet 3.4).
    fn match_key(&self, user: &Object) -> Option<String> {
        let entra = self.settings.is("identityProvider", "entra");
        text(user, if entra { "externalId" } else { "userName" }).map(str::to_owned)
    }

    /// POST: an identity, and an invitation unless a member has it already.
    pub(super) fn invite(&mut self, user: Object, now: u64) -> Answer {
        if let Some(existing) = self.clash(&user, "") {
            if self.settings.is("existingUser", "200") {
                return Ok((200, self.show(existing, None)));
            }
            return Err(self.taken());
        }
        let key = self.match_key(&user);
        let member = self.organization.members.iter().find(|member| key.is_some() && member.key == key);
        let login = member.map(|member| member.login.clone());
        if login.is_none() {
            self.check_licenses(now)?;
        }
        let email = email(&user).to_owned();
        let record = self.made(Kind::User, user, now);
        let organization = &mut self.organization;
        match login {
            Some(login) => {
                organization.links.insert(record.id.clone(), login);
            }
            None => {
                let former = organization.former.iter().find(|(was, _)| Some(was) == key.as_ref());
                let reinstates = former.map(|(_, login)| login.clone());
                let identity = record.id.clone();
                let state = State::Pending;
                organization.invitations.push(Invitation { identity, email, sent: now, state, reinstates });
            }
        }
        Ok((201, self.show(&record, None)))
    }

    /// PUT and PATCH; inactive is gone, with its id (sheet 3.3, 3.4).
    pub(super) fn update_member(&mut self, id: &str, user: Object, now: u64) -> Answer {
        let before = self.find(Kind::User, id)?;
        if user.get("active") == Some(&Value::Bool(false)) {
            let shown = self.show(&Record { attributes: user, modified: now, ..before.clone() }, None);
            self.remove_identity(id);
            return Ok(match self.settings.value("deactivateReply") {
                "204" => (204, Value::Null),
                _ => (200, shown),
            });
        }
        if self.clash(&user, id).is_some() {
            return Err(self.taken());
        }
        Ok((200, self.store_changed(id, user, now)))
    }

    /// Membership, invitation, identity and id: all gone.
    pub(super) fn remove_identity(&mut self, id: &str) {
        let key = self.store.find(Kind::User, id).and_then(|record| self.match_key(&record.attributes));
        let organization = &mut self.organization;
        for invitation in organization.invitations.iter_mut().filter(|i| i.identity == id) {
            if invitation.state == State::Pending {
                invitation.state = State::Cancelled;
            }
        }
        if let Some(login) = organization.links.remove(id) {
            organization.members.retain(|member| member.login != login);
            organization.former.extend(key.map(|key| (key, login)));
        }
        self.store.remove(Kind::User, id);
    }

    fn clash(&self, user: &Object, own: &str) -> Option<&Record> {
        let fold = |user: &Object| text(user, "userName").map(str::to_lowercase);
        let alike = self.store.alike(Kind::User, &["userName", "externalId"], user);
        alike.into_iter().filter(|other| other.id != own).find(|other| {
            let external = text(user, "externalId");
            fold(user) == fold(&other.attributes)
                || (external.is_some() && external == text(&other.attributes, "externalId"))
        })
    }

    /// An unused license must exist to invite (sheet 3.4).
    fn check_licenses(&self, now: u64) -> Result<(), Refusal> {
        let most = self.settings.number("licenses") as usize;
        let organization = &self.organization;
        let pending = organization.invitations.iter().filter(|invitation| invitation.pending(now)).count();
        if most > 0 && organization.members.len() + pending >= most {
            let status = self.settings.status("licenseStatus");
            return Err(Refusal::scim(status, "There are no more licenses available."));
        }
        Ok(())
    }

    /// `{"saml": {"login", "nameId" | "objectId"}}`: somebody signs in to GitHub, opens the organisation and
    /// completes SAML. Links only where the match key agrees.
    pub(super) fn complete_saml(&mut self, what: &Object, now: u64) -> Result<Value, String> {
        let login = text(what, "login").ok_or("`saml` needs `login`")?.to_owned();
        let name = if self.settings.is("identityProvider", "entra") { "objectId" } else { "nameId" };
        let key = text(what, name).ok_or_else(|| format!("`saml` needs `{name}`"))?.to_owned();
        let unlinked = |record: &&Record| {
            !self.organization.links.contains_key(&record.id)
                && self.match_key(&record.attributes).as_ref() == Some(&key)
        };
        let name = if self.settings.is("identityProvider", "entra") { "externalId" } else { "userName" };
        let id =
            self.store.by(Kind::User, name, &key).into_iter().find(unlinked).map(|record| record.id.clone());
        let organization = &mut self.organization;
        let at = organization.members.iter().position(|member| member.login == login);
        if let Some(member) = at.and_then(|at| organization.members.get_mut(at)) {
            member.key = Some(key.clone());
        }
        let Some(id) = id else {
            return Ok(json!({"linked": false, "reason": "no unlinked identity has this key"}));
        };
        let mut invitations = organization.invitations.iter_mut().filter(|i| i.identity == id);
        match (at, invitations.find(|invitation| invitation.pending(now))) {
            (None, None) => {
                return Ok(json!({"linked": false, "reason": "no invitation is good any more", "id": id}));
            }
            (_, Some(invitation)) => invitation.state = State::Accepted,
            (Some(_), None) => {}
        }
        if at.is_none() {
            organization.members.push(Member { login: login.clone(), key: Some(key) });
        }
        organization.links.insert(id.clone(), login);
        Ok(json!({"linked": true, "id": id}))
    }

    /// `{"member": {"login", "nameId"? | "objectId"?}}`: a member nobody provisioned.
    pub(super) fn add_member(&mut self, what: &Object) -> Result<Value, String> {
        let login = text(what, "login").ok_or("`member` needs `login`")?.to_owned();
        let name = if self.settings.is("identityProvider", "entra") { "objectId" } else { "nameId" };
        let key = text(what, name).map(str::to_owned);
        self.organization.members.push(Member { login, key });
        Ok(Value::Null)
    }

    /// `{"removeMember": {"login"}}`: by hand, which leaves a stale identity behind.
    pub(super) fn remove_member(&mut self, what: &Object) -> Result<Value, String> {
        let login = text(what, "login").ok_or("`removeMember` needs `login`")?;
        let before = self.organization.members.len();
        self.organization.members.retain(|member| member.login != login);
        let gone = self.organization.members.len() < before;
        if gone { Ok(Value::Null) } else { Err(format!("no member `{login}`")) }
    }

    /// State and login of an identity, which the wire never shows.
    pub(super) fn membership(&self, user: &Record) -> Value {
        let login = self.organization.links.get(&user.id);
        let member = self.organization.members.iter().any(|member| Some(&member.login) == login);
        let state = match (login, member) {
            (Some(_), true) => "LINKED",
            (Some(_), false) => "STALE",
            (None, _) => "INVITED",
        };
        json!({"state": state, "login": login})
    }

    /// Members and invitations, in the order they came to be.
    pub(super) fn people(&self, now: u64) -> (Value, Value) {
        let organization = &self.organization;
        let members = organization.members.iter().map(|m| json!({"login": m.login, "key": m.key}));
        let invitations = organization.invitations.iter().map(|invitation| {
            let state = match invitation.state {
                State::Pending if invitation.pending(now) => "pending",
                State::Pending => "expired",
                State::Accepted => "accepted",
                State::Cancelled => "cancelled",
            };
            json!({"identity": invitation.identity, "email": invitation.email, "state": state,
                   "expiresAt": clock::seconds(invitation.sent.saturating_add(WEEK)), "reinstates": invitation.reinstates})
        });
        (members.collect(), invitations.collect())
    }
}

/// The primary address, or the first.
fn email(user: &Object) -> &str {
    let emails = items(user, "emails");
    let primary = emails.iter().find(|email| email.get("primary") == Some(&Value::Bool(true)));
    primary.or(emails.first()).and_then(|email| email.get("value")).and_then(Value::as_str).unwrap_or("")
}
