//! Tokens: kept until shortly before they end, made by one run for all (R5).

use super::Visit;
use super::call::Stop;
use crate::auth::{self, OWN};
use crate::core::{Held, Token};
use crate::outcome::Class;
use crate::port::{Answer, Ask};
use crate::problem::Problem;
use crate::secret::{Secret, SecretValue};

impl Visit<'_> {
    /// The token in use, or a new one. Of runs that need one at the same time, one asks and the others wait for it,
    /// each within its own budget.
    pub async fn token(&self) -> Result<Token, Stop> {
        let now = self.port.now();
        let fresh = |token: &Token| token.renew_at.is_none_or(|at| now < at);
        if let Some(token) = self.current(&fresh) {
            return Ok(token);
        }
        let before = self.learned(|learned| learned.credentials.minted);
        let turn = self.port.turn(self.index as u32, self.port.clock.requests_until).await;
        let pass = turn.map_err(|loss| self.lost_token(loss))?;
        if pass.waited {
            // What was made meanwhile was made for us too, however short it lives; and what was refused meanwhile would
            // be refused again.
            let made = self.current(&|token| token.serial > before);
            let refused = self.learned(|learned| learned.credentials.refused.clone());
            if let Some(made) = made {
                return Ok(made);
            }
            if let Some((failure, deferred)) = refused {
                return Err(Stop { deferred, ..Stop::failed(failure) });
            }
        }
        self.learned(|learned| learned.credentials.refused = None);
        match self.mint().await {
            Ok((granted, asked)) => {
                let token = self.learned(|learned| {
                    let credentials = &mut learned.credentials;
                    credentials.minted = credentials.minted.wrapping_add(1);
                    let (value, serial) = (granted.token, credentials.minted);
                    let token = Token { value, serial, minted: asked, renew_at: granted.renew_at };
                    credentials.token = Some(token.clone());
                    token
                });
                // Still inside, so that the next rotation is saved after this one.
                self.rotate(granted.refresh).await;
                self.say_where(granted.instance.as_deref());
                Ok(token)
            }
            Err(stop) => {
                // One whose own time was over, or who was told to wait, knows nothing of what the next one will be told.
                if stop.failure.class != Class::Timeout && stop.failure.retry_after_ms.is_none() {
                    let known = Some((stop.failure.clone(), stop.deferred));
                    self.learned(|learned| learned.credentials.refused = known);
                }
                Err(stop)
            }
        }
    }

    /// The API may turn out to be elsewhere. It is not followed there: tokens go to configured hosts alone (H3).
    fn say_where(&self, instance: Option<&str>) {
        let Some(instance) = instance.map(|url| url.trim_end_matches('/')) else { return };
        let rest = self.server.url.get(instance.len()..).filter(|rest| rest.starts_with('/'));
        let start = self.server.url.get(..instance.len());
        if rest.is_some() && start.is_some_and(|start| start.eq_ignore_ascii_case(instance)) {
            return;
        }
        let message = format!("the token of `{}` is for another host than its `url`", self.server.id);
        self.warn(
            Problem::warning("", "another-host", message)
                .help("compare `url` with `instance_url` in the token endpoint's answer"),
        );
    }

    fn current(&self, fits: &dyn Fn(&Token) -> bool) -> Option<Token> {
        self.learned(|learned| learned.credentials.token.clone()).filter(fits)
    }

    /// A refresh token that was replaced is used from now on, and handed to whoever gave the old one (RFC 6749 section
    /// 6). One that could not be handed over is so with the next token.
    async fn rotate(&self, new: Option<Secret>) {
        let places = auth::secrets_of(&self.server.authentication);
        let given = places.first().copied().flatten();
        let held = self.held(OWN);
        if let Some(new) = new
            && let Some(given) = given
        {
            let now = held.as_ref().map(|held| &held.now);
            let literal = match given {
                SecretValue::Literal(literal) => Some(literal),
                SecretValue::Named(_) => None,
            };
            if now.or(literal).is_some_and(|now| now.reveal() != new.reveal()) {
                let spent = held.and_then(|held| held.spent.or(Some(held.now)));
                self.hold(OWN, Held { now: new, spent, unsaved: true });
            }
        }
        let Some(held) = self.held(OWN).filter(|held| held.unsaved) else { return };
        let warn = |code, message: &str, help: &str| {
            let message = format!("the refresh token of `{}` was replaced, {message}", self.server.id);
            self.warn(Problem::warning("", code, message).help(help));
        };
        let Some(SecretValue::Named(name)) = given.filter(|_| self.core.host.save_secret) else {
            // Said by the run in which it happened.
            self.hold(OWN, Held { unsaved: false, ..held });
            let help = "give the host `saveSecret`, and the token by name: `{ \"secret\": name }`";
            return warn("secret-not-saved", "and the new one lives in memory only", help);
        };
        let ask = Ask::SaveSecret(name.clone(), held.now.clone());
        let saved = self.port.ask(ask, self.store_deadline()).await;
        if let Ok(Answer::Stored(_)) = saved.answer {
            self.hold(OWN, Held { unsaved: false, ..held });
        } else {
            let help = "it is in use, and handed over again with the next token";
            warn("secret-not-saved", "and the host's `saveSecret` did not take the new one", help);
        }
    }
}
