//! Tokens: kept until shortly before they end, made by one run for all (R5).

use super::Visit;
use super::call::Stop;
use crate::auth::{self, OWN};
use crate::config::TokenSource;
use crate::core::{Held, Token};
use crate::outcome::Class;
use crate::port::{Answer, Ask};
use crate::problem::Problem;
use crate::secret::{Secret, SecretValue};

impl Visit<'_> {
    /// The token in use, or a new one. Of runs that need one at the same time, one asks and the others wait for it,
    /// each within its own budget.
    pub async fn token(&self, source: &TokenSource) -> Result<Token, Stop> {
        let now = self.port.now();
        let fresh = |token: &&Token| token.renew_at.is_none_or(|at| now < at);
        if let Some(token) = self.credentials().token.as_ref().filter(fresh) {
            return Ok(token.clone());
        }
        let before = self.credentials().minted;
        let turn = self.port.turn(self.index as u32, self.port.clock.requests_until).await;
        let pass = turn.map_err(|loss| self.lost_token(loss))?;
        if pass.waited {
            // What was made meanwhile was made for us too, however short it lives; and what was refused meanwhile would
            // be refused again.
            let credentials = self.credentials();
            if let Some(made) = credentials.token.as_ref().filter(|token| token.serial > before) {
                return Ok(made.clone());
            }
            if let Some((failure, deferred)) = &credentials.refused {
                return Err(Stop { deferred: *deferred, ..Stop::failed(failure.clone()) });
            }
        }
        self.credentials().refused = None;
        let asked = self.port.now();
        match self.mint(source, asked).await {
            Ok(granted) => {
                let token = self.keep(granted.token, asked, granted.renew_at);
                // Still inside, so that the next rotation is saved after this one.
                self.rotate(granted.refresh).await;
                Ok(token)
            }
            Err(stop) => {
                // One whose own time was over, or who was told to wait, knows nothing of what the next one will be told.
                if stop.failure.class != Class::Timeout && stop.failure.retry_after_ms.is_none() {
                    self.credentials().refused = Some((stop.failure.clone(), stop.deferred));
                }
                Err(stop)
            }
        }
    }

    fn keep(&self, value: Secret, minted: u64, renew_at: Option<u64>) -> Token {
        let mut credentials = self.credentials();
        credentials.minted = credentials.minted.wrapping_add(1);
        let token = Token { value, serial: credentials.minted, minted, renew_at };
        credentials.token = Some(token.clone());
        token
    }

    /// A refresh token that was replaced is used from now on, and handed to whoever gave the old one (RFC 6749 section
    /// 6). One that could not be handed over is so with the next token.
    async fn rotate(&self, new: Option<Secret>) {
        let given = auth::secrets_of(&self.server.authentication).get(OWN).copied().flatten();
        let held = self.credentials().held.get(OWN).cloned().flatten();
        let (Some(given), Some(mut held)) = (given, held) else { return };
        if let Some(new) = new.filter(|new| new.reveal() != held.now.reveal()) {
            let spent = std::mem::replace(&mut held.now, new);
            held.spent = held.spent.or(Some(spent));
            held.unsaved = true;
        }
        if !held.unsaved {
            return;
        }
        let saves = match given {
            SecretValue::Named(name) if self.core.host.save_secret => Some(name),
            SecretValue::Named(_) | SecretValue::Literal(_) => None,
        };
        self.hold(&held);
        let mut why =
            ("the new one lives in memory only", "give the host `saveSecret`, and the token by name");
        if let Some(name) = saves {
            let ask = Ask::SaveSecret(name.clone(), held.now.clone());
            let saved = self.port.ask(ask, self.store_deadline()).await;
            if let Ok(Answer::Stored(_)) = saved.answer {
                held.unsaved = false;
                return self.hold(&held);
            }
            why = ("the host's `saveSecret` failed", "the new one is in use, and handed over again later");
        } else {
            // Said by the run in which it happened.
            held.unsaved = false;
            self.hold(&held);
        }
        let message = format!("the refresh token of `{}` was replaced, and {}", self.server.id, why.0);
        self.warn(Problem::warning("", "secret-not-saved", message).help(why.1));
    }

    fn hold(&self, secret: &Held) {
        if let Some(held) = self.credentials().held.get_mut(OWN) {
            *held = Some(secret.clone());
        }
    }
}
