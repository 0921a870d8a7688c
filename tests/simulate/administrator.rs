//! Somebody edits at the provider, behind everybody's back.

use serde_json::{Value, json};

use crate::model;
use crate::story::Story;

impl Story {
    /// Who and what is there before us.
    pub fn prepare(&mut self) {
        for at in 0..self.world.sites.len() {
            let bystander = json!({
                "id": "bystander", "userName": "bystander@corp.example", "displayName": "By Stander", "active": true,
                "name": { "givenName": "By", "familyName": "Stander" }, "externalId": "u-99",
                "emails": [{ "value": "bystander@corp.example", "type": "work", "primary": true }],
            });
            self.edit(at, json!({ "create": { "type": "User", "resource": bystander } }));
            if self.setup.servers[at].kind != "github" {
                for name in ["readers", "elsewhere"] {
                    let group = json!({ "externalId": format!("x-{name}"), "id": format!("group-{name}"), "displayName": name, "members": [{ "value": "bystander" }] });
                    self.edit(at, json!({ "create": { "type": "Group", "resource": group } }));
                }
                self.foreign[at].elsewhere = vec!["bystander".to_owned()];
            }
            let snapshot = self.world.sites[at].snapshot();
            self.foreign[at].bystander = snapshot["Users"][0].clone();
        }
    }

    fn edit(&mut self, at: usize, edit: Value) -> Value {
        self.say(&format!("administrator at {at}: {edit}"));
        self.world.sites[at].edit(&edit).unwrap_or_else(|error| panic!("{edit}: {error}"))
    }

    pub fn accounts(&self, snapshot: &Value, at: usize, who: usize) -> Vec<Value> {
        let (server, person) = (&self.setup.servers[at], &self.people[who]);
        let users = snapshot["Users"].as_array().into_iter().flatten();
        users
            .filter(|user| user["id"] != "bystander" && model::is_of(server, user, person))
            .cloned()
            .collect()
    }

    pub fn administrator(&mut self, who: usize) {
        let at = self.rng.below(self.setup.servers.len());
        let kind = self.setup.servers[at].kind;
        let snapshot = self.world.sites[at].snapshot();
        let account = self.accounts(&snapshot, at, who).into_iter().next();
        let Some(account) = account else { return self.squat(at, who, &snapshot) };
        let id = account["id"].as_str().unwrap_or("").to_owned();
        if !self.setup.servers[at].rechecks {
            self.open
                .insert((at, Some(who)), "an administrator's edit where nobody looks again (recheckAfter 0)");
        }
        match self.rng.below(10) {
            8 if self.twins.contains(&(at, who)) => {}
            // What is ours drifts.
            0 | 1 => {
                let attributes = match self.rng.below(4) {
                    0 => json!({ "name": { "givenName": "Drifted", "familyName": "Drifted" } }),
                    1 if !kind.starts_with("github") => json!({ "title": "Janitor" }),
                    2 if kind != "salesforce" => json!({ "displayName": "Drifted" }),
                    _ => {
                        json!({ "emails": [{ "value": "drifted@mail.example", "type": "work", "primary": true }] })
                    }
                };
                if attributes.get("title").is_some() {
                    self.foreign[at].titled.insert(who);
                }
                self.edit(at, json!({ "set": { "id": id, "attributes": attributes } }));
            }
            // What is not ours stays.
            2..=4 if kind != "github" && kind != "github-enterprise" => {
                self.edit(
                    at,
                    json!({ "set": { "id": id, "attributes": { "nickName": format!("Ama-{id}") } } }),
                );
                self.foreign[at].nicknamed.insert(id.clone());
                self.edit(at, json!({ "join": { "group": "group-elsewhere", "user": id } }));
                self.foreign[at].elsewhere.push(id);
            }
            5 | 6 if kind != "github" => {
                self.edit(at, json!({ "set": { "id": id, "attributes": { "active": false } } }));
                if !self.setup.servers[at].reactivate {
                    self.open.insert(
                        (at, Some(who)),
                        "turned off by an administrator, and not to be turned on again",
                    );
                }
            }
            // Somebody imports them once more.
            8 if kind == "aws" || kind == "generic" => {
                let twin = json!({
                    "id": format!("5ca1ab1e-0000-4000-8001-{:012}", self.steps * 100 + who),
                    "userName": format!("twin{who}@corp.example"), "displayName": "Twin", "active": true,
                    "externalId": self.people[who].id, "name": { "givenName": "Twin", "familyName": "Twin" },
                    "emails": [{ "value": format!("twin{who}@corp.example"), "type": "work", "primary": true }],
                });
                self.edit(at, json!({ "create": { "type": "User", "resource": twin } }));
                self.twins.insert((at, who));
                self.open.insert((at, Some(who)), "an administrator made them a second account");
            }
            // Nobody can delete a user of Salesforce.
            7 if kind != "salesforce" && self.people[who].state == crate::people::State::Active => {
                self.edit(at, json!({ "delete": { "id": id } }));
            }
            _ => {}
        }
    }

    /// An account by that name that is not ours: of nobody, or of somebody else.
    fn squat(&mut self, at: usize, who: usize, snapshot: &Value) {
        let person = &self.people[who];
        let login = person.profile["login"].clone();
        let taken = snapshot["Users"].as_array().into_iter().flatten().any(|user| user["userName"] == login);
        let kind = self.setup.servers[at].kind;
        if taken || kind == "salesforce" || kind == "github" || self.rng.percent(50) {
            return;
        }
        let mut resource = json!({
            // One that nobody had before, as providers do.
            "id": format!("5ca1ab1e-0000-4000-8000-{:012}", self.steps * 100 + who), "userName": login, "displayName": "Squatter", "active": true,
            "name": { "givenName": "Squat", "familyName": "Ter" },
            "emails": [{ "value": format!("squatter{who}@corp.example"), "type": "work", "primary": true }],
        });
        let owned = self.rng.percent(40);
        if !owned && self.setup.servers[at].updates == Some(false) {
            self.open.insert(
                (at, Some(who)),
                "adopted where updates are off: it is linked, and nothing is written (D5)",
            );
        }
        if owned {
            resource["externalId"] = json!(format!("x-{who}"));
        }
        let made = self.edit(at, json!({ "create": { "type": "User", "resource": resource } }));
        if owned {
            // As it is shown, with what the provider adds.
            let snapshot = self.world.sites[at].snapshot();
            let mut users = snapshot["Users"].as_array().into_iter().flatten();
            let shown = users.find(|user| user["id"] == made["id"]).cloned();
            self.foreign[at].squatters.extend(shown);
        }
    }
}
