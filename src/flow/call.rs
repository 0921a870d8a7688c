//! One call: with its credential, its tries, and its place in the outcome's records.

use serde_json::{Value, json};

use super::{Sending, Visit};
use crate::auth::header;
use crate::http::{Body, Call, Reply, Request};
use crate::outcome::{Class, Failure, RequestRecord};
use crate::port::{Answer, Answered, Ask, Loss};
use crate::provider::Reading;
use crate::redact::Needles;
use crate::retry;
use crate::scim::message::ErrorBody;
use crate::secret::SecretValue;
use crate::table::insert_by_key;
use crate::time::Millis;

/// Why a conversation ends before its time.
#[derive(Clone, Debug)]
pub struct Stop {
    /// What went wrong.
    pub failure: Failure,
    /// The reason of a deferral, where trying later may help.
    pub deferred: Option<&'static str>,
    /// Not before.
    pub not_before: Option<Millis>,
    /// It may have been done all the same (R4).
    pub unclear: bool,
}

impl Stop {
    /// Trying again does not help.
    pub fn failed(failure: Failure) -> Self {
        Stop { failure, deferred: None, not_before: None, unclear: false }
    }

    /// Trying later may help.
    pub fn deferred(reason: &'static str, failure: Failure) -> Self {
        Stop { failure, deferred: Some(reason), not_before: None, unclear: false }
    }
}

/// Sent with every request (H5).
const USER_AGENT: &str = concat!("scimhook/", env!("CARGO_PKG_VERSION"));

