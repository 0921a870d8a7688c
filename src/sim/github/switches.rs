//! How GitHub may behave where its documentation contradicts itself, is silent, or is not what was seen. Sources are
//! sections of the provider sheet; the first value is what the sheet takes for the default.

use crate::sim::settings::{Switch, choice, number};

/// What both kinds share, and what follows.
macro_rules! switches {
    ($($own:expr,)*) => {
        &[
            choice("duplicateStatus", &["409", "400"], "of a clash; 400: `Another user already owns the account..`", "9 duplicate_status; 4.4"),
            choice("errorStatusType", &["int", "string"], "status in a SCIM error", "9 error_status_type"),
            choice("errorMediaType", &["application/scim+json", "application/json"], "of a SCIM error", "9 error_media_type"),
            choice("errorText", &["detail", "message", "both"], "where a SCIM error has its text", "2.2: every member is optional"),
            choice("scimType", &["absent", "null", "given"], "in a SCIM error", "2.2: null or missing; 11"),
            choice("schemaStatus", &["400", "422"], "of a body that breaks the schema", "2.2: whether 422 escapes is unknown"),
            choice("userPatchFilterPath", &["ignore", "apply", "400"], "a path with a filter; ignore: 200 and nothing done", "9 user_patch_filter_path; 4.3"),
            choice("createInactive", &["400", "accept", "ignore"], "POST with active false; ignore: becomes active", "9 create_inactive"),
            choice("stringBooleans", &["accept", "400"], "\"False\" for false", "11"),
            choice("capitalOps", &["accept", "400"], "`Add` for `add`", "11"),
            choice("secondaryLimit", &["403", "429"], "status of the secondary limit", "9 secondary_limit; 7"),
            choice("secondaryRetryAfter", &["60", "none", "blank"], "Retry-After of the secondary limit", "9 secondary_limit; 7"),
            number("writesPerMinute", &["180", "2"], "writes before the secondary limit; 0: no limit", "7: 900 points, 5 a write"),
            number("rateLimit", &["15000", "2"], "requests an hour; 0: no limit", "7: bucket scim"),
            choice("rateLimitStatus", &["403", "429"], "status of the hourly limit", "7"),
            choice("post5xxButCreated", &["off", "on"], "POST answers 500, and did it", "9 post_5xx_but_created"),
            choice("discoveryEndpoints", &["404", "403", "200"], "ServiceProviderConfig, ResourceTypes, Schemas", "9 discovery_endpoints; 1"),
            number("maxCount", &["100", "2"], "most resources in a page", "9 max_count"),
            number("defaultCount", &["30", "1"], "resources in a page without count", "2.3: 30 for enterprises, unknown for organisations"),
            choice("startIndexZero", &["1", "400"], "startIndex below 1", "11"),
            choice("unsupportedFilter", &["400", "ignore"], "a filter it does not know; ignore: answers everybody", "11; 10 #7"),
            choice("eqCase", &["rfc", "exact"], "rfc: case counts for id and externalId alone", "11"),
            choice("idForm", &["uuid", "opaque"], "ids of users", "3.2: not always a UUID"),
            choice("timestamps", &["offset", "millis", "seconds"], "offset: -08:00", "3.2: with and without fraction and offset"),
            number("readLagMs", &["0", "2000"], "new resources are in no list for so long", "11: probably none"),
            number("tokenExpiresAt", &["0", "1770091600000"], "milliseconds since the epoch; 0: never", "2.2: 401 token expired"),
            choice("tokenPermission", &["write", "read", "none"], "of the token given", "6"),
            choice("permissionDenied", &["403", "404"], "a token that may not", "2.2; 6"),
            choice("sso", &["authorised", "403", "404"], "a token not authorised for single sign-on; 403: with X-GitHub-SSO", "6"),
            choice("feature", &["on", "404", "403"], "whether SCIM is on", "2.2; 9"),
            number("lockoutAfter", &["10", "2"], "bad tokens before 403 for everything; 0: never", "2.2; 9: after several"),
            number("lockoutSeconds", &["60", "5"], "how long that lasts, and counts", "2.2: temporary"),
            choice("apiVersion", &["current", "deprecated", "retired"], "2022-11-28; deprecated: headers; retired: 410", "2.1"),
            number("dateSkewSeconds", &["0", "90", "-90"], "this server's clock is so far ahead", "6: judges iat and exp"),
            number("freshTokenDelayMs", &["0", "1500"], "an App's token is a 401 for so long", "replication"),
            number("tokenLifetimeSeconds", &["3600", "30"], "of an App's token", "6"),
            choice("appTokens", &["accepted", "refused"], "an App's token on SCIM", "6: verify before shipping; 5"),
            choice("appPermission", &["write", "read", "none"], "members, or enterprise_scim", "6"),
            choice("appInstallation", &["active", "suspended"], "suspended: 403 for a token", "6: errors 401, 403, 404, 422"),
            $($own,)*
        ]
    };
}

