//! How much may be asked in how long (sheet 7, 4.6).

use super::place::Surface;
use super::refusal::{PRIMARY, Refusal, SECONDARY};
use super::{Answer, GitHub};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// What was counted since it last began.
#[derive(Default)]
pub struct Window {
    since: Option<u64>,
    count: u64,
}

impl Window {
    /// Counts `more`; whether it fits. 0 is no limit. What does not fit is not counted.
    pub fn take(&mut self, more: u64, most: u64, length: u64, now: u64) -> bool {
        let since = *self.since.get_or_insert(now);
        if now < since || now - since >= length {
            (self.since, self.count) = (Some(now), 0);
        }
        let fits = most == 0 || self.count + more <= most;
        if fits {
            self.count += more;
        }
        fits
    }
}

impl GitHub {
    /// The hourly limit of the `scim` bucket, then the secondary limit on writes.
    pub(super) fn limit(&mut self, write: bool, now: u64) -> Result<(), Refusal> {
        // Off on GitHub Enterprise Server unless somebody turned them on (sheet 5).
        if self.place.surface == Surface::Server && self.settings.is("ghesRateLimits", "off") {
            return Ok(());
        }
        let limit = self.settings.number("rateLimit");
        let fits = self.hour.take(1, limit, HOUR, now);
        if limit > 0 {
            let reset = self.hour.since.unwrap_or(now).saturating_add(HOUR).div_ceil(1000);
            let used = self.hour.count;
            self.note("limit", limit);
            self.note("remaining", limit.saturating_sub(used));
            self.note("used", used);
            self.note("reset", reset);
            self.headers.push(("x-ratelimit-resource".to_owned(), "scim".to_owned()));
        }
        if !fits {
            let status = self.settings.status("rateLimitStatus");
            return Err(limited(status, "API rate limit exceeded.", PRIMARY));
        }
        let most = self.settings.number("writesPerMinute");
        if write && !self.minute.take(1, most, MINUTE, now) {
            let text =
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
            let refusal = limited(self.settings.status("secondaryLimit"), text, SECONDARY);
            return Err(match self.settings.value("secondaryRetryAfter") {
                "none" => refusal,
                "blank" => refusal.with("Retry-After", ""),
                seconds => refusal.with("Retry-After", seconds),
            });
        }
        Ok(())
    }

    /// Users made in an hour (sheet 4.6).
    pub(super) fn limit_users(&mut self, now: u64) -> Result<(), Refusal> {
        let fits = self.users.take(1, self.settings.number("usersPerHour"), HOUR, now);
        if fits { Ok(()) } else { Err(limited(429, "API rate limit exceeded: users per hour.", PRIMARY)) }
    }

    /// Users added to one group in an hour (sheet 4.6), counted in its window.
    pub(super) fn limit_members(&self, added: &mut Window, more: usize, now: u64) -> Result<(), Refusal> {
        let fits = added.take(more as u64, self.settings.number("membersPerHour"), HOUR, now);
        if fits { Ok(()) } else { Err(limited(429, "API rate limit exceeded: members per hour.", PRIMARY)) }
    }

    fn note(&mut self, name: &str, value: u64) {
        self.headers.push((format!("x-ratelimit-{name}"), value.to_string()));
    }

    /// A reply that is lost on its way: done, and said to have failed (sheet 9).
    pub(super) fn perhaps_broken(&self, answer: Answer) -> Answer {
        match answer {
            Ok((201, _)) if self.settings.is("post5xxButCreated", "on") => {
                Err(Refusal::scim(500, "Server Error"))
            }
            other => other,
        }
    }
}

/// A 429 is documented as a SCIM error, a 403 comes from the front of the API (sheet 2.2).
fn limited(status: u16, text: &str, documentation: &'static str) -> Refusal {
    let refusal = if status == 429 { Refusal::scim(status, text) } else { Refusal::basic(status, text) };
    Refusal { documentation, ..refusal }
}
