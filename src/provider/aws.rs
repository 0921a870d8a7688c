//! AWS IAM Identity Center. DG is <https://docs.aws.amazon.com/singlesignon/latest/developerguide/>,
//! UG is <https://docs.aws.amazon.com/singlesignon/latest/userguide/>.

use super::{
    Capabilities, Dialect, GroupCreation, GroupsMode, Limit, MemberForm, Provider, RFC, Support, Template,
    UpdateForm, Updates,
};

/// `type: "aws"`.
pub static AWS: Provider = Provider {
    kind: "aws",
    name: "AWS IAM Identity Center",
    dialect: Dialect {
        // DG/patchgroup.html: removing takes a list of values under `path: "members"`; the RFC's value path is not
        // documented. The same page caps a request at 100 membership changes: every request of ours names at most
        // one member (`flow::groups`), so the 100-member limit is never reached, and members are never replaced.
        add_member: &[MemberForm::Add],
        remove_member: &[MemberForm::RemoveList],
        // DG/creategroup.html: `members` are taken; the example's reply has none.
        group_creation: GroupCreation::WithMember,
        // DG/patchuser.html lists `emails`, `addresses`, `phoneNumbers` as modifiable; one value each, so that
        // replacing the attribute as a whole loses nothing. Paths below `name` and the extension are not shown there.
        // Not PUT, where there is PATCH: it would clear `profileUrl`, which no reply shows.
        update: &[UpdateForm::Lists, UpdateForm::Tops],
        // DG/listusers.html: without `cursor` a list is cut at 100 without saying so.
        list_query: "cursor=&",
        // DG/createuser.html and UG/troubleshooting.html: all four, non-empty.
        required: &["userName", "name.givenName", "name.familyName", "displayName"],
        // DG/limitations.html.
        refused: &[
            ("password", "AWS does not support it"),
            ("ims", "AWS does not support it"),
            ("photos", "AWS does not support it"),
            ("entitlements", "AWS does not support it"),
            ("x509Certificates", "AWS does not support it"),
            ("groups", "AWS forbids it on users; set `groups` of the server instead"),
            ("emails.display", "AWS does not support `display`"),
            ("phoneNumbers.display", "AWS does not support `display`"),
            ("addresses.display", "AWS does not support `display`"),
            ("roles.display", "AWS does not support `display`"),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName",
                "AWS does not support it",
            ),
        ],
        // DG/limitations.html: one value each.
        single: &["emails", "phoneNumbers", "addresses", "roles"],
        // DG/patchuser.html: `roles` is not in its list of modifiable attributes.
        not_updatable: &["roles"],
        // DG/createuser.html: accepted, but in no response.
        not_returned: &[
            "profileUrl",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.$ref",
        ],
        limits: &[
            // DG/createuser.html: no white space; 128 from the identity store's `UserName`.
            Limit { path: "userName", max_chars: 128, no_whitespace: true },
            // The identity store's `ExternalIdIdentifier`: 1 to 256, no white space.
            Limit { path: "externalId", max_chars: 256, no_whitespace: true },
        ],
        // Control and format characters fail the whole user (pmcc.net/posts/aws-scim-provisioning-errors).
        clean_strings: true,
        ..RFC
    },
    template: Template {
        authentication: r#"{"scheme":"accessToken","accessToken":{"secret":"aws-access-token"}}"#,
        attributes: &[
            // UG/troubleshooting.html: userName must equal the SAML NameID, which must be an e-mail address.
            ("userName", r#"["email","userName"]"#),
            ("name.givenName", r#""firstName""#),
            ("name.familyName", r#""lastName""#),
            ("displayName", r#"["displayName",{"expression":"user.firstName + ' ' + user.lastName"}]"#),
            (r#"emails[type eq "work"].value"#, r#""email""#),
        ],
        static_attributes: &[],
        groups: GroupsMode::Add,
        updates: Updates::On,
    },
    capabilities: Capabilities {
        create_user: Support::YES,
        create_group: Support::YES,
        assign_user_to_group: Support::YES,
        update_profile: Support::YES,
        deactivate_user: Support::YES,
        remove_user_from_group: Support::asked("needs `groups.mode: \"mirror\"`"),
        delete_group: Support::asked("needs `groups.mode: \"mirror\"` and a `group.deleted` event"),
        authentication: &["accessToken"],
    },
};
