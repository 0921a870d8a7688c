//! What keeps a conversation from sending: a server that is left alone (R6), and too many leavers at once (R12).

use super::call::Stop;
use super::{Sending, Visit};
use crate::breaker::Ended;
use crate::outcome::{Class, Failure, ServerOutcome};

impl Visit<'_> {
    /// Lets a request pass, unless the server is left alone for now.
    pub(super) fn admitted(&self) -> Result<(), Stop> {
        if !self.guarded {
            return Ok(());
        }
        let now = self.port.now();
        let until = match self.learned(|learned| learned.breaker.admit(self.port.run, now)) {
            Ok(()) => return Ok(()),
            Err(until) => until,
        };
        let message = format!("`{}` failed run after run and is left alone for now", self.server.id);
        let mut failure = Failure::new(Class::Unavailable, message);
        failure.retry_after_ms = until.map(|until| until.saturating_sub(now));
        Err(Stop { not_before: until, ..Stop::deferred("circuit-open", failure) })
    }

    /// Tells the breaker how the run ended here.
    pub fn tell_breaker(&self, outcome: &ServerOutcome, reason: &str) {
        let failed = outcome.error.as_ref().map(|failure| failure.class);
        let answered = outcome.requests.iter().any(|request| request.status.is_some());
        let how = match (failed, reason) {
            (_, "aborted" | "circuit-open") => Ended::Unknown,
            // Waiting for a place among its requests counts, waiting for the host does not.
            (Some(Class::Unavailable | Class::Timeout), _)
                if !outcome.requests.is_empty() || reason == "budget-spent" =>
            {
                Ended::Down
            }
            _ if answered => Ended::Answered,
            _ => Ended::Unknown,
        };
        let breaker = self.server.policy.breaker;
        let (run, now) = (self.port.run, self.port.now());
        self.learned(|learned| learned.breaker.ended(run, how, breaker.failures, breaker.cool_down_ms, now));
    }

    /// Counts a deactivation or deletion that is about to be sent; beyond the limit it is held.
    pub(super) fn count_leaver(&self) -> Result<(), Stop> {
        let (Some(limit), Sending::Live) = (self.server.policy.deprovision_limit, self.sending) else {
            return Ok(());
        };
        let now = self.port.now();
        let oldest = self.learned(|learned| {
            learned.leavers.retain(|at| now.saturating_sub(*at) < limit.window_ms);
            if learned.leavers.len() < limit.count as usize {
                learned.leavers.push(now);
                return None;
            }
            Some(learned.leavers.first().copied().unwrap_or(now))
        });
        let Some(oldest) = oldest else { return Ok(()) };
        let message = format!(
            "held: more than {} deactivations or deletions at `{}` within {} ms; if that is right, raise \
             `policy.deprovisionLimit`",
            limit.count, self.server.id, limit.window_ms
        );
        let not_before = oldest.saturating_add(limit.window_ms);
        let mut failure = Failure::new(Class::Throttled, message);
        failure.retry_after_ms = Some(not_before.saturating_sub(now));
        Err(Stop { not_before: Some(not_before), ..Stop::deferred("held", failure) })
    }

    /// It was not done after all.
    pub(super) fn uncount_leaver(&self) {
        if self.server.policy.deprovision_limit.is_some() && self.sending == Sending::Live {
            self.learned(|learned| learned.leavers.pop());
        }
    }
}
