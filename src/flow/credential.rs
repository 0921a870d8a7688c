//! The credential of a call: resolved when first needed, asked for again once when it is refused (R5).

use super::Visit;
use super::call::Stop;
use crate::auth::header;
use crate::outcome::{Class, Failure};
use crate::port::{Answer, Ask, Loss};
use crate::secret::{Secret, SecretValue};

impl Visit<'_> {
    /// The value of `Authorization`.
    pub async fn authorization(&self) -> Result<String, Stop> {
        let secret = match header::secret_of(&self.server.authentication) {
            SecretValue::Literal(secret) => secret.clone(),
            SecretValue::Named(name) => match self.learned(|learned| learned.secret.clone()) {
                Some(secret) => secret,
                None => self.resolve(name).await?,
            },
        };
        header::authorization(&self.server.authentication, &secret).ok_or_else(|| {
            Stop::failed(Failure::new(
                Class::Credentials,
                format!("the access token of `{}` holds characters that no header can carry", self.server.id),
            ))
        })
    }

    /// Asks for the secret again after a 401. Whether it is another one now: only then a repeat can help.
    pub async fn renewed(&self) -> Result<bool, Stop> {
        let SecretValue::Named(name) = header::secret_of(&self.server.authentication) else {
            return Ok(false);
        };
        let before = self.learned(|learned| learned.secret.take());
        let now = self.resolve(name).await?;
        Ok(before.is_none_or(|before| before.reveal() != now.reveal()))
    }

    async fn resolve(&self, name: &str) -> Result<Secret, Stop> {
        let unknown = || {
            Stop::failed(Failure::new(
                Class::Credentials,
                format!("the host knows no secret `{name}`, which `{}` needs", self.server.id),
            ))
        };
        if !self.core.host.secret {
            return Err(unknown());
        }
        let answered = self.port.ask(Ask::Secret(name.to_owned()), self.port.clock.requests_until).await;
        match answered.answer {
            Ok(Answer::Secret(secret)) if secret.reveal().is_empty() => Err(unknown()),
            Ok(Answer::Secret(secret)) => {
                self.learned(|learned| learned.secret = Some(secret.clone()));
                Ok(secret)
            }
            Err(loss @ (Loss::Timeout | Loss::Unsent | Loss::Aborted)) => Err(self.lost(loss)),
            Ok(Answer::Reply(_) | Answer::Loaded(_) | Answer::Stored(_))
            | Err(Loss::Transport | Loss::TooLong | Loss::BadShape | Loss::Broken) => Err(Stop::deferred(
                "unavailable",
                Failure::new(Class::Unavailable, format!("the host's `secret` failed for `{name}`")),
            )),
        }
    }
}
