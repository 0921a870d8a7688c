//! Replies of token endpoints: whatever they say, a login ends and no secret gets out, theirs included.
#![no_main]

use scimhook_fuzz::{World, parts, planted, script};
use serde_json::json;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let parts = parts(data);
    let Some((head, replies)) = parts.split_first() else { return };
    let world = World::new(5);
    let mut setting = world.setting.clone();
    let server = &mut setting["config"]["servers"][0];
    let authentication = &mut server["authentication"];
    match head.bytes().next() {
        Some(b'1') => {
            authentication["grant"] = json!("refreshToken");
            authentication["refreshToken"] = json!({ "secret": "refresh-token" });
        }
        Some(b'2') => {
            *authentication = json!({ "scheme": "oauth2", "tokenUrl": "https://id.example/oauth/token", "clientId": "client-1",
                "grant": "jwtBearer", "subject": "robot", "audience": "https://id.example", "privateKey": { "secret": "private-key" } });
        }
        Some(b'3') => {
            server["type"] = json!("github");
            server["url"] = json!("https://api.github.com/scim/v2/organizations/acme");
            server["authentication"] = json!({ "scheme": "githubApp", "appId": "123", "installationId": "456",
                "privateKey": { "secret": "private-key" } });
            if let Some(server) = server.as_object_mut() {
                server.remove("attributes");
                server.remove("groups");
            }
        }
        _ => {}
    }
    setting["event"]["user"]["firstName"] = json!("Amara");
    setting["event"]["user"]["lastName"] = json!("Okafor");
    let mut world = World::over(setting, true).unwrap_or_else(|problems| panic!("{problems:?}"));
    world.token_answer(script(replies));
    world.answer(script(&["10{\"id\":\"42\",\"totalResults\":0}".to_owned()]));
    let event = world.event("u-1", "one@corp.example");
    for _ in 0..2 {
        let outcome = world.login(&event);
        assert_eq!(outcome["access"], "allow", "{outcome}");
        assert_ne!(outcome["servers"][0]["error"]["class"], "internal", "{outcome}");
        world.now += 4_000_000;
    }
    for shown in std::mem::take(&mut world.shown) {
        let token = shown.trim_start_matches("Bearer ").to_owned();
        planted(&token);
        if token.starts_with("canary-") && token.len() > 12 {
            assert!(!world.told.iter().any(|text| text.contains(&token)), "a token got out");
        }
    }
    world.check_secrets(&parts);
    world.now += 40 * 366 * 86_400_000;
    world.token_answer(script(&[
        "00{\"access_token\":\"canary-access-1\",\"token\":\"canary-access-1\"}".to_owned()
    ]));
    let outcome = world.login(&world.event("u-2", "two@corp.example"));
    let server = &outcome["servers"][0];
    assert!(server["result"] == "created" || server["reason"] == "throttled", "{outcome}");
});
