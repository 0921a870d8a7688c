//! Lists (RFC 7644 3.4.2): filter, page, project.

use serde_json::{Value, json};

use super::show::check_projection;
use super::{Answer, Done, Generic};
use crate::sim::fault::Fault;
use crate::sim::filter::{Filter, Op, parse};
use crate::sim::http::Target;
use crate::sim::json::Object;
use crate::sim::path::AttributePath;
use crate::sim::schema::{self, LIST};
use crate::sim::store::{Kind, Record};

impl Generic {
    pub(super) fn list(&self, kind: Kind, target: &Target) -> Answer {
        check_projection(target)?;
        let filter =
            target.parameter("filter").map(|text| self.read_filter(kind, text)).transpose()?.flatten();
        let exact = |path: &AttributePath| self.exact(kind, path);
        let likely = self.store.matching(kind, filter.as_ref()).into_iter();
        let found: Vec<(&Record, Option<Object>)> = likely
            .filter(|record| self.visible(record))
            .map(|record| (record, filter.as_ref().map(|_| self.whole(record))))
            .filter(|(_, whole)| {
                filter
                    .as_ref()
                    .zip(whole.as_ref())
                    .is_none_or(|(filter, whole)| filter.matches(whole, &exact))
            })
            .collect();
        let number = |name: &str| match target.parameter(name) {
            None => Ok(None),
            Some(text) => {
                let wrong = |_| Fault::bad("invalidValue", format!("`{name}` must be a number"));
                text.trim().parse::<i64>().map(Some).map_err(wrong)
            }
        };
        let most = self.settings.number("maxResults") as usize;
        let ignored = self.settings.is("paging", "ignored");
        // Below 1 is 1, a negative count is 0 (RFC 7644 3.4.2.4).
        let start = if ignored { 1 } else { number("startIndex")?.unwrap_or(1).max(1) as usize };
        let count =
            number("count")?.filter(|_| !ignored).map_or(most, |count| count.max(0) as usize).min(most);
        let total = found.len();
        let page: Vec<Value> = found
            .into_iter()
            .skip(start - 1)
            .take(count)
            .map(|(record, whole)| self.dress(whole.unwrap_or_else(|| self.whole(record)), Some(target)))
            .collect();
        let mut body = json!({"schemas": [LIST], "totalResults": total, "startIndex": start,
                              "itemsPerPage": page.len()});
        if let Some(object) =
            body.as_object_mut().filter(|_| !page.is_empty() || self.settings.is("emptyList", "present"))
        {
            object.insert("Resources".to_owned(), Value::Array(page));
        }
        Ok(Done::new(200, body))
    }

    /// The filter, by the switch: nothing means everybody.
    fn read_filter(&self, kind: Kind, text: &str) -> Result<Option<Filter>, Fault> {
        if self.settings.is("filters", "ignored") {
            return Ok(None);
        }
        let invalid = |detail: String| Fault::bad("invalidFilter", detail);
        let filter = parse(text).map_err(invalid)?;
        check_names(kind, &filter)?;
        match self.settings.value("filters") {
            "refused" => Err(invalid("filters are not supported".to_owned())),
            "onlyUserName" => match (&filter, kind) {
                (Filter::Compare(path, Op::Eq, _), Kind::User)
                    if path.name.eq_ignore_ascii_case("userName") =>
                {
                    Ok(Some(filter))
                }
                (Filter::Compare(path, Op::Eq, _), Kind::Group)
                    if path.name.eq_ignore_ascii_case("displayName") =>
                {
                    Ok(Some(filter))
                }
                _ => Err(invalid("this filter is not supported".to_owned())),
            },
            "loose" => match filter {
                Filter::Compare(path, Op::Eq, Value::String(value)) => {
                    Ok(Some(Filter::Compare(path, Op::Co, Value::String(value))))
                }
                filter @ (Filter::Compare(..)
                | Filter::And(..)
                | Filter::Or(..)
                | Filter::Not(_)
                | Filter::Present(_)
                | Filter::Values(..)) => Ok(Some(filter)),
            },
            _ => Ok(Some(filter)),
        }
    }

    /// Whether case counts for an attribute.
    fn exact(&self, kind: Kind, path: &AttributePath) -> bool {
        if kind == Kind::User && path.name.eq_ignore_ascii_case("userName") {
            return self.settings.is("caseExactUserName", "true");
        }
        let Some(attribute) = find(kind, path) else { return false };
        let sub = path.sub.as_deref().or(Some("value")).and_then(|sub| schema::named(attribute.subs, sub));
        attribute.exact || sub.is_some_and(|sub| sub.exact)
    }
}

fn find(kind: Kind, path: &AttributePath) -> Option<&'static schema::Attribute> {
    match &path.urn {
        Some(urn) if !urn.eq_ignore_ascii_case(schema::core(kind)) => {
            schema::extension(kind, urn).and_then(|(_, attributes)| schema::named(attributes, &path.name))
        }
        Some(_) | None => schema::top(kind, &path.name),
    }
}

/// A filter on an attribute no schema has is no filter (RFC 7644 table 9, invalidFilter).
fn check_names(kind: Kind, filter: &Filter) -> Result<(), Fault> {
    let known = |path: &AttributePath| {
        let attribute = find(kind, path);
        let sub = |attribute: &'static schema::Attribute| {
            path.sub.as_deref().is_none_or(|sub| schema::named(attribute.subs, sub).is_some())
        };
        let secret = attribute.is_some_and(|attribute| attribute.access == schema::Access::WriteOnly);
        if attribute.is_some_and(sub) && !secret {
            Ok(())
        } else {
            Err(Fault::bad("invalidFilter", format!("`{}` cannot be filtered", path.name)))
        }
    };
    match filter {
        Filter::And(left, right) | Filter::Or(left, right) => {
            check_names(kind, left).and_then(|()| check_names(kind, right))
        }
        Filter::Not(inside) => check_names(kind, inside),
        Filter::Compare(path, ..) | Filter::Present(path) | Filter::Values(path, _) => known(path),
    }
}
