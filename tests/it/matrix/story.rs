//! What is played under every setting.

use scimhook::plugin::{Options, What};
use serde_json::{Value, json};

use super::Setting;
use super::deviations::What as Deviation;
use crate::cases::{self, merge};
use crate::world::World;

/// With a store, and without one.
pub const STORIES: [&str; 2] = ["remembering", "forgetful"];

/// What a run may take: the default budget, and a little (R1).
const BUDGET_MS: u64 = 2500 + 50;
const DAY_MS: u64 = 86_400_000;
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

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
    told: Told,
    bystander: Value,
    /// Whether somebody else has put the user into a group of their own.
    elsewhere: bool,
    /// What the provider held after the last step.
    snapshot: Value,
}

fn case(setting: &Setting, story: &str) -> Value {
    let (server, phone) = if setting.kind == "aws" { ("aws", "work") } else { ("app", "mobile") };
    let phone = format!("phoneNumbers[type eq \"{phone}\"].value");
    let mut case = json!({ "setting": setting.kind, "host": { "store": story == "remembering" } });
    case["providers"][server]["switches"] =
        setting.switches.iter().cloned().map(|(n, v)| (n, json!(v))).collect();
    let mut case = cases::setting(&case);
    let attributes = json!({ "userName": "login", phone: "mobile" });
    let mut change = json!({ "attributes": attributes, "groups": { "mode": "mirror" } });
    if setting.has("auth=basic") {
        change["authentication"] = json!({ "scheme": "basic", "username": "sync", "password": { "secret": "app-token" }, "accessToken": null });
    }
    merge(&mut case["config"]["servers"][0], &change);
    case
}

/// Plays a story.
pub fn play(setting: &Setting, story: &'static str, strict: bool) -> Told {
    let case = case(setting, story);
    let world = World::new(&case).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut user = case["event"]["user"].clone();
    merge(
        &mut user,
        &json!({ "login": "Amara.Okafor@corp.example", "displayName": "Amara Okafor", "mobile": "+49 170 1234567" }),
    );
    let mut teller = Teller {
        setting,
        story,
        strict,
        world,
        user,
        told: Told::default(),
        bystander: Value::Null,
        elsewhere: false,
        snapshot: Value::Null,
    };
    teller.prepare();
    if story == "remembering" {
        teller.remembering()
    } else {
        teller.forgetful()
    }
    teller.told
}

