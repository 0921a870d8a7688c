//! The stories of AWS and of servers that keep to the RFCs.

use serde_json::{Value, json};

use super::Teller;

impl Teller<'_> {
    pub(super) fn remembering(&mut self) {
        let joined = |first, second| vec![("readers", first), ("dispatch", second)];
        let both = || joined("unchanged", "unchanged");
        self.needs_token();
        // The account 1; one group looked up and joined, one looked up and created (H1).
        self.login("first", "created/first-access", joined("joined", "created"), 5);
        self.login("again", "unchanged/fresh", both(), 0);
        self.foreign_plain();
        let more = self.lose_token();
        self.change(json!({ "email": "amara@corp.example", "title": "Captain", "department": "Fleet", "mobile": null }));
        self.login("changed", "updated/profile-changed", both(), 1 + more);
        self.login("again", "unchanged/fresh", both(), 0);
        self.change(
            json!({ "email": "a.okafor@corp.example", "displayName": "Amara N. Okafor", "department": null }),
        );
        self.login("changed-again", "updated/profile-changed", both(), 1);
        self.change(json!({ "mobile": "+49 170 7654321", "department": "Fleet" }));
        self.login("given-back", "updated/profile-changed", both(), 1);
        self.change(json!({ "groups": ["readers", "pilots"] }));
        let moved = vec![("readers", "unchanged"), ("pilots", "created"), ("dispatch", "left")];
        self.login("moved", "unchanged/groups-changed", moved, 3);
        let both = || vec![("readers", "unchanged"), ("pilots", "unchanged")];
        self.login("again-there", "unchanged/fresh", both(), 0);
        self.change(json!({ "login": "Amara.Eze@corp.example", "lastName": "Eze" }));
        self.login("renamed", "updated/profile-changed", both(), 1);
        self.disable("disabled", "deactivated/user-disabled", 1);
        self.disable("disabled-again", "unchanged/already-inactive", 0);
        self.login("returned", "reactivated/was-inactive", both(), 1);
        self.login("again-after", "unchanged/fresh", both(), 0);
        self.week_passes();
        self.login("rechecked", "unchanged/rechecked", both(), 1);
        self.set(json!({ "title": "Janitor" }));
        self.week_passes();
        self.login("drifted", "updated/drifted", both(), 2);
        self.login("again-after", "unchanged/fresh", both(), 0);
    }

    pub(super) fn forgetful(&mut self) {
        let joined = |first, second| vec![("readers", first), ("dispatch", second)];
        // Find, create, and the groups.
        self.login("first", "created/first-access", joined("joined", "created"), 6);
        // Nobody remembers memberships: where an account does not show them, each is sent again.
        let (shows, word) = if self.setting.kind == "aws" { (2, "joined") } else { (0, "unchanged") };
        self.login("again", "unchanged/found", joined(word, word), 1 + shows);
        self.foreign_plain();
        self.change(json!({ "email": "amara@corp.example", "title": "Captain", "department": "Fleet" }));
        self.login("changed", "updated/drifted", joined(word, word), 2 + shows);
        self.login("again", "unchanged/found", joined(word, word), 1 + shows);
        self.change(json!({ "login": "Amara.Eze@corp.example", "lastName": "Eze" }));
        self.login("renamed", "updated/drifted", joined(word, word), 2 + shows);
        self.disable("disabled", "deactivated/user-disabled", 2);
        self.disable("disabled-again", "unchanged/already-inactive", 1);
        self.login("returned", "reactivated/was-inactive", joined(word, word), 2 + shows);
        self.login("again-after", "unchanged/found", joined(word, word), 1 + shows);
    }

    /// A nickname, a second e-mail address where there may be one, and a group of others.
    fn foreign_plain(&mut self) {
        self.foreign(json!({ "nickName": "Ama" }));
        let Some(account) = self.account().filter(|_| self.keeps_lists()) else { return };
        let mut emails = account["emails"].as_array().cloned().unwrap_or_default();
        emails.push(json!({ "type": "home", "value": "ama@home.example" }));
        self.set(json!({ "emails": Value::from(emails) }));
        self.home_email = true;
    }

    /// Whether an account may have several e-mail addresses.
    fn keeps_lists(&self) -> bool {
        self.setting.kind != "aws" && !self.setting.has("emailLimit=one")
    }
}
