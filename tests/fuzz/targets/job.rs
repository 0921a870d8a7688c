//! Jobs: one that is taken is done, any other is answered with problems that point into it.
#![no_main]

use scimhook::plugin::What;
use scimhook_fuzz::{World, check_problems, planted};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|text: &str| {
    // The setting whose server it names.
    let job = serde_json::from_str::<Value>(text).unwrap_or_default();
    let server = ["app", "aws", "org", "emu", "sf"].iter().position(|id| job["server"] == *id);
    let mut world = World::new(server.unwrap_or(0));
    world.answer(world.simulated());
    // One that is to wait is given time, where it says a time.
    world.now += 1_000_000_000;
    match world.play(What::Resume, text) {
        Ok(outcome) => {
            assert_eq!(outcome["access"], "allow");
            assert_ne!(outcome["servers"][0]["error"]["class"], "internal", "{outcome}");
            planted(outcome["id"].as_str().unwrap_or(""));
        }
        Err(problems) => check_problems(&problems, text),
    }
    world.check_secrets(&[text.to_owned()]);
    world.now += 40 * 366 * 86_400_000;
    // Somebody whom no job is about by chance.
    let outcome = world.login(&world.event("somebody-else", "somebody-else@corp.example"));
    assert_eq!(outcome["servers"][0]["result"], "created", "{outcome}");
});
