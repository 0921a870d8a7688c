//! The credential of a call: secrets resolved when first needed, asked for again once when they are refused (R5).

use std::cell::RefMut;

use super::Visit;
use super::call::Stop;
use crate::auth::{self, CLIENT, OWN, header};
use crate::config::{Authentication, Grant};
use crate::core::{Credentials, Held, Token};
use crate::outcome::{Class, Failure};
use crate::port::{Answer, Ask, Loss, Pass};
use crate::retry;
use crate::secret::{Secret, SecretValue};

/// The value of `Authorization`, and the token in it, if it is one that was asked for.
pub struct Shown {
    pub(super) header: String,
    pub(super) token: Option<Token>,
    /// Held while nobody knows whether the server knows the token.
    _proving: Option<Pass>,
}

/// What was tried after a 401 of one call.
#[derive(Default)]
pub(super) struct Tried {
    /// Tokens there had been when the call began: a later one is fresh.
    pub(super) before: u32,
    /// Another credential was asked for.
    pub(super) renewed: bool,
    /// How often a token of this very moment was shown again.
    pub(super) again: u32,
}

impl Visit<'_> {
    /// What we show to the server. Let go of before anything is waited for.
    pub(super) fn credentials(&self) -> RefMut<'_, Credentials> {
        let learned = self.core.learned.get(self.index).unwrap_or(&self.core.nobody);
        RefMut::map(learned.borrow_mut(), |learned| &mut learned.credentials)
    }

    /// What the next call shows.
    pub async fn authorization(&self) -> Result<Shown, Stop> {
        let (mut token, mut proving) = (None, None);
        match auth::source_of(&self.server.authentication) {
            Some(source) => {
                let mut now = self.token(source).await?;
                if self.in_doubt(&now) {
                    // One shows it, the others wait: GitHub locks out whoever shows it many bad tokens.
                    let turn = self.port.turn(self.index as u32 | PROVING, self.port.clock.requests_until);
                    let pass = turn.await.map_err(|loss| self.lost_token(loss))?;
                    now = self.token(source).await?;
                    proving = Some(pass).filter(|_| self.in_doubt(&now));
                }
                token = Some(now);
            }
            None => _ = self.resolve(false).await?,
        }
        let header = match (&self.server.authentication, &token) {
            (Authentication::Basic { username, password: _ }, _) => {
                Some(header::basic(username, self.credentials().secret(OWN).reveal()))
            }
            (_, Some(token)) => header::bearer(&token.value),
            (_, None) => header::bearer(self.credentials().secret(OWN)),
        };
        let header = header.ok_or_else(|| {
            self.unusable("the access token of", "holds characters that no header can carry")
        })?;
        Ok(Shown { header, token, _proving: proving })
    }

    /// Whether a token is so new that not all of the server may know it.
    fn in_doubt(&self, token: &Token) -> bool {
        auth::source_of(&self.server.authentication).is_some_and(|source| source.grant == Grant::Installation)
            && self.credentials().proven != token.serial
            && self.port.now() < token.minted.saturating_add(SETTLED_MS)
    }

    /// Whoever answers like this knows the token.
    pub(super) fn prove(&self, shown: Option<&Shown>, status: u16) {
        if let Some(token) =
            shown.and_then(|shown| shown.token.as_ref()).filter(|_| status != 401 && status < 500)
        {
            self.credentials().proven = token.serial;
        }
    }

    /// After a 401: whether another try may go otherwise.
    pub(super) async fn renewed(&self, shown: &Option<Shown>, tried: &mut Tried) -> Result<bool, Stop> {
        let Some(shown) = shown else { return Ok(false) };
        let first = !std::mem::replace(&mut tried.renewed, true);
        let Some(token) = &shown.token else {
            // Another run may have asked the host already: what matters is what would be shown now.
            return Ok(first && {
                self.resolve(true).await?;
                self.authorization().await?.header != shown.header
            });
        };
        let settled = token.minted.saturating_add(SETTLED_MS);
        let installs = auth::source_of(&self.server.authentication)
            .is_some_and(|source| source.grant == Grant::Installation);
        if installs && self.port.now() < settled {
            let Some(at) = self.next_showing(settled, tried) else {
                // Kept: another one would be as fresh for the next login, and be refused for it again.
                return Ok(false);
            };
            self.port.sleep_until(at).await;
            tried.again += 1;
            tried.renewed = !first;
            return Ok(true);
        }
        let mut credentials = self.credentials();
        if credentials.token.as_ref().is_some_and(|current| current.serial == token.serial) {
            credentials.token = None;
        }
        // A token that was made for this call has not grown old: another one would fare no better.
        Ok(first && token.serial <= tried.before)
    }

    /// An installation token may take seconds until all of GitHub knows it: when to show it once more.
    fn next_showing(&self, settled: u64, tried: &Tried) -> Option<u64> {
        // Half the pause is sure, and the first is no short one: GitHub locks out whoever shows it many bad tokens, and
        // there are calls side by side.
        let at = self.port.now() + retry::backoff(tried.again + FIRST_PAUSE, 0.5 + self.random() / 2.0);
        (at < settled.min(self.port.clock.requests_until)).then_some(at)
    }

    /// Asks for named secrets: for those that are not held or, `again`, for all. Whether one is another now: only then a
    /// repeat can help.
    pub async fn resolve(&self, again: bool) -> Result<bool, Stop> {
        let mut changed = false;
        for place in [OWN, CLIENT] {
            let given = auth::secrets_of(&self.server.authentication);
            let Some(Some(SecretValue::Named(name))) = given.get(place) else { continue };
            let held = self.credentials().held.get(place).cloned().flatten();
            if held.is_some() && !again {
                continue;
            }
            let now = self.ask_host(name).await?;
            // One that a token endpoint replaced is used up, though the host may still have nothing better.
            let same = |known: &Secret| known.reveal() == now.reveal();
            if held.is_some_and(|held| same(&held.now) || held.spent.as_ref().is_some_and(same)) {
                continue;
            }
            if let Some(held) = self.credentials().held.get_mut(place) {
                *held = Some(Held::new(now));
            }
            changed = true;
        }
        Ok(changed)
    }

    async fn ask_host(&self, name: &str) -> Result<Secret, Stop> {
        let unknown =
            || self.failed_credential(&format!("the host knows no secret `{name}`, which"), "needs");
        if !self.core.host.secret {
            return Err(unknown());
        }
        let answered = self.port.ask(Ask::Secret(name.to_owned()), self.port.clock.requests_until).await;
        match answered.answer {
            Ok(Answer::Secret(secret)) if secret.reveal().is_empty() => Err(unknown()),
            Ok(Answer::Secret(secret)) => Ok(secret),
            // Whatever was to be sent with it was not.
            Err(loss @ (Loss::Timeout | Loss::Unsent | Loss::Held | Loss::Aborted)) => {
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
        let places = auth::secrets_of(&self.server.authentication);
        for (held, given) in self.credentials().held.iter_mut().zip(places) {
            if let Some(SecretValue::Named(_)) = given {
                *held = None;
            }
        }
        self.failed_credential(before, after)
    }

    /// A failure of class `credentials` that no server had to tell us.
    pub(super) fn failed_credential(&self, before: &str, after: &str) -> Stop {
        Stop::failed(Failure::new(Class::Credentials, format!("{before} `{}` {after}", self.server.id)))
    }
}

/// Gates at which calls wait for one that shows a new token, one a server; those below are of minting and of users.
const PROVING: u32 = 1 << 30;

/// Pauses begin as the third between tries does: 200 to 400 ms.
const FIRST_PAUSE: u32 = 2;

/// How long a 401 for a new installation token may mean that it is not known everywhere yet, in milliseconds: the
/// measure that GitHub's own client takes (octokit's auth-app, `sendRequestWithRetries`).
const SETTLED_MS: u64 = 5_000;
