//! Asking a token endpoint: the request with its tries, and what a refusal may have been about.

use super::Visit;
use super::call::{Stop, USER_AGENT};
use crate::auth::{self, Granted, Refusal, oauth2};
use crate::config::{Authentication, pem};
use crate::encode::base64url;
use crate::http::{Call, Reply, Request};
use crate::outcome::{Class, Failure};
use crate::port::{Answer, Ask, Loss};
use crate::retry;
use crate::secret::Secret;
use crate::time::{self, Millis};

/// How a token endpoint ended our asking.
enum Asked {
    /// With a token, for a request sent at this time.
    Granted(Granted, Millis),
    /// With a refusal.
    Refused(Reply, Refusal),
}

impl Visit<'_> {
    /// A new token, and when it was asked for. A refusal may be about the form in which the client's secret was shown,
    /// about our clock, or about a secret that the host has replaced: each is mended once.
    pub(super) async fn mint(&self) -> Result<(Granted, Millis), Stop> {
        let authentication = &self.server.authentication;
        // The client's secret has two forms to try where there is one and none is configured.
        let found = self.learned(|learned| learned.credentials.in_body);
        let (first, two_forms) = match authentication {
            Authentication::OAuth2(oauth2) => (
                oauth2::in_body(oauth2, found),
                oauth2.client_form.is_none() && oauth2.client_secret.is_some(),
            ),
            Authentication::GithubApp(_) | Authentication::AccessToken(_) | Authentication::Basic { .. } => {
                (false, false)
            }
        };
        let (mut in_body, mut turned, mut corrected, mut renewed) = (first, false, false, false);
        loop {
            let secrets = self.secrets().await?;
            let jwt = self.signed(&secrets).await?;
            let (reply, refusal) = match self.ask_for_token(&secrets, &jwt, in_body).await? {
                Asked::Granted(granted, asked) => {
                    self.learned(|learned| learned.credentials.in_body = in_body);
                    return Ok((granted, asked));
                }
                Asked::Refused(reply, refusal) => (reply, refusal),
            };
            let refused = refusal.class == Class::Credentials;
            if refused && !corrected && !jwt.is_empty() && self.clock_differs(&reply) {
                corrected = true;
            } else if refusal.client && two_forms && !turned {
                (turned, in_body) = (true, !in_body);
            } else if refused && !renewed && self.ask_again().await? {
                (renewed, turned, in_body) = (true, false, first);
            } else {
                return Err(Stop::failed(self.token_failure(&reply, refusal)));
            }
        }
    }

    /// Sends the request, as often as it takes and the budget allows (R3).
    async fn ask_for_token(&self, secrets: &[Secret; 2], jwt: &str, in_body: bool) -> Result<Asked, Stop> {
        let authentication = &self.server.authentication;
        let Some(prepared) = auth::prepare(authentication, secrets, jwt, in_body) else {
            return Err(self.lost_token(Loss::BadShape));
        };
        let call = Call::new("token", "POST", path_of(&prepared.url));
        let mut headers = prepared.headers;
        headers.push(("User-Agent", USER_AGENT.to_owned()));
        let request = Request { method: call.method, url: prepared.url, headers, body: prepared.body };
        let lane = self.port.exchange.borrow().token_lane(self.index);
        let mut tries = 0;
        loop {
            self.keep_quiet(self.learned(|learned| learned.credentials.quiet_until)).await?;
            let answered = self.send(lane, request.clone(), tries).await;
            self.record(&call, tries + 1, &answered);
            let stop = match answered.answer {
                Ok(Answer::Reply(response)) => {
                    let (reply, now) = (Reply::read(&response), self.port.now());
                    let asked = answered.sent.unwrap_or(now);
                    let skew = self.learned(|learned| learned.credentials.skew_ms);
                    match auth::read(authentication, &reply, asked, skew) {
                        Ok(granted) => return Ok(Asked::Granted(granted, asked)),
                        Err(refusal) if refusal.class.is_retryable() => {
                            let wait = retry::asked_wait(&reply, now);
                            let until = now.saturating_add(wait.unwrap_or(0));
                            self.learned(|learned| learned.credentials.quiet_until = until);
                            self.to_repeat(self.token_failure(&reply, refusal), wait)
                        }
                        Err(refusal) => return Ok(Asked::Refused(reply, refusal)),
                    }
                }
                Ok(Answer::Loaded(_) | Answer::Stored(_) | Answer::Secret(_) | Answer::Signature(_)) => {
                    self.lost_token(Loss::BadShape)
                }
                Err(loss) => self.lost_token(loss),
            };
            // Asking twice does no harm: of two tokens one is used.
            let Some(at) = self.next_try(true, tries, &stop) else { return Err(stop) };
            self.port.sleep_until(at).await;
            tries += 1;
        }
    }

    /// What the key signs, with its signature; empty where nothing is to be signed.
    async fn signed(&self, [key, _]: &[Secret; 2]) -> Result<String, Stop> {
        let skew = self.learned(|learned| learned.credentials.skew_ms);
        let theirs = self.port.now().saturating_add_signed(skew);
        let Some(input) = auth::to_sign(&self.server.authentication, theirs) else {
            return Ok(String::new());
        };
        if let Err((message, help)) = pem::check(key.reveal()) {
            return Err(self.unusable("what signs for", &format!("is {message}; {help}")));
        }
        if !self.core.host.sign {
            return Err(
                self.refused_secret("the host has neither `sign` nor WebCrypto, and", "needs a signature")
            );
        }
        let ask = Ask::Sign(key.clone(), input.clone());
        match self.port.ask(ask, self.port.clock.requests_until).await.answer {
            Ok(Answer::Signature(signature)) => Ok(format!("{input}.{}", base64url(&signature))),
            Err(loss @ (Loss::Timeout | Loss::Unsent | Loss::Held | Loss::Aborted)) => {
                let who = format!("the host's `sign` for `{}`", self.server.id);
                Err(Stop { unclear: false, ..self.lost_by(&who, loss) })
            }
            Ok(Answer::Reply(_) | Answer::Loaded(_) | Answer::Stored(_) | Answer::Secret(_))
            | Err(Loss::Transport | Loss::TooLong | Loss::BadShape | Loss::Broken) => Err(self
                .refused_secret(
                    "the host cannot sign with the private key of",
                    "(it must be an RSA key in PEM, PKCS#8 or PKCS#1)",
                )),
        }
    }

    /// Whether the server's clock turns out to differ from what we took it to be; remembered.
    fn clock_differs(&self, reply: &Reply) -> bool {
        let Some(theirs) = reply.headers.get("date").and_then(time::http_date) else { return false };
        let skew = theirs as i64 - self.port.now() as i64;
        self.learned(|learned| {
            let before = std::mem::replace(&mut learned.credentials.skew_ms, skew);
            before.abs_diff(skew) > SKEW_MS
        })
    }

    fn token_endpoint(&self) -> String {
        format!("the token endpoint of `{}`", self.server.id)
    }

    /// No reply of a token endpoint. Whatever was to be done with the token was not.
    pub(super) fn lost_token(&self, loss: Loss) -> Stop {
        Stop { unclear: false, ..self.lost_by(&self.token_endpoint(), loss) }
    }

    /// What a token endpoint that gave no token says, safe to show.
    fn token_failure(&self, reply: &Reply, refusal: Refusal) -> Failure {
        let needles = self.needles(None);
        let said = refusal.said.or_else(|| refusal.code.clone());
        let who = self.token_endpoint();
        let mut failure = Failure::new(
            refusal.class,
            super::call::sentence(&who, "a token", refusal.class, reply, said.as_deref(), &needles),
        );
        failure.status = Some(reply.status);
        failure.provider_code = refusal.code.filter(|word| !needles.hit(word));
        failure
    }
}

/// The path of a URL: what a record of its request shows.
fn path_of(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    host.find('/').and_then(|at| host.get(at..)).unwrap_or("/")
}

/// Clocks that differ by less are one, in milliseconds: `Date` has whole seconds and an answer takes its time, while
/// a minute is left on either side of what we sign.
const SKEW_MS: u64 = 30_000;
