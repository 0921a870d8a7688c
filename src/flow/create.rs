//! Creating an account so that it is never created twice: a note first, then the request, then a look where the answer
//! was lost (D4, R4).

use std::future::Future;

use super::Visit;
use super::account::{Progress, RESTARTS};
use super::call::Stop;
use super::ending::Account;
use super::memory::Saved;
use super::write::Created;
use crate::join::join_all;
use crate::link::{self, Link, State};
use crate::outcome::{Class, Failure};
use crate::plan::Known;
use crate::port::Condition;
use crate::retry;

impl Visit<'_> {
    /// Creates the account, having written down that it is about to.
    pub(super) async fn make(&self, at: &mut Progress, whole: &str) -> Result<Option<Account>, Stop> {
        let pending = at.lost
            || at.noted
            || at.link.as_ref().is_some_and(|link| link.state == State::Pending && !at.gone);
        let mut writer = String::new();
        if at.store && !pending {
            let mut link = Link::new(State::Pending, None, self.port.now(), self.newest(at));
            link.writer = self.nonce();
            // What a create that is cut off may have set, and nobody wants by then, is to be taken away again (D6).
            link.digests = Some(link::attribute_digests(self.desired, &self.core.digests));
            writer.clone_from(&link.writer);
            match self.save(&link, at.condition.clone()).await {
                Saved::Yes => at.noted = true,
                Saved::Lost => {
                    // Without a note of it a create could be repeated blindly: look first (R8).
                    at.store = false;
                    return Ok(None);
                }
                Saved::Refused if at.restarts < RESTARTS => {
                    at.restarts += 1;
                    let again = self.load().await;
                    (at.link, at.condition, at.store) = (again.link, again.condition, again.answers);
                    at.known = Known::Nothing;
                    return Ok(None);
                }
                Saved::Refused => {}
            }
        }
        at.creates += 1;
        let (created, condition) = self.create_and_reread(&writer, at.creates - 1).await;
        if let Some(condition) = condition {
            at.condition = condition;
        }
        match created {
            Ok(Created::Account(Some(id))) => Ok(Some(self.made(at, whole, id))),
            Ok(Created::Account(None)) => {
                at.asked_external_id = false;
                at.lost = true;
                self.search(at).await?;
                match at.remote.as_ref().and_then(crate::scim::message::id) {
                    Some(id) => Ok(Some(self.made(at, whole, id))),
                    None => Err(Stop::failed(self.unreadable())),
                }
            }
            Ok(Created::Duplicate(said)) => {
                at.duplicate = said;
                at.known = Known::Duplicate;
                Ok(None)
            }
            Err(stop)
                if stop.unclear && at.creates <= self.server.policy.retries && self.time_is_left(&stop) =>
            {
                let wait = stop
                    .failure
                    .retry_after_ms
                    .unwrap_or_else(|| retry::backoff(at.creates - 1, self.random()));
                let until = self.port.now().saturating_add(wait);
                if until >= self.port.clock.requests_until {
                    return Err(stop);
                }
                self.port.sleep_until(until).await;
                at.lost = true;
                at.asked_external_id = false;
                at.known = Known::Nothing;
                Ok(None)
            }
            Err(stop) => Err(stop),
        }
    }

    /// Whether a stop leaves a chance to try again within this run.
    fn time_is_left(&self, stop: &Stop) -> bool {
        matches!(stop.deferred, Some("unavailable" | "throttled"))
    }

    /// Creates, and side by side learns the version of the record that says so.
    async fn create_and_reread(
        &self,
        writer: &str,
        before: u32,
    ) -> (Result<Created, Stop>, Option<Condition>) {
        if writer.is_empty() {
            return (self.create(before).await, None);
        }
        enum Part {
            Created(Result<Created, Stop>),
            Version(Condition),
        }
        let parts = join_all::<Part>([
            Box::pin(async { Part::Created(self.create(before).await) })
                as std::pin::Pin<Box<dyn Future<Output = Part>>>,
            Box::pin(async { Part::Version(self.version(writer).await) }),
        ])
        .await;
        let (mut created, mut version) = (None, None);
        for part in parts {
            match part {
                Part::Created(result) => created = Some(result),
                Part::Version(condition) => version = Some(condition),
            }
        }
        let defect = || Err(Stop::failed(Failure::new(Class::Internal, "a create ended without a result")));
        (created.unwrap_or_else(defect), version)
    }
}
