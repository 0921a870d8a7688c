//! POST, PUT and DELETE of users (sheet sections 5.2, 5.6, 5.7).

use serde_json::{Value, json};

use super::check::{references, split};
use super::platform::{Failure, Statement, active};
use super::read::{ALIAS, ALIAS_2, EXTERNAL, Reading, Wanted, read};
use super::reply::Refusal;
use super::{Answer, Done, Salesforce, merge::merge};
use crate::sim::json::{Object, get, text};
use crate::sim::store::Kind;

impl Salesforce {
    /// How bodies are read; `patch`: those of a PATCH.
    pub(super) fn read(&self, body: &Object, patch: bool) -> Result<Wanted, String> {
        let alias_urns: &[&str] = match self.settings.value("aliasUrn") {
            // A PATCH knows the one version (section 5.1).
            _ if patch => &[ALIAS],
            "2.0" => &[ALIAS_2],
            "both" => &[ALIAS, ALIAS_2],
            _ => &[ALIAS],
        };
        let how = Reading {
            custom_urn: &self.org.custom_urn(),
            custom_fields: &self.org.custom_fields,
            alias_urns,
            federation: self.settings.is("federationId", "available"),
            nested_custom: !patch || self.settings.is("patchCustomFields", "nested"),
        };
        read(body, &how)
    }

    /// What a POST or PUT asks for, checked; the problem of the id comes first.
    fn wanted(&self, body: &Object, id: Option<&str>) -> Result<Wanted, Refusal> {
        let wanted = self.read(body, false).map_err(|detail| Refusal::scim(409, detail))?;
        let given = text(&wanted.attributes, "id").unwrap_or("");
        let moved = id.is_some_and(|id| !given.is_empty() && super::id::long(given) != id);
        let first = if moved { "INVALID:id_attribute_is_readonly;" } else { "" };
        let problems = format!("{first}{}", self.problems(&wanted));
        if problems.is_empty() { Ok(wanted) } else { Err(Refusal::scim(409, problems)) }
    }

    pub(super) fn create_user(&mut self, body: &Object, now: u64) -> Answer {
        let mut wanted = self.wanted(body, None)?.attributes;
        let entitlements = references(&wanted, "entitlements");
        let groups = references(&wanted, "groups");
        let (profile, sets) = split(&entitlements);
        let single_sign_on = self.settings.value("singleSignOnProfile");
        if profile.is_some_and(|profile| profile == single_sign_on) {
            return Err(Refusal::Unknown);
        }
        let ignored = self.settings.is("createInactive", "ignore");
        if ignored || !wanted.contains_key("active") {
            wanted.insert("active".to_owned(), Value::Bool(true));
        }
        let mut user = Object::new();
        merge(&mut user, &wanted);
        let mailed = text(&user, "password").is_none() && active(&user);
        self.fill(&mut user, &wanted, now);
        user.insert("entitlements".to_owned(), values(profile.into_iter()));
        let unknown = sets.iter().find(|set| self.org.permission_set(set).is_none());
        let unknown =
            unknown.copied().or(groups.iter().find(|id| self.store.find(Kind::Group, id).is_none()));
        let failure = unknown.map(|id| {
            let text = format!("invalid cross reference id {id}");
            self.fail(&Failure::new("INVALID_CROSS_REFERENCE_KEY", text, "AssigneeId"), Statement::Insert)
        });
        self.check_save(&user, None).map_err(|failure| self.fail(&failure, Statement::Insert))?;
        if let Some(failure) = failure.clone().filter(|_| self.settings.is("createAtomic", "true")) {
            return Err(failure);
        }
        let id = self.made("005");
        // The user first, then permission sets, then groups; what was done stays (section 5.2).
        let known = sets.into_iter().take_while(|set| self.org.permission_set(set).is_some());
        user.insert("entitlements".to_owned(), values(profile.into_iter().chain(known)));
        self.store.add(Kind::User, id.clone(), user, now);
        if let Some(failure) = failure {
            return Err(failure);
        }
        self.join_all(&groups, &id, now);
        let status = match self.settings.value("createStatus") {
            "200" => 200,
            "pilot" if mailed => 200,
            _ => 201,
        };
        let done = self.user_done(&id)?;
        Ok(Done { status, location: Some(format!("{}/Users/{id}", self.settings.url)), ..done })
    }

    /// Defaults of a create (section 5.1), and of what a PUT blanked.
    fn fill(&self, user: &mut Object, wanted: &Object, now: u64) {
        let name = text(wanted, "userName").unwrap_or("").to_owned();
        user.remove("password");
        user.remove("id");
        user.remove("groups");
        user.insert("userName".to_owned(), Value::from(name.to_lowercase()));
        let nick: String = name.chars().take(40).collect();
        let defaults = [
            ("nickName", nick.as_str()),
            ("preferredLanguage", "en_US"),
            ("locale", "en_US"),
            ("timezone", "America/Los_Angeles"),
            ("emailEncodingKey", "UTF-8"),
        ];
        for (name, default) in defaults {
            user.entry(name).or_insert_with(|| Value::from(default));
        }
        // Of the clock, if nobody says (section 5.1).
        let clock = format!("{now:x}");
        let tail = clock.get(clock.len().saturating_sub(8)..).unwrap_or("");
        user.entry(ALIAS).or_insert_with(|| json!({"alias": tail}));
    }

