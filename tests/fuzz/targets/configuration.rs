//! Configurations: the same problems every time, each pointing into the document; one that is taken takes logins.
#![no_main]

use scimhook::config::{parse, validate};
use scimhook_fuzz::{Answer, World, check_problems, planted, script};
use serde_json::{Value, json};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (config, problems) = match parse(text) {
        Ok((config, warnings)) => (Some(config), warnings),
        Err(problems) => {
            assert!(problems.iter().any(|problem| problem.is_error()));
            (None, problems)
        }
    };
    let again = match parse(text) {
        Ok((_, problems)) | Err(problems) => problems,
    };
    assert_eq!(problems, again);
    if !problems.is_empty() {
        check_problems(&problems, text);
    }
    let Some(config) = config else { return };
    let value: Value = serde_json::from_str(text).expect("what is taken is JSON");
    assert_eq!(validate(&value).iter().filter(|problem| problem.is_error()).count(), 0);
    let Some(application) = config.applications.first() else { return };
    planted(&application.id);
    let event = json!({ "application": application.id, "user": {
        "id": "u-1", "email": "amara@corp.example", "userName": "amara", "firstName": "Amara", "lastName": "Okafor",
        "groups": ["readers", { "id": "g-7", "name": "dispatch" }] } });
    let setting = json!({ "config": value, "event": event, "host": { "secrets": {} } });
    let mut world = World::over(setting, text.len() % 2 == 0).expect("taken a moment ago");
    for answer in [Answer::Scripted(vec![]), script(&["10{\"id\":\"42\",\"totalResults\":0}".to_owned()])] {
        world.answer(answer);
        let outcome = world.login(&event);
        assert_eq!(
            outcome["servers"].as_array().map_or(0, Vec::len),
            if application.enabled { application.servers.len() } else { 0 }
        );
        world.now += 3_600_000;
    }
});
