//! Every field a configuration may have, once: the parser checks by this table and the JSON Schema is written from it.

use crate::provider::PROVIDERS;

/// What an object may hold.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its name in the schema, and in messages.
    pub(super) name: &'static str,
    #[cfg_attr(
        target_arch = "wasm32",
        expect(dead_code, reason = "for the schema, which the module goes without")
    )]
    pub(super) about: &'static str,
    pub(super) fields: &'static [&'static [Field]],
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
}

/// What a value must be.
#[derive(Debug)]
pub(super) enum Kind {
    /// Any text: names and descriptions for people.
    Text,
    /// Text that says something, and in which no placeholder of a template is left.
    Word,
    /// `[a-z0-9][a-z0-9-]{0,31}`.
    Id,
    /// An absolute https URL.
    Url,
    /// CEL; compiled later.
    Expression,
    Bool,
    Whole {
        min: u64,
        max: u64,
    },
    Enum(&'static [&'static str]),
    /// A server type that is built in.
    ServerType,
    Secret,
    /// Where a mapped value comes from.
    Source,
    Json,
    Object(&'static Shape),
    /// An object that one of its fields tells apart.
    Tagged(&'static Tagged),
    /// A table of names, or an expression.
    Rename,
    List(&'static Kind),
    /// An object with keys of its own.
    Table(&'static Kind),
}

#[derive(Debug)]
#[cfg_attr(
    target_arch = "wasm32",
    expect(dead_code, reason = "for the schema, which the module goes without")
)]
pub(super) struct Tagged {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The field that tells.
    pub(super) tag: &'static str,
    pub(super) variants: &'static [Variant],
}

#[derive(Debug)]
pub(super) struct Variant {
    pub(super) tag: &'static str,
    pub(super) of: Of,
}

#[derive(Debug)]
pub(super) enum Of {
    Shape(&'static Shape),
    /// Told apart further.
    Tagged(&'static Tagged),
}

impl Shape {
    pub(super) fn all(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().flat_map(|group| group.iter())
    }

    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.all().find(|field| field.name == name)
    }
}

/// The server types that can be used.
pub(super) fn server_types() -> impl Iterator<Item = &'static str> {
    PROVIDERS.iter().map(|provider| provider.kind)
}

/// Whether any server type takes the scheme.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn scheme_is_built(scheme: &str) -> bool {
    PROVIDERS.iter().any(|provider| provider.capabilities.authentication.contains(&scheme))
}

const fn must(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, about, kind, required: true }
}

const fn may(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, about: told(about), kind, required: false }
}

