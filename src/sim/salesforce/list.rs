//! Lists: filter, page, choose attributes (sheet section 5.3), and the lists that are fixed (section 6).

use serde_json::{Value, json};

use super::catalogue::Listed;
use super::filter::exact;
use super::reply::Refusal;
use super::{Answer, Done, Salesforce};
use crate::sim::filter::Filter;
use crate::sim::http::Target;
use crate::sim::json::{Object, text};
use crate::sim::schema::LIST;
use crate::sim::store::{Kind, Record};

/// Most resources in a page; also what an absent count is, except for users.
const MOST: i64 = 200;
/// The hidden types are no user's here; these are listed (section 5.3).
const ENTITLEMENT: &str = "urn:salesforce:schemas:extension:1.0:Entitlement";
const ROLE: &str = "urn:salesforce:schemas:extension:1.0:Role";

/// Something in a list.
enum One<'a> {
    /// A user or group.
    Record(&'a Record),
    /// As it is shown.
    Fixed(Value),
}

impl Salesforce {
    pub(super) fn list(&self, listed: Listed, target: &Target) -> Answer {
        self.check_projection(listed, target)?;
        let filter = target.parameter("filter").map(|text| self.filter(listed, text)).transpose()?;
        let (start, count) = self.page(listed, target)?;
        let mut found = self.likely(listed, filter.as_ref());
        if let Some(filter) = &filter {
            found.retain(|one| match one {
                One::Record(record) => filter.matches(&texts(self.show_at(record, false)), &exact),
                One::Fixed(value) => filter.matches(&texts(value.clone()), &exact),
            });
        }
        if listed == Listed::Entitlements && filter.is_none() {
            found.truncate(self.settings.number("entitlementsCap") as usize);
        }
        let total = found.len();
        let page: Vec<Value> = found
            .into_iter()
            .skip(start.unwrap_or(1) - 1)
            .take(count)
            .map(|one| match one {
                One::Record(record) => self.show(record),
                One::Fixed(value) => value,
            })
            .map(|shown| self.project(shown, target))
            .collect();
        let mut out = Object::new();
        out.insert("schemas".to_owned(), json!([LIST]));
        out.insert("totalResults".to_owned(), json!(total));
        if listed == Listed::Users && page.is_empty() {
            out.insert("itemsPerPage".to_owned(), json!(0));
            out.insert("startIndex".to_owned(), json!(0));
            return Ok(Done::new(200, Value::Object(out)));
        }
        if listed == Listed::Users || target.parameter("count").is_some() {
            out.insert("itemsPerPage".to_owned(), json!(page.len()));
        }
        if let Some(start) = start {
            out.insert("startIndex".to_owned(), json!(start));
        }
        out.insert("Resources".to_owned(), Value::Array(page));
        Ok(Done::new(200, Value::Object(out)))
    }

    /// `startIndex`, if it was sent, and how many.
    fn page(&self, listed: Listed, target: &Target) -> Result<(Option<usize>, usize), Refusal> {
        let start = match target.parameter("startIndex") {
            None => None,
            Some(text) => {
                let wrong = |_| Refusal::scim(400, format!("Illegal startIndex value : {text}"));
                Some(text.parse::<u64>().map_err(wrong)?.max(1))
            }
        };
        let ceiling = self.settings.number("startIndexCeiling");
        if ceiling > 0 && start.is_some_and(|start| start > ceiling) {
            let detail = format!("Start index too big, the maximum is {ceiling}");
            return Err(Refusal::scim(400, detail));
        }
        let count = match target.parameter("count") {
            None if listed == Listed::Users => (self.settings.number("defaultCount").min(MOST as u64)) as i64,
            None => MOST,
            Some(text) => {
                let wrong = || Refusal::scim(400, format!("Illegal count value : {text}"));
                let count = text.parse::<i64>().map_err(|_| wrong())?;
                if self.settings.is("countRange", "strict") && !(1..=MOST).contains(&count) {
                    return Err(wrong());
                }
                count.clamp(0, MOST)
            }
        };
        Ok((start.map(|start| start as usize), count as usize))
    }

