//! Calls that are not sent: in shadow mode and for `explain`. The conversation goes on as if each had worked, so that
//! what is explained is what would be sent, by construction.

use serde_json::Value;

use super::{Assume, Visit};
use crate::http::{Body, Call, Reply};
use crate::json::json;
use crate::plan::Standing;

/// The id of an account that would be created.
pub const CREATED_USER: &str = "{created:user}";

/// The id of an account that would be found.
pub const FOUND_USER: &str = "{found:user}";

impl Visit<'_> {
    /// The reply to a call that is not sent.
    pub fn pretend(&self, call: Call) -> Reply {
        let body = call.assumed.clone();
        let status = match (call.method, &body) {
            ("POST", _) => 201,
            (_, None) => 204,
            (_, Some(_)) => 200,
        };
        self.notes.borrow_mut().pretended.push(call);
        Reply {
            status,
            headers: Default::default(),
            body: body.map_or(Body::Empty, Body::Json),
            unclear: false,
        }
    }

    /// The account of an id, taken to be as it should be, or not.
    pub fn assumed_account(&self, id: &str) -> Value {
        let mut account = match self.assume {
            Assume::Usual | Assume::NoGroups => self.resource(true),
            Assume::Differs | Assume::ByName => json!({ "active": true }),
            Assume::Inactive => self.resource(false),
        };
        if let Some(account) = account.as_object_mut() {
            account.insert("id".into(), json!(id));
        }
        account
    }

    /// Whom a look-up is taken to find: the group, nobody for somebody who comes, the account for somebody who goes,
    /// or of whom something changed.
    pub fn assumed_hit(&self, purpose: &str, by: &str, wanted: &str) -> Value {
        let hit = match (purpose, self.standing, self.assume) {
            ("group-find", _, Assume::NoGroups) => None,
            ("group-find", _, _) => {
                Some(json!({ "id": format!("{{found:group:{wanted}}}"), "displayName": wanted }))
            }
            (
                _,
                Standing::Entitled | Standing::NotEntitled | Standing::EntitledElsewhere,
                Assume::Usual | Assume::NoGroups,
            ) if self.event.kind.may_create() => None,
            (_, _, Assume::ByName) if by == "externalId" => None,
            (_, _, Assume::ByName) => {
                Some(json!({ "id": FOUND_USER, "active": true, "userName": self.desired.text("userName") }))
            }
            (_, _, Assume::Inactive) => Some(self.assumed_account(FOUND_USER)),
            (_, _, Assume::Usual | Assume::NoGroups | Assume::Differs) => Some(json!({
                "id": FOUND_USER, "active": true,
                "externalId": self.desired.text("externalId"), "userName": self.desired.text("userName"),
            })),
        };
        json!({ "totalResults": usize::from(hit.is_some()), "Resources": hit.into_iter().collect::<Vec<_>>() })
    }
}
