//! The stories of GitHub organisations: an account is an invitation that the person accepts, and whoever leaves is
//! invited anew (sheet 3.4).

use serde_json::json;

use super::Teller;

impl Teller<'_> {
    /// With a store; updates are off unless asked for.
    pub(super) fn organization(&mut self) {
        let updates = self.story != "inviting";
        self.needs_token();
        self.login("first", "created/first-access", Vec::new(), 1);
        self.invited("INVITED");
        self.login("again", "unchanged/fresh", Vec::new(), 0);
        self.complete_saml("LINKED");
        self.foreign(json!({ "displayName": "Ama" }));
        let change = json!({ "email": "amara@corp.example", "firstName": "Amarachi" });
        let more = self.lose_token();
        if updates {
            self.change(change);
            self.login("changed", "updated/profile-changed", Vec::new(), 1 + more);
            self.login("again", "unchanged/fresh", Vec::new(), 0);
        } else {
            self.change_untold(&change);
            self.login("changed", "unchanged/updates-off", Vec::new(), 0);
            self.login("again", "unchanged/updates-off", Vec::new(), 0);
        }
        // A wait that a limit asked for is over.
        self.hour_passes();
        self.disable("disabled", "deactivated/user-disabled", 1);
        self.forget_foreign();
        self.disable("disabled-again", "skipped/no-account", 1);
        self.hour_passes();
        self.change(json!({ "lastName": "Eze" }));
        self.login("returned", "created/first-access", Vec::new(), 1);
        self.complete_saml("LINKED");
        self.login("again-after", "unchanged/fresh", Vec::new(), 0);
        self.week_passes();
        self.login("rechecked", "unchanged/rechecked", Vec::new(), 1);
        self.set(json!({ "name": { "givenName": "Jan", "familyName": "Itor" } }));
        self.week_passes();
        if updates {
            self.login("drifted", "updated/drifted", Vec::new(), 2);
        } else {
            // What others wrote stays.
            self.sent["firstName"] = json!("Jan");
            self.sent["lastName"] = json!("Itor");
            self.login("drifted", "unchanged/updates-off", Vec::new(), 1);
        }
        // An administrator takes the identity away: its id is known nowhere (D5).
        let Some(id) = self.account().map(|account| account["id"].clone()) else { return };
        self.edit(json!({ "delete": { "id": id } }));
        self.week_passes();
        self.sent = self.user.clone();
        self.login("lost", "created/first-access", Vec::new(), 2);
        self.login("again-after", "unchanged/fresh", Vec::new(), 0);
    }

    /// Without a store.
    pub(super) fn organization_forgotten(&mut self) {
        self.login("first", "created/first-access", Vec::new(), 2);
        self.complete_saml("LINKED");
        self.login("again", "unchanged/found", Vec::new(), 1);
        self.foreign(json!({ "displayName": "Ama" }));
        self.change(json!({ "email": "amara@corp.example", "firstName": "Amarachi" }));
        self.login("changed", "updated/drifted", Vec::new(), 2);
        self.hour_passes();
        self.change(json!({ "userName": "Amara.Eze@corp.example", "lastName": "Eze" }));
        self.login("renamed", "updated/drifted", Vec::new(), 2);
        self.disable("disabled", "deactivated/user-disabled", 2);
        self.forget_foreign();
        self.hour_passes();
        self.disable("disabled-again", "skipped/no-account", 1);
        self.login("returned", "created/first-access", Vec::new(), 2);
        self.login("again-after", "unchanged/found", Vec::new(), 1);
    }

    /// An identity of another tool's, with our externalId, is taken over and brought up to date.
    pub(super) fn organization_adopting(&mut self) {
        let name = self.user["userName"].clone();
        let emails = json!([{ "value": "old@corp.example", "type": "work", "primary": true }]);
        self.edit(json!({ "create": { "type": "User", "resource": {
            "id": "there-before", "userName": name, "externalId": self.user["id"], "active": true, "emails": emails,
            "name": { "givenName": "Old", "familyName": "Name" },
        } } }));
        // Create, find, and one write (H1).
        self.login("first", "adopted/adopted", Vec::new(), 3);
        self.login("again", "unchanged/fresh", Vec::new(), 0);
        self.week_passes();
        self.login("rechecked", "unchanged/rechecked", Vec::new(), 1);
        self.disable("disabled", "deactivated/user-disabled", 1);
    }

    /// The person signs in to GitHub, opens the organisation and completes SAML.
    fn complete_saml(&mut self, state: &str) {
        let Some(account) = self.account() else { return };
        let entra = self.setting.has("identityProvider=entra");
        let (name, key) = if entra { ("objectId", "externalId") } else { ("nameId", "userName") };
        let key = account[key].clone();
        self.edit(json!({ "saml": { "login": "amara-gh", name: key } }));
        self.snapshot = self.world.providers[0].sim.snapshot();
        self.invited(state);
    }

    /// Whether the organisation sees the person as it should.
    fn invited(&mut self, state: &str) {
        let found = self.account().map(|account| account["github"]["state"].clone());
        if self.strict && found.as_ref().is_some_and(|found| found != state) {
            self.told.findings.push(format!("the person is {} instead of {state}", found.unwrap()));
        }
    }
}