    /// Those that can match, in the order of their ids.
    fn likely(&self, listed: Listed, filter: Option<&Filter>) -> Vec<One<'_>> {
        let records = |kind| {
            let mut records = self.store.matching(kind, filter);
            records.sort_by(|a, b| a.id.cmp(&b.id));
            records.into_iter()
        };
        match listed {
            Listed::Users => records(Kind::User).map(One::Record).collect(),
            Listed::Groups => {
                let hidden = self.settings.is("queues", "hidden");
                let shown = |record: &&Record| !hidden || text(&record.attributes, "type") != Some("Queue");
                records(Kind::Group).filter(shown).map(One::Record).collect()
            }
            Listed::Entitlements | Listed::Roles => {
                let ids = self.fixed(listed).into_iter().map(|(id, _, _)| id);
                ids.filter_map(|id| self.one(listed, &id)).map(One::Fixed).collect()
            }
        }
    }

    /// Id, name and type: profiles, then permission sets; or roles.
    fn fixed(&self, listed: Listed) -> Vec<(String, String, &'static str)> {
        if listed == Listed::Roles {
            return self.org.roles.iter().map(|role| (role.id.clone(), role.name.clone(), "")).collect();
        }
        let profiles =
            self.org.profiles.iter().map(|profile| (profile.id.clone(), profile.name.to_owned(), "Profile"));
        let sets =
            self.org.permission_sets.iter().map(|set| (set.id.clone(), set.name.clone(), "Permission Set"));
        profiles.chain(sets).collect()
    }

    /// An entitlement or role, with whom it is assigned to.
    pub(super) fn one(&self, listed: Listed, id: &str) -> Option<Value> {
        let (id, name, kind) = self.fixed(listed).into_iter().find(|(known, _, _)| known == id)?;
        let attribute = if listed == Listed::Roles { "roles" } else { "entitlements" };
        let holders = self
            .store
            .by(Kind::User, attribute, &id)
            .into_iter()
            .filter(|user| super::check::references(&user.attributes, attribute).contains(&id));
        let holders: Vec<&str> = holders.map(|user| user.id.as_str()).take(MOST as usize).collect();
        let members = self.members(holders.into_iter());
        Some(if listed == Listed::Roles {
            json!({"schemas": [ROLE], "id": id, "displayName": name, "members": members})
        } else {
            json!({"schemas": [ENTITLEMENT], "id": id, "displayName": name, "type": kind, "members": members})
        })
    }

    /// One resource; `members.startIndex` and `members.count` page its members (section 5.3).
    pub(super) fn get(&self, listed: Listed, shown: Option<Value>, target: &Target) -> Answer {
        self.check_projection(listed, target)?;
        let mut shown = shown.ok_or_else(Refusal::missing)?;
        if let Some(members) = shown.get_mut("members").and_then(Value::as_array_mut) {
            let number = |name: &str| target.parameter(name).and_then(|text| text.parse::<usize>().ok());
            let start = number("members.startIndex").unwrap_or(1).max(1) - 1;
            let count = number("members.count").unwrap_or(MOST as usize).min(MOST as usize);
            let page: Vec<Value> = members.iter().skip(start).take(count).cloned().collect();
            *members = page;
        }
        Ok(Done::new(200, self.project(shown, target)))
    }
}

/// Filters compare texts: booleans are texts to them (section 5.4).
fn texts(plain: Value) -> Object {
    let Value::Object(mut out) = plain else { return Object::new() };
    for value in out.values_mut() {
        if let Some(truth) = value.as_bool() {
            *value = Value::from(truth.to_string());
        }
        for value in value.as_object_mut().into_iter().flat_map(|object| object.values_mut()) {
            if value.is_boolean() || value.is_number() {
                *value = Value::from(value.to_string());
            }
        }
    }
    out
}
