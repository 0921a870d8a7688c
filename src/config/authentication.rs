//! `Server.authentication`, out of fields that have passed their checks.

use serde_json::Value;

use super::fields::AUTHENTICATION;
use super::placeholder::is_placeholder;
use super::shape::quote;
use super::{Authentication, ClientForm, GithubApp, Grant, OAuth2, pem, url};
use crate::expression::nearest::list;
use crate::problem::{Problem, pointer};
use crate::provider::Provider;
use crate::secret::{Secret, SecretValue};

/// Builds it. `None` where something of it is missing; the problems say what.
pub(super) fn authentication(
    value: &Value,
    provider: Option<&'static Provider>,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Option<Authentication> {
    let scheme = value.get("scheme")?.as_str()?;
    if let Some(provider) = provider
        && AUTHENTICATION.variants.iter().any(|variant| variant.tag == scheme)
        && !provider.capabilities.authentication.contains(&scheme)
    {
        let message = format!("the scheme `{scheme}` is not taken by {}", provider.name);
        let help = format!("one of {}", list(provider.capabilities.authentication.iter().copied()));
        problems
            .push(Problem::error(pointer(path, "scheme"), "unsupported-authentication", message).help(help));
        return None;
    }
    let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
    match scheme {
        "accessToken" => {
            let token = secret(value, "accessToken")?;
            if let SecretValue::Literal(literal) = &token
                && !literal.reveal().bytes().all(|byte| byte.is_ascii_graphic())
            {
                // RFC 6750 section 2.1, and nothing may end the header (S5).
                problems.push(Problem::error(
                    pointer(path, "accessToken"),
                    "bad-value",
                    "a token with characters that a header cannot hold",
                ));
            }
            Some(Authentication::AccessToken(token))
        }
        "basic" => {
            let username = text("username")?;
            if username.contains(':') || username.chars().any(char::is_control) {
                // RFC 7617 section 2.
                let message = format!("{} has a colon or control character in it", quote(&username));
                problems.push(Problem::error(pointer(path, "username"), "bad-value", message));
            }
            Some(Authentication::Basic { username, password: secret(value, "password")? })
        }
        "oauth2" => {
            let grant = match value.get("grant")?.as_str()? {
                "clientCredentials" => Grant::ClientCredentials,
                "refreshToken" => Grant::RefreshToken(secret(value, "refreshToken")?),
                "jwtBearer" => Grant::JwtBearer {
                    private_key: private_key(value, path, problems)?,
                    subject: text("subject")?,
                    audience: text("audience")?,
                    key_id: text("keyId"),
                },
                "password" => {
                    problems.push(
                        Problem::warning(
                            pointer(path, "grant"),
                            "deprecated-grant",
                            "the password grant must not be used any more (RFC 9700 section 2.4)",
                        )
                        .help("use `clientCredentials`, or `jwtBearer` where a user is needed"),
                    );
                    Grant::Password { username: text("username")?, password: secret(value, "password")? }
                }
                _ => return None,
            };
            Some(Authentication::OAuth2(OAuth2 {
                token_url: text("tokenUrl")?,
                client_id: text("clientId")?,
                client_secret: secret(value, "clientSecret"),
                client_form: match value.get("clientAuthentication").and_then(Value::as_str) {
                    Some("basic") => Some(ClientForm::Basic),
                    Some("body") => Some(ClientForm::Body),
                    Some(_) | None => None,
                },
                scope: text("scope"),
                grant,
            }))
        }
        "githubApp" => Some(Authentication::GithubApp(GithubApp {
            app_id: text("appId")?,
            installation_id: text("installationId")?,
            private_key: private_key(value, path, problems)?,
            api_url: match text("apiUrl") {
                Some(url) => url::check(&url).ok()?,
                None => GITHUB_API.to_owned(),
            },
        })),
        _ => None,
    }
}

fn secret(object: &Value, name: &str) -> Option<SecretValue> {
    match object.get(name)? {
        Value::String(text) => Some(SecretValue::Literal(Secret::new(text.as_str()))),
        Value::Object(object) => {
            object.get("secret")?.as_str().map(|name| SecretValue::Named(name.to_owned()))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

fn private_key(object: &Value, path: &str, problems: &mut Vec<Problem>) -> Option<SecretValue> {
    let key = secret(object, "privateKey")?;
    if let SecretValue::Literal(literal) = &key
        // What is empty or a placeholder has been said already.
        && !literal.reveal().is_empty()
        && !is_placeholder(literal.reveal())
        && let Err((message, help)) = pem::check(literal.reveal())
    {
        problems.push(Problem::error(pointer(path, "privateKey"), "bad-private-key", message).help(help));
    }
    Some(key)
}

/// Where an app of github.com asks; GHE.com and GHES have one of their own.
const GITHUB_API: &str = "https://api.github.com";
