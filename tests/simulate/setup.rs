//! What a seed's world is made of: servers with their switches and policies, and applications.

use std::collections::BTreeMap;

use scimhook::sim::Simulator;
use serde_json::{Map, Value, json};

use crate::model::{self, KINDS};
use crate::rng::Rng;

pub struct Server {
    pub id: String,
    pub kind: &'static str,
    /// For the simulator.
    pub options: Value,
    pub switches: Vec<(String, String)>,
    url: String,
    pub mode: &'static str,
    pub groups: &'static str,
    pub creates_groups: bool,
    pub updates: Option<bool>,
    pub adopt: &'static str,
    pub reactivate: bool,
    pub deprovision: &'static str,
    pub unentitled: &'static str,
    pub rechecks: bool,
    authentication: Value,
}

pub struct Application {
    pub id: String,
    pub servers: Vec<usize>,
    /// Only who is `staff` is let in.
    pub conditional: bool,
}

pub struct Setup {
    pub servers: Vec<Server>,
    pub applications: Vec<Application>,
    pub config: Value,
    pub store: bool,
    pub versions: bool,
    pub log: bool,
    pub secrets: BTreeMap<String, String>,
    pub budget_ms: u64,
}

impl Server {
    pub fn has(&self, pair: &str) -> bool {
        self.switches.iter().any(|(name, value)| pair.split_once('=') == Some((name, value)))
    }
}

impl Setup {
    pub fn new(rng: &mut Rng) -> Setup {
        // `SWITCH=name=value` sets it alone, and `KIND=aws` leaves one server: to see what one does.
        let kinds: Vec<&'static str> = match std::env::var("KIND") {
            Ok(kind) => KINDS.iter().copied().filter(|one| *one == kind).collect(),
            Err(_) => (0..1 + rng.below(3)).map(|_| *rng.pick(&KINDS.iter().collect::<Vec<_>>())).collect(),
        };
        let mut secrets = BTreeMap::new();
        let servers: Vec<Server> =
            kinds.into_iter().enumerate().map(|(at, kind)| server(rng, at, kind, &mut secrets)).collect();
        let all: Vec<usize> = (0..servers.len()).collect();
        let mut applications =
            vec![Application { id: "portal".into(), servers: all.clone(), conditional: rng.percent(40) }];
        if rng.percent(50) {
            let some = all.into_iter().filter(|_| rng.percent(60)).collect::<Vec<_>>();
            let servers = if some.is_empty() { vec![0] } else { some };
            applications.push(Application { id: "console".into(), servers, conditional: rng.percent(60) });
        }
        let budget_ms = if rng.percent(80) { 2500 } else { 600 };
        let mut policy = json!({ "budgetMs": budget_ms, "retries": rng.below(4) });
        if rng.percent(15) {
            policy["breaker"] = json!({ "failures": 1 + rng.below(3), "coolDownMs": 20_000 });
        }
        if rng.percent(10) {
            policy["deprovisionLimit"] = json!({ "count": 1, "windowMs": 60_000 });
        }
        policy["onFailure"] = json!(rng.pick(&["allow", "allow", "deny", "denyFirst"]));
        let config = json!({
            "servers": servers.iter().map(configured).collect::<Vec<_>>(),
            "applications": applications.iter().map(|application| {
                let ids: Vec<&str> = application.servers.iter().map(|at| servers[*at].id.as_str()).collect();
                let mut one = json!({ "id": application.id, "servers": ids });
                if application.conditional {
                    one["condition"] = json!("user.tier == 'staff'");
                }
                one
            }).collect::<Vec<_>>(),
            "policy": policy,
        });
        let store = rng.percent(85);
        Setup {
            servers,
            applications,
            config,
            store,
            versions: rng.percent(80),
            log: rng.percent(30),
            secrets,
            budget_ms,
        }
    }

    /// What URLs begin with, and whose they are: the SCIM addresses, and those of tokens.
    pub fn urls(&self) -> Vec<(String, usize)> {
        let mut urls = Vec::new();
        for (at, server) in self.servers.iter().enumerate() {
            urls.push((server.url.clone(), at));
            urls.push((format!("https://api.github.com/app/installations/{}/", 4242 + at), at));
            urls.extend(server.authentication["tokenUrl"].as_str().map(|url| (url.to_owned(), at)));
        }
        urls
    }

    /// Whether some application lets the person in at a server.
    pub fn admits(&self, server: usize, tier: &str) -> bool {
        let mut all = self.applications.iter().filter(|application| application.servers.contains(&server));
        all.any(|application| !application.conditional || tier == "staff")
    }
}

fn configured(server: &Server) -> Value {
    let attributes: Map<String, Value> = model::fields(server.kind)
        .map(|field| (field.path(server.kind).to_owned(), json!(field.property)))
        .collect();
    let mut one = json!({
        "id": server.id, "type": server.kind, "url": server.url, "authentication": server.authentication,
        "attributes": attributes, "mode": server.mode,
        "groups": { "mode": server.groups, "exclude": ["elsewhere*"], "create": server.creates_groups },
        "policy": {
            "adopt": server.adopt, "reactivate": server.reactivate, "deprovision": server.deprovision,
            "whenNotEntitled": server.unentitled,
        },
    });
    if server.kind == "github" {
        one["groups"] = json!({ "mode": "off" });
    }
    if let Some(updates) = server.updates {
        one["policy"]["updates"] = json!(updates);
    }
    if !server.rechecks {
        one["policy"]["recheckAfter"] = json!(0);
    }
    if server.kind == "salesforce" {
        one["staticAttributes"] = json!({ "entitlements": [{ "value": "00e000000000001AAA", "type": "Profile", "primary": true }] });
    }
    one
}

