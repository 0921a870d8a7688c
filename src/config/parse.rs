//! From text to [`Config`]: every problem in one pass, in the order of the document (C1).

use std::rc::Rc;

use serde_json::Value;

use super::document::{self, Order};
use super::fields::{CONFIG, Kind};
use super::policy::BUDGET_MS;
use super::server::server;
use super::shape::{check, quote, whole};
use super::source::{EVENT, expression};
use super::{Application, Config, Server};
use crate::expression::nearest::{list, nearest};
use crate::problem::{Problem, pointer};

/// Reads a configuration. Gives warnings beside it; or, if there is an error, every problem.
pub fn parse(text: &str) -> Result<(Config, Vec<Problem>), Vec<Problem>> {
    let document = document::read(text).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    check(&document, &ROOT, "", &mut problems);
    let config = config(&document, &mut problems);
    let order = Order::of(text);
    problems.extend(order.duplicates());
    order.sort(&mut problems);
    match config {
        Some(config) if !problems.iter().any(Problem::is_error) => Ok((config, problems)),
        Some(_) | None => Err(problems),
    }
}

/// Checks a configuration that is JSON already.
pub fn validate(value: &Value) -> Vec<Problem> {
    match parse(&crate::json::write::json(value)) {
        Ok((_, problems)) | Err(problems) => problems,
    }
}

static ROOT: Kind = Kind::Object(&CONFIG);

fn config(document: &Value, problems: &mut Vec<Problem>) -> Option<Config> {
    let items = |field: &str| document.get(field).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let policy = document.get("policy");
    let mut servers: Vec<Option<Server>> = Vec::new();
    for (index, item) in items("servers").iter().enumerate() {
        let path = format!("/servers/{index}");
        servers.push(item.as_object().and_then(|object| server(object, policy, &path, problems)));
    }
    let ids = ids("servers", items("servers"), problems);
    self::ids("applications", items("applications"), problems);
    let mut used = vec![false; ids.len()];
    let mut applications = Vec::new();
    for (index, item) in items("applications").iter().enumerate() {
        applications.push(application(item, index, &ids, &mut used, problems));
    }
    for (index, (used, id)) in used.iter().zip(&ids).enumerate() {
        // One without an id, or with that of another, has a problem already.
        let known = id.is_some() && ids.iter().position(|other| other == id) == Some(index);
        if known && !used && !items("applications").is_empty() {
            let message = "no application names this server";
            problems.push(Problem::warning(format!("/servers/{index}"), "unused-server", message));
        }
    }
    for field in ["servers", "applications"] {
        if document.get(field).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            problems.push(Problem::warning(
                format!("/{field}"),
                "nothing-to-do",
                format!("without {field} no login provisions"),
            ));
        }
    }
    Some(Config {
        servers: servers.into_iter().map(|server| server.map(Rc::new)).collect::<Option<_>>()?,
        applications: applications.into_iter().collect::<Option<_>>()?,
        budget_ms: policy.and_then(|policy| policy.get("budgetMs")).and_then(whole).unwrap_or(BUDGET_MS),
    })
}

/// The ids of a list's items, and a problem for each that came before.
fn ids<'d>(field: &str, items: &'d [Value], problems: &mut Vec<Problem>) -> Vec<Option<&'d str>> {
    let ids: Vec<Option<&str>> = items.iter().map(|item| item.get("id").and_then(Value::as_str)).collect();
    for (index, id) in ids.iter().enumerate() {
        let first = ids.iter().position(|other| other == id);
        if let (Some(id), Some(first)) = (id, first.filter(|first| *first < index)) {
            let message = format!("{} is the id of `/{field}/{first}` too", quote(id));
            problems.push(Problem::error(format!("/{field}/{index}/id"), "duplicate-id", message));
        }
    }
    ids
}

fn application(
    item: &Value,
    index: usize,
    ids: &[Option<&str>],
    used: &mut [bool],
    problems: &mut Vec<Problem>,
) -> Option<Application> {
    let path = format!("/applications/{index}");
    let at = pointer(&path, "servers");
    let names = item.get("servers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut servers: Vec<usize> = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let Some(name) = name.as_str() else { continue };
        let at = pointer(&at, &place.to_string());
        match ids.iter().position(|id| *id == Some(name)) {
            Some(server) if servers.contains(&server) => {
                problems.push(Problem::error(at, "duplicate-id", format!("{} is named twice", quote(name))));
            }
            Some(server) => {
                servers.push(server);
                if let Some(used) = used.get_mut(server) {
                    *used = true;
                }
            }
            None => problems.push(unknown_server(name, ids, &at)),
        }
    }
    let enabled = item.get("enabled").and_then(Value::as_bool).unwrap_or(true);
    if item.get("servers").is_some_and(|names| names.as_array().is_some_and(Vec::is_empty)) {
        problems.push(Problem::warning(
            at,
            "nothing-to-do",
            "an application without servers provisions nothing",
        ));
    }
    let condition = match item.get("condition").and_then(Value::as_str) {
        Some(text) => {
            Some((expression(text, &EVENT, &pointer(&path, "condition"), problems)?, text.to_owned()))
        }
        None => None,
    };
    Some(Application {
        id: item.get("id")?.as_str()?.to_owned(),
        name: item.get("name").and_then(Value::as_str).map(str::to_owned),
        servers,
        enabled,
        condition,
    })
}

#[cold]
#[inline(never)]
fn unknown_server(name: &str, ids: &[Option<&str>], at: &str) -> Problem {
    let known = || ids.iter().flatten().copied();
    let help = match (nearest(name, known()), known().next()) {
        (Some(meant), _) => format!("did you mean `{meant}`? servers: {}", list(known())),
        (None, Some(_)) => format!("servers: {}", list(known())),
        (None, None) => "there are no servers".to_owned(),
    };
    Problem::error(at, "unknown-server", format!("no server is called {}", quote(name))).help(help)
}
