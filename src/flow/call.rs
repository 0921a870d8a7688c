//! One call: with its credential, its tries, and its place in the outcome's records.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

use super::credential::Tried;
use super::{Sending, Visit};
use crate::auth;
use crate::http::{Body, Call, Reply, Request};
use crate::json::{self, json, write};
use crate::outcome::{Class, Failure, RequestRecord};
use crate::port::{Answer, Answered, Ask, Loss};
use crate::provider::Reading;
use crate::redact::{Needles, is_token};
use crate::retry;
use crate::table::insert_by_key;
use crate::time::Millis;

/// Why a conversation ends before its time.
#[derive(Clone, Debug)]
pub struct Stop {
    /// What went wrong.
    pub failure: Box<Failure>,
    /// The reason of a deferral, where trying later may help.
    pub deferred: Option<&'static str>,
    /// Not before.
    pub not_before: Option<Millis>,
    /// It may have been done all the same (R4).
    pub unclear: bool,
}

impl Stop {
    /// Trying again does not help.
    pub fn failed(failure: Box<Failure>) -> Self {
        Stop { failure, deferred: None, not_before: None, unclear: false }
    }

    /// Trying later may help.
    pub fn deferred(reason: &'static str, failure: Box<Failure>) -> Self {
        Stop { failure, deferred: Some(reason), not_before: None, unclear: false }
    }
}

/// A call under way. Boxed, so that each conversation holds a pointer and not all that a call goes through.
pub type Calling<'a> = Pin<Box<dyn Future<Output = Result<Reply, Stop>> + 'a>>;

/// Sent with every request (H5).
pub(super) const USER_AGENT: &str = concat!("scimhook/", env!("CARGO_PKG_VERSION"));

