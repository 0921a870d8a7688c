//! Where a provider makes full success impossible: what happens instead, and why.

pub struct Deviation {
    pub kind: &'static str,
    /// `switch=value`; several, apart by spaces, where all must be set.
    pub setting: &'static str,
    /// Words of `STORIES`; empty for all.
    pub story: &'static str,
    /// Names of steps; empty for all.
    pub steps: &'static str,
    pub what: What,
    pub because: &'static str,
}

pub enum What {
    /// The account ends so, instead.
    Ends(&'static str),
    /// Groups end so, instead; several words apart by `|`.
    Groups(&'static str),
    /// So many requests more.
    Costs(usize),
    /// The provider does not hold this one as it should.
    Lacks(&'static str),
}

use What::{Costs, Ends, Groups, Lacks};

const fn aws(
    setting: &'static str,
    story: &'static str,
    steps: &'static str,
    what: What,
    because: &'static str,
) -> Deviation {
    Deviation { kind: "aws", setting, story, steps, what, because }
}

const fn generic(
    setting: &'static str,
    story: &'static str,
    steps: &'static str,
    what: What,
    because: &'static str,
) -> Deviation {
    Deviation { kind: "generic", setting, story, steps, what, because }
}

/// Steps without a store that write nothing to a group where an account shows its groups.
const LATER: &str = "again changed renamed returned again-after";

pub static DEVIATIONS: &[Deviation] = &[
    // AWS.
    aws("tokenState=expired", "", "", Ends("failed/credentials"), "the token is not valid"),
    aws("tokenState=expired", "", "", Costs(5), "asked for the secret once more, then sent again (R5)"),
    aws("tokenState=forbidden", "", "", Ends("failed/forbidden"), "the token may not do this"),
    aws("tokenState=forbidden", "", "", Costs(5), "nothing was remembered, each run tries anew"),
    aws("createReply=noId", "", "first", Costs(2), "one find for the account and one for the new group (H7)"),
    aws("createReply=noId", "", "moved", Costs(1), "one find for the new group (H7)"),
    aws(
        "createReply=empty",
        "",
        "first",
        Costs(2),
        "one find for the account and one for the new group (H7)",
    ),
    aws("createReply=empty", "", "moved", Costs(1), "one find for the new group (H7)"),
    aws(
        "userSubPaths=400",
        "remembering",
        "changed",
        Costs(2),
        "paths are refused, the account is read, and written in another form",
    ),
    aws(
        "userSubPaths=400",
        "forgetful",
        "changed",
        Costs(1),
        "paths are refused, and written in another form",
    ),
    aws(
        "userSubPaths=400",
        "remembering",
        "changed-again given-back renamed",
        Costs(1),
        "what is written as a whole is read first",
    ),
    aws(
        "createReply=noId readDelay=1000",
        "",
        "",
        Ends("failed/protocol"),
        "an account without a name that is not yet to be found",
    ),
    aws(
        "createReply=empty readDelay=1000",
        "",
        "",
        Ends("failed/protocol"),
        "an account without a name that is not yet to be found",
    ),
    // What is asked for in another form once, or costs a look each time.
    generic("requestContentType=json", "", "first", Costs(1), "415 once (RFC 7644 section 3.1)"),
    generic("etag=required", "", "first", Costs(1), "428 once (RFC 6585 section 3)"),
    generic(
        "createReply=noId",
        "",
        "first",
        Costs(2),
        "one find for the account and one for the new group (H7)",
    ),
    generic("createReply=noId", "", "moved", Costs(1), "one find for the new group (H7)"),
    generic(
        "createReply=empty",
        "",
        "first",
        Costs(2),
        "one find for the account and one for the new group (H7)",
    ),
    generic("createReply=empty", "", "moved", Costs(1), "one find for the new group (H7)"),
    generic("filters=onlyUserName", "forgetful", "first", Costs(1), "a find by externalId is refused once"),
    generic(
        "groupCreateWithMembers=ignoreMembers",
        "",
        "first moved",
        Costs(1),
        "the reply does not show the member: joined after",
    ),
    generic(
        "groupCreateWithMembers=400",
        "",
        "first",
        Costs(2),
        "refused once, then created and joined in two",
    ),
    generic("groupCreateWithMembers=400", "", "moved", Costs(1), "created and joined in two"),
    generic(
        "returnsMembers=no",
        "",
        "first moved",
        Costs(1),
        "the reply does not show the member: joined after",
    ),
    generic("memberRemoval=valueList", "", "moved", Costs(1), "the value path is refused once"),
    generic("patch=501", "", "first", Costs(2), "PATCH is refused once; the group is read and put"),
    generic("patch=501", "remembering", "", Costs(1), "where only PUT exists: GET and PUT (H1)"),
    generic("patch=405", "", "first", Costs(2), "PATCH is refused once; the group is read and put"),
    generic("patch=405", "remembering", "", Costs(1), "where only PUT exists: GET and PUT (H1)"),
    generic("paths=refused", "", "first", Costs(1), "paths are refused once for groups"),
    generic(
        "paths=refused",
        "",
        "changed",
        Costs(3),
        "paths are refused once for users, lists are read and merged",
    ),
    generic(
        "paths=refused",
        "remembering",
        "changed-again given-back renamed",
        Costs(1),
        "what is written as a whole is read first",
    ),
    generic("multiOp=refuse", "", "changed", Costs(3), "refused once; lists are read and merged"),
    generic(
        "multiOp=refuse",
        "remembering",
        "changed-again given-back renamed",
        Costs(1),
        "what is written as a whole is read first",
    ),
    generic("valuePaths=refuse", "", "changed", Costs(2), "refused once; lists are read and merged"),
    generic(
        "valuePaths=refuse",
        "remembering",
        "changed-again given-back renamed",
        Costs(1),
        "what is written as a whole is read first",
    ),
    generic("ratePerSecond=5", "forgetful", "first", Costs(1), "429 once, obeyed (R3)"),
    // Filters.
    generic(
        "filters=refused",
        "remembering",
        "",
        Groups("failed|skipped|"),
        "groups cannot be found, and are not created blindly; remembered (D7)",
    ),
    generic(
        "filters=refused",
        "remembering",
        "drifted rechecked",
        Costs(2),
        "asked anew after recheckAfter (D7)",
    ),
    generic(
        "filters=refused",
        "forgetful",
        "",
        Ends("failed/rejected"),
        "without a store the account can only be found by a filter",
    ),
    generic("filters=refused", "forgetful", "", Costs(3), "each run tries anew"),
    generic(
        "filters=onlyUserName",
        "forgetful",
        "renamed",
        Ends("created/first-access"),
        "neither remembered nor to be found by anything but its former name",
    ),
    generic(
        "filters=onlyUserName",
        "forgetful",
        "renamed",
        Costs(3),
        "it is a new account: created, and joined to its groups",
    ),
    generic(
        "filters=onlyUserName",
        "forgetful",
        "renamed disabled disabled-again returned again-after",
        Lacks("one account|nickName|home e-mail|membership elsewhere"),
        "neither remembered nor to be found by anything but its former name",
    ),
    // Accounts that are gone from sight once they are inactive.
    generic(
        "inactiveUsers=hidden",
        "forgetful",
        "disabled-again",
        Ends("skipped/no-account"),
        "it is in no list",
    ),
    generic(
        "inactiveUsers=hidden",
        "",
        "returned again-after rechecked drifted",
        Ends("conflict/taken-elsewhere"),
        "404 for its id, in no list, and its name is taken",
    ),
    generic(
        "inactiveUsers=hidden",
        "",
        "returned again-after rechecked drifted",
        Costs(4),
        "written by id, created, and looked for by both",
    ),
    // `op` in capitals: RFC 7644 section 3.5.2 has them in lower case. Users are changed by PUT instead; groups are not:
    // members that a group does not show would be lost.
    generic(
        "opCase=capital",
        "",
        "",
        Groups("failed|skipped|created|unchanged|left"),
        "a group is changed by PATCH alone",
    ),
    generic("opCase=capital", "", "first", Costs(1), "another form is tried"),
    generic("opCase=capital", "", "changed", Costs(4), "another form is tried, then PUT"),
    generic(
        "opCase=capital",
        "remembering",
        "changed-again given-back renamed disabled returned rechecked drifted",
        Costs(1),
        "GET and PUT",
    ),
    generic("opCase=capital", "remembering", "moved", Costs(1), "another form is tried"),
    generic(
        "opCase=capital",
        "remembering",
        "again-there renamed returned again-after rechecked drifted",
        Costs(2),
        "who cannot be taken out of a group is tried to be at every login: access that should be gone",
    ),
    generic(
        "opCase=capital",
        "remembering",
        "again-there again-after",
        Ends("unchanged/groups-changed"),
        "a group was tried to be left",
    ),
    generic(
        "opCase=capital",
        "remembering",
        "rechecked drifted",
        Costs(2),
        "asked anew after recheckAfter (D7)",
    ),
    generic(
        "opCase=capital",
        "forgetful",
        "again changed renamed returned again-after",
        Costs(2),
        "nobody remembers that a group cannot be joined",
    ),
    // No way to change anything.
    generic("patch=501 put=501", "", "", Ends("failed/rejected"), "neither PATCH nor PUT"),
    generic("patch=501 put=405", "", "", Ends("failed/rejected"), "neither PATCH nor PUT"),
    generic("patch=405 put=501", "", "", Ends("failed/rejected"), "neither PATCH nor PUT"),
    generic("patch=405 put=405", "", "", Ends("failed/rejected"), "neither PATCH nor PUT"),
    generic(
        "paths=required multiOp=refuse",
        "",
        "changed",
        Costs(1),
        "what is written without paths is refused too, then PUT",
    ),
    generic("paths=required multiOp=refuse", "remembering", "disabled returned", Costs(1), "GET and PUT"),
    // A PUT that keeps what it does not name.
    generic(
        "patch=501 putOmitted=kept",
        "",
        "",
        Lacks("phone|department"),
        "PUT is the only form it takes, and takes nothing away (RFC 7644 section 3.5.1 leaves it open)",
    ),
    generic(
        "patch=405 putOmitted=kept",
        "",
        "",
        Lacks("phone|department"),
        "PUT is the only form it takes, and takes nothing away (RFC 7644 section 3.5.1 leaves it open)",
    ),
    generic(
        "opCase=capital putOmitted=kept",
        "",
        "",
        Lacks("phone|department"),
        "PUT is the only form it takes, and takes nothing away (RFC 7644 section 3.5.1 leaves it open)",
    ),
    generic(
        "paths=required multiOp=refuse putOmitted=kept",
        "",
        "",
        Lacks("phone|department"),
        "PUT is the only form it takes, and takes nothing away (RFC 7644 section 3.5.1 leaves it open)",
    ),
    // Members that cannot be seen.
    generic(
        "patch=501 returnsMembers=no",
        "",
        "",
        Groups("failed|skipped|created|unchanged|left"),
        "only PUT, and members that are not shown would be lost",
    ),
    generic(
        "patch=405 returnsMembers=no",
        "",
        "",
        Groups("failed|skipped|created|unchanged|left"),
        "only PUT, and members that are not shown would be lost",
    ),
    generic(
        "patch=501 returnsMembers=truncated",
        "",
        "",
        Lacks("the bystander's membership"),
        "only PUT, of the members it shows",
    ),
    generic(
        "patch=405 returnsMembers=truncated",
        "",
        "",
        Lacks("the bystander's membership"),
        "only PUT, of the members it shows",
    ),
    generic(
        "patch=501 groupCreateWithMembers=ignoreMembers",
        "",
        "first moved",
        Costs(1),
        "a new group is read and put too",
    ),
    generic(
        "patch=501 groupCreateWithMembers=400",
        "",
        "first moved",
        Costs(1),
        "a new group is read and put too",
    ),
    generic(
        "patch=501 putOmitted=kept",
        "",
        "",
        Lacks("membership of dispatch"),
        "the last member cannot be taken out by a PUT that keeps what it does not name",
    ),
    generic(
        "patch=405 groupCreateWithMembers=ignoreMembers",
        "",
        "first moved",
        Costs(1),
        "a new group is read and put too",
    ),
    generic(
        "patch=405 groupCreateWithMembers=400",
        "",
        "first moved",
        Costs(1),
        "a new group is read and put too",
    ),
    generic(
        "patch=405 putOmitted=kept",
        "",
        "",
        Lacks("membership of dispatch"),
        "the last member cannot be taken out by a PUT that keeps what it does not name",
    ),
    generic(
        "paths=refused groupCreateWithMembers=ignoreMembers",
        "",
        "first",
        Costs(1),
        "paths are refused to two requests side by side",
    ),
    generic(
        "paths=refused returnsMembers=no",
        "",
        "first",
        Costs(1),
        "paths are refused to two requests side by side",
    ),
    generic(
        "createReply=empty groupCreateWithMembers=ignoreMembers",
        "",
        "",
        Lacks("membership of dispatch|membership of pilots"),
        "dropped without a word, and without a reply that could show it",
    ),
    // Memberships that are kept twice where they are sent twice: RFC 7644 section 3.5.2.1 has them once.
    generic(
        "duplicateMember=twice returnsMembers=no",
        "",
        "",
        Lacks("membership of readers|membership of dispatch|membership of pilots"),
        "a membership that nobody shows is sent again",
    ),
    generic(
        "duplicateMember=twice userGroups=hidden",
        "forgetful",
        "",
        Lacks("membership of readers|membership of dispatch|membership of pilots"),
        "a membership that nobody shows is sent again",
    ),
    // Little time between tries.
    generic(
        "ratePerSecond=5 retryAfter=none",
        "",
        "",
        Groups("failed|created|joined|unchanged|left"),
        "it does not say how long to wait; a job is left",
    ),
    generic(
        "ratePerSecond=5",
        "",
        "first",
        Costs(1),
        "429 once more, where another form was asked for in the same second",
    ),
    // Nobody remembers, and the account does not say.
    generic(
        "userGroups=hidden",
        "forgetful",
        LATER,
        Costs(2),
        "memberships are neither remembered nor shown: joined at every login",
    ),
    generic(
        "userGroups=hidden",
        "forgetful",
        LATER,
        Groups("joined"),
        "memberships are neither remembered nor shown",
    ),
    // No groups.
    generic(
        "groups=404",
        "remembering",
        "",
        Groups("failed|skipped|"),
        "there are no groups; remembered until recheckAfter (D7)",
    ),
    generic("groups=404", "forgetful", "", Groups("failed"), "there are no groups"),
    generic("groups=404", "forgetful", LATER, Costs(2), "nobody remembers that there are no groups"),
    generic("groups=404", "remembering", "drifted rechecked", Costs(2), "asked anew after recheckAfter (D7)"),
    generic(
        "groups=501",
        "remembering",
        "",
        Groups("failed|skipped|"),
        "there are no groups; remembered until recheckAfter (D7)",
    ),
    generic("groups=501", "forgetful", "", Groups("failed"), "there are no groups"),
    generic("groups=501", "forgetful", LATER, Costs(2), "nobody remembers that there are no groups"),
    generic("groups=501", "remembering", "drifted rechecked", Costs(2), "asked anew after recheckAfter (D7)"),
];
