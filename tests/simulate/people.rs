//! Who logs in, and what the platform knows of them.

use serde_json::{Value, json};

use crate::rng::Rng;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The platform has them, and they may log in.
    Active,
    Disabled,
    Deleted,
}

pub struct Person {
    pub id: String,
    /// The profile, property by property; what is absent is not known.
    pub profile: serde_json::Map<String, Value>,
    /// `None`: the event says nothing of groups.
    pub groups: Option<Vec<&'static str>>,
    pub state: State,
    /// Every name to log in by that they ever had.
    pub logins: Vec<String>,
}

/// Groups of the platform. `crew` holds nobody at a provider before.
pub const GROUPS: &[&str] = &["readers", "dispatch", "pilots", "crew"];

const FIRST: &[&str] = &["Amara", "Björn", "Chloé", "Đức", "Eve"];
const LAST: &[&str] = &["Okafor", "O'Neill", "van der Berg", "Smith-Jones"];
const TITLES: &[&str] = &["Pilot", "Captain", "Steward"];
const DEPARTMENTS: &[&str] = &["Fleet", "Flight Ops", "Ground"];

impl Person {
    pub fn new(number: usize, rng: &mut Rng) -> Person {
        let login = format!("person{number}@corp.example");
        let mut person = Person {
            id: format!("u-{number}"),
            profile: serde_json::Map::new(),
            groups: Some(Vec::new()),
            state: State::Active,
            logins: vec![login.clone()],
        };
        let first = rng.pick(FIRST);
        let fields = [("login", login.as_str()), ("email", login.as_str()), ("firstName", first)];
        for (name, value) in fields.into_iter().chain([("lastName", rng.pick(LAST)), ("tier", "staff")]) {
            person.profile.insert(name.to_owned(), json!(value));
        }
        person.set("displayName", Some(format!("{first} {number}")));
        for _ in 0..3 {
            person.change(rng);
        }
        person
    }

    fn set(&mut self, name: &str, value: Option<String>) {
        match value {
            Some(value) => drop(self.profile.insert(name.to_owned(), json!(value))),
            None => drop(self.profile.remove(name)),
        }
    }

    /// Something about them changes.
    pub fn change(&mut self, rng: &mut Rng) {
        let number = rng.below(1000);
        let mut some = |from: &[&str]| (!rng.percent(30)).then(|| rng.pick(from).to_owned());
        let (title, department) = (some(TITLES), some(DEPARTMENTS));
        match rng.below(10) {
            0 => {
                let login = format!("{}x{number}@corp.example", self.id.replace("u-", "person"));
                self.logins.push(login.clone());
                self.set("login", Some(login));
            }
            1 => self.set("email", Some(format!("{}.{number}@mail.example", self.id))),
            2 => self.set("firstName", Some(rng.pick(FIRST).to_owned())),
            3 => self.set("lastName", Some(rng.pick(LAST).to_owned())),
            4 => self.set("displayName", Some(format!("Someone {number}"))),
            5 => self.set("title", title),
            6 => self.set("department", department),
            7 => self.set("mobile", rng.percent(60).then(|| format!("+49 170 {:07}", 1_000_000 + number))),
            _ => {
                self.groups =
                    rng.percent(90).then(|| GROUPS.iter().copied().filter(|_| rng.percent(40)).collect())
            }
        }
    }

    pub fn tier(&self) -> &str {
        self.profile["tier"].as_str().unwrap()
    }

    /// As events have them.
    pub fn user(&self) -> Value {
        let mut user = self.profile.clone();
        user.insert("id".to_owned(), json!(self.id));
        if let Some(groups) = &self.groups {
            user.insert("groups".to_owned(), json!(groups));
        }
        if self.state != State::Active {
            user.insert("active".to_owned(), json!(false));
        }
        Value::Object(user)
    }
}
