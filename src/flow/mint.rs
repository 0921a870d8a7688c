//! Asking a token endpoint, and what a refusal may have been about.

use super::Visit;
use super::call::{Stop, USER_AGENT};
use crate::auth::{self, CLIENT, Granted, OWN};
use crate::config::{TokenSource, pem};
use crate::encode::base64url;
use crate::http::{Call, Reply};
use crate::outcome::Class;
use crate::port::{Answer, Ask, Loss};
use crate::time::{self, Millis};

impl Visit<'_> {
    /// A new token, asked for now. A refusal may be about the form in which the client's secret was shown, about our
    /// clock, or about a secret that the host has replaced: each is mended once.
    pub(super) async fn mint(&self, source: &TokenSource, asked: Millis) -> Result<Granted, Stop> {
        // The client's secret has two forms to try where there is one and none is configured.
        let first = auth::in_body(source, self.credentials().in_body);
        let (mut in_body, mut turned, mut corrected, mut renewed) = (first, false, false, false);
        self.resolve(false).await?;
        loop {
            let jwt = self.signed(source).await?;
            let mut request = auth::prepare(source, &self.credentials(), &jwt, in_body);
            request.headers.push(("User-Agent", USER_AGENT.to_owned()));
            let call = Call::new("token", request.method, path_of(&request.url));
            // In a box, since it is what may call us.
            let reply = Box::pin(self.converse(&call, Some(&request), 0)).await?;
            let skew = self.credentials().skew_ms;
            if reply.is_success()
                && let Some(granted) = auth::granted(source, &reply, asked, skew)
            {
                self.credentials().in_body = in_body;
                return Ok(granted);
            }
            let failure = self.failure_of(&reply, None, true);
            let refused = failure.class == Class::Credentials;
            let client = refused
                && source.secrets.get(CLIENT).is_some_and(Option::is_some)
                && auth::blames_client(reply.status, crate::retry::error_of(&reply).code.as_deref());
            if refused && !corrected && !jwt.is_empty() && self.clock_differs(&reply) {
                corrected = true;
            } else if client && source.client_form.is_none() && !turned {
                (turned, in_body) = (true, !in_body);
            } else if refused && !renewed && self.resolve(true).await? {
                (renewed, turned, in_body) = (true, false, first);
            } else {
                return Err(Stop::failed(failure));
            }
        }
    }

    /// What the key signs, with its signature; empty where nothing is to be signed.
    async fn signed(&self, source: &TokenSource) -> Result<String, Stop> {
        let theirs = self.port.now().saturating_add_signed(self.credentials().skew_ms);
        let Some(input) = auth::to_sign(source, theirs) else {
            return Ok(String::new());
        };
        let key = self.credentials().secret(OWN).clone();
        if let Err((message, help)) = pem::check(key.reveal()) {
            return Err(self.unusable("what signs for", &format!("is {message}; {help}")));
        }
        if !self.core.host.sign {
            return Err(
                self.failed_credential("the host has neither `sign` nor WebCrypto, and", "needs a signature")
            );
        }
        let ask = Ask::Sign(key, input.clone());
        match self.port.ask(ask, self.port.clock.requests_until).await.answer {
            Ok(Answer::Signature(signature)) => Ok(format!("{input}.{}", base64url(&signature))),
            Err(loss @ (Loss::Timeout | Loss::Unsent | Loss::Held | Loss::Aborted)) => {
                let who = format!("the host's `sign` for `{}`", self.server.id);
                Err(Stop { unclear: false, ..self.lost_by(&who, loss) })
            }
            Ok(Answer::Reply(_) | Answer::Loaded(_) | Answer::Stored(_) | Answer::Secret(_))
            | Err(Loss::Transport | Loss::TooLong | Loss::BadShape | Loss::Broken) => Err(self.unusable(
                "the host cannot sign with the private key of",
                "(it must be an RSA key in PEM, PKCS#8 or PKCS#1)",
            )),
        }
    }

    /// Whether the server's clock turns out to differ from what we took it to be; remembered.
    fn clock_differs(&self, reply: &Reply) -> bool {
        let Some(theirs) = reply.headers.get("date").and_then(time::http_date) else { return false };
        let skew = theirs as i64 - self.port.now() as i64;
        let before = std::mem::replace(&mut self.credentials().skew_ms, skew);
        before.abs_diff(skew) > SKEW_MS
    }

    /// No reply of a token endpoint. Whatever was to be done with the token was not.
    pub(super) fn lost_token(&self, loss: Loss) -> Stop {
        Stop { unclear: false, ..self.lost_by(&self.who(true), loss) }
    }
}

/// The path of a URL: what a record of its request shows.
fn path_of(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.get(rest.find('/')?..)).unwrap_or("/")
}

/// Clocks that differ by less are one, in milliseconds: `Date` has whole seconds and an answer takes its time, while
/// a minute is left on either side of what we sign.
const SKEW_MS: u64 = 30_000;
