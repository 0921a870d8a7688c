//! Whether a step came to what it should: the outcome, what it cost, and what the provider holds.

use serde_json::{Value, json};

use super::super::deviations::What as Deviation;
use super::{Expected, Teller};

/// What a run may take: the default budget, and a little (R1).
const BUDGET_MS: u64 = 2500 + 50;
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

impl Teller<'_> {
    /// What is wrong with a step that began then.
    pub(super) fn look(&self, step: &str, began: u64, server: &Value, expected: &Expected) -> Vec<String> {
        let took = self.world.now - began;
        let mut wrong = Vec::new();
        if took > BUDGET_MS {
            wrong.push(format!("took {took} ms"));
        }
        self.judge(step, server, expected, &mut wrong);
        self.hold(step, server, expected, &mut wrong);
        wrong
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
        let (mut most, mut tokens) = (expected.most, self.tokens);
        let mut groups = None;
        for deviation in &deviations {
            match deviation {
                Deviation::Ends(ends) => allowed = ends,
                Deviation::Costs(more) => most += more,
                Deviation::Tokens(more) => tokens += more,
                Deviation::Groups(word) => groups = Some(*word),
                Deviation::Lacks(_) => {}
            }
        }
        if !allowed.split('|').any(|allowed| ends == allowed) {
            wrong.push(format!("ended {ends} instead of {allowed}: {}", server["error"]["message"]));
        }
        let url = &self.world.providers[0].url;
        let is_scim = |sent: &&Value| sent["request"].as_str().unwrap().contains(url.as_str());
        let scim = self.world.requests.iter().filter(is_scim).count();
        if scim > most {
            wrong.push(format!("{scim} requests, at most {most} are allowed"));
        }
        let asked = self.world.requests.len() - scim;
        if asked > tokens {
            wrong.push(format!("{asked} token requests, at most {tokens} are allowed"));
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
    fn hold(&self, step: &str, server: &Value, expected: &Expected, wrong: &mut Vec<String>) {
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
        let mut differ = |what: &str, wanted: &Value, found: &Value| {
            if wanted != found && !lacks.contains(&what) {
                wrong.push(format!("{ends}: {what} is {found} instead of {wanted}"));
            }
        };
        differ("the bystander", &self.bystander, &self.users()[0]);
        // Organisations forget whoever leaves (sheet 3.4).
        let gone = self.setting.kind == "github" && !expected.active;
        let Some(account) = accounts.last() else {
            differ("the account", &json!(claims && !gone), &json!(false));
            return;
        };
        if claims && gone {
            differ("the account", &json!(null), account);
        } else if claims {
            let inactive = account["active"] == false;
            differ("active", &json!(expected.active), &json!(!inactive));
            if expected.active {
                self.compare(account, server, &mut differ);
            }
        }
        for (name, value) in &self.foreign {
            differ(name, value, &account[name]);
        }
        if self.home_email {
            differ("home e-mail", &json!("ama@home.example"), &chosen(account, "emails", "home"));
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
        if !self.groups_before.is_empty() {
            let bystander = self.bystander_id.as_str();
            let elsewhere: &[&str] = if self.elsewhere { &[bystander, id] } else { &[bystander] };
            differ("membership elsewhere", &json!(elsewhere), &json!(self.members("elsewhere")));
            let stays = self.members("readers").contains(&bystander);
            differ("the bystander's membership", &json!(true), &json!(stays));
        }
        let mut names: Vec<&str> =
            self.groups().iter().map(|group| group["displayName"].as_str().unwrap()).collect();
        let groups = names.len();
        names.sort_unstable();
        names.dedup();
        differ("the number of groups", &json!(names.len()), &json!(groups));
    }

    /// Whether the account shows what was sent. What the outcome warns of is known not to be there (D10).
    fn compare(&self, account: &Value, server: &Value, differ: &mut dyn FnMut(&str, &Value, &Value)) {
        let warned = |name: &str| {
            let key = match name {
                "phone" => "phoneNumbers",
                "work e-mail" => "emails",
                name => name,
            };
            let mut warnings = server["warnings"].as_array().into_iter().flatten();
            warnings.any(|one| {
                one["code"] == "not-applied" && one["message"].as_str().unwrap_or("").contains(key)
            })
        };
        for (name, source) in mapped(self.setting.kind) {
            let wanted = &self.sent[source];
            let found = held(account, name, self.setting.kind);
            let caseless = *name == "userName";
            let lower = |value: &Value| value.as_str().map(str::to_lowercase);
            // Without a store nobody knows that something was sent before (D6).
            let forgotten = wanted.is_null() && self.story == "forgetful";
            let same = caseless && lower(wanted) == lower(&found);
            if !forgotten && !same && !warned(name) {
                differ(name, wanted, &found);
            }
        }
        // The federation id of Salesforce is the administrator's (D3).
        if self.setting.kind != "salesforce" {
            differ("externalId", &self.user["id"], &account["externalId"]);
        }
    }

    fn groups(&self) -> &[Value] {
        self.snapshot["Groups"].as_array().unwrap()
    }

    fn members(&self, group: &str) -> Vec<&str> {
        let found = self.groups().iter().find(|one| one["displayName"] == group);
        let members = found.and_then(|group| group["members"].as_array()).into_iter().flatten();
        members.map(|member| member["value"].as_str().unwrap()).collect()
    }

    /// What the provider cannot hold as it should.
    fn lacks(&self, step: &str) -> Vec<&'static str> {
        let all = self.setting.deviations(self.story, step);
        let lacks = all.into_iter().filter_map(|what| match what {
            Deviation::Lacks(names) => Some(names.split('|')),
            Deviation::Ends(_) | Deviation::Groups(_) | Deviation::Costs(_) | Deviation::Tokens(_) => None,
        });
        lacks.flatten().collect()
    }
}

fn ends(server: &Value) -> String {
    format!("{}/{}", server["result"].as_str().unwrap(), server["reason"].as_str().unwrap())
}

/// What is mapped, and the user's property it comes from.
fn mapped(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "github" => &[
            ("userName", "userName"),
            ("givenName", "firstName"),
            ("familyName", "lastName"),
            ("work e-mail", "email"),
        ],
        "github-enterprise" => &[
            ("userName", "userName"),
            ("givenName", "firstName"),
            ("familyName", "lastName"),
            ("displayName", "displayName"),
            ("work e-mail", "email"),
        ],
        "salesforce" => &[
            ("userName", "login"),
            ("givenName", "firstName"),
            ("familyName", "lastName"),
            ("work e-mail", "email"),
            ("phone", "mobile"),
            ("title", "title"),
            ("department", "department"),
        ],
        _ => &[
            ("userName", "login"),
            ("givenName", "firstName"),
            ("familyName", "lastName"),
            ("displayName", "displayName"),
            ("work e-mail", "email"),
            ("phone", "mobile"),
            ("title", "title"),
            ("department", "department"),
        ],
    }
}

fn held(account: &Value, name: &str, kind: &str) -> Value {
    let found = match name {
        "givenName" | "familyName" => account["name"][name].clone(),
        // One, without a type (sheet 5.1).
        "work e-mail" if kind == "salesforce" => account["emails"][0]["value"].clone(),
        "work e-mail" => chosen(account, "emails", "work"),
        "phone" => account["phoneNumbers"][0]["value"].clone(),
        "department" => account[ENTERPRISE]["department"].clone(),
        name => account[name].clone(),
    };
    // A field of Salesforce that is empty is one that is not there.
    if kind == "salesforce" && found == "" { Value::Null } else { found }
}

/// The one value of a type in a list.
fn chosen(account: &Value, list: &str, kind: &str) -> Value {
    let mut values = account[list].as_array().into_iter().flatten().filter(|value| value["type"] == kind);
    let first = values.next().map_or(Value::Null, |value| value["value"].clone());
    if values.next().is_some() { json!("more than one") } else { first }
}
