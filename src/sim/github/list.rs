//! Lists: one comparison, `eq` alone, and pages by index (sheet 2.3).

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Answer, GitHub};
use crate::sim::filter::{Filter, Op, parse};
use crate::sim::http::Target;
use crate::sim::json::{items, text};
use crate::sim::schema::LIST;
use crate::sim::store::{Kind, Record};

/// An attribute and the value it must have.
struct Query {
    name: &'static str,
    value: String,
}

impl GitHub {
    pub(super) fn list(&self, kind: Kind, target: &Target, now: u64) -> Answer {
        let query = match target.parameter("filter").map(|filter| self.read_filter(kind, filter)) {
            None => None,
            Some(Some(query)) => Some(query),
            Some(None) if self.settings.is("unsupportedFilter", "ignore") => None,
            Some(None) => {
                let text = "Unsupported filter";
                return Err(Refusal { scim_type: "invalidFilter", ..Refusal::scim(400, text) });
            }
        };
        let start = self.number(target, "startIndex", 1)?;
        if start < 1 && self.settings.is("startIndexZero", "400") {
            return Err(Refusal::scim(400, "`startIndex` begins at 1"));
        }
        let default = self.settings.number("defaultCount") as usize;
        let most = self.settings.number("maxCount") as usize;
        // Below 0 is 0, as RFC 7644 3.4.2.4 has it.
        let size = |number: i64| usize::try_from(number.max(0)).unwrap_or(usize::MAX);
        let count = size(self.number(target, "count", default as i64)?);
        let lag = self.settings.number("readLagMs");
        let all = match &query {
            Some(query) => self.store.by(kind, query.name, &query.value),
            None => self.store.all(kind).collect(),
        };
        let found: Vec<&Record> = all
            .into_iter()
            .filter(|record| self.visible(record) && now >= record.created.saturating_add(lag))
            .filter(|record| query.as_ref().is_none_or(|query| self.matches(record, query)))
            .collect();
        let start = size(start.max(1));
        let page = found.iter().skip(start - 1).take(count.min(most));
        let page: Vec<Value> = page.map(|record| self.show(record, Some(target))).collect();
        // itemsPerPage is what is on the page, as in the documentation's examples.
        Ok((
            200,
            json!({"schemas": [LIST], "totalResults": found.len(), "itemsPerPage": page.len(),
                   "startIndex": start, "Resources": page}),
        ))
    }

    fn number(&self, target: &Target, name: &str, default: i64) -> Result<i64, Refusal> {
        match target.parameter(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| Refusal::scim(400, format!("`{name}` must be a number"))),
        }
    }

    /// One `attr eq "value"` of the table in sheet 2.3, or nothing.
    fn read_filter(&self, kind: Kind, filter: &str) -> Option<Query> {
        let known: &[&'static str] = match (kind, self.place.enterprise()) {
            (Kind::User, false) => &["id", "userName", "emails", "externalId"],
            (Kind::User, true) => &["userName", "externalId", "id", "displayName"],
            (Kind::Group, _) => &["externalId", "id", "displayName"],
        };
        match parse(filter).ok()? {
            Filter::Compare(path, Op::Eq, Value::String(value))
                if path.urn.is_none() && path.sub.is_none() =>
            {
                let name = known.iter().find(|known| known.eq_ignore_ascii_case(&path.name))?;
                Some(Query { name, value })
            }
            Filter::Compare(..)
            | Filter::And(..)
            | Filter::Or(..)
            | Filter::Not(_)
            | Filter::Present(_)
            | Filter::Values(..) => None,
        }
    }

    fn matches(&self, record: &Record, query: &Query) -> bool {
        let fold = self.settings.is("eqCase", "rfc");
        let same =
            |have: &str| have == query.value || (fold && have.to_lowercase() == query.value.to_lowercase());
        match query.name {
            "id" => record.id == query.value,
            "externalId" => text(&record.attributes, "externalId") == Some(&query.value),
            "emails" => items(&record.attributes, "emails").iter().any(|email| {
                let primary = email.get("primary") == Some(&Value::Bool(true));
                (primary || self.settings.is("emailsFilter", "any"))
                    && email.get("value").and_then(Value::as_str).is_some_and(same)
            }),
            name => text(&record.attributes, name).is_some_and(same),
        }
    }
}
