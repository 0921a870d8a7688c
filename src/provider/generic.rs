//! Any provider that keeps to RFC 7643 and RFC 7644. What one of them turns out not to take is learned while
//! talking to it (`core::Learned`), not configured.

use super::{Capabilities, GroupsMode, Provider, RFC, Support, Template, Updates};

const OPT_IN: &str = "off until `groups.mode` is set; needs a server that has groups";

/// `type: "generic"`.
pub static GENERIC: Provider = Provider {
    kind: "generic",
    name: "SCIM 2.0",
    dialect: RFC,
    template: Template {
        authentication: r#"{"scheme":"accessToken","accessToken":{"secret":"generic-access-token"}}"#,
        attributes: &[
            ("userName", r#"["userName","email"]"#),
            ("name.givenName", r#""firstName""#),
            ("name.familyName", r#""lastName""#),
            (
                "displayName",
                r#"["displayName",{"expression":"user.firstName + ' ' + user.lastName"},"userName","email"]"#,
            ),
            (r#"emails[type eq "work"].value"#, r#""email""#),
        ],
        static_attributes: &[],
        groups: GroupsMode::Off,
        updates: Updates::On,
    },
    capabilities: Capabilities {
        create_user: Support::YES,
        create_group: Support::asked(OPT_IN),
        assign_user_to_group: Support::asked(OPT_IN),
        update_profile: Support::YES,
        deactivate_user: Support::YES,
        remove_user_from_group: Support::asked("needs `groups.mode: \"mirror\"`"),
        delete_group: Support::asked("needs `groups.mode: \"mirror\"` and a `group.deleted` event"),
        authentication: &["accessToken", "basic", "oauth2"],
    },
};
