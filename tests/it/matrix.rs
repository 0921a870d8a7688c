//! Every switch of every simulated provider, each value alone and a sample of them by threes: a story is played, and
//! after each of its steps the provider must hold what the outcome says. Where a setting makes full success impossible
//! the table in `matrix/deviations.rs` says what happens instead, and why.

mod deviations;
mod story;

use std::panic::{AssertUnwindSafe, catch_unwind};

use scimhook::sim::Simulator;
use serde_json::{Value, json};

use story::Told;

/// Every kind of simulated provider.
const KINDS: [&str; 5] = ["aws", "generic", "github", "github-enterprise", "salesforce"];

/// A provider with some switches set.
#[derive(Clone)]
pub struct Setting {
    pub kind: &'static str,
    pub switches: Vec<(String, String)>,
}

impl Setting {
    fn name(&self) -> String {
        let switches: Vec<String> =
            self.switches.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{} {}", self.kind, switches.join(" "))
    }

    /// Whether a row's `name=value` is set here, or one of its `name=value|value`.
    fn has(&self, pair: &str) -> bool {
        let (wanted, values) = pair.split_once('=').unwrap();
        self.switches.iter().any(|(name, value)| name == wanted && values.split('|').any(|one| one == value))
    }

    pub fn deviations(&self, story: &str, step: &str) -> Vec<&'static deviations::What> {
        let words = |list: &str, word: &str| list.is_empty() || list.split(' ').any(|one| one == word);
        deviations::all()
            .filter(|row| row.kind == self.kind && row.setting.split(' ').all(|pair| self.has(pair)))
            .filter(|row| words(row.story, story) && words(row.steps, step))
            .map(|row| &row.what)
            .collect()
    }

    /// Whether nothing is set, or only how a token endpoint behaves.
    pub fn is_of_tokens(&self) -> bool {
        !self.switches.is_empty()
            && self.switches.iter().all(|(name, _)| TOKEN_SWITCHES.contains(&name.as_str()))
    }

    /// Whether everything is to succeed as if it were alone.
    fn is_plain(&self) -> bool {
        !deviations::all().any(|row| {
            row.kind == self.kind
                && !matches!(row.what, deviations::What::Costs(_) | deviations::What::Tokens(_))
                && row.setting.split(' ').all(|pair| self.has(pair))
        })
    }
}

/// Switches of token endpoints, which nobody notices who brings a token along.
const TOKEN_SWITCHES: [&str; 14] = [
    "appInstallation",
    "appPermission",
    "appTokens",
    "freshTokenDelayMs",
    "tokenLifetimeSeconds",
    "clientAuthentication",
    "rotateRefreshToken",
    "tokenReply",
    "tokenType",
    "tokenExpiresIn",
    "passwordGrant",
    "tokenScope",
    "instanceUrl",
    "sessionLifetimeSeconds",
];

/// A switch and its values that are not the default.
fn switches(kind: &str) -> Vec<(String, Vec<String>)> {
    let all = Simulator::switches(kind);
    let values = |about: &Value| {
        let values =
            about["values"].as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned());
        values.filter(|value| about["default"] != value.as_str()).collect()
    };
    all.as_object().unwrap().iter().map(|(name, about)| (name.clone(), values(about))).collect()
}

fn alone(kind: &'static str) -> Vec<Setting> {
    let mut settings = vec![Setting { kind, switches: Vec::new() }];
    for (name, values) in switches(kind) {
        settings
            .extend(values.into_iter().map(|value| Setting { kind, switches: vec![(name.clone(), value)] }));
    }
    settings
}

fn alone_and_in_company(kind: &'static str) -> Vec<Setting> {
    alone(kind).into_iter().chain(in_company(kind)).collect()
}

/// Switches that mean something beside another one only.
fn in_company(kind: &'static str) -> Vec<Setting> {
    let all: &[&str] = match kind {
        "github" => &[
            "licenses=1 licenseStatus=400",
            "rateLimit=2 rateLimitStatus=429",
            "tokenPermission=read permissionDenied=404",
            "tokenExpiresAt=1770091600000 lockoutAfter=2",
            "duplicateStatus=400 errorText=message",
            "duplicateStatus=400 errorText=both scimType=given",
            "existingUser=200 absentAttributes=null",
            "readLagMs=2000 post5xxButCreated=on",
        ],
        "github-enterprise" => &[
            "writesPerMinute=2 secondaryLimit=429",
            "writesPerMinute=2 secondaryRetryAfter=none",
            "writesPerMinute=2 secondaryRetryAfter=blank",
            "rateLimit=2 rateLimitStatus=429",
            "tokenPermission=read permissionDenied=404",
            "tokenPermission=read errorBody=none",
            "duplicateStatus=400 errorText=message",
            "groupPatchStatus=204 groupPatchBodyMembers=never",
        ],
        "salesforce" => &[
            "duplicateStatus=400 duplicateText=plain",
            "duplicateStatus=400 duplicateText=code",
            "takenUserNames=taken@corp.test duplicateText=plain",
            "salesforceLicences=1 licenceStatus=400",
            "salesforceLicences=1 licenceText=plain",
            "cannotDeactivate=owner@corp.test patchPlatformErrors=400",
            "cannotDeactivate=owner@corp.test patchPlatformErrors=409",
            "cannotDeactivate=owner@corp.test unknownExceptionStatus=400",
            "cannotDeactivate=owner@corp.test unknownExceptionShape=array",
            "patchUserName=apply patchPhoneNumbers=apply",
            "tokenExpiresIn=3600 sessionLifetimeSeconds=60",
        ],
        _ => &[],
    };
    let pair =
        |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
    let setting = |all: &&str| Setting { kind, switches: all.split(' ').map(pair).collect() };
    all.iter().map(setting).collect()
}

