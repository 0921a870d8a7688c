//! Events: what is taken says the same when it is written and read again, and a login with it ends.
#![no_main]

use scimhook::event::{Event, parse};
use scimhook::plugin::What;
use scimhook_fuzz::{World, check_problems, planted};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let event = match parse(text).and_then(Event::read) {
        Ok(event) => event,
        Err(problems) => return check_problems(&problems, text),
    };
    let written = event.raw().to_string();
    let again = parse(&written).and_then(Event::read).expect("what was taken is taken again");
    assert!(event.says_what(&again));
    let fixed = |event: &Event| {
        format!(
            "{:?}",
            (event.kind, &event.id, event.occurred_at, &event.application, &event.user, &event.group)
        )
    };
    assert_eq!(fixed(&event), fixed(&again));
    if event.application.as_deref() == Some("portal") {
        planted(event.user.as_ref().map_or("", |user| &user.id));
    }
    let mut world = World::new(text.len() % 5);
    world.answer(world.simulated());
    let what =
        if event.kind == scimhook::event::Kind::Login { What::PostAuthentication } else { What::Lifecycle };
    let outcome = world.play(what, text).expect("what was taken is played");
    assert!(!outcome.to_string().contains("\"internal\""), "{outcome}");
    world.check_secrets(&[text.to_owned()]);
});