impl Visit<'_> {
    /// Asks the provider, as often as it takes and the budget allows (R3). `Ok` is an answer that no further try
    /// would change: success, or a refusal.
    pub async fn call(&self, call: Call) -> Result<Reply, Stop> {
        self.call_after(call, 0).await
    }

    /// The same for a call of which some tries were made before.
    pub async fn call_after(&self, call: Call, before: u32) -> Result<Reply, Stop> {
        if self.sending == Sending::Nothing || (self.sending == Sending::Reads && call.writes()) {
            return Ok(self.pretend(call));
        }
        let mut renewed = false;
        let mut tries = before;
        loop {
            self.keep_quiet().await?;
            let authorization = self.authorization().await?;
            let (scim_json, if_match) = self.learned(|learned| (learned.scim_json, learned.if_match));
            let answered = self.send(&call, authorization, tries).await;
            self.record(&call, tries + 1, &answered);
            let stop = match answered.answer {
                Ok(Answer::Reply(response)) => {
                    let reply = Reply::read(&response);
                    match self.read_refusal(&reply).0 {
                        // What a server wants to have said otherwise is said so once more, and from then on (RFC 7644
                        // section 3.1, RFC 6585 section 3).
                        Some(Class::Rejected) if reply.status == 415 && scim_json => {
                            self.learned(|learned| learned.scim_json = false);
                            continue;
                        }
                        Some(Class::Rejected) if reply.status == 428 && !if_match => {
                            self.learned(|learned| learned.if_match = true);
                            continue;
                        }
                        Some(Class::Credentials) if !renewed => {
                            renewed = true;
                            if self.renewed().await? {
                                continue;
                            }
                            return Ok(reply);
                        }
                        Some(class) if class.is_retryable() => self.unwell(class, &reply, &call),
                        _ => return Ok(reply),
                    }
                }
                Ok(Answer::Loaded(_) | Answer::Stored(_) | Answer::Secret(_)) => {
                    return Err(self.lost(Loss::BadShape));
                }
                Err(loss) => self.lost(loss),
            };
            let Some(at) = self.next_try(&call, tries, &stop) else { return Err(stop) };
            self.port.sleep_until(at).await;
            tries += 1;
        }
    }

    /// When to try again; `None` where that would not help, or not fit in.
    fn next_try(&self, call: &Call, tries: u32, stop: &Stop) -> Option<Millis> {
        let repeatable = !(stop.unclear && call.method == "POST");
        if stop.deferred.is_none()
            || !stop.failure.retryable
            || tries >= self.server.policy.retries
            || !repeatable
        {
            return None;
        }
        let wait = stop.failure.retry_after_ms.unwrap_or_else(|| retry::backoff(tries, self.random()));
        let at = self.port.now().saturating_add(wait);
        (at < self.port.clock.requests_until).then_some(at)
    }

    /// Waits while the server asked for quiet; a wait that does not fit in is not begun.
    async fn keep_quiet(&self) -> Result<(), Stop> {
        let until = self.learned(|learned| learned.quiet_until);
        let now = self.port.now();
        if until <= now {
            return Ok(());
        }
        if until < self.port.clock.requests_until && !self.port.clock.aborted.get() {
            self.port.sleep_until(until).await;
            return Ok(());
        }
        let mut failure = Failure::new(Class::Throttled, format!("`{}` asked us to wait", self.server.id));
        failure.retry_after_ms = Some(until - now);
        Err(Stop { not_before: Some(until), ..Stop::deferred("throttled", failure) })
    }

    async fn send(&self, call: &Call, authorization: String, tries: u32) -> Answered {
        let request = Request {
            method: call.method,
            url: self.url(call),
            headers: self.headers(call, authorization),
            body: call.body.as_ref().map(Value::to_string),
        };
        let ask = Ask::Send {
            server: self.index,
            request,
            further_tries: self.server.policy.retries.saturating_sub(tries),
            longest: self.server.policy.request_timeout_ms,
        };
        self.port.ask(ask, self.port.clock.requests_until).await
    }

    /// The headers of a call (H5).
    pub fn headers(&self, call: &Call, authorization: String) -> Vec<(&'static str, String)> {
        let dialect = &self.server.provider.dialect;
        let mut headers = vec![
            ("Authorization", authorization),
            ("User-Agent", USER_AGENT.to_owned()),
            ("Accept", dialect.accept.to_owned()),
        ];
        if call.body.is_some() {
            let scim_json = self.learned(|learned| learned.scim_json);
            let content_type = if scim_json { dialect.content_type } else { "application/json" };
            headers.push(("Content-Type", content_type.to_owned()));
        }
        if !matches!(call.method, "GET" | "POST") && self.learned(|learned| learned.if_match) {
            // Any version: what we write is ours, whatever else was changed meanwhile (RFC 9110 section 13.1.1).
            headers.push(("If-Match", "*".to_owned()));
        }
        headers
    }

    /// The absolute URL of a call.
    pub fn url(&self, call: &Call) -> String {
        let mark = if call.query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{}", self.server.url, call.path, call.query)
    }

    fn record(&self, call: &Call, attempt: u32, answered: &Answered) {
        let Some(sent) = answered.sent else { return };
        let reply = match &answered.answer {
            Ok(Answer::Reply(response)) => {
                Some(Reply { status: response.status, headers: response.headers.clone(), body: Body::Empty })
            }
            _ => None,
        };
        let record = RequestRecord {
            purpose: call.purpose,
            method: call.method,
            path: call.path.clone(),
            attempt,
            status: reply.as_ref().map(|reply| reply.status),
            duration_ms: self.port.now().saturating_sub(sent),
            provider_request_id: reply
                .and_then(|reply| reply.request_id())
                .filter(|id| !self.needles(None).hit(id)),
        };
        if self.core.host.log {
            self.log_request(&record);
        }
        insert_by_key(&mut self.notes.borrow_mut().requests, (answered.order, record), |(order, _)| *order);
    }

    fn log_request(&self, record: &RequestRecord) {
        let level = if record.status.is_some_and(|status| status < 400) { "info" } else { "warn" };
        let mut line = json!({
            "time": self.port.now(), "level": level, "event": "request", "id": self.run_id, "server": self.server.id,
        });
        if let (Some(line), Ok(Value::Object(fields))) = (line.as_object_mut(), serde_json::to_value(record))
        {
            line.extend(fields);
        }
        self.port.log(line);
    }

    /// A reply that asks for another try.
    fn unwell(&self, class: Class, reply: &Reply, call: &Call) -> Stop {
        let now = self.port.now();
        let mut failure = self.failure(reply, call.body.as_ref());
        let wait = retry::asked_wait(reply, now).or(self.read_refusal(reply).1.wait);
        if let Some(wait) = wait {
            failure.retry_after_ms = Some(wait);
            self.learned(|learned| learned.quiet_until = learned.quiet_until.max(now.saturating_add(wait)));
        }
        let reason = if class == Class::Throttled { "throttled" } else { "unavailable" };
        // A limit, whatever its status, and 503 say that nothing was done (RFC 6585 section 4, RFC 9110 section 15.6.4);
        // others leave it open.
        let unclear = class != Class::Throttled && reply.status != 503;
        Stop {
            not_before: wait.map(|wait| now.saturating_add(wait)),
            unclear,
            ..Stop::deferred(reason, failure)
        }
    }

    /// No reply.
    pub fn lost(&self, loss: Loss) -> Stop {
        let server = &self.server.id;
        let spent = self.port.now() >= self.port.clock.requests_until;
        let (class, message, reason) = match loss {
            Loss::Aborted => {
                (Class::Timeout, format!("stopped by the host while waiting for `{server}`"), Some("aborted"))
            }
            Loss::Unsent => {
                (Class::Timeout, format!("no time was left to ask `{server}`"), Some("budget-spent"))
            }
            Loss::Timeout if spent => {
                (Class::Timeout, format!("`{server}` did not answer within the budget"), Some("budget-spent"))
            }
            Loss::Timeout => {
                (Class::Timeout, format!("`{server}` did not answer in time"), Some("unavailable"))
            }
            Loss::Transport => {
                (Class::Unavailable, format!("the connection to `{server}` failed"), Some("unavailable"))
            }
            Loss::TooLong => (Class::Protocol, format!("`{server}` answered with more than 1 MiB"), None),
            Loss::BadShape | Loss::Broken => {
                (Class::Protocol, format!("the host's `fetch` gave no response for `{server}`"), None)
            }
        };
        Stop {
            unclear: loss != Loss::Unsent,
            deferred: reason,
            not_before: None,
            failure: Failure::new(class, message),
        }
    }

    /// What a reply that is no success says, safe to show.
    pub fn failure(&self, reply: &Reply, sent: Option<&Value>) -> Failure {
        let error = retry::error_of(reply);
        let (class, reading) = self.read_refusal(reply);
        let class = class.unwrap_or(Class::Protocol);
        let needles = self.needles(sent);
        let mut sentence = self.sentence(class, reply, &error, &needles);
        if let Some(why) = &reading.why {
            sentence = format!("{sentence}; {why}");
        }
        let mut failure = Failure::new(class, sentence);
        failure.status = Some(reply.status);
        // A word that holds what was sent is no code.
        failure.scim_type = error.scim_type.filter(|word| !needles.hit(word));
        failure.provider_code = reading.code.or(error.code).filter(|word| !needles.hit(word));
        failure
    }

    /// What kind of failure a reply is, and what this provider means by it.
    fn read_refusal(&self, reply: &Reply) -> (Option<Class>, Reading) {
        retry::read(&self.server.provider.dialect, reply, &retry::error_of(reply), self.port.now())
    }

    fn sentence(&self, class: Class, reply: &Reply, error: &ErrorBody, needles: &Needles) -> String {
        let server = &self.server.id;
        let said = error.detail.as_deref().map(|text| needles.scrub(text)).filter(|text| !text.is_empty());
        let head = match class {
            Class::Protocol if reply.is_success() => {
                return format!("`{server}` answered with something that is not SCIM");
            }
            Class::Protocol => {
                return format!(
                    "`{server}` answered {} instead of SCIM; redirects are not followed",
                    reply.status
                );
            }
            Class::Credentials => format!("`{server}` refuses our credentials ({})", reply.status),
            Class::Forbidden => format!("`{server}` does not allow this ({})", reply.status),
            Class::Throttled => format!("`{server}` asks us to slow down ({})", reply.status),
            Class::Unavailable => format!("`{server}` is not well ({})", reply.status),
            Class::Conflict => format!("`{server}` has a duplicate ({})", reply.status),
            Class::NotFound => format!("`{server}` does not find it ({})", reply.status),
            Class::Profile | Class::Rejected | Class::Timeout | Class::Internal => {
                format!("`{server}` does not take what was sent ({})", reply.status)
            }
        };
        match said {
            Some(said) => format!("{head}: {said}"),
            None => head,
        }
    }

    /// What no text of a provider's may show.
    fn needles(&self, sent: Option<&Value>) -> Needles {
        let mut secrets: Vec<String> = Vec::new();
        for (server, learned) in self.core.config.servers.iter().zip(&self.core.learned) {
            let secret = match header::secret_of(&server.authentication) {
                SecretValue::Literal(secret) => Some(secret.clone()),
                SecretValue::Named(_) => learned.borrow().secret.clone(),
            };
            let Some(secret) = secret else { continue };
            // As it was given, and as it stands in the header.
            let header = header::authorization(&server.authentication, &secret).unwrap_or_default();
            secrets.extend(header.rsplit(' ').next().map(str::to_owned));
            secrets.push(secret.reveal().to_owned());
        }
        // Whole profile values may come back even where this one request did not carry them.
        let whole = json!([sent, self.desired.iter().map(|(_, value)| value).collect::<Vec<_>>(), self.user]);
        Needles::new(secrets.iter().map(String::as_str), &whole)
    }

    /// The failure of a success whose body is not what it should be.
    pub fn unreadable(&self) -> Failure {
        Failure::new(
            Class::Protocol,
            format!("`{}` answered with something that is not SCIM", self.server.id),
        )
    }

    /// A stop for a reply that no further try would change.
    pub fn refused(&self, reply: &Reply, sent: Option<&Value>) -> Stop {
        let failure = self.failure(reply, sent);
        self.learned(|learned| learned.last_failure = Some(failure.clone()));
        Stop::failed(failure)
    }
}