impl Visit<'_> {
    /// Asks the provider, as often as it takes and the budget allows (R3). `Ok` is an answer that no further try
    /// would change: success, or a refusal.
    pub fn call(&self, call: Call) -> Calling<'_> {
        self.call_after(call, 0)
    }

    /// The same for a call of which some tries were made before.
    pub fn call_after(&self, call: Call, before: u32) -> Calling<'_> {
        Box::pin(self.called(call, before))
    }

    async fn called(&self, call: Call, before: u32) -> Result<Reply, Stop> {
        if self.sending == Sending::Nothing || (self.sending == Sending::Reads && call.writes()) {
            return Ok(self.pretend(call));
        }
        self.converse(&call, None, before).await
    }

    /// `token`: the request for a token, which goes elsewhere and shows what it holds.
    pub(super) async fn converse(
        &self,
        call: &Call,
        token: Option<&Request>,
        before: u32,
    ) -> Result<Reply, Stop> {
        // Whether one of the tries may have been done, although the last one was refused, or never left.
        let mut unclear = false;
        match self.tries(call, token, before, &mut unclear).await {
            Ok(reply) => Ok(Reply { unclear, ..reply }),
            Err(stop) => Err(Stop { unclear: unclear || stop.unclear, ..stop }),
        }
    }

    async fn tries(
        &self,
        call: &Call,
        token: Option<&Request>,
        before: u32,
        unclear: &mut bool,
    ) -> Result<Reply, Stop> {
        let mut tried = Tried { before: self.credentials().minted, ..Tried::default() };
        let mut tries = before;
        loop {
            self.admitted()?;
            self.keep_quiet(token.is_some()).await?;
            let (request, shown) = match token {
                Some(request) => (request.clone(), None),
                None => {
                    let shown = self.authorization().await?;
                    (self.request(call, shown.header.clone()), Some(shown))
                }
            };
            let (usual_media, if_match) = self.learned(|learned| (learned.usual_media, learned.if_match));
            let servers = self.core.config.servers.len();
            let ask = Ask::Send {
                // Token requests have lanes of their own, behind those of the servers.
                lane: if token.is_some() { servers + self.index } else { self.index },
                request,
                further_tries: self.server.policy.retries.saturating_sub(tries),
                longest: self.server.policy.request_timeout_ms,
            };
            let answered = self.port.ask(ask, self.port.clock.requests_until).await;
            self.record(call, token, tries + 1, &answered);
            let token = token.is_some();
            let stop = match answered.answer {
                Ok(Answer::Reply(response)) => {
                    let reply = Reply::read(&response);
                    self.prove(shown.as_ref(), reply.status);
                    match self.read_reply(&reply, token).0 {
                        // What a server wants to have said otherwise is said so once more, and from then on (RFC 7644
                        // section 3.1, RFC 6585 section 3).
                        Some(Class::Rejected) if reply.status == 415 && usual_media => {
                            self.learned(|learned| learned.usual_media = false);
                            continue;
                        }
                        Some(Class::Rejected) if reply.status == 428 && !if_match => {
                            self.learned(|learned| learned.if_match = true);
                            continue;
                        }
                        // Where that is not about the resource, nothing is to be concluded of the resource.
                        Some(Class::Rejected) if reply.status == 410 => {
                            return Err(self.refused(&reply, call.body.as_ref()));
                        }
                        Some(Class::Credentials) if self.renewed(&shown, &mut tried).await? => continue,
                        Some(class) if class.is_retryable() => self.unwell(&reply, call, token),
                        _ => return Ok(reply),
                    }
                }
                Ok(Answer::Loaded(_) | Answer::Stored(_) | Answer::Secret(_) | Answer::Signature(_)) => {
                    return Err(self.lost(Loss::BadShape));
                }
                Err(Loss::Held) => continue,
                // Asking twice for a token does no harm: of two one is used.
                Err(loss) if token => self.lost_token(loss),
                Err(loss) => self.lost(loss),
            };
            let repeatable = !(stop.unclear && call.method == "POST");
            *unclear |= stop.unclear && call.writes();
            let Some(at) = self.next_try(repeatable, tries, &stop) else { return Err(stop) };
            self.port.sleep_until(at).await;
            tries += 1;
        }
    }

    fn request(&self, call: &Call, authorization: String) -> Request {
        Request {
            method: call.method,
            url: self.url(call),
            headers: self.headers(call, authorization),
            body: call.body.as_ref().map(write::json),
        }
    }

    /// When to try again; `None` where that would not help, or not fit in.
    fn next_try(&self, repeatable: bool, tries: u32, stop: &Stop) -> Option<Millis> {
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
    async fn keep_quiet(&self, token: bool) -> Result<(), Stop> {
        let until =
            self.learned(|learned| if token { learned.credentials.quiet_until } else { learned.quiet_until });
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

    /// The headers of a call (H5).
    pub fn headers(&self, call: &Call, authorization: String) -> Vec<(&'static str, String)> {
        let dialect = &self.server.provider.dialect;
        let mut headers = vec![
            ("Authorization", authorization),
            ("User-Agent", USER_AGENT.to_owned()),
            ("Accept", dialect.accept.to_owned()),
        ];
        if call.body.is_some() {
            let content_type = match (self.learned(|learned| learned.usual_media), dialect.content_type) {
                (true, usual) => usual,
                (false, "application/json") => "application/scim+json",
                (false, _) => "application/json",
            };
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

    fn record(&self, call: &Call, token: Option<&Request>, attempt: u32, answered: &Answered) {
        let Some(sent) = answered.sent else { return };
        // What was signed for this one request, and a token that it brought, are known to nobody else yet.
        let is_new = |id: &str| match (token, &answered.answer) {
            (Some(request), Ok(Answer::Reply(response))) => {
                let headers = request.headers.iter().map(|(_, value)| value);
                let texts = headers.chain(&request.body).chain(&response.body);
                Needles::new(texts.map(String::as_str), &Value::Null).hit(id)
            }
            _ => false,
        };
        let reply = match &answered.answer {
            Ok(Answer::Reply(response)) => Some(Reply {
                status: response.status,
                headers: response.headers.clone(),
                body: Body::Empty,
                unclear: false,
            }),
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
                .filter(|id| !self.needles(None).hit(id) && !is_new(id)),
        };
        if self.core.host.log {
            self.log_request(&record);
        }
        insert_by_key(&mut self.notes.borrow_mut().requests, (answered.order, record), |(order, _)| *order);
    }

    fn log_request(&self, record: &RequestRecord) {
        let level = if record.status.is_some_and(|status| status < 400) { "info" } else { "warn" };
        let mut line = json!({
            "time": self.port.now(), "level": level, "event": "request", "id": self.run_id, "server": self.server.id.as_str(),
        });
        if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), json::of(record)) {
            line.extend(fields);
        }
        self.port.log(line);
    }

    /// A reply that asks for another try.
    fn unwell(&self, reply: &Reply, call: &Call, token: bool) -> Stop {
        let now = self.port.now();
        let mut failure = self.failure_of(reply, call.body.as_ref(), token);
        let wait = retry::asked_wait(reply, now).or(self.read_reply(reply, token).1.wait);
        let until = wait.map(|wait| now.saturating_add(wait));
        failure.retry_after_ms = wait;
        self.learned(|learned| {
            let quiet = if token { &mut learned.credentials.quiet_until } else { &mut learned.quiet_until };
            *quiet = (*quiet).max(until.unwrap_or(0));
        });
        if until.is_some() && !token {
            self.port.exchange.borrow_mut().hand_back(self.index);
        }
        let reason = if failure.class == Class::Throttled { "throttled" } else { "unavailable" };
        // A limit, whatever its status, and 503 say that nothing was done (RFC 6585 section 4, RFC 9110 section 15.6.4);
        // others leave it open, which does not matter of a token.
        let unclear = !token && failure.class != Class::Throttled && reply.status != 503;
        Stop { not_before: until, unclear, ..Stop::deferred(reason, failure) }
    }

    /// No reply.
    pub fn lost(&self, loss: Loss) -> Stop {
        self.lost_by(&self.who(false), loss)
    }

    /// The server or, `token`, its token endpoint, for people.
    pub(super) fn who(&self, token: bool) -> String {
        let what = if token { "the token endpoint of " } else { "" };
        format!("{what}`{}`", self.server.id)
    }

    /// No reply of a server or its token endpoint.
    pub(super) fn lost_by(&self, server: &str, loss: Loss) -> Stop {
        let spent = self.port.now() >= self.port.clock.requests_until;
        let (class, message, reason) = match loss {
            Loss::Aborted => {
                (Class::Timeout, format!("stopped by the host while waiting for {server}"), Some("aborted"))
            }
            Loss::Unsent | Loss::Held => {
                (Class::Timeout, format!("no time was left to ask {server}"), Some("budget-spent"))
            }
            Loss::Timeout if spent => {
                (Class::Timeout, format!("{server} did not answer within the budget"), Some("budget-spent"))
            }
            Loss::Timeout => {
                (Class::Timeout, format!("{server} did not answer in time"), Some("unavailable"))
            }
            Loss::Transport => {
                (Class::Unavailable, format!("the connection to {server} failed"), Some("unavailable"))
            }
            Loss::TooLong => (Class::Protocol, format!("{server} answered with more than 1 MiB"), None),
            Loss::BadShape | Loss::Broken => {
                (Class::Protocol, format!("the host's `fetch` gave no response for {server}"), None)
            }
        };
        Stop {
            unclear: !matches!(loss, Loss::Unsent | Loss::Held),
            deferred: reason,
            not_before: None,
            failure: Failure::new(class, message),
        }
    }

    /// What a reply that is no success says, safe to show.
    pub fn failure(&self, reply: &Reply, sent: Option<&Value>) -> Box<Failure> {
        self.failure_of(reply, sent, false)
    }

    /// The same for a reply of the server or, `token`, of its token endpoint.
    pub(super) fn failure_of(&self, reply: &Reply, sent: Option<&Value>, token: bool) -> Box<Failure> {
        let error = retry::error_of(reply);
        let (class, reading) = self.read_reply(reply, token);
        let class = class.unwrap_or(Class::Protocol);
        let wanted = if token { "a token" } else { "SCIM" };
        let needles = self.needles(sent);
        let said = error.detail.as_ref().or(error.code.as_ref().filter(|_| token));
        let said = said.map(|text| needles.scrub(text));
        let mut text = sentence(&self.who(token), wanted, class, reply, said);
        if let Some(why) = &reading.why {
            text = format!("{text}; {why}");
        }
        let mut failure = Failure::new(class, text);
        failure.status = Some(reply.status);
        // A word that holds what was sent is no code.
        let is_code = |word: &String| !needles.hit(word) && !is_token(word);
        failure.scim_type = error.scim_type.filter(is_code);
        failure.provider_code = reading.code.or(error.code).filter(is_code);
        failure
    }

    /// What kind of failure a reply is, and what this provider means by it.
    fn read_reply(&self, reply: &Reply, token: bool) -> (Option<Class>, Reading) {
        let error = retry::error_of(reply);
        if token {
            return (auth::class(reply, &error), Reading::PLAIN);
        }
        retry::read(&self.server.provider.dialect, reply, &error, self.port.now())
    }

    /// What no text of a provider's may show.
    pub(super) fn needles(&self, sent: Option<&Value>) -> Needles {
        let mut secrets: Vec<String> = Vec::new();
        for (server, learned) in self.core.config.servers.iter().zip(&self.core.learned) {
            let credentials = &learned.borrow().credentials;
            // As it was given, as it is now, and as it stands in a header or form.
            let held = credentials.held.iter().flatten();
            let known = held.flat_map(|held| [Some(&held.now), held.spent.as_ref()]);
            let known = known.chain([credentials.token.as_ref().map(|token| &token.value)]);
            for secret in known.flatten() {
                auth::forms(&server.authentication, secret, &mut |form| secrets.push(form));
            }
        }
        // Whole profile values may come back even where this one request did not carry them.
        let whole = json!([
            sent.cloned(),
            self.desired.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>(),
            self.user
        ]);
        Needles::new(secrets.iter().map(String::as_str), &whole)
    }

    /// The failure of a success whose body is not what it should be.
    pub fn unreadable(&self) -> Box<Failure> {
        Failure::new(
            Class::Protocol,
            format!("`{}` answered with something that is not SCIM", self.server.id),
        )
    }

    /// A write was answered with something else: it may have been done all the same.
    pub(super) fn garbled(&self) -> Stop {
        Stop { unclear: true, ..Stop::failed(self.unreadable()) }
    }

    /// A stop for a reply that no further try would change.
    pub fn refused(&self, reply: &Reply, sent: Option<&Value>) -> Stop {
        let failure = self.failure(reply, sent);
        self.learned(|learned| learned.last_failure = Some(failure.clone()));
        Stop { unclear: reply.unclear, ..Stop::failed(failure) }
    }
}

/// What a failure says: who it was, what was expected of it, what it said.
fn sentence(who: &str, wanted: &str, class: Class, reply: &Reply, said: Option<String>) -> String {
    let status = reply.status;
    let does = match class {
        Class::Protocol if reply.is_success() => {
            return format!("{who} answered with something that is not {wanted}");
        }
        Class::Protocol => {
            return format!("{who} answered {status} instead of {wanted}; redirects are not followed");
        }
        Class::Credentials => "refuses our credentials",
        Class::Forbidden => "does not allow this",
        Class::Throttled => "asks us to slow down",
        Class::Unavailable => "is not well",
        Class::Conflict => "has a duplicate",
        Class::NotFound => "does not find it",
        Class::Profile | Class::Rejected | Class::Timeout | Class::Internal => "does not take what was sent",
    };
    match said.filter(|text| !text.is_empty()) {
        Some(said) => format!("{who} {does} ({status}): {said}"),
        None => format!("{who} {does} ({status})"),
    }
}
