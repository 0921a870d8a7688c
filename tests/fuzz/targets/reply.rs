//! Replies of providers: whatever they say, a login ends, no secret gets out, and the next one at a sane provider works.
#![no_main]

use scimhook_fuzz::{World, parts, planted, script};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let parts = parts(data);
    let Some((head, replies)) = parts.split_first() else { return };
    let mut head = head.bytes();
    let mut world = World::new(head.next().map_or(0, |byte| usize::from(byte.wrapping_sub(b'0')) % 5));
    if head.next() == Some(b'-') {
        world = World::over(world.setting.clone(), false).expect("the same setting");
    }
    world.answer(script(replies));
    let event = world.event("u-1", "one@corp.example");
    for _ in 0..2 {
        let outcome = world.login(&event);
        assert_eq!(outcome["access"], "allow", "{outcome}");
        assert_ne!(outcome["servers"][0]["error"]["class"], "internal", "{outcome}");
        planted(outcome["servers"][0]["remoteId"].as_str().unwrap_or(""));
        world.now += 1000;
    }
    world.check_secrets(&parts);
    // Later than any wait that is obeyed.
    world.now += 40 * 366 * 86_400_000;
    world.answer(world.simulated());
    let outcome = world.login(&world.event("u-2", "two@corp.example"));
    let server = &outcome["servers"][0];
    assert!(server["result"] == "created" || server["reason"] == "throttled", "{outcome}");
    world.check_secrets(&parts);
});
