//! ListUsers and ListGroups (listusers.html, listgroups.html): one classic page, or pages by cursor.

use serde_json::{Value, json};

use super::filter::{Query, read};
use super::{Answer, Aws, reply};
use crate::sim::fault::Fault;
use crate::sim::http::Target;
use crate::sim::schema::LIST;
use crate::sim::store::{Kind, Record};

impl Aws {
    pub(super) fn list(&self, kind: Kind, target: &Target, now: u64) -> Answer {
        let unsupported = ["startIndex", "attributes", "excludedAttributes"];
        if self.settings.is("unsupportedQuery", "400")
            && unsupported.iter().any(|n| target.parameter(n).is_some())
        {
            return Err(reply::generic());
        }
        let old = self.settings.is("listGeneration", "before2025");
        let filter = target.parameter("filter");
        let query = filter.map(|filter| read(kind, filter, old)).transpose()?;
        if let Some(query) = &query {
            self.check_query(query)?;
        }
        let cursor = target.parameter("cursor").filter(|_| !old);
        let count = self.count(target, cursor.is_some(), old)?;
        match cursor {
            None => Ok((200, self.classic(kind, query.as_ref(), count, now))),
            Some(cursor) => {
                let after = if cursor.is_empty() { 0 } else { self.resume(cursor, kind, filter, now)? };
                Ok((200, self.page(kind, query.as_ref(), filter, count, after, now)))
            }
        }
    }

    /// `count`: 1 to 100.
    fn count(&self, target: &Target, cursor: bool, old: bool) -> Result<usize, Fault> {
        let cap = self.settings.number("pageSize").min(if old { 50 } else { 100 }).max(1);
        let ignored = old || (!cursor && self.settings.is("countWithoutCursor", "ignore"));
        let Some(count) = target.parameter("count").filter(|_| !ignored) else { return Ok(cap as usize) };
        let count = count.parse().ok().filter(|count| (1..=100).contains(count));
        count.map(|count: u64| count.min(cap) as usize).ok_or_else(reply::generic)
    }

    fn found<'a>(
        &'a self,
        kind: Kind,
        query: Option<&'a Query>,
        now: u64,
    ) -> impl Iterator<Item = &'a Record> {
        let fits = move |record: &&Record| query.is_none_or(|query| self.matches(record, query));
        let all = match query {
            Some(query) => self.likely(kind, query),
            None => self.store.all(kind).collect(),
        };
        all.into_iter().filter(move |record| self.visible(record, now)).filter(fits)
    }

    /// `totalResults` is the size of this page, and there is no way to the rest.
    fn classic(&self, kind: Kind, query: Option<&Query>, count: usize, now: u64) -> Value {
        let found: Vec<Value> =
            self.found(kind, query, now).take(count).map(|record| self.listed(record)).collect();
        json!({"totalResults": found.len(), "itemsPerPage": found.len(), "startIndex": 1, "schemas": [LIST],
               "Resources": found})
    }

    fn page(
        &self,
        kind: Kind,
        query: Option<&Query>,
        filter: Option<&str>,
        count: usize,
        after: u64,
        now: u64,
    ) -> Value {
        let size = if self.settings.is("shortPages", "true") { count.div_ceil(2) } else { count };
        let mut rest = self.found(kind, query, now).filter(|record| record.sequence > after);
        let page: Vec<&Record> = rest.by_ref().take(size).collect();
        let next = rest.next().and(page.last()).map(|last| cursor(last.sequence, kind, filter, now));
        let requested = next.is_none() && self.settings.is("lastItemsPerPage", "requested");
        let resources: Vec<Value> = page.iter().map(|record| self.listed(record)).collect();
        let per_page = if requested { count } else { resources.len() };
        let mut body = json!({"itemsPerPage": per_page, "schemas": [LIST], "Resources": resources});
        if let (Some(next), Some(object)) = (next, body.as_object_mut()) {
            object.insert("nextCursor".to_owned(), Value::from(next));
        }
        body
    }

    /// Groups in a list have `members: []`.
    fn listed(&self, record: &Record) -> Value {
        let mut body = self.show(record);
        if let Some(object) = body.as_object_mut().filter(|_| record.kind == Kind::Group) {
            object.insert("members".to_owned(), json!([]));
        }
        body
    }

    /// Where a cursor left off; refused when the filter changed or it is too old.
    fn resume(&self, text: &str, kind: Kind, filter: Option<&str>, now: u64) -> Result<u64, Fault> {
        let numbers =
            text.strip_prefix("c+").and_then(|t| t.strip_suffix('=')).and_then(|t| t.split_once('/'));
        let (after, issued) =
            numbers.and_then(|(_, rest)| rest.split_once(':')).ok_or_else(reply::generic)?;
        let (after, issued): (u64, u64) =
            after.parse().ok().zip(issued.parse().ok()).ok_or_else(reply::generic)?;
        let lifetime = self.settings.number("cursorLifetime");
        let expired = lifetime > 0 && now > issued + lifetime;
        if expired || cursor(after, kind, filter, issued) != text {
            return Err(reply::generic());
        }
        Ok(after)
    }
}

/// Of the documented alphabet `[-a-zA-Z0-9+=/:_]`, with all that must be percent-encoded.
fn cursor(after: u64, kind: Kind, filter: Option<&str>, now: u64) -> String {
    // FNV-1a: only told apart, not protected.
    let text = format!("{} {}", kind.name(), filter.unwrap_or(""));
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("c+{hash:016x}/{after}:{now}=")
}
