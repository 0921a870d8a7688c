//! What must happen before a call: the credential it carries. Each scheme that needs a token is two pure halves, a
//! request prepared and a reply read; who sends them, when and how often is `flow::token`'s.

pub mod github_app;
pub mod header;
pub mod jwt;
pub mod oauth2;
mod reply;

pub use reply::{Granted, Refusal, read};

use crate::config::{Authentication, Grant};
use crate::secret::{Secret, SecretValue};
use crate::time::Millis;

/// Where the secret of a scheme or grant stands among its secrets, and where the client's does.
pub const OWN: usize = 0;
/// See [`OWN`].
pub const CLIENT: usize = 1;

/// A request for a token.
pub struct TokenRequest {
    /// Absolute URL.
    pub url: String,
    /// Headers beside `User-Agent`.
    pub headers: Vec<(&'static str, String)>,
    /// Text of the body.
    pub body: Option<String>,
}

/// The secrets of an authentication, at [`OWN`] and [`CLIENT`].
pub fn secrets_of(authentication: &Authentication) -> [Option<&SecretValue>; 2] {
    match authentication {
        Authentication::AccessToken(secret) | Authentication::Basic { username: _, password: secret } => {
            [Some(secret), None]
        }
        Authentication::OAuth2(oauth2) => {
            let own = match &oauth2.grant {
                Grant::ClientCredentials => None,
                Grant::RefreshToken(secret)
                | Grant::JwtBearer { private_key: secret, .. }
                | Grant::Password { username: _, password: secret } => Some(secret),
            };
            [own, oauth2.client_secret.as_ref()]
        }
        Authentication::GithubApp(app) => [Some(&app.private_key), None],
    }
}

/// Whether calls carry a token that is asked for first.
pub fn needs_token(authentication: &Authentication) -> bool {
    match authentication {
        Authentication::AccessToken(_) | Authentication::Basic { .. } => false,
        Authentication::OAuth2(_) | Authentication::GithubApp(_) => true,
    }
}

/// What the key is to sign before a token can be asked for, if anything. `now` is the token endpoint's time.
pub fn to_sign(authentication: &Authentication, now: Millis) -> Option<String> {
    match authentication {
        Authentication::OAuth2(oauth2) => oauth2::to_sign(oauth2, now),
        Authentication::GithubApp(app) => Some(github_app::to_sign(app, now)),
        Authentication::AccessToken(_) | Authentication::Basic { .. } => None,
    }
}

/// The request for a token. `jwt` is what was signed, with its signature.
pub fn prepare(
    authentication: &Authentication,
    secrets: &[Secret; 2],
    jwt: &str,
    in_body: bool,
) -> Option<TokenRequest> {
    let [own, client] = secrets;
    match authentication {
        Authentication::OAuth2(oauth2) => Some(oauth2::prepare(oauth2, own, client, jwt, in_body)),
        Authentication::GithubApp(app) => Some(github_app::prepare(app, jwt)),
        Authentication::AccessToken(_) | Authentication::Basic { .. } => None,
    }
}

/// Every form in which a secret leaves, so that no other text shows it: as it is, in a form's body, in a header.
pub fn forms(authentication: &Authentication, secret: &Secret, add: &mut dyn FnMut(String)) {
    add(secret.reveal().to_owned());
    let header = match authentication {
        Authentication::Basic { username, password: _ } => header::basic(username, secret.reveal()),
        Authentication::OAuth2(oauth2) => {
            add(oauth2::form(secret.reveal()));
            oauth2::basic(oauth2, secret)
        }
        Authentication::AccessToken(_) | Authentication::GithubApp(_) => return,
    };
    add(header.trim_start_matches("Basic ").to_owned());
}