fn server(rng: &mut Rng, at: usize, kind: &'static str, secrets: &mut BTreeMap<String, String>) -> Server {
    let url = match kind {
        "aws" => {
            format!("https://scim.eu-west-{at}.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2")
        }
        "github" => format!("https://api.github.com/scim/v2/organizations/acme{at}"),
        "github-enterprise" => format!("https://api.github.com/scim/v2/enterprises/acme{at}"),
        "salesforce" => format!("https://acme{at}.my.salesforce.com/services/scim/v2"),
        _ => format!("https://scim{at}.example/v2"),
    };
    let switches = switches(rng, kind);
    let has = |name: &str, value: &str| switches.iter().any(|(n, v)| n == name && v == value);
    let mut secret = |what: &str| {
        let name = format!("{what}-{at}");
        secrets.insert(name.clone(), format!("canary-{what}-{at}-0000000000"));
        json!({ "secret": name })
    };
    let settings: Map<String, Value> =
        switches.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let mut options = json!({ "url": url, "seed": at + 1, "switches": settings });
    let token_switch =
        switches.iter().any(|(name, _)| name.starts_with("token") || name == "clientAuthentication");
    let app_switch =
        switches.iter().any(|(name, _)| name.starts_with("app") || name.starts_with("tokenLifetime"));
    let authentication = match kind {
        "generic" if has("auth", "basic") => {
            options["basic"] =
                json!({ "username": "sync", "password": format!("canary-password-{at}-0000000000") });
            json!({ "scheme": "basic", "username": "sync", "password": secret("password") })
        }
        "generic" | "salesforce" if !has("auth", "none") && (token_switch || rng.percent(15)) => {
            let origin: String = url.split('/').take(3).collect::<Vec<_>>().join("/");
            let path = if kind == "generic" { "/oauth/token" } else { "/services/oauth2/token" };
            options["oauth"] =
                json!({ "clientId": "client-1", "clientSecret": format!("canary-client-{at}-0000000000") });
            json!({ "scheme": "oauth2", "grant": "clientCredentials", "tokenUrl": format!("{origin}{path}"),
                    "clientId": "client-1", "clientSecret": secret("client") })
        }
        "github" | "github-enterprise" if app_switch || rng.percent(15) => {
            options["app"] = json!({ "appId": "12345", "installationId": (4242 + at).to_string() });
            let key = format!("key-{at}");
            let pem = "-----BEGIN PRIVATE KEY-----\ncanary/private/key+AAA==\n-----END PRIVATE KEY-----\n";
            secrets.insert(key.clone(), pem.to_owned());
            json!({ "scheme": "githubApp", "appId": "12345", "installationId": (4242 + at).to_string(),
                    "privateKey": { "secret": key } })
        }
        _ => {
            options["token"] = json!(format!("canary-token-{at}-0000000000"));
            json!({ "scheme": "accessToken", "accessToken": secret("token") })
        }
    };
    Server {
        id: format!("s{at}"),
        kind,
        options,
        switches,
        url,
        mode: rng.weighted(&[(92, "live"), (5, "shadow"), (3, "off")]),
        groups: match kind {
            "github" => "off",
            _ => rng.weighted(&[(20, "off"), (30, "add"), (50, "mirror")]),
        },
        creates_groups: rng.percent(90),
        updates: rng.percent(25).then(|| rng.percent(60)),
        adopt: rng.pick(&["unowned", "unowned", "unowned", "sameExternalId", "never"]),
        reactivate: rng.percent(85),
        deprovision: match kind {
            "github-enterprise" | "salesforce" => rng.pick(&["deactivate", "deactivate", "none"]),
            _ => rng.pick(&["deactivate", "deactivate", "deactivate", "delete", "none"]),
        },
        unentitled: rng.pick(&["ignore", "deactivate"]),
        rechecks: rng.percent(90),
        authentication,
    }
}

/// Some switches that are not at their default: often none, rarely more than three.
fn switches(rng: &mut Rng, kind: &str) -> Vec<(String, String)> {
    if let Ok(set) = std::env::var("SWITCH") {
        let pairs = set.split(' ').filter_map(|pair| pair.split_once('='));
        return pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    }
    let all = model::switches(kind);
    let mut chosen: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..rng.weighted(&[(35, 0), (30, 1), (20, 2), (15, 3)]) {
        let (name, values) = &all[rng.below(all.len())];
        chosen.insert(name.clone(), values[rng.below(values.len())].clone());
    }
    chosen.into_iter().collect()
}

/// A kind's switches and all their values, or examples.
pub fn read_switches(kind: &str) -> Vec<(String, Vec<String>)> {
    let all = Simulator::switches(kind);
    let values = |about: &Value| {
        about["values"].as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
    };
    all.as_object().unwrap().iter().map(|(name, about)| (name.clone(), values(about))).collect()
}
