//! The login GitHub makes of a `userName` (sheet 4.4).

use super::place::Surface;
use crate::sim::json::{Object, text};

/// The login, or why there cannot be one: it is never repaired.
pub fn compute(user_name: &str, surface: Surface, shortcode: &str) -> Result<String, String> {
    let plain = plain(user_name);
    if plain.is_empty() {
        return Err(format!("`{user_name}` leaves no username"));
    }
    if plain.starts_with('-') || plain.ends_with('-') || plain.contains("--") {
        return Err(format!(
            "Username `{plain}` may not begin or end with a dash or contain two dashes in a row"
        ));
    }
    let (login, most) = match surface {
        Surface::Managed => (format!("{plain}_{shortcode}"), 39),
        // The shortcode is there and hidden: 30 remain.
        Surface::Residency => (plain, 30),
        Surface::Server | Surface::Organization => (plain, 39),
    };
    if login.len() > most {
        return Err(format!("Username `{login}` is too long (maximum is {most} characters)"));
    }
    Ok(login)
}

/// A suspended account's login: a hash, `_SHORTCODE` on github.com (sheet 4.5).
pub fn obfuscated(id: &str, surface: Surface, shortcode: &str) -> String {
    // FNV-1a: only to look like one.
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    match surface {
        Surface::Managed => format!("{hash:016x}_{shortcode}"),
        Surface::Residency | Surface::Server | Surface::Organization => format!("{hash:016x}"),
    }
}

/// Users of one login have one of these.
pub fn keys(user: &Object, _: &str) -> Vec<String> {
    text(user, "userName").map(|name| plain(name).to_lowercase()).into_iter().collect()
}

fn plain(user_name: &str) -> String {
    let name = user_name.rsplit_once('\\').map_or(user_name, |(_, name)| name);
    // An Entra guest: the leading segment alone.
    let name = name.split("#EXT#").next().unwrap_or("");
    let name = name.split('@').next().unwrap_or("");
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_computed() {
        let login = |name: &str| compute(name, Surface::Managed, "acme").ok();
        let is = |name: &str, wanted: &str| assert_eq!(login(name).as_deref(), Some(wanted), "{name}");
        is("rin.sato", "rin-sato_acme");
        is("Rin@acme.test", "Rin_acme");
        is("CORP\\rin", "rin_acme");
        is("rin_home.test#EXT#@acme.test", "rin-home-test_acme");
        is("rin#EXT#", "rin_acme");
        is(&"a".repeat(34), &format!("{}_acme", "a".repeat(34)));
        for wrong in ["", "@acme.test", ".rin", "rin.@x", "rin..sato", "jürgen-", &"a".repeat(35)] {
            assert_eq!(login(wrong), None, "{wrong}");
        }
        assert!(compute(&"a".repeat(30), Surface::Residency, "acme").is_ok());
        assert!(compute(&"a".repeat(31), Surface::Residency, "acme").is_err());
        assert!(compute(&"a".repeat(39), Surface::Server, "acme").is_ok());
        assert!(compute(&"a".repeat(40), Surface::Server, "acme").is_err());
    }
}
