//! Two processes at once about one account: whoever comes second to write the link down learns of it there, and sees
//! to it that in the end the newest event holds, and that the link claims nothing that may not be so (D5, R7).

use super::Visit;
use super::call::Stop;
use super::ending::Account;
use super::memory::Saved;
use super::write::{Change, Written};
use crate::link::{Changes, GroupState, Link, State};
use crate::outcome::Verdict;

/// How often a link is read again because somebody else was faster.
const ROUNDS: u32 = 8;

impl Visit<'_> {
    /// Writes the link over what another process wrote since it was read.
    pub(super) async fn settle(&self, account: &mut Account, ours: &Link) {
        let mut ours = ours.clone();
        let mut off = turned_off(account);
        let in_doubt = account.stop.is_some();
        for _ in 0..ROUNDS {
            let newer = self.load().await;
            if !newer.answers {
                return;
            }
            let settled = match &newer.link {
                // Whether a write that got no answer came before theirs is not known.
                Some(theirs) if in_doubt => Some(both(theirs, &ours)),
                Some(theirs) => self.settled(account, &ours, theirs, &mut off).await,
                None => Some(ours.clone()),
            };
            let Some(settled) = settled else { return };
            if self.save(&settled, newer.condition).await != Saved::Refused {
                return;
            }
            // What was done just now is what the next round goes on from.
            ours = settled;
        }
    }

    /// What both leave behind; `None`: what they wrote stands.
    /// `turned_off`: this run turned the account off.
    async fn settled(
        &self,
        account: &mut Account,
        ours: &Link,
        theirs: &Link,
        turned_off: &mut bool,
    ) -> Option<Link> {
        let off = |link: &Link| matches!(link.state, State::Off | State::Tombstone);
        match (off(ours), off(theirs)) {
            (true, true) => {
                let (kept, other) = if ours.id.is_none() { (theirs, ours) } else { (ours, theirs) };
                Some(Link { state: kept.state, id: kept.id.clone(), ..both(kept, other) })
            }
            // Their closing write will be refused in its turn.
            (false, false) if theirs.state == State::Pending => {
                Some(Link { seen: ours.seen.max(theirs.seen), ..ours.clone() })
            }
            (false, false) => Some(both(ours, theirs)),
            (false, true) if theirs.seen >= ours.seen => {
                *turned_off = true;
                self.overtaken(account, ours, theirs).await
            }
            (false, true) => Some(self.back_again(account, ours, theirs).await),
            (true, false) if ours.seen >= theirs.seen => {
                *turned_off = true;
                Some(self.off_again(account, ours, theirs).await)
            }
            // We turned off what somebody came back to.
            (true, false) if *turned_off => match theirs.state {
                // What we did is to be found by whoever is creating; it is newer than our event.
                State::Pending => Some(ours.clone()),
                State::Live | State::Unsure | State::Off | State::Tombstone => {
                    Some(Link { state: State::Unsure, ..both(theirs, ours) })
                }
            },
            (true, false) => None,
        }
    }

    /// The user left while we were at it: the account must not stay active.
    async fn overtaken(&self, account: &mut Account, ours: &Link, theirs: &Link) -> Option<Link> {
        let Some(id) = ours.id.clone().filter(|_| wrote(account)) else {
            // Nothing but groups was written.
            return Some(Link { state: theirs.state, id: theirs.id.clone(), ..both(theirs, ours) });
        };
        let left = Link { seen: theirs.seen, ..both(ours, theirs) };
        match self.set_active(&id, false).await {
            Ok(written) => {
                (account.verdict, account.reason) = (Verdict::Skipped, "superseded");
                let state = self.state_left(&written);
                Some(Link { state, id: Some(id).filter(|_| state == State::Off), ..left })
            }
            Err(stop) => {
                in_progress(account, Some(stop));
                None
            }
        }
    }

    /// An older event turned the account off while we were at it: who comes back finds it active.
    async fn back_again(&self, account: &mut Account, ours: &Link, theirs: &Link) -> Link {
        let id = ours.id.clone().unwrap_or_default();
        match self.set_active(&id, true).await {
            Ok(Written::Done(_)) => Link { state: ours.state, id: Some(id), ..both(ours, theirs) },
            Ok(Written::Gone) => {
                in_progress(account, None);
                Link { state: State::Pending, id: None, groups: Vec::new(), ..ours.clone() }
            }
            Err(stop) => {
                in_progress(account, Some(stop));
                Link { state: State::Unsure, ..both(ours, theirs) }
            }
        }
    }

    /// An older event may have turned the account on after we turned it off, or made another.
    async fn off_again(&self, account: &mut Account, ours: &Link, theirs: &Link) -> Link {
        let Some(id) = theirs.id.clone() else { return ours.clone() };
        let left = both(theirs, ours);
        match self.set_active(&id, false).await {
            Ok(written) => {
                if ours.state == State::Tombstone && account.verdict == Verdict::Skipped {
                    (account.verdict, account.reason) = (Verdict::Deactivated, "user-disabled");
                }
                let state = self.state_left(&written);
                Link { state, id: Some(id).filter(|_| state == State::Off), seen: ours.seen, ..left }
            }
            Err(stop) => {
                in_progress(account, Some(stop));
                Link { state: State::Unsure, seen: ours.seen, ..left }
            }
        }
    }

    fn state_left(&self, written: &Written) -> State {
        match written {
            Written::Done(_) => self.state_after_deactivation(),
            Written::Gone => State::Tombstone,
        }
    }

    async fn set_active(&self, id: &str, active: bool) -> Result<Written, Stop> {
        let purpose = if active { "reactivate" } else { "deactivate" };
        let changes = Changes::default();
        self.change(Change { id, purpose, changes, active: Some(active), remote: None, held: Vec::new() })
            .await
    }
}