    pub(super) fn put_user(&mut self, id: &str, body: &Object, now: u64) -> Answer {
        let record = self.store.find(Kind::User, id).ok_or_else(Refusal::missing)?;
        let old = record.attributes.clone();
        let wanted = self.wanted(body, Some(id))?.attributes;
        // Not blanked: alias, timezone, encoding, custom fields (section 5.6).
        let mut user = Object::new();
        for kept in [ALIAS, EXTERNAL, "timezone", "emailEncodingKey", &self.org.custom_urn()] {
            if let Some(value) = old.get(kept) {
                user.insert(kept.to_owned(), value.clone());
            }
        }
        user.insert("active".to_owned(), Value::Bool(false));
        merge(&mut user, &wanted);
        let statement = Statement::Update(id);
        for (name, field) in [("preferredLanguage", "LanguageLocaleKey"), ("locale", "LocaleSidKey")] {
            if self.settings.is("putMissingLocale", "refuse") && !user.contains_key(name) {
                let text = format!("Required fields are missing: [{field}]");
                return Err(self.fail(&Failure::new("REQUIRED_FIELD_MISSING", text, field), statement));
            }
        }
        self.fill(&mut user, &wanted, now);
        let (had, listed) = (references(&old, "entitlements"), references(&wanted, "entitlements"));
        let (profile, sets) = split(&listed);
        if let Some(unknown) = sets.iter().find(|set| self.org.permission_set(set).is_none()) {
            let text = format!("invalid cross reference id {unknown}");
            let failure = Failure::new("INVALID_CROSS_REFERENCE_KEY", text, "PermissionSetId");
            return Err(self.fail(&failure, statement));
        }
        // The pilot adds only those that were not held, having removed those that were (section 5.6).
        let pilot = self.settings.is("putPermissionSets", "pilot");
        let sets = sets.into_iter().filter(|set| !pilot || !had.contains(set));
        user.insert("entitlements".to_owned(), values(profile.into_iter().chain(sets)));
        self.check_save(&user, Some((id, &old))).map_err(|failure| self.fail(&failure, statement))?;
        self.save(id, &old, user, now);
        self.join_all(&references(&wanted, "groups"), id, now);
        self.user_done(id)
    }

    /// Deactivates. The documents mention nothing else; the pilot also renames (section 5.7).
    pub(super) fn delete_user(&mut self, id: &str, now: u64) -> Answer {
        let record = self.store.find(Kind::User, id).ok_or_else(Refusal::missing)?;
        let old = record.attributes.clone();
        let mut user = old.clone();
        user.insert("active".to_owned(), Value::Bool(false));
        if self.settings.is("deleteUser", "rename") {
            let name = text(&old, "userName").unwrap_or("");
            if name.starts_with(&format!("{id}_")) {
                return Err(Refusal::missing());
            }
            user.insert("userName".to_owned(), Value::from(format!("{id}_{name}")));
            user.insert("nickName".to_owned(), Value::from(id));
        }
        // The new name's length is the platform's to bear.
        let mut checked = user.clone();
        checked.insert("userName".to_owned(), get(&old, "userName").cloned().unwrap_or_default());
        self.check_save(&checked, Some((id, &old)))
            .map_err(|failure| self.fail(&failure, Statement::Uncaught(id)))?;
        self.save(id, &old, user, now);
        Ok(Done::new(self.settings.status("deleteStatus"), Value::Null))
    }

    /// Stores what was checked; a changed email may wait for its confirmation (section 8).
    pub(super) fn save(&mut self, id: &str, old: &Object, mut user: Object, now: u64) {
        let waits = self.settings.is("emailChange", "confirmed");
        if waits && old.contains_key("emails") && user.get("emails") != old.get("emails") {
            let pending = user.get("emails").cloned().unwrap_or_default();
            user.insert("pendingEmails".to_owned(), pending);
            user.insert("emails".to_owned(), old.get("emails").cloned().unwrap_or_default());
        }
        self.store.set(Kind::User, id, user, now);
    }

    /// Joins groups; those that are none are left out.
    pub(super) fn join_all(&mut self, groups: &[String], id: &str, now: u64) {
        for group in groups {
            if self.store.join(group, id) {
                self.store.touch(Kind::Group, group, now);
            }
        }
    }

    /// 200 with the user.
    pub(super) fn user_done(&self, id: &str) -> Answer {
        let record = self.store.find(Kind::User, id).ok_or_else(Refusal::missing)?;
        Ok(Done::new(200, self.show(record)))
    }
}

/// References.
pub fn values<'a>(ids: impl Iterator<Item = &'a String>) -> Value {
    ids.map(|id| json!({"value": id})).collect()
}