/// The switches of `github`.
pub static ORGANIZATION: &[Switch] = switches![
    choice("duplicateBody", &["scim", "none"], "body of a 409", "2.2: 409 has shape A"),
    choice(
        "unknownAttributes",
        &["ignore", "400"],
        "attributes that are not in the sheet's table",
        "3.2: `groups` has no documented effect"
    ),
    choice(
        "existingUser",
        &["409", "200"],
        "POST of somebody pending or linked; 200: answers that identity",
        "11"
    ),
    choice("deactivateReply", &["200", "204"], "PUT and PATCH with active false", "11"),
    choice("patchPath", &["apply", "ignore", "400"], "a PATCH with a path", "11; 3.3: without is the idiom"),
    choice("emailsFilter", &["any", "primary"], "what `emails eq` looks at", "11"),
    choice(
        "identityProvider",
        &["other", "entra"],
        "other: NameID is userName; entra: objectidentifier is externalId",
        "3.4"
    ),
    number("licenses", &["0", "1"], "members and invitations there may be; 0: no limit", "3.4"),
    choice("licenseStatus", &["403", "400"], "POST without a free license", "3.4: unknown"),
    choice("absentAttributes", &["omitted", "null"], "externalId, displayName, name", "3.2: may be null"),
];

/// The switches of `github-enterprise`.
pub static ENTERPRISE: &[Switch] = switches![
    choice("duplicateBody", &["none", "scim"], "body of a 409", "9 duplicate_status: no body"),
    choice("errorBody", &["github", "none"], "of 401, 403 and 409", "2.2: none documented"),
    choice(
        "unknownAttributes",
        &["400", "ignore"],
        "attributes and schemas that are not in the sheet's table",
        "2.2: what does not match expectations is 400"
    ),
    choice("groupPatchStatus", &["200", "204"], "PATCH of a group", "9 group_patch_status"),
    choice(
        "groupPatchBodyMembers",
        &["sometimes", "always", "never", "stale"],
        "members in that reply; stale: as they were",
        "9 group_patch_body_members; 10 #14"
    ),
    choice(
        "membersFilterPathRemove",
        &["400", "accept", "ignore"],
        "remove members[value eq \"id\"]",
        "9 members_filter_path_remove"
    ),
    choice(
        "removeMembersWithValue",
        &["listed", "all"],
        "remove members with a value; all: as the RFC has it",
        "9 remove_members_with_value"
    ),
    choice(
        "stringValueForMembers",
        &["400", "accept"],
        "JSON in a string for a list of members",
        "9 string_value_for_members"
    ),
    choice(
        "integrationScopedVisibility",
        &["off", "on"],
        "on: who was made by others (`edit`) is not found, and taken",
        "9 integration_scoped_visibility; 4.7"
    ),
    choice(
        "suspendedHiddenFromGroups",
        &["on", "off"],
        "suspended members",
        "9 suspended_hidden_from_groups; 4.5"
    ),
    choice("roleCaseEcho", &["lower", "User"], "roles in replies", "9 role_case_echo; 4.2"),
    choice("postSuspended", &["409", "reactivate"], "POST of somebody suspended", "11; 4.5"),
    choice("putWithoutRoles", &["demotes", "keeps"], "PUT without roles", "11; 4.2"),
    choice("renames", &["accept", "400"], "another userName", "4.4: conflicting"),
    choice("externalIdChange", &["accept", "400"], "another externalId", "11"),
    choice(
        "unknownMember",
        &["400", "ignore", "404"],
        "members nobody is; ignore: the others are kept",
        "4.6; 11"
    ),
    choice(
        "groupNameTaken",
        &["409", "accept"],
        "a second group of this displayName",
        "4.1 E8: 409, of what is unknown"
    ),
    choice("groupIdForm", &["uuid", "number"], "ids of groups", "3.2: opaque"),
    choice("memberKeys", &["display", "displayName"], "a member's name in replies", "4.6; 10 #19"),
    number("usersPerHour", &["1000", "1"], "users made in an hour; 0: no limit", "4.6"),
    number("membersPerHour", &["1000", "1"], "users added to a group in an hour; 0: no limit", "4.6"),
    choice("ghesRateLimits", &["off", "on"], "the limits of GitHub Enterprise Server", "5"),
    choice(
        "mixedIdentityProviders",
        &["off", "403", "400"],
        "writes are refused: single sign-on is another's",
        "4.7: unknown status"
    ),
];