fn in_progress(account: &mut Account, stop: Option<Stop>) {
    (account.verdict, account.reason) = (Verdict::Deferred, "in-progress");
    account.stop = stop;
    account.again = true;
}

/// Whether a run may have left the account active, or as it was when it read it.
fn wrote(account: &Account) -> bool {
    match account.verdict {
        Verdict::Created | Verdict::Adopted | Verdict::Updated | Verdict::Reactivated | Verdict::Deferred => {
            true
        }
        Verdict::Unchanged
        | Verdict::Deactivated
        | Verdict::Deleted
        | Verdict::Skipped
        | Verdict::Conflict
        | Verdict::Failed => false,
    }
}

fn turned_off(account: &Account) -> bool {
    matches!(account.verdict, Verdict::Deactivated | Verdict::Deleted)
}

/// What two remember together. Of two ids the newer one's is taken.
fn both(ours: &Link, theirs: &Link) -> Link {
    let mut link = Link { seen: ours.seen.max(theirs.seen), ..doubting(ours, theirs) };
    if theirs.id.is_some() && theirs.id != ours.id {
        link.state = State::Unsure;
        if ours.id.is_none() || theirs.seen > ours.seen {
            link.id.clone_from(&theirs.id);
        }
    }
    if theirs.state == State::Unsure {
        link.state = State::Unsure;
    }
    let same_groups = ours.groups.len() == theirs.groups.len()
        && ours.groups.iter().all(|group| theirs.groups.contains(group));
    if !same_groups || theirs.doubts_groups() {
        link.doubt_groups();
        for group in &theirs.groups {
            match link.groups.iter_mut().find(|known| known.name == group.name) {
                // Both may be so: what is unclear is made sure of, and so is all where groups are in doubt.
                Some(known) if matches!(known.state, GroupState::Unavailable(_)) => known.clone_from(group),
                Some(_) => {}
                None => link.groups.push(group.clone()),
            }
        }
    }
    link
}

/// Attributes on which two links do not agree are to be sent again, whatever is wanted then: an empty digest equals
/// none. (A PUT writes all attributes, whatever it is about.)
fn doubting(ours: &Link, theirs: &Link) -> Link {
    let mut link = ours.clone();
    if ours.all != theirs.all {
        link.all = String::new();
        if let (Some(sent), Some(ours), Some(theirs)) = (&mut link.digests, &ours.digests, &theirs.digests) {
            for (key, _) in ours.iter().chain(theirs.iter()) {
                if ours.get(key) != theirs.get(key) {
                    sent.put(key, Some(""));
                }
            }
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Sent;

    fn link(id: &str, seen: u64, all: &str, digests: &[(&str, &str)]) -> Link {
        let mut link = Link::new(State::Live, Some(id.to_owned()), 1, seen);
        link.all = all.to_owned();
        link.digests = Some(digests.iter().copied().collect::<Sent>());
        link
    }

    #[test]
    fn of_two_accounts_the_newer_one_is_looked_at() {
        for (ours, theirs) in [(5, 6), (6, 5)] {
            let both = both(&link("ours", ours, "a", &[]), &link("theirs", theirs, "a", &[]));
            let newer = if theirs > ours { "theirs" } else { "ours" };
            assert_eq!((both.id.as_deref(), both.state, both.seen), (Some(newer), State::Unsure, 6));
        }
        let same = both(&link("ours", 5, "a", &[]), &link("ours", 6, "a", &[]));
        assert_eq!((same.id.as_deref(), same.state), (Some("ours"), State::Live));
    }

    #[test]
    fn attributes_on_which_two_do_not_agree_are_claimed_by_none() {
        let ours = link("1", 5, "a", &[("title", "aaaaaaaa"), ("userName", "bbbbbbbb")]);
        let theirs =
            link("1", 6, "b", &[("title", "cccccccc"), ("userName", "bbbbbbbb"), ("nickName", "dddddddd")]);
        let both = both(&ours, &theirs);
        let digests: Vec<_> = both.digests.iter().flat_map(Sent::iter).collect();
        assert_eq!(both.all, "");
        assert_eq!(digests, [("userName", "bbbbbbbb"), ("title", ""), ("nickName", "")]);
    }
}
