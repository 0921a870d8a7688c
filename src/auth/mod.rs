//! What must happen before a call: the credential it carries. A token is asked for by two pure halves, a request
//! prepared and a reply read; who sends it, when and how often is `flow::token`'s and `flow::mint`'s.

pub mod header;
mod reply;
mod request;

pub use reply::{Granted, blames_client, class, granted};
pub use request::{basic, form, in_body, prepare, to_sign};

use crate::config::{Authentication, TokenSource};
use crate::core::Held;
use crate::secret::{Secret, SecretValue};

/// Where the secret of a scheme or grant stands among its secrets, and where the client's does.
pub const OWN: usize = 0;
/// See [`OWN`].
pub const CLIENT: usize = 1;

/// The secrets of an authentication, at [`OWN`] and [`CLIENT`].
pub fn secrets_of(authentication: &Authentication) -> [Option<&SecretValue>; 2] {
    match authentication {
        Authentication::AccessToken(secret) | Authentication::Basic { username: _, password: secret } => {
            [Some(secret), None]
        }
        Authentication::Token(source) => source.secrets.each_ref().map(Option::as_ref),
    }
}

/// Where calls carry a token that is asked for first.
pub fn source_of(authentication: &Authentication) -> Option<&TokenSource> {
    match authentication {
        Authentication::AccessToken(_) | Authentication::Basic { .. } => None,
        Authentication::Token(source) => Some(source),
    }
}

/// Takes the literal secrets up, at [`OWN`] and [`CLIENT`]: they are held from the beginning.
pub fn hold_literals(authentication: &Authentication, held: &mut [Option<Held>; 2]) {
    for (held, given) in held.iter_mut().zip(secrets_of(authentication)) {
        if let Some(SecretValue::Literal(secret)) = given {
            *held = Some(Held::new(secret.clone()));
        }
    }
}

/// Every form in which a secret leaves, so that no other text shows it: as it is, in a form's body, in a header.
pub fn forms(authentication: &Authentication, secret: &Secret, add: &mut dyn FnMut(String)) {
    add(secret.reveal().to_owned());
    let header = match authentication {
        Authentication::Basic { username, password: _ } => header::basic(username, secret.reveal()),
        Authentication::Token(source) => {
            add(form(secret.reveal()));
            basic(source, secret)
        }
        Authentication::AccessToken(_) => return,
    };
    add(header.trim_start_matches("Basic ").to_owned());
}
