//! What is played under every setting: the teller; the stories are below, by kind.

mod enterprise;
mod github;
mod look;
mod plain;
mod salesforce;
mod setup;

use scimhook::plugin::{Options, What};
use serde_json::{Map, Value, json};

use super::Setting;
use crate::cases::merge;
use crate::world::World;

/// The stories of a setting: with a store and without one; more where a kind can be configured to behave otherwise.
pub fn of(setting: &Setting) -> &'static [&'static str] {
    let tokens = setting.is_of_tokens();
    match setting.kind {
        // Who is known by a token of the platform's own asks no token endpoint, and the other way round.
        "generic" if tokens && setting.has("rotateRefreshToken=true") => &["refreshed"],
        "generic" if tokens && setting.has("passwordGrant=blocked") => &["password"],
        "generic" if tokens => &["minted"],
        "generic" if setting.switches.is_empty() => &["remembering", "forgetful", "minted"],
        "aws" | "generic" => &["remembering", "forgetful"],
        "github" | "github-enterprise" if tokens => &["app"],
        "github" if setting.switches.is_empty() => &["inviting", "updating", "forgetful", "adopting", "app"],
        "github-enterprise" if setting.switches.is_empty() => {
            &["remembering", "forgetful", "adopting", "app"]
        }
        "github" => &["inviting", "updating", "forgetful", "adopting"],
        "github-enterprise" => &["remembering", "forgetful", "adopting"],
        "salesforce" if tokens && setting.has("rotateRefreshToken=true") => &["refreshed"],
        "salesforce" if tokens && setting.has("passwordGrant=allowed") => &["password"],
        "salesforce" if tokens => &["minted"],
        "salesforce" if setting.switches.is_empty() => {
            &["limited", "whole", "forgetful", "adopting", "minted"]
        }
        // A name that belongs to another organisation is nobody's here.
        "salesforce" if setting.has("takenUserNames=taken@corp.test") => &["limited", "whole", "forgetful"],
        "salesforce" => &["limited", "whole", "forgetful", "adopting"],
        other => panic!("no stories of {other}"),
    }
}

/// Stories in which the server is told nothing but tokens of its own token endpoint.
const MINTING: [&str; 4] = ["minted", "refreshed", "password", "app"];

/// The externalId of somebody whose logins are not looked at.
const COLLEAGUE: &str = "u-2";

const DAY_MS: u64 = 86_400_000;

/// How a story went.
#[derive(Default)]
pub struct Told {
    pub findings: Vec<String>,
    pub transcript: Vec<String>,
    pub steps: usize,
}

/// What a step is to come to.
struct Expected {
    ends: &'static str,
    groups: Vec<(&'static str, &'static str)>,
    /// Requests, at most; those for tokens are counted apart (H1).
    most: usize,
    active: bool,
}

struct Teller<'a> {
    setting: &'a Setting,
    story: &'static str,
    strict: bool,
    world: World,
    /// The user as the platform has it.
    user: Value,
    /// The user as the account is to show it: less than that where updates are off.
    sent: Value,
    told: Told,
    /// Somebody else's account, and its id.
    bystander: Value,
    bystander_id: String,
    /// What others gave the account since, which must stay.
    foreign: Map<String, Value>,
    home_email: bool,
    /// The ids of groups that were there before.
    groups_before: Vec<(&'static str, String)>,
    /// Whether somebody else has put the user into a group of their own.
    elsewhere: bool,
    /// Token requests that the next step may make.
    tokens: usize,
    /// What the provider held after the last step.
    snapshot: Value,
}

/// Plays a story.
pub fn play(setting: &Setting, story: &'static str, strict: bool) -> Told {
    let case = setup::case(setting, story);
    let world = World::new(&case).unwrap_or_else(|problems| panic!("{problems:?}"));
    let user = setup::user(setting, &case);
    let mut teller = Teller {
        setting,
        story,
        strict,
        world,
        sent: user.clone(),
        user,
        told: Told::default(),
        bystander: Value::Null,
        bystander_id: String::new(),
        foreign: Map::new(),
        home_email: false,
        groups_before: Vec::new(),
        elsewhere: false,
        tokens: 0,
        snapshot: Value::Null,
    };
    teller.prepare();
    match (setting.kind, story) {
        ("github", "inviting" | "updating" | "app") => teller.organization(),
        ("github", "forgetful") => teller.organization_forgotten(),
        ("github", _) => teller.organization_adopting(),
        ("github-enterprise", "remembering" | "app") => teller.enterprise(),
        ("github-enterprise", "forgetful") => teller.enterprise_forgotten(),
        ("github-enterprise", _) => teller.enterprise_adopting(),
        ("salesforce", "forgetful") => teller.salesforce_forgotten(),
        ("salesforce", "adopting") => teller.salesforce_adopting(),
        ("salesforce", _) => teller.salesforce(),
        (_, "forgetful") => teller.forgetful(),
        _ => teller.remembering(),
    }
    teller.told
}