/// How many combinations of three switches are tried for each kind. Its seconds are few, and some have more stories.
fn combinations(kind: &str) -> usize {
    if ["aws", "generic"].contains(&kind) { 150 } else { 40 }
}

fn together(kind: &'static str) -> Vec<Setting> {
    let all: Vec<_> = switches(kind).into_iter().filter(|(_, values)| !values.is_empty()).collect();
    let mut seed = 0x5eed_u64;
    let mut below = |bound: usize| {
        // Knuth's MMIX generator; the upper bits are the good ones.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound
    };
    let mut settings = Vec::new();
    while settings.len() < combinations(kind) {
        let mut chosen: Vec<usize> = (0..3).map(|_| below(all.len())).collect();
        chosen.sort_unstable();
        chosen.dedup();
        if chosen.len() < 3 {
            continue;
        }
        let one = |index: usize, at: usize| (all[index].0.clone(), all[index].1[at].clone());
        let switches = chosen.into_iter().map(|index| one(index, below(all[index].1.len()))).collect();
        settings.push(Setting { kind, switches });
    }
    settings
}

/// What is wrong with a setting, over all its stories.
fn findings(setting: &Setting, strict: bool, steps: &mut usize) -> Vec<String> {
    let mut findings = Vec::new();
    for story in story::of(setting) {
        let told = catch_unwind(AssertUnwindSafe(|| story::play(setting, story, strict)));
        let Told { findings: found, steps: played, .. } = told.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
            Told { findings: vec![format!("panicked: {text}")], ..Told::default() }
        });
        *steps += played;
        findings.extend(found.into_iter().map(|finding| format!("{} ({story}) {finding}", setting.name())));
    }
    findings
}

fn check(settings: &[Setting], strict: impl Fn(&Setting) -> bool) {
    let only = std::env::var("SETTING").unwrap_or_default();
    let mut steps = 0;
    let wrong: Vec<String> = settings
        .iter()
        .filter(|setting| setting.name().contains(&only))
        .flat_map(|setting| findings(setting, strict(setting), &mut steps))
        .collect();
    println!("{} settings, {steps} steps", settings.len());
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn aws_works_under_every_switch() {
    check(&alone("aws"), |_| true);
}

#[test]
fn generic_works_under_every_switch() {
    check(&alone("generic"), |_| true);
}

#[test]
fn github_works_under_every_switch() {
    check(&alone_and_in_company("github"), |_| true);
}

#[test]
fn github_enterprise_works_under_every_switch() {
    check(&alone_and_in_company("github-enterprise"), |_| true);
}

#[test]
fn salesforce_works_under_every_switch() {
    check(&alone_and_in_company("salesforce"), |_| true);
}

#[test]
fn aws_switches_together() {
    check(&together("aws"), Setting::is_plain);
}

#[test]
fn generic_switches_together() {
    check(&together("generic"), Setting::is_plain);
}

#[test]
fn github_switches_together() {
    check(&together("github"), Setting::is_plain);
}

#[test]
fn github_enterprise_switches_together() {
    check(&together("github-enterprise"), Setting::is_plain);
}

#[test]
fn salesforce_switches_together() {
    check(&together("salesforce"), Setting::is_plain);
}

/// Pairs: one of so many, which is what every run can afford; all of them with `MATRIX=all`, for when the conversation
/// changes (some minutes).
#[test]
fn two_switches_together() {
    for (kind, sample) in
        [("aws", 20), ("generic", 20), ("github", 40), ("github-enterprise", 40), ("salesforce", 80)]
    {
        let step = if std::env::var_os("MATRIX").is_some() { 1 } else { sample };
        let alone = alone(kind);
        let mut pairs = Vec::new();
        for (at, one) in alone.iter().enumerate().skip(1) {
            for other in alone.iter().skip(at + 1).filter(|other| other.switches[0].0 != one.switches[0].0) {
                pairs.push(Setting {
                    kind,
                    switches: [one.switches.clone(), other.switches.clone()].concat(),
                });
            }
        }
        let chosen: Vec<Setting> = pairs.into_iter().step_by(step).collect();
        check(&chosen, Setting::is_plain);
    }
}

#[test]
fn a_story_is_told_the_same_every_time() {
    for kind in KINDS {
        for setting in together(kind).iter().take(combinations(kind) / 7) {
            for story in story::of(setting) {
                let [one, other] = [(); 2].map(|()| story::play(setting, story, false).transcript);
                assert_eq!(one, other, "{}", setting.name());
            }
        }
    }
}

#[test]
fn every_deviation_is_of_a_switch_there_is() {
    for row in deviations::all() {
        let all = Simulator::switches(row.kind);
        for pair in row.setting.split(' ') {
            let (name, value) = pair.split_once('=').unwrap();
            let values = all[name]["values"].as_array().unwrap_or_else(|| panic!("{name}"));
            assert!(value.split('|').all(|value| values.contains(&json!(value))), "{pair}");
        }
        assert!(row.because.len() > 10, "{}: a deviation has a reason", row.setting);
    }
}
