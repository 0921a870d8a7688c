//! What an organization has before anybody is provisioned: profiles, licences, permission sets, roles.

use std::collections::BTreeMap;

use super::id;
use crate::sim::settings::Settings;

/// A profile: what a user may do, and which licence that takes.
pub struct Profile {
    /// `00e..`
    pub id: String,
    /// As in `displayName`.
    pub name: &'static str,
    /// The licence it takes.
    pub licence: &'static str,
    /// The `userType` of its users.
    pub user_type: &'static str,
}

impl Profile {
    /// Whether it is for customers and partners.
    pub fn external(&self) -> bool {
        self.user_type != "Standard"
    }
}

/// A permission set, or a role: an id and a name.
pub struct Named {
    /// `0PS..` or `00E..`
    pub id: String,
    /// As in `displayName`.
    pub name: String,
}

/// One organization.
pub struct Org {
    /// `00D..`
    pub id: String,
    /// Who calls: `005..`
    pub running_user: String,
    /// In the order of their ids.
    pub profiles: Vec<Profile>,
    /// In the order of their ids.
    pub permission_sets: Vec<Named>,
    /// In the order of their ids.
    pub roles: Vec<Named>,
    /// How many users a licence is for.
    pub licences: BTreeMap<String, u64>,
    /// API names of custom user fields.
    pub custom_fields: Vec<String>,
}

const PROFILES: [(&str, &str, &str); 5] = [
    ("Standard User", "Salesforce", "Standard"),
    ("System Administrator", "Salesforce", "Standard"),
    ("Standard Platform User", "Salesforce Platform", "Standard"),
    ("Chatter Free User", "Chatter Free", "CsnOnly"),
    ("Customer Community User", "Customer Community", "CspLitePortal"),
];
const PERMISSION_SETS: [&str; 3] = ["API Access", "Report Builder", "Knowledge Reader"];
const ROLES: [&str; 3] = ["CEO", "Flight Operations", "Ground Staff"];

impl Org {
    /// The organization as the switches have it.
    pub fn new(settings: &Settings) -> Org {
        let profile =
            |(at, (name, licence, user_type)): (usize, (&'static str, &'static str, &'static str))| Profile {
                id: id::fixed("00e", at as u64 + 1),
                name,
                licence,
                user_type,
            };
        let set = |number: u64| Named {
            id: id::fixed("0PS", number),
            name: PERMISSION_SETS
                .get(number as usize - 1)
                .map_or_else(|| format!("Permission Set {number}"), |name| (*name).to_owned()),
        };
        let role = |(at, name): (usize, &&str)| Named {
            id: id::fixed("00E", at as u64 + 1),
            name: (*name).to_owned(),
        };
        let licences = [
            ("Salesforce", settings.number("salesforceLicences")),
            ("Salesforce Platform", settings.number("platformLicences")),
            ("Chatter Free", 5000),
            ("Customer Community", 100),
        ];
        Org {
            id: id::fixed("00D", 1),
            running_user: id::fixed("005", 1),
            profiles: PROFILES.into_iter().enumerate().map(profile).collect(),
            permission_sets: (1..=settings.number("permissionSets").min(5000)).map(set).collect(),
            roles: ROLES.iter().enumerate().map(role).collect(),
            licences: licences.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(),
            custom_fields: listed(settings.value("customFields")).map(str::to_owned).collect(),
        }
    }

    /// The profile of this id.
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The permission set of this id.
    pub fn permission_set(&self, id: &str) -> Option<&Named> {
        self.permission_sets.iter().find(|set| set.id == id)
    }

    /// The role of this id.
    pub fn role(&self, id: &str) -> Option<&Named> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// The URN of the custom fields.
    pub fn custom_urn(&self) -> String {
        format!("urn:salesforce:schemas:extension:{}", self.id)
    }
}

/// The items of a switch that is a list.
pub fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
