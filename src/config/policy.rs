//! The policy in force at one server: its own over the configuration's over the defaults.

use serde_json::{Map, Value};

use super::shape::whole;
use super::{Adopt, Breaker, Deprovision, DeprovisionLimit, OnFailure, Policy};
use crate::provider::{Template, Updates};

/// Total milliseconds of one run where nothing is said.
pub(super) const BUDGET_MS: u64 = 2500;
/// Seven days.
const RECHECK_AFTER_SECONDS: u64 = 604_800;

/// Reads the fields, of which the checks have shown that they are well formed; what is not counts as absent.
pub(super) fn policy(server: Option<&Value>, top: Option<&Value>, template: &Template) -> Policy {
    let given = |field: &str| server.and_then(|policy| policy.get(field)).or_else(|| top?.get(field));
    let word = |field: &str| given(field).and_then(Value::as_str);
    let flag = |field: &str| given(field).and_then(Value::as_bool);
    let number = |field: &str| given(field).and_then(whole);
    let object = |field: &str| given(field).and_then(Value::as_object);
    Policy {
        on_failure: match word("onFailure") {
            Some("deny") => OnFailure::Deny,
            Some("denyFirst") => OnFailure::DenyFirst,
            Some(_) | None => OnFailure::Allow,
        },
        updates: match flag("updates") {
            Some(true) => Updates::On,
            Some(false) => Updates::Off,
            None => template.updates,
        },
        adopt: match word("adopt") {
            Some("never") => Adopt::Never,
            Some("sameExternalId") => Adopt::SameExternalId,
            Some(_) | None => Adopt::Unowned,
        },
        reactivate: flag("reactivate").unwrap_or(true),
        deprovision: match word("deprovision") {
            Some("delete") => Deprovision::Delete,
            Some("none") => Deprovision::None,
            Some(_) | None => Deprovision::Deactivate,
        },
        deactivate_unentitled: word("whenNotEntitled") == Some("deactivate"),
        recheck_after_ms: number("recheckAfter").unwrap_or(RECHECK_AFTER_SECONDS).saturating_mul(1000),
        retries: number("retries").map_or(2, small),
        request_timeout_ms: number("requestTimeoutMs"),
        deprovision_limit: object("deprovisionLimit").and_then(|limit| {
            Some(DeprovisionLimit {
                count: small(field(limit, "count")?),
                window_ms: field(limit, "windowMs")?,
            })
        }),
        breaker: object("breaker")
            .and_then(|breaker| {
                Some(Breaker {
                    failures: small(field(breaker, "failures")?),
                    cool_down_ms: field(breaker, "coolDownMs")?,
                })
            })
            .unwrap_or(Breaker { failures: 5, cool_down_ms: 30_000 }),
    }
}

fn field(object: &Map<String, Value>, name: &str) -> Option<u64> {
    object.get(name).and_then(whole)
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
