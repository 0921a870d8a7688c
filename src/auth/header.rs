//! Credentials that are known beforehand: an access token (RFC 6750 section 2.1), name and password (RFC 7617).

use crate::config::Authentication;
use crate::encode::base64;
use crate::secret::{Secret, SecretValue};

/// The one secret an authentication needs.
pub fn secret_of(authentication: &Authentication) -> &SecretValue {
    match authentication {
        Authentication::AccessToken(secret) => secret,
        Authentication::Basic { username: _, password } => password,
    }
}

/// The value of `Authorization`. `None` where the secret cannot stand in a header (S5): a line break would end it.
pub fn authorization(authentication: &Authentication, secret: &Secret) -> Option<String> {
    match authentication {
        Authentication::AccessToken(_) => {
            let token = secret.reveal().trim();
            let fits = !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
            fits.then(|| format!("Bearer {token}"))
        }
        // RFC 7617 section 2: the name holds no colon (checked at construction); bytes are UTF-8's.
        Authentication::Basic { username, password: _ } => {
            Some(format!("Basic {}", base64(format!("{username}:{}", secret.reveal()).as_bytes())))
        }
    }
}
