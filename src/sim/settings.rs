//! Options and switches: how one simulated provider differs from the next.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::json::{Object, text};

/// One way in which a provider may behave.
pub struct Switch {
    /// As given in `switches`.
    pub name: &'static str,
    /// The first is the default. Empty: a number or free text, see `sample`.
    pub values: &'static [&'static str],
    /// Default and examples of a number or text, the first being the default.
    pub sample: &'static [&'static str],
    /// What it changes.
    pub about: &'static str,
    /// Where the behaviour comes from.
    pub source: &'static str,
}

/// A switch with a closed set of values, the first being the default.
pub const fn choice(
    name: &'static str,
    values: &'static [&'static str],
    about: &'static str,
    source: &'static str,
) -> Switch {
    Switch { name, values, sample: &[], about, source }
}

/// A switch that holds a number; the first example is the default.
pub const fn number(
    name: &'static str,
    sample: &'static [&'static str],
    about: &'static str,
    source: &'static str,
) -> Switch {
    Switch { name, values: &[], sample, about, source }
}

impl Switch {
    fn default(&self) -> &'static str {
        self.values.first().or(self.sample.first()).copied().unwrap_or("")
    }

    fn is_number(&self) -> bool {
        self.values.is_empty() && self.default().parse::<u64>().is_ok()
    }

    /// Whether it may be below zero: one of the examples is.
    fn is_signed(&self) -> bool {
        self.sample.iter().any(|sample| sample.starts_with('-'))
    }

    fn takes(&self, value: &str) -> bool {
        value.parse::<u64>().is_ok() || (self.is_signed() && value.parse::<i64>().is_ok())
    }
}

/// What `Simulator::new` was given, checked.
pub struct Settings {
    /// The base URL, without slashes at its end.
    pub url: String,
    /// The bearer token.
    pub token: Option<String>,
    /// User name and password.
    pub basic: Option<(String, String)>,
    /// The client of the token endpoint, as given.
    pub oauth: Object,
    /// Where ids begin.
    pub seed: u64,
    /// A GitHub App, as it was given.
    pub app: Object,
    switches: BTreeMap<&'static str, String>,
}

const FIELDS: [&str; 7] = ["url", "token", "basic", "seed", "switches", "app", "oauth"];

impl Settings {
    /// Reads the options; unknown fields, switches and values are errors that list the known ones.
    pub fn read(options: &Value, url: &str, known: &'static [Switch]) -> Result<Settings, String> {
        let empty = Object::new();
        let options = match options {
            Value::Object(object) => object,
            Value::Null => &empty,
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err("options must be an object".to_owned());
            }
        };
        for (field, value) in options {
            if !FIELDS.contains(&field.as_str()) {
                return Err(format!("unknown option `{field}`, known are {}", FIELDS.join(", ")));
            }
            let fits = match field.as_str() {
                "url" | "token" => value.is_string(),
                "seed" => value.is_u64(),
                _ => value.is_object(),
            };
            if !fits {
                return Err(format!("option `{field}` has the wrong type"));
            }
        }
        let basic = match options.get("basic").and_then(Value::as_object) {
            None => None,
            Some(basic) => match (text(basic, "username"), text(basic, "password")) {
                (Some(name), Some(password)) => Some((name.to_owned(), password.to_owned())),
                _ => return Err("option `basic` needs `username` and `password`".to_owned()),
            },
        };
        let url = text(options, "url").unwrap_or(url).trim_end_matches('/').to_owned();
        if !url.contains("://") {
            return Err("option `url` must be absolute".to_owned());
        }
        let token = text(options, "token").map(str::to_owned);
        let token = token.or(if basic.is_none() { Some("test-token".to_owned()) } else { None });
        Ok(Settings {
            url,
            token,
            basic,
            oauth: options.get("oauth").and_then(Value::as_object).cloned().unwrap_or_default(),
            seed: options.get("seed").and_then(Value::as_u64).unwrap_or(1),
            app: options.get("app").and_then(Value::as_object).cloned().unwrap_or_default(),
            switches: read_switches(options.get("switches").and_then(Value::as_object), known)?,
        })
    }

    /// Whether a switch is at this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    /// The value of a switch.
    pub fn value(&self, name: &str) -> &str {
        self.switches.get(name).map_or("", String::as_str)
    }

    /// The value of a switch that is a status or any other number.
    pub fn number(&self, name: &str) -> u64 {
        self.value(name).parse().unwrap_or(0)
    }

    /// The value of a switch that is a number and may be below zero.
    pub fn signed(&self, name: &str) -> i64 {
        self.value(name).parse().unwrap_or(0)
    }

    /// The value of a switch that is a status.
    pub fn status(&self, name: &str) -> u16 {
        self.value(name).parse().unwrap_or(400)
    }
}

fn read_switches(
    given: Option<&Object>,
    known: &'static [Switch],
) -> Result<BTreeMap<&'static str, String>, String> {
    let mut switches: BTreeMap<&'static str, String> =
        known.iter().map(|switch| (switch.name, switch.default().to_owned())).collect();
    for (name, value) in given.into_iter().flatten() {
        let Some(switch) = known.iter().find(|switch| switch.name == name) else {
            let names: Vec<&str> = known.iter().map(|switch| switch.name).collect();
            return Err(format!("unknown switch `{name}`, known are {}", names.join(", ")));
        };
        // true and "true", 501 and "501" are the same.
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !switch.values.is_empty() && !switch.values.contains(&value.as_str()) {
            let values = switch.values.join(", ");
            return Err(format!("switch `{name}` cannot be `{value}`, known are {values}"));
        }
        if switch.is_number() && !switch.takes(&value) {
            return Err(format!("switch `{name}` must be a whole number"));
        }
        switches.insert(switch.name, value);
    }
    Ok(switches)
}

/// The switches as documentation.
pub fn describe(known: &[Switch]) -> Value {
    let all = known.iter().map(|switch| {
        let kind = match (switch.values.is_empty(), switch.is_number()) {
            (false, _) => "choice",
            (true, true) => "number",
            (true, false) => "text",
        };
        let values = if switch.values.is_empty() { switch.sample } else { switch.values };
        let about = json!({"type": kind, "values": values, "default": switch.default(), "about": switch.about,
                           "source": switch.source});
        (switch.name.to_owned(), about)
    });
    Value::Object(all.collect())
}
