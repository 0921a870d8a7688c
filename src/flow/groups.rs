//! The user's groups (D7, D8): which are wanted, which of them are not yet had, and the requests that mend it, side
//! by side. One request names one member at most, so that no provider's limit on members is ever reached.

use serde_json::Value;

use super::Visit;
use super::call::Stop;
use super::find::Found;
use super::memberships::{Joined, Made};
use super::parting::Step;
use crate::config::{Groups, Rename};
use crate::event;
use crate::join::{Slot, join_rest};
use crate::link::{Group, GroupState};
use crate::outcome::{Class, Failure, GroupOutcome, GroupResult};
use crate::planted;
use crate::problem::Problem;
use crate::provider::GroupsMode;
use crate::scim::message;
use crate::table::Texts;

/// Most managed groups of one user (D7).
const MOST_GROUPS: usize = 1000;

/// A group the user should be in.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name at the provider.
    pub name: String,
    /// Which of the event's groups it is.
    pub place: usize,
}

/// Where a wanted group stands before its first request.
#[derive(Debug)]
pub enum Standing {
    /// The user was put into it.
    Had(String),
    /// It could not be had then, and not long ago.
    Unavailable(u64),
    /// It exists under this id, the user is not known to be in it.
    Known(String),
    /// The provider has no such group.
    Missing,
    /// It could not be asked for.
    Failed(Stop),
}

/// What is known of groups while the account is looked after.
pub enum Planned {
    /// The link holds what is wanted, in this order: there is nothing to do, unless the account is another one.
    AsLinked(Vec<Wanted>),
    /// Something differs.
    Plan(Plan),
}

/// What is to be done about groups.
pub struct Plan {
    /// Wanted groups and where they stand.
    pub wanted: Vec<(Wanted, Standing)>,
    /// What the link held.
    pub linked: Vec<Group>,
}

/// What was done about groups.
pub struct Synced {
    /// One a group.
    pub outcomes: Vec<GroupOutcome>,
    /// What the link holds now.
    pub groups: Vec<Group>,
    /// Whether that differs from before.
    pub changed: bool,
    /// Whether a request was made for it.
    pub touched: bool,
    /// What stopped the first that trying later may finish.
    pub unfinished: Option<Stop>,
}

impl Synced {
    /// Nothing was to be done; `writes`: the link is written all the same.
    pub fn as_linked(linked: Vec<Group>, writes: bool) -> Synced {
        let groups = if writes { linked.clone() } else { Vec::new() };
        let outcome = |group: Group| GroupOutcome {
            name: group.name,
            result: GroupResult::Unchanged,
            remote_id: match group.state {
                GroupState::Member(id) => Some(id),
                GroupState::Unclear(_) | GroupState::Unavailable(_) => None,
            },
            error: None,
        };
        let outcomes = linked.into_iter().map(outcome).collect();
        Synced { outcomes, groups, changed: false, touched: false, unfinished: None }
    }
}

