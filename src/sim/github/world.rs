//! What happens beside SCIM, and what SCIM never shows: for tests.

use serde_json::{Value, json};

use super::GitHub;
use crate::sim::edit;
use crate::sim::json::text;
use crate::sim::store::Kind;

impl GitHub {
    /// The edits of every kind, and those of GitHub: see `Simulator::edit`.
    pub fn edit(&mut self, edit: &Value, now: u64) -> Result<Value, String> {
        let now = self.clock(now);
        let own = edit.as_object().filter(|edit| edit.len() == 1).and_then(|edit| edit.iter().next());
        let Some((name, Value::Object(what))) = own else {
            return edit::apply(&mut self.store, edit, now);
        };
        match (name.as_str(), self.place.enterprise()) {
            ("saml", false) => self.complete_saml(what, now),
            ("member", false) => self.add_member(what),
            ("removeMember", false) => self.remove_member(what),
            ("account", true) => {
                let login = text(what, "login").ok_or("`account` needs `login`")?;
                self.accounts.push(login.to_owned());
                Ok(Value::Null)
            }
            ("revoke", _) => {
                self.app.revoke();
                Ok(Value::Null)
            }
            _ => edit::apply(&mut self.store, edit, now).map_err(|error| {
                let more = if self.place.enterprise() { "account" } else { "saml, member, removeMember" };
                let known = "known are create";
                error.replace(known, &format!("known are {more}, revoke, create"))
            }),
        }
    }

    /// Users and groups, with an account or a membership under `github`; of an organisation its members and
    /// invitations too.
    pub fn snapshot(&self, now: u64) -> Value {
        let users = self.store.all(Kind::User).map(|user| {
            let mut shown = self.store.whole(user);
            let hidden = if self.place.enterprise() { self.account(user) } else { self.membership(user) };
            if let Some(shown) = shown.as_object_mut() {
                shown.insert("github".to_owned(), hidden);
            }
            shown
        });
        let users: Vec<Value> = users.collect();
        let groups: Vec<Value> = self.store.all(Kind::Group).map(|group| self.store.whole(group)).collect();
        let mut all = json!({"Users": users, "Groups": groups});
        if let Some(all) = all.as_object_mut().filter(|_| !self.place.enterprise()) {
            let (members, invitations) = self.people(self.clock(now));
            all.insert("Members".to_owned(), members);
            all.insert("Invitations".to_owned(), invitations);
        }
        all
    }
}