/// What the schema says and no problem does: the module is spared it, see `schema`.
const fn told(about: &'static str) -> &'static str {
    if cfg!(target_arch = "wasm32") { "" } else { about }
}

pub(super) static CONFIG: Shape = Shape {
    name: "Config",
    about: told("Configuration of scimhook."),
    fields: &[&[
        may("$schema", Kind::Text, "Where this schema is found, for editors."),
        may("version", Kind::Whole { min: 1, max: 1 }, "Version of the configuration format."),
        must("servers", Kind::List(&Kind::Object(&SERVER)), "The SCIM servers."),
        must(
            "applications",
            Kind::List(&Kind::Object(&APPLICATION)),
            "The applications whose logins provision.",
        ),
        may("policy", Kind::Object(&POLICY), "Defaults for every server."),
    ]],
};

static SERVER: Shape = Shape {
    name: "Server",
    about: told("A SCIM server: one service provider's endpoint and how to speak to it."),
    fields: &[&[
        must("id", Kind::Id, "Its name in applications, outcomes and the state store."),
        may("name", Kind::Text, "Its name for people."),
        may("description", Kind::Text, "What it is, for people."),
        must("type", Kind::ServerType, "What kind of provider it is; fills in what is not given."),
        must("url", Kind::Url, "https base URL; http is accepted for loopback only."),
        must("authentication", Kind::Tagged(&AUTHENTICATION), "How requests prove who sends them."),
        may(
            "attributes",
            Kind::Table(&Kind::Source),
            "SCIM attribute path to where its value comes from. Replaces the type's map.",
        ),
        may(
            "staticAttributes",
            Kind::Table(&Kind::Json),
            "SCIM attribute path to a JSON value sent for every user. Merged over the type's.",
        ),
        may("groups", Kind::Object(&GROUPS), "Which groups are synchronised, and how far."),
        may("policy", Kind::Object(&SERVER_POLICY), "Overrides of the top-level policy for this server."),
        may(
            "mode",
            Kind::Enum(&["live", "shadow", "off"]),
            "shadow: decide and report, write nothing. off: take part in nothing. Default live.",
        ),
    ]],
};

pub(super) static AUTHENTICATION: Tagged = Tagged {
    name: "Authentication",
    about: told("How requests prove who sends them."),
    tag: "scheme",
    variants: &[
        Variant { tag: "accessToken", of: Of::Shape(&ACCESS_TOKEN) },
        Variant { tag: "basic", of: Of::Shape(&BASIC) },
        Variant { tag: "oauth2", of: Of::Tagged(&OAUTH2) },
        Variant { tag: "githubApp", of: Of::Shape(&GITHUB_APP) },
    ],
};

static ACCESS_TOKEN: Shape = Shape {
    name: "AccessToken",
    about: told("A token sent as it is (RFC 6750)."),
    fields: &[&[
        must("scheme", Kind::Enum(&["accessToken"]), "This scheme."),
        must("accessToken", Kind::Secret, "The token."),
    ]],
};

static BASIC: Shape = Shape {
    name: "Basic",
    about: told("User name and password (RFC 7617)."),
    fields: &[&[
        must("scheme", Kind::Enum(&["basic"]), "This scheme."),
        must("username", Kind::Word, "The user name; no colon in it."),
        must("password", Kind::Secret, "The password."),
    ]],
};

static OAUTH2: Tagged = Tagged {
    name: "OAuth2",
    about: told("A token from a token endpoint (RFC 6749)."),
    tag: "grant",
    variants: &[
        Variant { tag: "clientCredentials", of: Of::Shape(&CLIENT_CREDENTIALS) },
        Variant { tag: "refreshToken", of: Of::Shape(&REFRESH_TOKEN) },
        Variant { tag: "jwtBearer", of: Of::Shape(&JWT_BEARER) },
        Variant { tag: "password", of: Of::Shape(&PASSWORD) },
    ],
};

const OAUTH2_FIELDS: &[Field] = &[
    must("scheme", Kind::Enum(&["oauth2"]), "This scheme."),
    must("tokenUrl", Kind::Url, "https URL of the token endpoint."),
    must("clientId", Kind::Word, "The client's id."),
    may("scope", Kind::Word, "Scopes, with spaces between."),
];

const CLIENT_AUTHENTICATION: Field = may(
    "clientAuthentication",
    Kind::Enum(&["basic", "body"]),
    "Where the client's secret goes (RFC 6749 section 2.3.1).",
);

static CLIENT_CREDENTIALS: Shape = Shape {
    name: "ClientCredentials",
    about: told("RFC 6749 section 4.4."),
    fields: &[
        OAUTH2_FIELDS,
        &[
            must("grant", Kind::Enum(&["clientCredentials"]), "This grant."),
            must("clientSecret", Kind::Secret, "The client's secret."),
            CLIENT_AUTHENTICATION,
        ],
    ],
};

static REFRESH_TOKEN: Shape = Shape {
    name: "RefreshToken",
    about: told("RFC 6749 section 6."),
    fields: &[
        OAUTH2_FIELDS,
        &[
            must("grant", Kind::Enum(&["refreshToken"]), "This grant."),
            must("refreshToken", Kind::Secret, "The refresh token."),
            may("clientSecret", Kind::Secret, "The client's secret."),
            CLIENT_AUTHENTICATION,
        ],
    ],
};

static JWT_BEARER: Shape = Shape {
    name: "JwtBearer",
    about: told("RFC 7523 section 2.1."),
    fields: &[
        OAUTH2_FIELDS,
        &[
            must("grant", Kind::Enum(&["jwtBearer"]), "This grant."),
            must("privateKey", Kind::Secret, "PEM of the key that signs."),
            must("subject", Kind::Word, "Whom the token is for."),
            must("audience", Kind::Word, "Who takes the assertion."),
            may("keyId", Kind::Word, "The key's id."),
        ],
    ],
};

static PASSWORD: Shape = Shape {
    name: "Password",
    about: told("RFC 6749 section 4.3; deprecated by RFC 9700 section 2.4."),
    fields: &[
        OAUTH2_FIELDS,
        &[
            must("grant", Kind::Enum(&["password"]), "This grant."),
            must("clientSecret", Kind::Secret, "The client's secret."),
            must("username", Kind::Word, "The user name."),
            must("password", Kind::Secret, "The password."),
        ],
    ],
};

static GITHUB_APP: Shape = Shape {
    name: "GithubApp",
    about: told("A GitHub App's installation."),
    fields: &[&[
        must("scheme", Kind::Enum(&["githubApp"]), "This scheme."),
        must("appId", Kind::Word, "The app's id or client id."),
        must("installationId", Kind::Word, "The installation's id."),
        must("privateKey", Kind::Secret, "PEM of the app's key."),
        may("apiUrl", Kind::Url, "Default https://api.github.com."),
    ]],
};

static GROUPS: Shape = Shape {
    name: "GroupSync",
    about: told("Which groups are synchronised, and how far."),
    fields: &[&[
        must(
            "mode",
            Kind::Enum(&["off", "add", "mirror"]),
            "off: none. add: create groups and assign the user. mirror: also take the user out of managed groups left.",
        ),
        may(
            "include",
            Kind::List(&Kind::Word),
            "Globs over group names: which are managed. Default [\"*\"].",
        ),
        may("exclude", Kind::List(&Kind::Word), "Globs over group names: which are not; wins over include."),
        may("rename", Kind::Rename, "Provider group name for a platform group name. Default: the same name."),
        may("create", Kind::Bool, "Create a group that the provider lacks. Default true."),
    ]],
};

static POLICY: Shape = Shape {
    name: "Policy",
    about: told("What is done when."),
    fields: &[
        &[may("budgetMs", WAIT, "Total milliseconds one run may spend, over all servers. Default 2500.")],
        POLICY_FIELDS,
    ],
};

static SERVER_POLICY: Shape = Shape {
    name: "ServerPolicy",
    about: told("What is done when, at one server."),
    fields: &[POLICY_FIELDS],
};

/// Milliseconds of one wait; ten minutes is more than a login or a queue's worker has.
const WAIT: Kind = Kind::Whole { min: 1, max: 600_000 };

const POLICY_FIELDS: &[Field] = &[
    may(
        "onFailure",
        Kind::Enum(&["allow", "deny", "denyFirst"]),
        "What a failure means for the login. denyFirst: deny only if the user has no account there yet. Default allow.",
    ),
    may("updates", Kind::Bool, "Send later profile changes. Default: the type's capability."),
    may(
        "adopt",
        Kind::Enum(&["never", "sameExternalId", "unowned"]),
        "Take over an existing account: never; if it carries our externalId; or also if it carries none. Default unowned.",
    ),
    may("reactivate", Kind::Bool, "Turn an inactive remote account on again at login. Default true."),
    may(
        "deprovision",
        Kind::Enum(&["deactivate", "delete", "none"]),
        "What a disabled or deleted user becomes. Default deactivate.",
    ),
    may(
        "whenNotEntitled",
        Kind::Enum(&["ignore", "deactivate"]),
        "What a login becomes when the application's condition no longer holds. Default ignore.",
    ),
    // Ten years.
    may(
        "recheckAfter",
        Kind::Whole { min: 0, max: 315_360_000 },
        "Seconds an unchanged account is trusted without looking. 0: never look again. Default 604800.",
    ),
    may(
        "retries",
        Kind::Whole { min: 0, max: 10 },
        "Further tries of one request inside the budget. Default 2.",
    ),
    may("requestTimeoutMs", WAIT, "Longest wait for one answer. Default: what the budget leaves."),
    may(
        "deprovisionLimit",
        Kind::Object(&DEPROVISION_LIMIT),
        "Hold further deactivations and deletions at a server beyond so many within so long. Default: none.",
    ),
    may(
        "breaker",
        Kind::Object(&BREAKER),
        "Stop calling a server after so many failed runs in a row, for so long.",
    ),
];

static DEPROVISION_LIMIT: Shape = Shape {
    name: "DeprovisionLimit",
    about: told("So many within so long."),
    fields: &[&[
        must("count", Kind::Whole { min: 0, max: 1_000_000 }, "Deactivations and deletions let through."),
        // A year.
        must("windowMs", Kind::Whole { min: 1, max: 31_536_000_000 }, "Milliseconds of the window."),
    ]],
};

static BREAKER: Shape = Shape {
    name: "Breaker",
    about: told("When a failing server is left alone."),
    fields: &[&[
        must("failures", Kind::Whole { min: 1, max: 1000 }, "Failed runs in a row. Default 5."),
        // A day.
        must("coolDownMs", Kind::Whole { min: 1, max: 86_400_000 }, "Milliseconds of rest. Default 30000."),
    ]],
};

static APPLICATION: Shape = Shape {
    name: "Application",
    about: told("Ties an application of the platform to the servers that must know its users."),
    fields: &[&[
        must("id", Kind::Word, "The platform's id of the application."),
        may("name", Kind::Text, "Its name for people."),
        must("servers", Kind::List(&Kind::Word), "Ids of servers."),
        may("enabled", Kind::Bool, "Whether it takes part. Default true."),
        may(
            "condition",
            Kind::Expression,
            "CEL over user, application and event: who is provisioned. Default: everyone.",
        ),
    ]],
};
