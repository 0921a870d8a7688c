//! Switches that make the full end impossible: what is left open, and why. Everything else is held to.

use crate::setup::Server;

struct Loose {
    kind: &'static str,
    /// `switch=value`, several of which must all be set.
    setting: &'static str,
    /// What is left open: `account` (all of it), `groups`, `delete`, a property, or of what holds after each run
    /// `claims`, `members`, `one`.
    parts: &'static str,
    because: &'static str,
}

const fn row(kind: &'static str, setting: &'static str, parts: &'static str, because: &'static str) -> Loose {
    Loose { kind, setting, parts, because }
}

const LOOSE: &[Loose] = &[
    row("aws", "tokenState=expired", "account", "the token is not valid"),
    row("aws", "tokenState=forbidden", "account", "the token may not do this"),
    row("generic", "tokenReply=html", "account", "the token endpoint gives no token"),
    row("generic", "tokenReply=empty", "account", "the token endpoint gives no token"),
    row("generic", "tokenReply=noToken", "account", "the token endpoint gives no token"),
    row("generic", "tokenReply=wrongType", "account", "the token endpoint gives no token"),
    row("generic", "tokenReply=error503", "account", "the token endpoint gives no token"),
    row("generic", "tokenType=mac", "account", "a token of a kind that is not Bearer (RFC 6749 section 7.1)"),
    row("salesforce", "tokenReply=html", "account", "the token endpoint gives no token"),
    row("salesforce", "tokenReply=empty", "account", "the token endpoint gives no token"),
    row("salesforce", "tokenReply=noToken", "account", "the token endpoint gives no token"),
    row("salesforce", "tokenReply=wrongType", "account", "the token endpoint gives no token"),
    row("salesforce", "tokenReply=error503", "account", "the token endpoint gives no token"),
    row(
        "salesforce",
        "tokenType=mac",
        "account",
        "a token of a kind that is not Bearer (RFC 6749 section 7.1)",
    ),
    row("github", "tokenExpiresAt=1770091600000", "account", "the token is over"),
    row("github", "tokenPermission=read", "account", "the token may not do this"),
    row("github", "tokenPermission=none", "account", "the token may not do this"),
    row("github", "appPermission=read", "account", "the token may not do this"),
    row("github", "appPermission=none", "account", "the token may not do this"),
    row("github", "sso=403", "account", "the token is not authorised for single sign-on"),
    row("github", "sso=404", "account", "the token is not authorised for single sign-on"),
    row("github", "feature=404", "account", "SCIM is not set up"),
    row("github", "feature=403", "account", "SCIM is not set up"),
    row("github", "apiVersion=retired", "account", "the version of the API is gone"),
    row("github", "appTokens=refused", "account", "the App may not use SCIM"),
    row("github", "appInstallation=suspended", "account", "the App may not use SCIM"),
    row("github", "rateLimit=2", "account", "two requests an hour"),
    row(
        "github",
        "writesPerMinute=2",
        "account",
        "two writes a minute: jobs are handed on longer than is watched",
    ),
    row("github-enterprise", "tokenExpiresAt=1770091600000", "account", "the token is over"),
    row("github-enterprise", "tokenPermission=read", "account", "the token may not do this"),
    row("github-enterprise", "tokenPermission=none", "account", "the token may not do this"),
    row("github-enterprise", "appPermission=read", "account", "the token may not do this"),
    row("github-enterprise", "appPermission=none", "account", "the token may not do this"),
    row("github-enterprise", "sso=403", "account", "the token is not authorised for single sign-on"),
    row("github-enterprise", "sso=404", "account", "the token is not authorised for single sign-on"),
    row("github-enterprise", "feature=404", "account", "SCIM is not set up"),
    row("github-enterprise", "feature=403", "account", "SCIM is not set up"),
    row("github-enterprise", "apiVersion=retired", "account", "the version of the API is gone"),
    row("github-enterprise", "appTokens=refused", "account", "the App may not use SCIM"),
    row("github-enterprise", "appInstallation=suspended", "account", "the App may not use SCIM"),
    row("github-enterprise", "rateLimit=2", "account", "two requests an hour"),
    row(
        "github-enterprise",
        "writesPerMinute=2",
        "account",
        "two writes a minute: jobs are handed on longer than is watched",
    ),
    row("github-enterprise", "mixedIdentityProviders=403", "account", "writes are refused"),
    row("github-enterprise", "mixedIdentityProviders=400", "account", "writes are refused"),
    row("github-enterprise", "usersPerHour=1", "account", "one an hour"),
    row("github-enterprise", "membersPerHour=1", "account", "one an hour"),
    row(
        "github-enterprise",
        "renames=400",
        "account",
        "another userName is refused, and all that comes with it",
    ),
    row("github", "licenses=1", "account", "no licence is left"),
    row("salesforce", "maintenance=on", "account", "it is down"),
    row("salesforce", "rights=insufficient", "account", "the running user may not do this"),
    row("salesforce", "rights=apiDisabled", "account", "the running user may not do this"),
    row("salesforce", "requestContentType=scim", "account", "another media type than its own documents have"),
    row("salesforce", "salesforceLicences=1", "account", "no licence is left"),
    row("salesforce", "dailyLimit=5", "account", "five requests a day"),
    row(
        "salesforce",
        "patchEmails=ignore",
        "email",
        "a changed address is not taken, or not before it is confirmed",
    ),
    row(
        "salesforce",
        "emailChange=confirmed",
        "email",
        "a changed address is not taken, or not before it is confirmed",
    ),
    row(
        "github-enterprise",
        "removeMembersWithValue=all",
        "groups members",
        "RFC 7644 section 3.5.2.2 to the letter; GitHub was seen to remove those listed",
    ),
    row(
        "github-enterprise",
        "integrationScopedVisibility=on",
        "groups",
        "groups that others made are not shown, and their names are taken",
    ),
    row("generic", "filters=refused", "account groups", "accounts and groups cannot be found"),
    row("generic", "groups=404", "groups", "there are no groups"),
    row("generic", "groups=501", "groups", "there are no groups"),
    row(
        "generic",
        "inactiveUsers=hidden",
        "account one",
        "404 for its id, in no list, and its name is taken",
    ),
    row("generic", "opCase=capital", "groups", "a group is changed by PATCH alone"),
    row("generic", "ratePerSecond=5 retryAfter=none", "groups", "it does not say how long to wait"),
    row("generic", "patch=501 put=501", "account", "neither PATCH nor PUT"),
    row("generic", "patch=501 put=405", "account", "neither PATCH nor PUT"),
    row(
        "generic",
        "patch=501 putOmitted=kept",
        "mobile department title groups",
        "PUT is the only form it takes, and takes nothing away",
    ),
    row(
        "generic",
        "patch=501 returnsMembers=no",
        "groups",
        "only PUT, and members that are not shown would be lost",
    ),
    row(
        "generic",
        "patch=501 returnsMembers=truncated",
        "groups members",
        "only PUT, of the members it shows",
    ),
    row("generic", "patch=405 put=501", "account", "neither PATCH nor PUT"),
    row("generic", "patch=405 put=405", "account", "neither PATCH nor PUT"),
    row(
        "generic",
        "patch=405 putOmitted=kept",
        "mobile department title groups",
        "PUT is the only form it takes, and takes nothing away",
    ),
    row(
        "generic",
        "patch=405 returnsMembers=no",
        "groups",
        "only PUT, and members that are not shown would be lost",
    ),
    row(
        "generic",
        "patch=405 returnsMembers=truncated",
        "groups members",
        "only PUT, of the members it shows",
    ),
    row(
        "generic",
        "opCase=capital putOmitted=kept",
        "mobile department title",
        "PUT is the only form it takes, and takes nothing away",
    ),
    row(
        "generic",
        "paths=required multiOp=refuse putOmitted=kept",
        "mobile department title",
        "PUT is the only form it takes, and takes nothing away",
    ),
    row(
        "generic",
        "createReply=empty groupCreateWithMembers=ignoreMembers",
        "groups",
        "dropped without a word, and without a reply that could show it",
    ),
    row("generic", "deleteUser=403", "account", "nobody is deleted"),
    row("generic", "deleteUser=soft", "delete", "deleting is turning off"),
    row(
        "generic",
        "filters=onlyUserName",
        "account one",
        "who changes the name to log in by is not found without a link",
    ),
];

pub fn open(server: &Server, part: &str) -> Option<&'static str> {
    LOOSE
        .iter()
        .filter(|row| row.kind == server.kind && row.setting.split(' ').all(|pair| server.has(pair)))
        .find(|row| row.parts.split(' ').any(|one| one == part))
        .map(|row| row.because)
}

pub fn loose(server: &Server, part: &str) -> bool {
    open(server, part).is_some()
}
