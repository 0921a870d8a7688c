//! Records of the store: whatever stands there, a login over it ends, and leaves records that are ours.
#![no_main]

use scimhook::link::{self, Link};
use scimhook_fuzz::{World, parts, planted};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let parts = parts(data);
    let mut parts = parts.iter();
    let first = parts.next().cloned().unwrap_or_default();
    let read = Link::read(&first);
    if let Some(link) = &read {
        planted(&link.writer);
        // Once written, it stays as it is.
        let (text, more, lost) = link.write();
        let again = Link::read(&text).expect("what we write is ours");
        assert!(
            text.len() <= 8192
                && more.iter().all(|text| text.len() <= 8192 && Link::read_more(text).is_some())
        );
        if more.is_empty() && lost == 0 {
            assert_eq!(again.write().0, text);
        }
    }
    let mut world = World::new(first.len() % 5);
    world.answer(world.simulated());
    let server = world.setting["config"]["servers"][0]["id"].as_str().unwrap().to_owned();
    let key = link::key(&server, "u-1");
    world.store.insert(key.clone(), (first, 0));
    world.store.extend(
        parts.by_ref().take(2).enumerate().map(|(at, text)| (link::more_key(&key, at), (text.clone(), 0))),
    );
    world.store.extend(
        parts
            .take(2)
            .zip(["readers", "dispatch"])
            .map(|(text, name)| (link::group_key(&server, name), (text.clone(), 0))),
    );
    let event = world.event("u-1", "one@corp.example");
    let outcome = world.login(&event);
    assert_eq!(outcome["access"], "allow", "{outcome}");
    assert_ne!(outcome["servers"][0]["error"]["class"], "internal", "{outcome}");
    let left = &world.store[&key].0;
    assert!(Link::read(left).is_some(), "not rewritten: {left}");
    if read.is_none()
        && outcome["servers"][0]["error"].is_null()
        && world.setting["config"]["servers"][0]["type"] != "github"
    {
        world.now += 1000;
        let outcome = world.login(&event);
        assert_eq!(outcome["servers"][0]["result"], "unchanged", "{outcome}");
    }
});
