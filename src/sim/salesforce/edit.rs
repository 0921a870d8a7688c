//! What is edited in an organization alone, behind the client's back.

use serde_json::{Value, json};

use super::Salesforce;
use crate::sim::edit;
use crate::sim::json::text;
use crate::sim::store::Kind;

impl Salesforce {
    /// What only an organization can have edited: its tokens; `{"licences": {name: count}}`; `{"confirm": {"id"}}`,
    /// who clicks the link in a mail about a changed email; and ids of its own for what is created.
    pub fn edit(&mut self, wanted: &Value, now: u64) -> Option<Result<Value, String>> {
        if let Some(done) = self.tokens.edit(wanted) {
            return Some(done);
        }
        if let Some(licences) = wanted.get("licences") {
            return Some(self.edit_licences(licences));
        }
        if let Some(confirm) = wanted.get("confirm") {
            let id = confirm.as_object().and_then(|confirm| text(confirm, "id")).unwrap_or("");
            return Some(
                self.confirm(id, now).ok_or_else(|| format!("no user `{id}` with an unconfirmed email")),
            );
        }
        let create = wanted.get("create")?;
        let prefix = if create.get("type")? == "Group" { "00G" } else { "005" };
        if create.pointer("/resource/id").is_some() || !create.get("resource")?.is_object() {
            return None;
        }
        let mut create = wanted.clone();
        let id = Value::from(self.made(prefix));
        create.pointer_mut("/create/resource")?.as_object_mut()?.insert("id".to_owned(), id);
        Some(edit::apply(&mut self.store, &create, now))
    }

    fn edit_licences(&mut self, licences: &Value) -> Result<Value, String> {
        for (name, count) in licences.as_object().into_iter().flatten() {
            let known = self.org.licences.keys().cloned().collect::<Vec<_>>().join(", ");
            let place = self.org.licences.get_mut(name);
            let place = place.ok_or_else(|| format!("no licence `{name}`, known are {known}"))?;
            *place = count.as_u64().ok_or_else(|| format!("`{name}` must be a whole number"))?;
        }
        Ok(json!(self.org.licences))
    }

    fn confirm(&mut self, id: &str, now: u64) -> Option<Value> {
        let mut user = self.store.find(Kind::User, id)?.attributes.clone();
        let emails = user.remove("pendingEmails")?;
        user.insert("emails".to_owned(), emails);
        self.store.set(Kind::User, id, user, now);
        self.store.find(Kind::User, id).map(|user| self.store.whole(user))
    }
}