impl Teller<'_> {
    /// What is there before the user is.
    fn prepare(&mut self) {
        let salesforce = self.setting.kind == "salesforce";
        let made =
            self.edit(json!({ "create": { "type": "User", "resource": setup::bystander(self.setting) } }));
        self.bystander_id = made["id"].as_str().unwrap().to_owned();
        let groups: &[&str] = match self.setting.kind {
            "github" => &[],
            // Public groups are made there alone (sheet 6).
            "salesforce" => &["readers", "elsewhere", "dispatch", "pilots"],
            _ => &["readers", "elsewhere"],
        };
        for name in groups {
            let members = if ["readers", "elsewhere"].contains(name) {
                json!([{ "value": self.bystander_id }])
            } else {
                json!([])
            };
            let mut group = json!({ "displayName": name, "members": members });
            // Salesforce's ids are of its own making.
            if !salesforce {
                group["id"] = json!(format!("group-{name}"));
            }
            if self.setting.kind == "github-enterprise" {
                group["externalId"] = json!(format!("g-{name}"));
            }
            let made = self.edit(json!({ "create": { "type": "Group", "resource": group } }));
            self.groups_before.push((name, made["id"].as_str().unwrap().to_owned()));
        }
        if self.setting.has("licenses=1") {
            // Who has the only one.
            self.edit(json!({ "member": { "login": "boss-gh" } }));
        }
        if self.setting.has("usersPerHour=1") || self.setting.has("membersPerHour=1") {
            // Somebody else comes first.
            let colleague = json!({
                "id": COLLEAGUE, "userName": "col.league@corp.example", "firstName": "Col", "lastName": "League",
                "email": "col.league@corp.example", "displayName": "Col League", "groups": ["readers"],
            });
            let event = json!({ "application": "portal", "user": colleague });
            self.world.play(What::PostAuthentication, &event.to_string(), Options::default()).unwrap();
        }
        self.snapshot = self.world.providers[0].sim.snapshot();
        self.bystander = self.users()[0].clone();
    }

    fn mints(&self) -> bool {
        MINTING.contains(&self.story)
    }

    /// The next step needs a token that it does not have.
    fn needs_token(&mut self) {
        self.tokens = usize::from(self.mints());
    }

    /// What was issued is worth nothing any more: asked for once more, and sent again (R5). So many requests more.
    fn lose_token(&mut self) -> usize {
        if !self.mints() {
            return 0;
        }
        // Long enough that it is not taken for one that GitHub does not know everywhere yet.
        self.world.now += 10_000;
        let all = if self.story == "app" { json!({}) } else { json!("tokens") };
        self.edit(json!({ "revoke": all }));
        self.needs_token();
        1
    }

    fn hour_passes(&mut self) {
        self.world.now += 3_600_000;
        self.needs_token();
    }

    /// So much time passes that nothing is trusted any more.
    fn week_passes(&mut self) {
        self.world.now += 8 * DAY_MS;
        self.needs_token();
    }

    fn change(&mut self, change: Value) {
        merge(&mut self.user, &change);
        self.sent = self.user.clone();
    }

    /// Changes that the provider is not told.
    fn change_untold(&mut self, change: &Value) {
        merge(&mut self.user, change);
    }

    fn edit(&mut self, edit: Value) -> Value {
        self.world.providers[0].sim.edit(&edit).unwrap_or_else(|error| panic!("{edit}: {error}"))
    }

    /// Sets attributes of the account behind our back.
    fn set(&mut self, attributes: Value) {
        let Some(account) = self.account() else { return };
        let id = account["id"].clone();
        self.edit(json!({ "set": { "id": id, "attributes": attributes } }));
    }

    /// Somebody else gives the account what is not ours: it must stay.
    fn foreign(&mut self, attributes: Value) {
        let Some(account) = self.account() else { return };
        let id = account["id"].clone();
        self.set(attributes.clone());
        self.foreign.extend(attributes.as_object().unwrap().clone());
        let group = self.groups_before.iter().find(|(name, _)| *name == "elsewhere");
        if let Some((_, group)) = group.cloned() {
            self.edit(json!({ "join": { "group": group, "user": id } }));
            self.elsewhere = true;
        }
    }

    /// The account is gone, and what others gave it.
    fn forget_foreign(&mut self) {
        self.foreign.clear();
        self.elsewhere = false;
    }

    fn login(
        &mut self,
        step: &str,
        ends: &'static str,
        groups: Vec<(&'static str, &'static str)>,
        most: usize,
    ) {
        let application = if self.setting.kind == "aws" { "console" } else { "portal" };
        let event = json!({ "application": application, "user": self.user });
        self.step(step, What::PostAuthentication, &event, &Expected { ends, groups, most, active: true });
    }

    fn disable(&mut self, step: &str, ends: &'static str, most: usize) {
        let event = json!({ "type": "user.disabled", "user": self.user });
        self.step(step, What::Lifecycle, &event, &Expected { ends, groups: Vec::new(), most, active: false });
    }

    fn step(&mut self, step: &str, what: What, event: &Value, expected: &Expected) {
        self.world.now += 2000;
        self.world.requests.clear();
        let began = self.world.now;
        let outcome = self.world.play(what, &event.to_string(), Options::default()).unwrap();
        self.told.steps += 1;
        self.told.transcript.push(outcome.to_string());
        self.snapshot = self.world.providers[0].sim.snapshot();
        let wrong = self.look(step, began, &outcome["servers"][0], expected);
        self.tokens = 0;
        let url = &self.world.providers[0].url;
        let requests: Vec<&str> =
            self.world.requests.iter().map(|sent| sent["request"].as_str().unwrap()).collect();
        let requests = requests.join(", ").replace(url.as_str(), "");
        self.told.findings.extend(wrong.into_iter().map(|what| format!("{step}: {what} [{requests}]")));
    }

    fn users(&self) -> &[Value] {
        self.snapshot["Users"].as_array().unwrap()
    }

    /// Accounts that are this user's.
    fn accounts(&self) -> Vec<&Value> {
        let others =
            |user: &&Value| user["id"] != self.bystander_id.as_str() && user["externalId"] != COLLEAGUE;
        self.users().iter().filter(others).collect()
    }

    fn account(&self) -> Option<&Value> {
        self.accounts().into_iter().next()
    }
}