impl Visit<'_> {
    /// The groups the user should be in. `None`: not known, or groups are off; nothing is added or removed.
    pub fn wanted_groups(&self) -> Option<Vec<Wanted>> {
        let sync = &self.server.groups;
        if sync.mode == GroupsMode::Off {
            return None;
        }
        let groups = self.event.user.as_ref()?.groups.as_ref()?;
        let mut wanted: Vec<Wanted> = Vec::with_capacity(groups.len());
        // Places in `wanted`, by name.
        let mut sorted: Vec<usize> = Vec::with_capacity(groups.len());
        for (place, group) in groups.iter().enumerate().filter(|(_, group)| sync.manages(&group.name)) {
            let Some(name) = self.renamed(sync, group) else { continue };
            let name_at = |at: usize| wanted.get(at).map(|wanted| wanted.name.as_str());
            if let Err(before) = sorted.binary_search_by(|at| name_at(*at).cmp(&Some(name.as_str()))) {
                sorted.insert(before, wanted.len());
                wanted.push(Wanted { name, place });
            }
        }
        if wanted.len() > MOST_GROUPS {
            self.warn(Problem::warning(
                "/user/groups",
                "too-many-groups",
                format!("{} managed groups; the first {MOST_GROUPS} are synchronised", wanted.len()),
            ));
            wanted.truncate(MOST_GROUPS);
            self.notes.borrow_mut().unnamed = true;
        }
        Some(wanted)
    }

    /// What a created group carries as `externalId`.
    pub(super) fn external_id<'s>(&'s self, group: &'s Wanted) -> &'s str {
        let groups = self.event.user.as_ref().and_then(|user| user.groups.as_ref());
        let given = groups.and_then(|groups| groups.get(group.place));
        given.map_or(&group.name, |given| given.id.as_ref().unwrap_or(&given.name))
    }

    pub(super) fn renamed(&self, sync: &Groups, group: &event::Group) -> Option<String> {
        let expression = match &sync.rename {
            Rename::Same => return Some(group.name.clone()),
            Rename::Table(table) => return Some(table.get(&group.name).unwrap_or(&group.name).to_owned()),
            Rename::Expression(expression) => expression,
        };
        let mut object = crate::json::json!({ "name": group.name.as_str() });
        if let (Some(id), Some(object)) = (&group.id, object.as_object_mut()) {
            object.insert("id".into(), crate::json::json!(id.as_str()));
        }
        let problem = match expression.evaluate(&[("group", &object)], &self.event.work) {
            Ok(Value::String(name)) if !name.is_empty() => return Some(name),
            Ok(_) => "its new name is no text".to_owned(),
            Err(message) => message,
        };
        let message = format!("a group was left out: {problem}");
        self.warn(Problem::warning("/groups/rename", "expression-failed", message));
        self.notes.borrow_mut().unnamed = true;
        None
    }

    /// Finds out where each wanted group stands: from the link, from memory, or by one look-up each, side by side.
    pub async fn plan_groups(&self, wanted: Vec<Wanted>, linked: Vec<Group>) -> Plan {
        let mut standings = Vec::with_capacity(wanted.len());
        for group in &wanted {
            let known = linked.iter().find(|known| known.name == group.name).map(|known| &known.state);
            standings.push(match known {
                Some(GroupState::Member(id)) => Slot::Done(Standing::Had(id.clone())),
                Some(GroupState::Unavailable(at)) if self.still_unavailable(*at) => {
                    Slot::Done(Standing::Unavailable(*at))
                }
                Some(GroupState::Unclear(Some(id))) => Slot::Done(Standing::Known(id.clone())),
                Some(GroupState::Unclear(None) | GroupState::Unavailable(_)) | None => {
                    Slot::Running(Box::pin(async move { self.group_id(&group.name).await }))
                }
            });
        }
        let standings = join_rest(standings).await;
        Plan { wanted: wanted.into_iter().zip(standings).collect(), linked }
    }

    fn still_unavailable(&self, at: u64) -> bool {
        let trusted = self.server.policy.recheck_after_ms;
        trusted == 0 || self.port.now().saturating_sub(at) <= trusted
    }

    /// The remembered group of a name, else looked up.
    pub(super) async fn group_id(&self, name: &str) -> Standing {
        match self.load_group(name).await {
            Some(id) => Standing::Known(id),
            None => self.look_for_group(name).await,
        }
    }

    /// Looks a group up by name, and remembers its id.
    pub async fn look_for_group(&self, name: &str) -> Standing {
        match self.find_group(name).await {
            Ok(Found::One(group)) => {
                let id = message::id(&group).unwrap_or_default();
                self.save_group(name, &id, false).await;
                Standing::Known(id)
            }
            Ok(Found::Nobody) => Standing::Missing,
            Ok(Found::Many) => Standing::Failed(Stop::failed(Failure::new(
                Class::Conflict,
                format!("`{}` has more than one group of that name", self.server.id),
            ))),
            // Looking does nothing that could be unclear.
            Err(stop) => Standing::Failed(Stop { unclear: false, ..stop }),
        }
    }

    /// Puts the user into the wanted groups and, in `mirror` mode, takes him out of those left.
    /// `unsure`: what the link says of them may not be so.
    pub async fn sync_groups(&self, plan: Plan, user: &str, member_of: &[String], unsure: bool) -> Synced {
        let Plan { wanted, linked } = plan;
        let known = linked.iter().filter(|_| !unsure);
        let mut held: Vec<&str> = known.filter_map(Group::id).collect();
        held.extend(member_of.iter().map(String::as_str));
        let held = held.as_slice();
        let (stay, leave) = self.others(&wanted, &linked);
        let mut work = Vec::with_capacity(wanted.len() + leave.len());
        for (group, standing) in wanted {
            work.push(match standing {
                // The usual one has nothing to wait for.
                Standing::Had(id) => Slot::Done(Step::member(&group.name, id, GroupResult::Unchanged)),
                standing @ (Standing::Unavailable(_)
                | Standing::Known(_)
                | Standing::Missing
                | Standing::Failed(_)) => {
                    Slot::Running(Box::pin(async move { self.enter(group, standing, user, held).await }))
                }
            });
        }
        for group in leave.into_iter().filter(|_| !planted::is(4)) {
            work.push(Slot::Running(Box::pin(async move { self.leave(group, user).await })));
        }
        let steps = join_rest(work).await;
        let mut synced =
            Synced { outcomes: Vec::new(), groups: stay, changed: false, touched: false, unfinished: None };
        for step in steps {
            if let Some(stop) = step.stop.filter(|stop| stop.deferred.is_some()) {
                synced.unfinished.get_or_insert(stop);
            }
            synced.touched |= !matches!(step.outcome.result, GroupResult::Unchanged | GroupResult::Skipped);
            synced.groups.extend(step.remember);
            synced.outcomes.push(step.outcome);
        }
        // Their order means nothing.
        let same = |held: &[Group]| held.len() == linked.len() && linked.iter().all(|one| held.contains(one));
        synced.changed = linked != synced.groups && !same(&synced.groups);
        synced
    }

    /// What the link holds beside the wanted groups: what stays as it is, and what the user is to leave.
    fn others(&self, wanted: &[(Wanted, Standing)], linked: &[Group]) -> (Vec<Group>, Vec<Group>) {
        let (mut stay, mut leave) = (Vec::new(), Vec::new());
        let mut pairs = linked.iter().zip(wanted);
        if linked.len() == wanted.len() && pairs.all(|(known, (group, _))| known.name == group.name) {
            return (stay, leave);
        }
        let (mut desired, mut desired_ids) = (Texts::default(), Texts::default());
        for (group, standing) in wanted {
            desired.insert(group.name.as_str(), "");
            if let Some(id) = standing.id() {
                desired_ids.insert(id, "");
            }
        }
        for group in linked.iter().filter(|group| !desired.contains(&group.name)) {
            match &group.state {
                GroupState::Unavailable(_) => {}
                // Under another name it is wanted still: renamed, not left.
                GroupState::Member(id) | GroupState::Unclear(Some(id)) if desired_ids.contains(id) => {}
                GroupState::Member(_) | GroupState::Unclear(_) => {
                    let leaves = self.server.groups.mode == GroupsMode::Mirror
                        && !self.notes.borrow().unnamed
                        && self.manages_linked(&group.name);
                    if leaves { leave.push(group.clone()) } else { stay.push(group.clone()) }
                }
            }
        }
        (stay, leave)
    }

    /// Whether a group of the link is one of those the configuration manages. The link knows provider names: a table
    /// of renames is read backwards, and a name from before the table counts as itself.
    fn manages_linked(&self, name: &str) -> bool {
        let sync = &self.server.groups;
        match &sync.rename {
            Rename::Same => sync.manages(name),
            Rename::Table(table) => {
                sync.manages(name)
                    || table.iter().any(|(platform, provider)| provider == name && sync.manages(platform))
            }
            // An expression cannot be read backwards; what we put the user into was managed then.
            Rename::Expression(_) => true,
        }
    }

    async fn enter(&self, group: Wanted, standing: Standing, user: &str, held: &[&str]) -> Step {
        match standing {
            Standing::Had(id) => Step::member(&group.name, id, GroupResult::Unchanged),
            Standing::Unavailable(at) => Step::unavailable(&group.name, Some(at), GroupResult::Skipped, None),
            Standing::Known(id) if held.contains(&id.as_str()) => {
                Step::member(&group.name, id, GroupResult::Unchanged)
            }
            Standing::Known(id) => match self.join(&id, user, false).await {
                Ok(Joined::Yes) => Step::member(&group.name, id, GroupResult::Joined),
                Ok(Joined::Gone) => self.enter_again(group, user).await,
                Err(stop) => self.failed(&group.name, Some(id), stop),
            },
            Standing::Missing => self.enter_new(group, user).await,
            Standing::Failed(stop) => self.failed(&group.name, None, stop),
        }
    }

    /// The remembered id was gone: looked up once more (D8).
    async fn enter_again(&self, group: Wanted, user: &str) -> Step {
        self.forget_group(&group.name);
        match self.look_for_group(&group.name).await {
            Standing::Known(id) => match self.join(&id, user, false).await {
                Ok(Joined::Yes) => Step::member(&group.name, id, GroupResult::Joined),
                Ok(Joined::Gone) => self.failed(&group.name, Some(id), Stop::failed(self.unfindable())),
                Err(stop) => self.failed(&group.name, Some(id), stop),
            },
            Standing::Failed(stop) => self.failed(&group.name, None, stop),
            Standing::Missing | Standing::Had(_) | Standing::Unavailable(_) => {
                self.enter_new(group, user).await
            }
        }
    }

    async fn enter_new(&self, group: Wanted, user: &str) -> Step {
        if !self.server.groups.create {
            return Step::unavailable(&group.name, Some(self.port.now()), GroupResult::Skipped, None);
        }
        let mut gone = String::new();
        let pass = loop {
            // Servers may take two groups of one name; of the runs that miss one, one creates it.
            let pass =
                match self.port.turn(self.group_gate(&group.name), self.port.clock.requests_until).await {
                    Ok(pass) => pass,
                    Err(loss) => return self.failed(&group.name, None, self.lost(loss)),
                };
            let known = match self.learned(|learned| learned.groups.get(&group.name)) {
                Some(id) => id,
                // Whoever was inside before may have made it and not know.
                None if pass.waited => match self.look_for_group(&group.name).await {
                    Standing::Known(id) => id,
                    Standing::Failed(stop) => return self.failed(&group.name, None, stop),
                    Standing::Missing | Standing::Had(_) | Standing::Unavailable(_) => break pass,
                },
                None => break pass,
            };
            drop(pass);
            if known == gone {
                return self.failed(&group.name, Some(known), Stop::failed(self.unfindable()));
            }
            match self.join(&known, user, false).await {
                Ok(Joined::Yes) => return Step::member(&group.name, known, GroupResult::Joined),
                Ok(Joined::Gone) => {
                    self.learned(|learned| {
                        if learned.groups.get(&group.name).as_ref() == Some(&known) {
                            learned.groups.forget(&group.name);
                        }
                    });
                    gone = known;
                }
                Err(stop) => return self.failed(&group.name, Some(known), stop),
            }
        };
        let step = self.create_and_enter(group, user).await;
        drop(pass);
        step
    }

    /// The gate at which a group of that name is created. Two names that share one only wait for each other; servers
    /// and people have the numbers below.
    fn group_gate(&self, name: &str) -> u32 {
        let mut hash: u32 = 0x811c_9dc5;
        for byte in self.server.id.bytes().chain([0]).chain(name.bytes()) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        hash | 1 << 31
    }

    async fn create_and_enter(&self, group: Wanted, user: &str) -> Step {
        let mut tries = 0;
        loop {
            let lost = match self.create_group(&group, user, tries).await {
                Ok(Made::Group(id)) => {
                    self.save_group(&group.name, &id, true).await;
                    return Step::member(&group.name, id, GroupResult::Created);
                }
                Ok(Made::Unnamed { has_user }) => return self.named(group, user, has_user).await,
                // Somebody else created it meanwhile, or it goes by another name.
                Ok(Made::Duplicate) => Stop::failed(self.taken()),
                // Its answer was lost: looked for before it is sent again, as an account is (R4).
                Err(stop) if stop.unclear && stop.deferred == Some("unavailable") => stop,
                Err(stop) => return self.failed(&group.name, None, stop),
            };
            match self.look_for_group(&group.name).await {
                Standing::Known(id) => match self.join(&id, user, false).await {
                    Ok(Joined::Yes) => return Step::member(&group.name, id, GroupResult::Joined),
                    Ok(Joined::Gone) => return self.failed(&group.name, None, lost),
                    // What created it may have put the user in.
                    Err(stop) => {
                        let unclear = stop.unclear || lost.unclear;
                        return self.failed(&group.name, Some(id), Stop { unclear, ..stop });
                    }
                },
                Standing::Failed(stop) => {
                    return self.failed(&group.name, None, Stop { unclear: lost.unclear, ..stop });
                }
                Standing::Missing | Standing::Had(_) | Standing::Unavailable(_) => {
                    if lost.deferred.is_none() || tries >= self.server.policy.retries {
                        return self.failed(&group.name, None, lost);
                    }
                }
            }
            let at = self.port.now().saturating_add(crate::retry::backoff(tries, self.random()));
            if at >= self.port.clock.requests_until {
                return self.failed(&group.name, None, lost);
            }
            self.port.sleep_until(at).await;
            tries += 1;
        }
    }

    /// A group that was created, and whose id the reply did not say (H7).
    async fn named(&self, group: Wanted, user: &str, has_user: bool) -> Step {
        match self.look_for_group(&group.name).await {
            Standing::Known(id) if has_user => Step::member(&group.name, id, GroupResult::Created),
            Standing::Known(id) => match self.join(&id, user, true).await {
                Ok(Joined::Yes) => Step::member(&group.name, id, GroupResult::Created),
                Ok(Joined::Gone) => self.failed(&group.name, None, Stop::failed(self.unreadable())),
                Err(stop) => self.failed(&group.name, None, stop),
            },
            Standing::Failed(stop) => self.failed(&group.name, None, Stop { unclear: has_user, ..stop }),
            Standing::Missing | Standing::Had(_) | Standing::Unavailable(_) => {
                self.failed(&group.name, None, Stop::failed(self.unreadable()))
            }
        }
    }

    fn unfindable(&self) -> Box<Failure> {
        let text = format!("`{}` lists the group and does not find it", self.server.id);
        Failure::new(Class::NotFound, text)
    }

    fn taken(&self) -> Box<Failure> {
        let text = format!("`{}` calls the group a duplicate and does not list it", self.server.id);
        Failure::new(Class::Conflict, text)
    }
}

impl Standing {
    fn id(&self) -> Option<&str> {
        match self {
            Standing::Had(id) | Standing::Known(id) => Some(id),
            Standing::Unavailable(_) | Standing::Missing | Standing::Failed(_) => None,
        }
    }
}
