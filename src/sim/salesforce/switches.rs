//! What Salesforce's documents leave open, contradict, or never say. Sections are the provider sheet's.

use crate::sim::settings::{Switch, choice, number};
use crate::sim::token::switches as token;

/// The switches of `salesforce`.
pub static SWITCHES: &[Switch] = &[
    choice(
        "singularDiscovery",
        &["404", "200"],
        "whether /ServiceProviderConfig answers beside the plural path",
        "1, 14.1: pilot maps it, production unknown",
    ),
    choice("me", &["404", "200"], "GET /Me", "1: in a release note, missing from today's sheet"),
    choice(
        "errorEnvelope",
        &["malformed", "clean"],
        "malformed: schemas is text, status a number; clean: as RFC 7644 says",
        "7, 11: field 2026, pilot",
    ),
    choice("contentType", &["json", "scim+json"], "of SCIM replies", "4, 14.10: pilot"),
    choice("requestContentType", &["any", "json", "scim"], "415 for others", "4, 14.10: unknown"),
    choice("limitInfoHeader", &["absent", "present"], "Sforce-Limit-Info in replies", "14.10: unknown"),
    choice(
        "timestamps",
        &["24h", "12h"],
        "12h: the hour of meta is on a 12-hour clock",
        "5.1, 11: before Spring '24",
    ),
    choice("shortIds", &["accept", "404"], "15-character ids in paths", "1, 14.13: inferred"),
    // Faults on demand.
    choice("maintenance", &["off", "on"], "503 SERVER_UNAVAILABLE for every SCIM call", "7: field"),
    choice(
        "rights",
        &["full", "insufficient", "apiDisabled"],
        "of the running user; others: 403 with a platform body",
        "7: inferred",
    ),
    number("dailyLimit", &["100000", "5"], "SCIM calls a day, then 403 REQUEST_LIMIT_EXCEEDED", "7, 8"),
    number(
        "sessionLifetimeSeconds",
        &["7200", "60"],
        "seconds an issued token lives after its last use; 0: for ever",
        "3.3: 2 h by default, sliding",
    ),
    choice(
        "unknownExceptionStatus",
        &["500", "400"],
        "of UNKNOWN_EXCEPTION",
        "7, 14.2: status unknown; an unhandled platform error is a 500",
    ),
    choice(
        "unknownExceptionShape",
        &["object", "array", "legacy"],
        "body of UNKNOWN_EXCEPTION; legacy: bare text, before Spring '26",
        "5.5, 14.2",
    ),
    // Create.
    choice(
        "createStatus",
        &["201", "200", "pilot"],
        "pilot: 200 when the reply mailed a password, 201 otherwise",
        "5.2, 11",
    ),
    choice(
        "createInactive",
        &["honour", "ignore"],
        "active:false in a POST; ignore: created active",
        "9, 14.13: HelloID does it",
    ),
    choice(
        "createAtomic",
        &["false", "true"],
        "false: the user stays when a permission set or group fails after it",
        "5.2: pilot",
    ),
    choice("federationId", &["available", "absent"], "externalId; absent: refused", "5.1: pilot"),
    number(
        "takenUserNames",
        &["", "taken@corp.test"],
        "userNames that belong to other organizations, separated by commas",
        "5.1, 11: unique across all organizations",
    ),
    choice("duplicateStatus", &["409", "400"], "of a taken userName, nickName, externalId", "7, 14.4"),
    choice(
        "duplicateText",
        &["documented", "code", "plain"],
        "code: DUPLICATE_USERNAME alone; plain: the sentence without a code",
        "7, 14.4",
    ),
    choice("licenceStatus", &["409", "400"], "of an exhausted licence", "7, 14.4"),
    choice("licenceText", &["code", "plain"], "LICENSE_LIMIT_EXCEEDED, or License Limit Exceeded", "7, 14.4"),
    number("salesforceLicences", &["1000", "1"], "licences of standard profiles", "11: licence pools"),
    number("platformLicences", &["2"], "licences of Standard Platform User", "11: licence pools"),
    number("permissionSets", &["3", "250"], "how many permission sets there are", "1, 11"),
    number("customFields", &["CostCode__c,Region__c"], "API names, separated by commas", "5.1"),
    number(
        "singleSignOnProfile",
        &["", "00e000000000002AAA"],
        "a profile that answers UNKNOWN_EXCEPTION to a create",
        "7: W-5942786",
    ),
    choice(
        "aliasUrn",
        &["1.0", "2.0", "both"],
        "version of the alias extension taken in a POST and PUT",
        "5.1, 14.7: pilot's parser and README differ",
    ),
    // Lists.
    number("defaultCount", &["10", "20", "200"], "users in a list without count", "5.3, 14.6"),
    choice(
        "countRange",
        &["strict", "cap"],
        "count outside 1..200; strict: 400; cap: brought inside, 0 only counts",
        "5.3, 11",
    ),
    number("startIndexCeiling", &["2001", "0"], "highest startIndex; 0: none", "5.3, 14.6"),
    number("entitlementsCap", &["200", "2"], "entitlements in an unfiltered list, in all", "1, 11"),
    choice("queues", &["listed", "hidden"], "queues among groups; one alone is never found", "6, 14.8"),
    choice(
        "filterEscapes",
        &["none", "json"],
        "none: quotes end the text, backslashes and apostrophes reach the query",
        "5.4, 14.9",
    ),
    // PATCH.
    choice(
        "patchPaths",
        &["refuse", "accept", "ignore"],
        "path with a plain value; refuse: UNKNOWN_EXCEPTION; ignore: 200 and nothing done",
        "5.5, 11, 14.3",
    ),
    choice("patchUserName", &["ignore", "apply"], "userName in a PATCH", "5.5, 11, 14.3"),
    choice("patchExternalId", &["ignore", "apply"], "externalId in a PATCH", "5.5, 11, 14.3"),
    choice("patchPhoneNumbers", &["ignore", "apply"], "phoneNumbers in a PATCH", "5.5, 11, 14.3"),
    choice("patchEmails", &["apply", "ignore"], "emails in a PATCH", "5.5: IBM's connector says ignored"),
    choice(
        "emailChange",
        &["immediate", "confirmed"],
        "a changed email; confirmed: not shown before the edit `confirm`",
        "8, 14.11",
    ),
    choice(
        "patchCustomFields",
        &["last", "all", "nested"],
        "flattened custom fields of one operation; last: only the last; nested: also as an object",
        "5.5, 14.7",
    ),
    choice(
        "patchUnknownId",
        &["unknownException", "404"],
        "PATCH of nobody's id",
        "5.5: not a clean 404 in the pilot",
    ),
    choice(
        "patchPlatformErrors",
        &["unknownException", "400", "409"],
        "duplicates, licences, refused deactivation in PATCH and DELETE",
        "5.5, 5.7, 14.4",
    ),
    choice(
        "removePermissionSet",
        &["400", "accept"],
        "PATCH remove of single permission sets",
        "5.5, 14.12: no documented way",
    ),
    // PUT, DELETE, deactivation.
    choice(
        "putPermissionSets",
        &["readd", "pilot"],
        "a PUT wipes them and adds those listed; pilot: those held before are lost",
        "5.6, 11",
    ),
    choice(
        "putMissingLocale",
        &["default", "refuse"],
        "PUT without preferredLanguage and locale; refuse: 409",
        "5.6: inferred",
    ),
    choice(
        "deleteUser",
        &["deactivate", "rename"],
        "rename: userName and nickName too, and a second DELETE is 404",
        "5.7, 11, 14.5",
    ),
    choice("deleteStatus", &["204", "200"], "of DELETE, without a body", "5.7: status only"),
    number(
        "cannotDeactivate",
        &["", "owner@corp.test"],
        "userNames that business rules keep active, separated by commas",
        "5.7, 11",
    ),
    // Groups.
    choice("groupWrites", &["501", "accept"], "POST and DELETE of groups", "1, 14.8: not in the reference"),
    choice(
        "groupMembers",
        &["nested", "any"],
        "members in a PATCH; any: also a list, and a value path in remove",
        "6: only {members: [..]} is documented",
    ),
    choice("groupReplace", &["empties", "replaces"], "replace of members", "6, 11, 14.8"),
    choice("groupPut", &["empty", "body", "404"], "PUT of a group; 404: the pilot's last commit", "6, 11"),
    choice("nestedGroups", &["accept", "refuse"], "a group as member", "6, 14.8"),
    // The token endpoint.
    number(
        "instanceUrl",
        &["", "https://acme2.my.salesforce.com"],
        "instance_url where it is another; SCIM answers there too",
        "1: take the host from the reply",
    ),
    token::CLIENT_AUTHENTICATION,
    token::ROTATE_REFRESH_TOKEN,
    token::TOKEN_REPLY,
    token::TOKEN_TYPE,
    token::expires_in(
        &["0", "3600"],
        "expires_in; 0: absent. Tokens live by sessionLifetimeSeconds whatever it says",
    ),
    token::password(&["blocked", "allowed"]),
    token::scope(&["api", ""]),
];
