//! The `Authorization` header: an access token (RFC 6750 section 2.1), name and password (RFC 7617).

use crate::encode::base64;
use crate::secret::Secret;

/// `Bearer`. `None` where the token cannot stand in a header (S5): a line break would end it. What a file or an
/// environment variable puts around a token is not part of it.
pub fn bearer(token: &Secret) -> Option<String> {
    let token = token.reveal().trim();
    let fits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| format!("Bearer {token}"))
}

/// `Basic`: the name holds no colon, bytes are UTF-8's (RFC 7617 section 2).
pub fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", base64(format!("{username}:{password}").as_bytes()))
}
