//! The link in the host's store. A store that fails costs a warning and a look-up, never a login (R8).

use super::{Sending, Visit};
use crate::json::{self, json};
use crate::link::{self, Link};
use crate::port::{Answer, Ask, Condition};
use crate::problem::Problem;
use crate::scim::message;
use crate::time::Millis;

/// Longest wait for the store (R8), in milliseconds.
const STORE_MS: u64 = 250;

/// The share of a budget that one store call may take (R8).
const STORE_SHARE: u64 = 5;

/// How long a store call may take within a budget. As much is kept back from requests, so that what was done can
/// still be written down when they run into the budget.
pub fn store_patience(budget: Millis) -> Millis {
    STORE_MS.min(budget / STORE_SHARE)
}

/// What the store said of a link.
pub struct Loaded {
    /// The record, where it is ours.
    pub link: Option<Link>,
    /// What a write of it must find there.
    pub condition: Condition,
    /// Whether the store answered.
    pub answers: bool,
}

/// What is remembered of a group.
pub struct GroupRecord {
    /// The provider's id.
    pub id: String,
    /// Whether we created it.
    pub created: bool,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Written.
    Yes,
    /// Something else was there.
    Refused,
    /// The store did not answer; a warning says so.
    Lost,
}

impl Visit<'_> {
    /// When a callback that keeps something for us is given up.
    pub(super) fn store_deadline(&self) -> Millis {
        let patience = store_patience(self.port.clock.until.saturating_sub(self.port.clock.started));
        (self.port.now() + patience).min(self.port.clock.until)
    }

    /// Reads the link, with all its further records.
    pub async fn load(&self) -> Loaded {
        let absent = |answers| Loaded { link: None, condition: Condition::Absent, answers };
        if !self.has_store() {
            return absent(false);
        }
        let key = link::key(&self.server.id, self.user);
        let Some(found) = self.load_text(key.clone()).await else {
            return absent(false);
        };
        let Some((text, version)) = found else {
            return absent(true);
        };
        let condition = version.map_or(Condition::Always, Condition::Version);
        let mut read = Link::read(&text);
        if let Some(link) = &mut read {
            for number in 0..link.more {
                let more = self.load_text(link::more_key(&key, number)).await.flatten();
                // A further record that is lost costs a membership that is sent again.
                link.groups.extend(more.and_then(|(text, _)| Link::read_more(&text)).unwrap_or_default());
            }
        }
        Loaded { link: read, condition, answers: true }
    }

    /// What a closing write must find there, after `writer` noted a create: that note. Somebody else's record makes
    /// it a write that will be refused.
    pub async fn version(&self, writer: &str) -> Condition {
        if self.sending != Sending::Live {
            return Condition::Always;
        }
        match self.load_text(link::key(&self.server.id, self.user)).await.flatten() {
            Some((text, version)) if Link::read(&text).is_some_and(|link| link.writer == writer) => {
                version.map_or(Condition::Always, Condition::Version)
            }
            Some(_) => Condition::Absent,
            None => Condition::Always,
        }
    }

    /// Puts back what was there before a create that did not come to be.
    pub async fn restore(&self, before: Option<&Link>, condition: Condition) {
        match before {
            Some(link) => {
                self.save(link, condition).await;
            }
            None => self.erase().await,
        }
    }

    /// Writes the link. Says whether it was still as it had been.
    pub async fn save(&self, link: &Link, condition: Condition) -> Saved {
        if !self.has_store() || self.sending != Sending::Live {
            return Saved::Yes;
        }
        let key = link::key(&self.server.id, self.user);
        let (main, more, lost) = link.write();
        if lost > 0 {
            self.warn(Problem::warning(
                "",
                "too-many-groups",
                format!("{lost} groups do not fit into the link and are not mirrored"),
            ));
        }
        for (number, text) in more.into_iter().enumerate() {
            self.store(link::more_key(&key, number), text, Condition::Always).await;
        }
        self.store(key, main, condition).await
    }

    /// Forgets the link.
    pub async fn erase(&self) {
        if self.has_store() && self.sending == Sending::Live {
            let key = link::key(&self.server.id, self.user);
            if self.port.ask(Ask::Erase(key), self.store_deadline()).await.answer.is_err() {
                self.store_failed();
            }
        }
    }

    /// The remembered id of a group (D8).
    pub async fn load_group(&self, name: &str) -> Option<String> {
        self.load_group_record(name).await.map(|record| record.id)
    }

    /// What is remembered of a group. Without a store nobody knows who created it.
    pub async fn load_group_record(&self, name: &str) -> Option<GroupRecord> {
        if !self.has_store() {
            let id = self.learned(|learned| learned.groups.get(name))?;
            return Some(GroupRecord { id, created: false });
        }
        let (text, _) = self.load_text(link::group_key(&self.server.id, name)).await??;
        let record = json::value(&text)?;
        let id = record.get("id")?.as_str().filter(|id| message::is_id(id))?;
        Some(GroupRecord { id: id.to_owned(), created: record.get("created")?.as_bool()? })
    }

    /// Forgets a group that goes by that name no longer.
    pub async fn erase_group(&self, name: &str) {
        self.forget_group(name);
        if self.has_store() && self.sending == Sending::Live {
            let key = link::group_key(&self.server.id, name);
            if self.port.ask(Ask::Erase(key), self.store_deadline()).await.answer.is_err() {
                self.store_failed();
            }
        }
    }

    /// Remembers the id of a group, and whether we created it (D9).
    pub async fn save_group(&self, name: &str, id: &str, created: bool) {
        if self.sending != Sending::Live {
            return;
        }
        // Also with a store: what this process has just created is not created again by a run that missed it before.
        self.learned(|learned| learned.groups.put(name, id));
        if !self.has_store() {
            return;
        }
        let record = json!({ "v": link::FORMAT, "id": id, "created": created, "at": self.port.now() });
        self.store(link::group_key(&self.server.id, name), json::write::json(&record), Condition::Always)
            .await;
    }

    /// Forgets the id of a group that turned out to be gone.
    pub fn forget_group(&self, name: &str) {
        self.learned(|learned| learned.groups.forget(name));
    }

    /// `None` where the store does not answer; `Some(None)` where it has no such record.
    async fn load_text(&self, key: String) -> Option<Option<(String, Option<String>)>> {
        match self.port.ask(Ask::Load(key), self.store_deadline()).await.answer {
            Ok(Answer::Loaded(record)) => Some(record),
            Ok(Answer::Reply(_) | Answer::Stored(_) | Answer::Secret(_) | Answer::Signature(_)) | Err(_) => {
                self.store_failed();
                None
            }
        }
    }

    async fn store(&self, key: String, value: String, condition: Condition) -> Saved {
        match self.port.ask(Ask::Store(key, value, condition), self.store_deadline()).await.answer {
            Ok(Answer::Stored(true)) => Saved::Yes,
            Ok(Answer::Stored(false)) => Saved::Refused,
            Ok(Answer::Reply(_) | Answer::Loaded(_) | Answer::Secret(_) | Answer::Signature(_)) | Err(_) => {
                self.store_failed();
                Saved::Lost
            }
        }
    }

    fn store_failed(&self) {
        self.warn(
            Problem::warning("", "store-failed", "the host's state store did not answer as it should")
                .help("until it does, accounts are looked up at the provider at every login"),
        );
    }
}
