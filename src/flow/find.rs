//! Looking for a user or a group by what it should carry. Servers exist that ignore filters and answer with
//! everybody, so a hit counts only if it says of itself what was asked.

use serde_json::Value;

use super::Visit;
use super::call::Stop;
use crate::encode::{lower_case, percent};
use crate::http::{Body, Call, Reply};
use crate::json::json;
use crate::plan::Owner;
use crate::planted;
use crate::retry::error_of;
use crate::scim::filter;
use crate::scim::message;
use crate::scim::resource::{member, text};

/// How many pages of one filtered list are read: hits are one or none, so that more than one page is already odd.
const PAGES: usize = 20;

/// Who answers to a filter.
#[derive(Debug)]
pub enum Found {
    /// Nobody.
    Nobody,
    /// This one.
    One(Value),
    /// More than one.
    Many,
}

impl Visit<'_> {
    /// Looks for the user by one attribute (`externalId` or `userName`). `Nobody` where the mapping gives it no value.
    pub async fn find_user(&self, by: &str) -> Result<Found, Stop> {
        let Some(wanted) = self.desired.text(by) else { return Ok(Found::Nobody) };
        let exact = by == "externalId";
        let is_hit = |user: &Value| {
            // RFC 7643 sections 3.1 and 4.1.1: externalId is case-exact, userName is not.
            text(user, by)
                .is_some_and(|found| found == wanted || (!exact && lower_case(found) == lower_case(wanted)))
        };
        self.find("find", "/Users", by, wanted, &is_hit, &is_hit).await
    }

    /// Looks for a group by name.
    pub async fn find_group(&self, name: &str) -> Result<Found, Stop> {
        let not_groups = self.server.provider.dialect.not_groups;
        let is_hit = |group: &Value| {
            text(group, "displayName").is_some_and(|found| lower_case(found) == lower_case(name))
                && !not_groups.iter().any(|kind| text(group, "type") == Some(*kind))
        };
        // Of two that differ in case the one of our own spelling, if there is just one.
        let is_better = |group: &Value| text(group, "displayName").is_some_and(|found| found == name);
        self.find("group-find", "/Groups", "displayName", name, &is_hit, &is_better).await
    }

    async fn find(
        &self,
        purpose: &'static str,
        path: &str,
        attribute: &str,
        wanted: &str,
        is_hit: &dyn Fn(&Value) -> bool,
        is_better: &dyn Fn(&Value) -> bool,
    ) -> Result<Found, Stop> {
        let dialect = &self.server.provider.dialect;
        let whole = dialect.filter_escapes || !wanted.contains(['"', '\\', '\'']);
        let expression = if whole {
            filter::eq(attribute, wanted)
        } else {
            // What comes before the first of them, and the rest is compared here.
            filter::starts_with(attribute, wanted.split(['"', '\\', '\'']).next().unwrap_or(""))
        };
        let condition = format!("filter={}", percent(&expression));
        let mut next: Option<String> = None;
        let mut seen = 0;
        let mut hits: Vec<Value> = Vec::new();
        for _ in 0..PAGES {
            let list_query = match (self.learned(|learned| learned.list_query), path) {
                (false, _) => "",
                (true, "/Groups") if !dialect.group_query.is_empty() => dialect.group_query,
                (true, _) => dialect.list_query,
            };
            let query = match &next {
                Some(page) => format!("{page}{condition}"),
                None => format!("{list_query}{condition}"),
            };
            let call = Call::new(purpose, "GET", path)
                .query(query)
                .assume(self.assumed_hit(purpose, attribute, wanted));
            let reply = self.call(call).await?;
            if reply.status == 400 && !list_query.is_empty() && next.is_none() {
                // Cursors came in 2025; a server without them may refuse the parameter.
                self.learned(|learned| learned.list_query = false);
                continue;
            }
            if reply.status == 400 {
                // A complaint about a filter may quote any part of it, and so of the profile (S2).
                let body = Body::Json(json!({ "scimType": error_of(&reply).scim_type }));
                return Err(self.refused(&Reply { body, ..reply }, None));
            }
            if !reply.is_success() {
                return Err(self.refused(&reply, None));
            }
            let list = match &reply.body {
                Body::Json(body) => message::list(body),
                Body::Empty | Body::Unreadable => None,
            };
            let list = list.ok_or_else(|| Stop::failed(self.unreadable()))?;
            seen += list.resources.len();
            let more = !list.resources.is_empty() && list.total.is_some_and(|total| total > seen);
            hits.extend(
                list.resources.into_iter().filter(|found| message::id(found).is_some() && is_hit(found)),
            );
            let page = match list.next_cursor {
                Some(cursor) => Some(format!("cursor={}&", percent(&cursor))),
                // RFC 7644 section 3.4.2.4. A filter that names the one we look for has no second page.
                None if more && !whole => Some(format!("{list_query}startIndex={}&", seen + 1)),
                None => None,
            };
            match page {
                Some(page)
                    if next.as_ref() != Some(&page)
                        && hits.iter().filter(|hit| is_better(hit)).count() < 2 =>
                {
                    next = Some(page)
                }
                _ => break,
            }
        }
        hits.dedup_by_key(|hit| message::id(hit));
        if hits.len() > 1 && hits.iter().any(is_better) {
            hits.retain(is_better);
        }
        Ok(match hits.len() {
            0 => Found::Nobody,
            1 => hits.pop().map_or(Found::Nobody, Found::One),
            _ => Found::Many,
        })
    }

    /// Whose account it is, by its externalId (D5). Where the mapping gives none, nobody's: ownership then rests on
    /// the link.
    pub fn owner_of(&self, user: &Value) -> Owner {
        let theirs = match member(user, "externalId") {
            Some(Value::String(theirs)) if !theirs.is_empty() => theirs.clone(),
            Some(Value::Number(theirs)) => theirs.to_string(),
            _ => return Owner::Unowned,
        };
        match self.desired.text("externalId") {
            Some(ours) if ours == theirs => Owner::Ours,
            Some(_) if planted::is(8) => Owner::Unowned,
            Some(_) => Owner::Foreign,
            None => Owner::Unowned,
        }
    }
}
