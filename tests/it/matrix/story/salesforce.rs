//! The stories of Salesforce: userName and phones stay as they were created unless asked for (D10), public groups are
//! made there, permission sets and the role are the administrator's.

use serde_json::{Value, json};

use super::Teller;

impl Teller<'_> {
    /// With a store: updates limited, all of them, or limited and with tokens of its own token endpoint.
    pub(super) fn salesforce(&mut self) {
        let whole = self.story == "whole";
        let joined = |first, second| vec![("readers", first), ("dispatch", second)];
        let both = || joined("unchanged", "unchanged");
        self.needs_token();
        self.login("first", "created/first-access", joined("joined", "joined"), 5);
        self.login("again", "unchanged/fresh", both(), 0);
        self.foreign_salesforce();
        let more = self.lose_token();
        self.change(json!({ "email": "amara@corp.example", "title": "Captain", "department": "Fleet" }));
        self.login("changed", "updated/profile-changed", both(), 1 + more);
        self.login("again", "unchanged/fresh", both(), 0);
        self.change(json!({ "title": null, "department": null, "email": "a.okafor@corp.example" }));
        self.login("changed-again", "updated/profile-changed", both(), 1);
        self.change(json!({ "title": "Captain", "department": "Fleet" }));
        self.login("given-back", "updated/profile-changed", both(), 1);
        self.change(json!({ "groups": ["readers", "pilots"] }));
        let moved = vec![("readers", "unchanged"), ("pilots", "joined"), ("dispatch", "left")];
        self.login("moved", "unchanged/groups-changed", moved, 3);
        let both = || vec![("readers", "unchanged"), ("pilots", "unchanged")];
        self.login("again-there", "unchanged/fresh", both(), 0);
        let rename = json!({ "login": "Amara.Eze@corp.example", "mobile": "+49 170 7654321" });
        let stays = [self.sent["login"].clone(), self.sent["mobile"].clone()];
        self.change(rename);
        self.change(json!({ "lastName": "Eze" }));
        let existed = self.account().is_some();
        if !whole && existed {
            [self.sent["login"], self.sent["mobile"]] = stays.clone();
        }
        self.login("renamed", "updated/profile-changed", both(), 1);
        // What Salesforce did not apply, and the outcome warned of, stays as it was (sheet 5.5, D10).
        let not_applied =
            ["patchUserName=apply", "patchPhoneNumbers=apply"].map(|applies| !self.setting.has(applies));
        for (property, (before, not_applied)) in
            ["login", "mobile"].iter().zip(stays.into_iter().zip(not_applied))
        {
            if not_applied && existed {
                self.sent[*property] = before;
            }
        }
        let quiet = if whole || !existed { "unchanged/fresh" } else { "unchanged/updates-off" };
        self.login("again-renamed", quiet, both(), 0);
        self.disable("disabled", "deactivated/user-disabled", 1);
        self.disable("disabled-again", "unchanged/already-inactive", 0);
        self.login("returned", "reactivated/was-inactive", both(), 1);
        self.login("again-returned", quiet, both(), 0);
        // The session has ended meanwhile, and Salesforce does not say when (sheet 3.3).
        let ended = if self.mints() && !self.setting.has("tokenExpiresIn=3600") { 1 } else { 0 };
        self.week_passes();
        match whole && existed && not_applied != [false; 2] {
            // Tried again, to no avail.
            true => self.login("rechecked", "updated/drifted", both(), 2),
            false => self.login("rechecked", "unchanged/rechecked", both(), 1 + ended),
        }
        self.set(json!({ "title": "Janitor" }));
        self.week_passes();
        self.login("drifted", "updated/drifted", both(), 2 + ended);
        self.login("again-drifted", quiet, both(), 0);
    }

    /// Without a store.
    pub(super) fn salesforce_forgotten(&mut self) {
        let joined = |first, second| vec![("readers", first), ("dispatch", second)];
        let both = || joined("unchanged", "unchanged");
        self.login("first", "created/first-access", joined("joined", "joined"), 6);
        // Nothing but the name tells whose it is, so that nobody's account is taken over at each login (D3, D5).
        self.login("again", "adopted/adopted", both(), 1);
        self.foreign_salesforce();
        self.change(json!({ "email": "amara@corp.example", "title": "Captain", "department": "Fleet", "lastName": "Eze" }));
        self.login("changed", "adopted/adopted", both(), 2);
        self.login("again", "adopted/adopted", both(), 1);
        // It is not found as ours, so that it is not ours to turn off.
        self.disable("disabled", "skipped/no-account", 1);
        self.set(json!({ "active": false }));
        self.login("returned", "reactivated/was-inactive", both(), 2);
        self.login("again-after", "adopted/adopted", both(), 1);
    }

    /// An account that an administrator made is taken over by its name; the store loses its link while the person is
    /// away.
    pub(super) fn salesforce_adopting(&mut self) {
        self.edit(json!({ "create": { "type": "User", "resource": {
            "userName": self.user["login"].as_str().unwrap().to_lowercase(), "active": true, "nickName": "old",
            "name": { "givenName": "Old", "familyName": "Name" }, "emails": [{ "value": "old@corp.example" }],
            "phoneNumbers": [{ "type": "work", "value": self.user["mobile"] }],
            "entitlements": [{ "value": "00e000000000001AAA" }], "externalId": "federation-1",
        } } }));
        let both = |word| vec![("readers", word), ("dispatch", word)];
        // Create, find, one write; two groups looked up and joined.
        self.login("first", "adopted/adopted", both("joined"), 7);
        self.foreign_salesforce();
        self.foreign(json!({ "externalId": "federation-1" }));
        self.login("again", "unchanged/fresh", both("unchanged"), 0);
        self.disable("disabled", "deactivated/user-disabled", 1);
        self.world.store.clear();
        self.login("returned", "reactivated/was-inactive", both("unchanged"), 5);
        self.login("again-after", "unchanged/fresh", both("unchanged"), 0);
    }

    /// A nickname, a role, a permission set and a group of others.
    fn foreign_salesforce(&mut self) {
        let Some(account) = self.account() else { return };
        let mut entitlements = account["entitlements"].as_array().cloned().unwrap_or_default();
        entitlements.push(json!({ "value": "0PS000000000002GAA" }));
        let role = json!([{ "value": "00E000000000002EAA" }]);
        self.foreign(json!({ "nickName": "Ama", "roles": role, "entitlements": Value::from(entitlements) }));
    }
}
