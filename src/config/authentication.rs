//! `Server.authentication`, out of fields that have passed their checks.

use serde_json::Value;

use super::fields::AUTHENTICATION;
use super::placeholder::is_placeholder;
use super::shape::quote;
use super::{Authentication, ClientForm, Grant, TokenSource, pem};
use crate::encode::percent;
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
            let username = value.get("username")?.as_str()?.to_owned();
            if username.contains(':') || username.chars().any(char::is_control) {
                // RFC 7617 section 2.
                let message = format!("{} has a colon or control character in it", quote(&username));
                problems.push(Problem::error(pointer(path, "username"), "bad-value", message));
            }
            Some(Authentication::Basic { username, password: secret(value, "password")? })
        }
        "oauth2" | "githubApp" => Some(Authentication::Token(Box::new(source(value, path, problems)?))),
        _ => None,
    }
}

/// What is missing has been said already: a text is empty then. Apart from its caller, so that who needs no token
/// endpoint does not have it compiled at start.
#[inline(never)]
fn source(value: &Value, path: &str, problems: &mut Vec<Problem>) -> Option<TokenSource> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (grant, subject, own) = match text("grant").as_str() {
        "clientCredentials" => (Grant::ClientCredentials, "", ""),
        "refreshToken" => (Grant::RefreshToken, "", "refreshToken"),
        "jwtBearer" => (Grant::JwtBearer, "subject", "privateKey"),
        "password" => {
            problems.push(
                Problem::warning(
                    pointer(path, "grant"),
                    "deprecated-grant",
                    "the password grant must not be used any more (RFC 9700 section 2.4)",
                )
                .help("use `clientCredentials`, or `jwtBearer` where a user is needed"),
            );
            (Grant::Password, "username", "password")
        }
        "" => (Grant::Installation, "", "privateKey"),
        _ => return None,
    };
    let own = secret(value, own);
    if let (Some(SecretValue::Literal(key)), Grant::JwtBearer | Grant::Installation) = (&own, grant)
        // What is empty or a placeholder has been said already.
        && !key.reveal().is_empty()
        && !is_placeholder(key.reveal())
        && let Err((message, help)) = pem::check(key.reveal())
    {
        problems.push(Problem::error(pointer(path, "privateKey"), "bad-private-key", message).help(help));
    }
    let (mut url, mut client_id) = (text("tokenUrl"), text("clientId"));
    if grant == Grant::Installation {
        let api = Some(text("apiUrl")).filter(|url| !url.is_empty());
        let api = api.as_deref().unwrap_or(GITHUB_API).trim_end_matches('/');
        // The id is one segment, whatever is in it (H4).
        url = format!("{api}/app/installations/{}/access_tokens", percent(&text("installationId")));
        client_id = text("appId");
    }
    Some(TokenSource {
        grant,
        url,
        client_id,
        subject: text(subject),
        audience: text("audience"),
        key_id: text("keyId"),
        scope: text("scope"),
        secrets: [own, secret(value, "clientSecret")],
        client_form: match text("clientAuthentication").as_str() {
            "basic" => Some(ClientForm::Basic),
            "body" => Some(ClientForm::Body),
            _ => None,
        },
    })
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

/// Where an app of github.com asks; GHE.com and GHES have one of their own.
const GITHUB_API: &str = "https://api.github.com";