impl Teller<'_> {
    fn prepare(&mut self) {
        let bystander = json!({
            "id": "bystander", "userName": "bystander@corp.example", "displayName": "By Stander", "active": true,
            "name": { "givenName": "By", "familyName": "Stander" }, "externalId": "u-1",
        });
        self.edit(json!({ "create": { "type": "User", "resource": bystander } }));
        for name in ["readers", "elsewhere"] {
            let group = json!({ "id": format!("group-{name}"), "displayName": name, "members": [{ "value": "bystander" }] });
            self.edit(json!({ "create": { "type": "Group", "resource": group } }));
        }
        self.snapshot = self.world.providers[0].sim.snapshot();
        self.bystander = self.users()[0].clone();
    }

    fn remembering(&mut self) {
        let joined = |first, second| vec![("readers", first), ("dispatch", second)];
        let both = || joined("unchanged", "unchanged");
        // The account 1; one group looked up and joined, one looked up and created (H1).
        self.login("first", "created/first-access", joined("joined", "created"), 5);
        self.login("again", "unchanged/fresh", both(), 0);
        self.foreign();
        self.change(json!({ "email": "amara@corp.example", "title": "Captain", "department": "Fleet", "mobile": null }));
        self.login("changed", "updated/profile-changed", both(), 1);
        self.login("again", "unchanged/fresh", both(), 0);
        self.change(
            json!({ "email": "a.okafor@corp.example", "displayName": "Amara N. Okafor", "department": null }),
        );
        self.login("changed-again", "updated/profile-changed", both(), 1);
        self.change(json!({ "mobile": "+49 170 7654321", "department": "Fleet" }));
        self.login("given-back", "updated/profile-changed", both(), 1);
        self.change(json!({ "groups": ["readers", "pilots"] }));
        let moved = vec![("readers", "unchanged"), ("pilots", "created"), ("dispatch", "left")];
        self.login("moved", "unchanged/groups-changed", moved, 3);
        let both = || vec![("readers", "unchanged"), ("pilots", "unchanged")];
        self.login("again-there", "unchanged/fresh", both(), 0);
        self.change(json!({ "login": "Amara.Eze@corp.example", "lastName": "Eze" }));
        self.login("renamed", "updated/profile-changed", both(), 1);
        self.disable("disabled", "deactivated/user-disabled", 1);
        self.disable("disabled-again", "unchanged/already-inactive", 0);
        self.login("returned", "reactivated/was-inactive", both(), 1);
        self.login("again-after", "unchanged/fresh", both(), 0);
        self.world.now += 8 * DAY_MS;
        self.login("rechecked", "unchanged/rechecked", both(), 1);
        self.drift(json!({ "title": "Janitor" }));
        self.world.now += 8 * DAY_MS;
        self.login("drifted", "updated/drifted", both(), 2);
        self.login("again-after", "unchanged/fresh", both(), 0);
    }

    fn forgetful(&mut self) {
        let joined = |first, second| vec![("readers", first), ("dispatch", second)];
        // Find, create, and the groups.
        self.login("first", "created/first-access", joined("joined", "created"), 6);
        // Nobody remembers memberships: where an account does not show them, each is sent again.
        let (shows, word) = if self.setting.kind == "aws" { (2, "joined") } else { (0, "unchanged") };
        self.login("again", "unchanged/found", joined(word, word), 1 + shows);
        self.foreign();
        self.change(json!({ "email": "amara@corp.example", "title": "Captain", "department": "Fleet" }));
        self.login("changed", "updated/drifted", joined(word, word), 2 + shows);
        self.login("again", "unchanged/found", joined(word, word), 1 + shows);
        self.change(json!({ "login": "Amara.Eze@corp.example", "lastName": "Eze" }));
        self.login("renamed", "updated/drifted", joined(word, word), 2 + shows);
        self.disable("disabled", "deactivated/user-disabled", 2);
        self.disable("disabled-again", "unchanged/already-inactive", 1);
        self.login("returned", "reactivated/was-inactive", joined(word, word), 2 + shows);
        self.login("again-after", "unchanged/found", joined(word, word), 1 + shows);
    }

    fn change(&mut self, change: Value) {
        merge(&mut self.user, &change);
    }

    fn edit(&mut self, edit: Value) {
        self.world.providers[0].sim.edit(&edit).unwrap();
    }

    /// Somebody else gives the account what is not ours: it must stay.
    fn foreign(&mut self) {
        let Some(account) = self.account() else { return };
        let id = account["id"].clone();
        let mut attributes = json!({ "nickName": "Ama" });
        if self.keeps_lists() {
            let mut emails = account["emails"].as_array().cloned().unwrap_or_default();
            emails.push(json!({ "type": "home", "value": "ama@home.example" }));
            attributes["emails"] = json!(emails);
        }
        self.edit(json!({ "set": { "id": id, "attributes": attributes } }));
        self.edit(json!({ "join": { "group": "group-elsewhere", "user": id } }));
        self.elsewhere = true;
    }

    /// Whether an account may have several e-mail addresses.
    fn keeps_lists(&self) -> bool {
        self.setting.kind != "aws" && !self.setting.has("emailLimit=one")
    }

    fn drift(&mut self, attributes: Value) {
        let Some(account) = self.account() else { return };
        self.edit(json!({ "set": { "id": account["id"], "attributes": attributes } }));
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
        let took = self.world.now - began;
        let mut wrong = Vec::new();
        if took > BUDGET_MS {
            wrong.push(format!("took {took} ms"));
        }
        self.judge(step, &outcome["servers"][0], expected, &mut wrong);
        self.look(step, &outcome["servers"][0], expected, &mut wrong);
        let requests: Vec<&str> =
            self.world.requests.iter().map(|sent| sent["request"].as_str().unwrap()).collect();
        let requests = requests.join(", ").replace(&self.world_url(), "");
        self.told.findings.extend(wrong.into_iter().map(|what| format!("{step}: {what} [{requests}]")));
    }

    fn world_url(&self) -> String {
        let url = if self.setting.kind == "aws" {
            "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2"
        } else {
            "https://scim.example/v2"
        };
        url.to_owned()
    }

    /// Whether the outcome is as expected.
    fn judge(&self, step: &str, server: &Value, expected: &Expected, wrong: &mut Vec<String>) {
        let ends = ends(server);
        if ends.contains("internal") {
            wrong.push(format!("ended {ends}"));
        }
        if !self.strict {
            return;
        }
        let deviations = self.setting.deviations(self.story, step);
        let mut allowed = expected.ends;
        let mut most = expected.most;
        let mut groups = None;
        for deviation in &deviations {
            match deviation {
                Deviation::Ends(ends) => allowed = ends,
                Deviation::Costs(more) => most += more,
                Deviation::Groups(word) => groups = Some(*word),
                Deviation::Lacks(_) => {}
            }
        }
        if ends != allowed {
            wrong.push(format!("ended {ends} instead of {allowed}: {}", server["error"]["message"]));
        }
        if self.world.requests.len() > most {
            wrong.push(format!("{} requests, at most {most} are allowed", self.world.requests.len()));
        }
        if allowed == expected.ends && server.get("job").is_some() && groups.is_none() {
            wrong.push("left a job".to_owned());
        }
        if allowed != expected.ends {
            return;
        }
        for (name, word) in &expected.groups {
            let found =
                server["groups"].as_array().into_iter().flatten().find(|group| group["name"] == *name);
            let found = found.unwrap_or(&Value::Null);
            let allowed = groups.unwrap_or(word);
            if !allowed.split('|').any(|word| found["result"].as_str().unwrap_or("") == word) {
                wrong.push(format!(
                    "{name} {} instead of {allowed}: {}",
                    found["result"], found["error"]["message"]
                ));
            }
        }
    }

    /// Whether the provider holds what the outcome says, and nothing foreign was touched.
    fn look(&self, step: &str, server: &Value, expected: &Expected, wrong: &mut Vec<String>) {
        let lacks = self.lacks(step);
        let ends = ends(server);
        let claims = ["created", "adopted", "updated", "reactivated", "unchanged", "deactivated"]
            .iter()
            .any(|word| ends.starts_with(word));
        if ends == "unchanged/fresh" && !self.world.requests.is_empty() {
            wrong.push(format!("{ends} after {} requests", self.world.requests.len()));
        }
        let accounts = self.accounts();
        if accounts.len() > 1 && !lacks.contains(&"one account") {
            wrong.push(format!("{} accounts for one user", accounts.len()));
        }
        let Some(account) = accounts.last() else {
            if claims {
                wrong.push(format!("{ends}, and there is no account"));
            }
            return;
        };
        let mut differ = |what: &str, wanted: &Value, found: &Value| {
            if wanted != found && !lacks.contains(&what) {
                wrong.push(format!("{ends}: {what} is {found} instead of {wanted}"));
            }
        };
        if claims {
            let inactive = account["active"] == false;
            differ("active", &json!(expected.active), &json!(!inactive));
            if expected.active {
                for (name, source) in MAPPED {
                    let wanted = &self.user[source];
                    let found = held(account, name);
                    let caseless = *name == "userName";
                    let lower = |value: &Value| value.as_str().map(str::to_lowercase);
                    // Without a store nobody knows that something was sent before (D6).
                    let forgotten = wanted.is_null() && self.story == "forgetful";
                    let same = caseless && lower(wanted) == lower(&found);
                    if !forgotten && !same {
                        differ(name, wanted, &found);
                    }
                }
                differ("externalId", &self.user["id"], &account["externalId"]);
            }
        }
        if self.elsewhere {
            differ("nickName", &json!("Ama"), &account["nickName"]);
            if self.keeps_lists() {
                differ("home e-mail", &json!("ama@home.example"), &chosen(account, "emails", "home"));
            }
        }
        let id = account["id"].as_str().unwrap();
        for group in server["groups"].as_array().into_iter().flatten() {
            let (name, result) = (group["name"].as_str().unwrap(), group["result"].as_str().unwrap());
            let inside = self.members(name).iter().filter(|member| **member == id).count();
            let wanted = match result {
                "created" | "joined" | "unchanged" => 1,
                "left" => 0,
                _ => continue,
            };
            differ(&format!("membership of {name}"), &json!(wanted), &json!(inside));
        }
        let elsewhere: &[&str] = if self.elsewhere { &["bystander", id] } else { &["bystander"] };
        differ("membership elsewhere", &json!(elsewhere), &json!(self.members("elsewhere")));
        let stays = self.members("readers").contains(&"bystander");
        differ("the bystander's membership", &json!(true), &json!(stays));
        differ("the bystander", &self.bystander, &self.users()[0]);
        let mut names: Vec<&str> =
            self.groups().iter().map(|group| group["displayName"].as_str().unwrap()).collect();
        let groups = names.len();
        names.sort_unstable();
        names.dedup();
        differ("the number of groups", &json!(names.len()), &json!(groups));
    }

    fn users(&self) -> &[Value] {
        self.snapshot["Users"].as_array().unwrap()
    }

    fn groups(&self) -> &[Value] {
        self.snapshot["Groups"].as_array().unwrap()
    }

    fn members(&self, group: &str) -> Vec<&str> {
        let found = self.groups().iter().find(|one| one["displayName"] == group);
        let members = found.and_then(|group| group["members"].as_array()).into_iter().flatten();
        members.map(|member| member["value"].as_str().unwrap()).collect()
    }

    /// Accounts that are this user's.
    fn accounts(&self) -> Vec<&Value> {
        self.users().iter().filter(|user| user["id"] != "bystander").collect()
    }

    fn account(&self) -> Option<&Value> {
        self.accounts().into_iter().next()
    }

    /// What the provider cannot hold as it should.
    fn lacks(&self, step: &str) -> Vec<&'static str> {
        let all = self.setting.deviations(self.story, step);
        let lacks = all.into_iter().filter_map(|what| match what {
            Deviation::Lacks(names) => Some(names.split('|')),
            Deviation::Ends(_) | Deviation::Groups(_) | Deviation::Costs(_) => None,
        });
        lacks.flatten().collect()
    }
}

fn ends(server: &Value) -> String {
    format!("{}/{}", server["result"].as_str().unwrap(), server["reason"].as_str().unwrap())
}

/// What is mapped, and the user's property it comes from.
const MAPPED: &[(&str, &str)] = &[
    ("userName", "login"),
    ("givenName", "firstName"),
    ("familyName", "lastName"),
    ("displayName", "displayName"),
    ("work e-mail", "email"),
    ("phone", "mobile"),
    ("title", "title"),
    ("department", "department"),
];

fn held(account: &Value, name: &str) -> Value {
    match name {
        "givenName" | "familyName" => account["name"][name].clone(),
        "work e-mail" => chosen(account, "emails", "work"),
        "phone" => account["phoneNumbers"][0]["value"].clone(),
        "department" => account[ENTERPRISE]["department"].clone(),
        name => account[name].clone(),
    }
}

/// The one value of a type in a list.
fn chosen(account: &Value, list: &str, kind: &str) -> Value {
    let mut values = account[list].as_array().into_iter().flatten().filter(|value| value["type"] == kind);
    let first = values.next().map_or(Value::Null, |value| value["value"].clone());
    if values.next().is_some() { json!("more than one") } else { first }
}
