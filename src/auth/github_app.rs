//! GitHub Apps: a JSON Web Token of the app buys a token of one of its installations.
//! <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app>, pages
//! `generating-a-json-web-token-jwt-for-a-github-app` and `generating-an-installation-access-token-for-a-github-app`.

use super::{TokenRequest, jwt};
use crate::config::GithubApp;
use crate::encode::percent;
use crate::time::Millis;

/// What the key is to sign. `iss` is the client id, or the id of the app.
pub fn to_sign(app: &GithubApp, now: Millis) -> String {
    jwt::signing_input(None, &[("iss", &app.app_id)], now, JWT_S)
}

/// The request for an installation's token, with all permissions that it has.
pub fn prepare(app: &GithubApp, jwt: &str) -> TokenRequest {
    let installation = percent(&app.installation_id);
    TokenRequest {
        url: format!("{}/app/installations/{installation}/access_tokens", app.api_url),
        headers: vec![
            ("Accept", "application/vnd.github+json".to_owned()),
            // An app's own token is taken as `Bearer` only, not as `token`.
            ("Authorization", format!("Bearer {jwt}")),
        ],
        body: None,
    }
}

/// Seconds the app's token is good for. GitHub refuses one that ends more than ten minutes from its own now; a minute
/// is left for clocks that differ.
const JWT_S: u64 = 540;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::secret::{Secret, SecretValue};

    #[test]
    fn an_installation_is_asked_for() {
        let app = GithubApp {
            app_id: "Iv23abc".to_owned(),
            installation_id: "12/../3".to_owned(),
            private_key: SecretValue::Literal(Secret::new("pem")),
            api_url: "https://api.octo.ghe.com".to_owned(),
        };
        // {"alg":"RS256","typ":"JWT"} and {"exp":1000540,"iat":999940,"iss":"Iv23abc"}
        assert_eq!(
            to_sign(&app, 1_000_000_999),
            "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjEwMDA1NDAsImlhdCI6OTk5OTQwLCJpc3MiOiJJdjIzYWJjIn0"
        );
        let request = prepare(&app, "j.w.t");
        assert_eq!(request.url, "https://api.octo.ghe.com/app/installations/12%2F..%2F3/access_tokens");
        assert_eq!(request.headers.last().unwrap(), &("Authorization", "Bearer j.w.t".to_owned()));
        assert!(request.body.is_none());
    }
}
