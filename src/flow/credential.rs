//! The credential of a call: secrets resolved when first needed, asked for again once when they are refused (R5).

use super::Visit;
use super::call::Stop;
use crate::auth::{self, OWN, header};
use crate::config::Authentication;
use crate::core::{Held, Token};
use crate::outcome::{Class, Failure};
use crate::port::{Answer, Ask, Loss};
use crate::retry;
use crate::secret::{Secret, SecretValue};

/// The value of `Authorization`, and the token in it, if it is one that was asked for.
pub struct Shown {
    pub(super) header: String,
    pub(super) token: Option<Token>,
}

/// What was tried after a 401 of one call.
pub(super) struct Tried {
    /// Tokens there had been when the call began: a later one is fresh.
    pub(super) before: u32,
    /// Another credential was asked for.
    pub(super) renewed: bool,
    /// How often a token of this very moment was shown again.
    pub(super) again: u32,
}

impl Visit<'_> {
    /// What the next call shows.
    pub async fn authorization(&self) -> Result<Shown, Stop> {
        let (header, token) = match &self.server.authentication {
            Authentication::AccessToken(_) => (header::bearer(&self.secret(OWN).await?), None),
            Authentication::Basic { username, password: _ } => {
                (Some(header::basic(username, self.secret(OWN).await?.reveal())), None)
            }
            Authentication::OAuth2(_) | Authentication::GithubApp(_) => {
                let token = self.token().await?;
                (header::bearer(&token.value), Some(token))
            }
        };
        let header = header.ok_or_else(|| {
            self.unusable("the access token of", "holds characters that no header can carry")
        })?;
        Ok(Shown { header, token })
    }

    /// After a 401: whether another try may go otherwise.
    pub(super) async fn renewed(&self, shown: &Shown, tried: &mut Tried) -> Result<bool, Stop> {
        let Some(token) = &shown.token else {
            if tried.renewed {
                return Ok(false);
            }
            tried.renewed = true;
            self.ask_again().await?;
            return Ok(self.authorization().await?.header != shown.header);
        };
        let settled = token.minted.saturating_add(SETTLED_MS);
        if matches!(self.server.authentication, Authentication::GithubApp(_)) && self.port.now() < settled {
            let Some(at) = self.next_showing(settled, tried) else {
                // Kept: another one would be as fresh for the next login, and be refused for it again.
                return Ok(false);
            };
            self.port.sleep_until(at).await;
            tried.again += 1;
            return Ok(true);
        }
        self.learned(|learned| {
            let current = &mut learned.credentials.token;
            if current.as_ref().is_some_and(|current| current.serial == token.serial) {
                *current = None;
            }
        });
        // A token that was made for this call has not grown old: another one would fare no better.
        let worth = !tried.renewed && token.serial <= tried.before;
        tried.renewed = true;
        Ok(worth)
    }

    /// An installation token may take seconds until all of GitHub knows it: when to show it once more.
    fn next_showing(&self, settled: u64, tried: &Tried) -> Option<u64> {
        // Half the pause is sure, and the first is no short one: GitHub locks out whoever shows it many bad tokens, and
        // there are calls side by side.
        let at = self.port.now() + retry::backoff(tried.again + FIRST_PAUSE, 0.5 + self.random() / 2.0);
        (at < settled.min(self.port.clock.requests_until)).then_some(at)
    }

    /// All secrets, at [`auth::OWN`] and [`auth::CLIENT`]; empty where there is none.
    pub async fn secrets(&self) -> Result<[Secret; 2], Stop> {
        Ok([self.secret(OWN).await?, self.secret(auth::CLIENT).await?])
    }

    async fn secret(&self, place: usize) -> Result<Secret, Stop> {
        if let Some(held) = self.held(place) {
            return Ok(held.now);
        }
        match auth::secrets_of(&self.server.authentication).get(place).copied().flatten() {
            None => Ok(Secret::new("")),
            Some(SecretValue::Literal(secret)) => Ok(secret.clone()),
            Some(SecretValue::Named(name)) => {
                let now = self.resolve(name).await?;
                self.hold(place, Held { now: now.clone(), spent: None, unsaved: false });
                Ok(now)
            }
        }
    }

    /// Asks for named secrets again. Whether one is another now: only then a repeat can help.
    pub(super) async fn ask_again(&self) -> Result<bool, Stop> {
        let mut changed = false;
        for (place, value) in auth::secrets_of(&self.server.authentication).into_iter().enumerate() {
            let Some(SecretValue::Named(name)) = value else { continue };
            let now = self.resolve(name).await?;
            // One that a token endpoint replaced is used up, though the host may still have nothing better.
            let same = |known: &Secret| known.reveal() == now.reveal();
            if !self.held(place).is_some_and(|held| same(&held.now) || held.spent.as_ref().is_some_and(same))
            {
                self.hold(place, Held { now, spent: None, unsaved: false });
                changed = true;
            }
        }
        Ok(changed)
    }

    pub(super) fn held(&self, place: usize) -> Option<Held> {
        self.learned(|learned| learned.credentials.held.get(place).cloned().flatten())
    }

    pub(super) fn hold(&self, place: usize, secret: Held) {
        self.learned(|learned| {
            if let Some(held) = learned.credentials.held.get_mut(place) {
                *held = Some(secret);
            }
        });
    }

    async fn resolve(&self, name: &str) -> Result<Secret, Stop> {
        let unknown = || self.refused_secret(&format!("the host knows no secret `{name}`, which"), "needs");
        if !self.core.host.secret {
            return Err(unknown());
        }
        let answered = self.port.ask(Ask::Secret(name.to_owned()), self.port.clock.requests_until).await;
        match answered.answer {
            Ok(Answer::Secret(secret)) if secret.reveal().is_empty() => Err(unknown()),
            Ok(Answer::Secret(secret)) => Ok(secret),
            // Whatever was to be sent with it was not.
            Err(loss @ (Loss::Timeout | Loss::Unsent | Loss::Aborted)) => {
                Err(Stop { unclear: false, ..self.lost(loss) })
            }
            Ok(Answer::Reply(_) | Answer::Loaded(_) | Answer::Stored(_) | Answer::Signature(_))
            | Err(Loss::Transport | Loss::TooLong | Loss::BadShape | Loss::Broken) => Err(Stop::deferred(
                "unavailable",
                Failure::new(Class::Unavailable, format!("the host's `secret` failed for `{name}`")),
            )),
        }
    }

    /// A secret that is seen to be none: the host may have a better one at the next login.
    pub(super) fn unusable(&self, before: &str, after: &str) -> Stop {
        self.learned(|learned| learned.credentials.held = Default::default());
        self.refused_secret(before, after)
    }

    /// A failure of class `credentials` that no server had to tell us.
    pub(super) fn refused_secret(&self, before: &str, after: &str) -> Stop {
        Stop::failed(Failure::new(Class::Credentials, format!("{before} `{}` {after}", self.server.id)))
    }
}

/// Pauses begin as the third between tries does: 200 to 400 ms.
const FIRST_PAUSE: u32 = 2;

/// How long a 401 for a new installation token may mean that it is not known everywhere yet, in milliseconds: the
/// measure that GitHub's own client takes (octokit's auth-app, `sendRequestWithRetries`).
const SETTLED_MS: u64 = 5_000;
