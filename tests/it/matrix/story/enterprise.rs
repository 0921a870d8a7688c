//! The stories of GitHub Enterprise: managed users are suspended and come back under their id (sheet 4.5), groups are
//! mirrored, and roles are the administrators'.

use serde_json::{Value, json};

use super::Teller;

impl Teller<'_> {
    /// With a store.
    pub(super) fn enterprise(&mut self) {
        let joined = |first, second| vec![("readers", first), ("dispatch", second)];
        let both = || joined("unchanged", "unchanged");
        self.needs_token();
        self.login("first", "created/first-access", joined("joined", "created"), 5);
        self.login("again", "unchanged/fresh", both(), 0);
        self.foreign(billing());
        let more = self.lose_token();
        self.change(json!({ "email": "amara@corp.example", "displayName": "Amara N. Okafor" }));
        self.login("changed", "updated/profile-changed", both(), 1 + more);
        self.hour_passes();
        self.change(json!({ "groups": ["readers", "pilots"] }));
        let moved = vec![("readers", "unchanged"), ("pilots", "created"), ("dispatch", "left")];
        self.login("moved", "unchanged/groups-changed", moved, 3);
        let both = || vec![("readers", "unchanged"), ("pilots", "unchanged")];
        self.login("again-there", "unchanged/fresh", both(), 0);
        self.hour_passes();
        self.change(json!({ "userName": "Amara.Eze@corp.example", "lastName": "Eze" }));
        self.login("renamed", "updated/profile-changed", both(), 1);
        self.disable("disabled", "deactivated/user-disabled", 1);
        self.disable("disabled-again", "unchanged/already-inactive", 0);
        self.hour_passes();
        self.login("returned", "reactivated/was-inactive", both(), 1);
        self.login("again-after", "unchanged/fresh", both(), 0);
        self.week_passes();
        self.login("rechecked", "unchanged/rechecked", both(), 1);
        self.set(json!({ "displayName": "Janitor" }));
        self.week_passes();
        self.login("drifted", "updated/drifted", both(), 2);
        self.login("again-after", "unchanged/fresh", both(), 0);
    }

    /// Without a store.
    pub(super) fn enterprise_forgotten(&mut self) {
        let joined = |first, second| vec![("readers", first), ("dispatch", second)];
        self.login("first", "created/first-access", joined("joined", "created"), 6);
        let both = || joined("unchanged", "unchanged");
        self.login("again", "unchanged/found", both(), 1);
        self.foreign(billing());
        self.change(json!({ "email": "amara@corp.example", "displayName": "Amara N. Okafor" }));
        self.login("changed", "updated/drifted", both(), 2);
        self.hour_passes();
        self.change(json!({ "userName": "Amara.Eze@corp.example", "lastName": "Eze" }));
        self.login("renamed", "updated/drifted", both(), 2);
        self.disable("disabled", "deactivated/user-disabled", 2);
        self.disable("disabled-again", "unchanged/already-inactive", 1);
        self.hour_passes();
        // Who is suspended shows no groups (sheet 4.5): each is sent again, as nobody remembers them.
        let hidden = !self.setting.has("suspendedHiddenFromGroups=off");
        let (more, word) = if hidden { (4, "joined") } else { (0, "unchanged") };
        self.login("returned", "reactivated/was-inactive", joined(word, word), 2 + more);
        self.login("again-after", "unchanged/found", both(), 1);
    }

    /// An account of another tool's is taken over; the store loses its link while the person is away.
    pub(super) fn enterprise_adopting(&mut self) {
        self.change(json!({ "groups": [] }));
        let name = self.user["userName"].clone();
        let emails = json!([{ "value": "old@corp.example", "type": "work", "primary": true }]);
        self.edit(json!({ "create": { "type": "User", "resource": {
            "id": "there-before", "userName": name, "externalId": self.user["id"], "active": true, "emails": emails,
            "name": { "givenName": "Old", "familyName": "Name" }, "displayName": "Old Name",
        } } }));
        self.login("first", "adopted/adopted", Vec::new(), 3);
        self.foreign(billing());
        self.login("again", "unchanged/fresh", Vec::new(), 0);
        self.hour_passes();
        self.disable("disabled", "deactivated/user-disabled", 1);
        self.world.store.clear();
        self.login("returned", "reactivated/was-inactive", Vec::new(), 3);
        self.login("again-after", "unchanged/fresh", Vec::new(), 0);
    }
}

/// A role that an administrator gives.
fn billing() -> Value {
    json!({ "roles": [{ "value": "billing_manager" }] })
}
