//! What the platform itself says when a user is saved: uniqueness, licences, lengths, business rules
//! (sheet sections 5.7, 7, 8).

use serde_json::Value;

use super::Salesforce;
use super::check::{references, split};
use super::org::listed;
use super::reply::Refusal;
use crate::sim::json::{Object, items, text};
use crate::sim::schema::ENTERPRISE;
use crate::sim::store::Kind;

/// Which statement failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statement<'a> {
    /// POST
    Insert,
    /// PUT of this user: caught, and told as a POST's.
    Update(&'a str),
    /// PATCH or DELETE of this user: nobody catches it.
    Uncaught(&'a str),
}

/// An error of the platform.
pub struct Failure {
    code: &'static str,
    text: String,
    /// The field it is about.
    field: &'static str,
}

impl Failure {
    /// An error about a field.
    pub fn new(code: &'static str, text: impl Into<String>, field: &'static str) -> Failure {
        Failure { code, text: text.into(), field }
    }

    fn duplicate(&self) -> bool {
        self.code.starts_with("DUPLICATE")
    }
}

/// Section 8: partly documented, partly general knowledge.
const LENGTHS: [(&str, &str, usize); 6] = [
    ("/userName", "Username", 80),
    ("/emails/0/value", "Email", 80),
    ("/nickName", "CommunityNickname", 40),
    ("/name/givenName", "FirstName", 40),
    ("/name/familyName", "LastName", 80),
    ("/externalId", "FederationIdentifier", 512),
];

impl Salesforce {
    /// A platform error as a reply.
    pub(super) fn fail(&self, failure: &Failure, statement: Statement) -> Refusal {
        let licence = failure.code == "LICENSE_LIMIT_EXCEEDED";
        let plain = (failure.duplicate() && self.settings.is("duplicateText", "plain"))
            || (licence && self.settings.is("licenceText", "plain"));
        let detail = if plain {
            failure.text.clone()
        } else if failure.duplicate() && self.settings.is("duplicateText", "code") {
            failure.code.to_owned()
        } else {
            let (code, text, field) = (failure.code, &failure.text, failure.field);
            let row = match statement {
                Statement::Insert => "Insert failed. First exception on row 0".to_owned(),
                Statement::Update(id) | Statement::Uncaught(id) => {
                    format!("Update failed. First exception on row 0 with id {id}")
                }
            };
            format!("{row}; first error: {code}, {text}: [{field}]")
        };
        let status = match statement {
            Statement::Insert | Statement::Update(_) if failure.duplicate() => {
                self.settings.status("duplicateStatus")
            }
            Statement::Insert | Statement::Update(_) if licence => self.settings.status("licenceStatus"),
            Statement::Insert | Statement::Update(_) => 409,
            Statement::Uncaught(_) if self.settings.is("patchPlatformErrors", "unknownException") => {
                return Refusal::Unknown;
            }
            Statement::Uncaught(_) => self.settings.status("patchPlatformErrors"),
        };
        Refusal::Scim(status, detail)
    }

    /// Whether a user can be saved as `new`; `old`: as it was, of this id.
    pub(super) fn check_save(&self, new: &Object, old: Option<(&str, &Object)>) -> Result<(), Failure> {
        let own = old.map_or("", |(id, _)| id);
        let old = old.map(|(_, old)| old);
        self.check_deactivation(new, old, own)?;
        check_form(new)?;
        self.check_unique(new, own)?;
        self.check_licence(new, old)?;
        self.check_references(new)
    }

    fn check_deactivation(&self, new: &Object, old: Option<&Object>, own: &str) -> Result<(), Failure> {
        let ends = old.is_some_and(active) && !active(new);
        let name = text(new, "userName").unwrap_or("");
        let kept =
            listed(self.settings.value("cannotDeactivate")).any(|kept| kept.eq_ignore_ascii_case(name));
        if ends && (kept || own == self.org.running_user) {
            let text = "You cannot deactivate this user: the user is the default owner of leads or cases";
            return Err(Failure::new("FIELD_INTEGRITY_EXCEPTION", text, "IsActive"));
        }
        Ok(())
    }

    /// Inactive users keep their names.
    fn check_unique(&self, new: &Object, own: &str) -> Result<(), Failure> {
        let name = text(new, "userName").unwrap_or("");
        let same = |left: &str, right: &str| left.to_lowercase() == right.to_lowercase();
        let foreign = listed(self.settings.value("takenUserNames")).any(|taken| same(taken, name));
        let taken = |attribute: &str| {
            let wanted = text(new, attribute).filter(|wanted| !wanted.is_empty());
            wanted.and_then(|wanted| {
                let alike = self.store.by(Kind::User, attribute, wanted);
                alike.into_iter().filter(|other| other.id != own).find(|other| {
                    text(&other.attributes, attribute).is_some_and(|have| {
                        if attribute == "externalId" { have == wanted } else { same(have, wanted) }
                    })
                })
            })
        };
        if foreign || taken("userName").is_some() {
            let text = "Duplicate Username.<br>The username already exists in this or another Salesforce \
                        organization. Usernames must be unique across all Salesforce organizations. To resolve, \
                        use a different username (it doesn't need to match the user's email address).";
            return Err(Failure::new("DUPLICATE_USERNAME", text, "Username"));
        }
        if taken("nickName").is_some() {
            let text = "Duplicate Nickname.<br>Another user has already selected this nickname.<br>Please select \
                        another.";
            return Err(Failure::new("DUPLICATE_COMM_NICKNAME", text, "CommunityNickname"));
        }
        if let Some(other) = taken("externalId") {
            let text = format!(
                "duplicate value found: FederationIdentifier duplicates value on record with id: {}",
                other.id
            );
            return Err(Failure::new("DUPLICATE_VALUE", text, "FederationIdentifier"));
        }
        Ok(())
    }

    /// A licence is taken by who is active and was not, or whose profile takes another.
    fn check_licence(&self, new: &Object, old: Option<&Object>) -> Result<(), Failure> {
        let profile =
            |user: &Object| split(&references(user, "entitlements")).0.and_then(|id| self.org.profile(id));
        let Some(wanted) = profile(new) else { return Ok(()) };
        let before = old.and_then(profile);
        // Section 7: the licence of a customer does not allow an employee's profile, nor the other way.
        if before.is_some_and(|before| before.external() != wanted.external()) {
            let text = "The user license doesn't allow the profile";
            return Err(Failure::new("FIELD_INTEGRITY_EXCEPTION", text, "ProfileId"));
        }
        let held = old.is_some_and(active) && before.is_some_and(|before| before.licence == wanted.licence);
        if !active(new) || held {
            return Ok(());
        }
        let same = self.org.profiles.iter().filter(|profile| profile.licence == wanted.licence);
        let used: usize = same.map(|profile| self.store.count(Kind::User, "licence", &profile.id)).sum();
        if used as u64 >= self.org.licences.get(wanted.licence).copied().unwrap_or(0) {
            return Err(Failure::new("LICENSE_LIMIT_EXCEEDED", "License Limit Exceeded", "UserType"));
        }
        Ok(())
    }

    fn check_references(&self, new: &Object) -> Result<(), Failure> {
        let unknown = |id: &str, field| {
            let text = format!("invalid cross reference id {id}");
            Err(Failure::new("INVALID_CROSS_REFERENCE_KEY", text, field))
        };
        for role in references(new, "roles") {
            if self.org.role(&role).is_none() {
                return unknown(&role, "UserRoleId");
            }
        }
        let extension = new.get(ENTERPRISE);
        for (pointer, field) in [
            ("/manager/value", "ManagerId"),
            ("/delegatedApprover/delegatedApproverId", "DelegatedApproverId"),
        ] {
            let id = extension.and_then(|extension| extension.pointer(pointer)).and_then(Value::as_str);
            let Some(id) = id.filter(|id| *id != self.org.running_user) else { continue };
            if self.store.find(Kind::User, id).is_none() {
                return unknown(id, field);
            }
        }
        Ok(())
    }
}

/// The profile of who is active: what takes a licence.
pub fn licence(user: &Object, _: &str) -> Vec<String> {
    let ids = references(user, "entitlements");
    split(&ids).0.filter(|_| active(user)).cloned().into_iter().collect()
}

/// Whether a user is active; who says nothing is.
pub fn active(user: &Object) -> bool {
    user.get("active") != Some(&Value::Bool(false))
}

fn check_form(new: &Object) -> Result<(), Failure> {
    let name = text(new, "userName").unwrap_or("");
    let host = name.split_once('@').filter(|(local, _)| !local.is_empty()).map(|(_, host)| host);
    if !host.is_some_and(|host| host.contains('.') && !host.contains([' ', '@'])) {
        let text = "Username must be in the form of an email address (for example, john@acme.com).";
        return Err(Failure::new("INVALID_EMAIL_ADDRESS", text, "Username"));
    }
    let email = items(new, "emails").first().and_then(|email| email.get("value")).and_then(Value::as_str);
    if email.is_some_and(|email| !email.contains('@')) {
        let text = format!("Email: invalid email address: {}", email.unwrap_or(""));
        return Err(Failure::new("INVALID_EMAIL_ADDRESS", text, "Email"));
    }
    let whole = Value::Object(new.clone());
    for (pointer, field, most) in LENGTHS {
        let value = whole.pointer(pointer).and_then(Value::as_str).unwrap_or("");
        if value.chars().count() > most {
            let text = format!("{field}: data value too large: {value} (max length={most})");
            return Err(Failure::new("STRING_TOO_LONG", text, field));
        }
    }
    if !["UTF-8", "ISO-8859-1", ""].contains(&text(new, "emailEncodingKey").unwrap_or("")) {
        let text = "Email Encoding: bad value for restricted picklist field";
        return Err(Failure::new("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, "EmailEncodingKey"));
    }
    Ok(())
}
