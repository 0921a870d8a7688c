//! Where GitHub is: which of its surfaces a base URL names (sheet 1, 5), and what a request's path means there.

use crate::sim::http::{Target, decode};

/// The surfaces; they are not interchangeable (sheet 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// An organisation with SAML: invitations.
    Organization,
    /// An enterprise with managed users on github.com: logins end in `_SHORTCODE`.
    Managed,
    /// The same with data residency, `api.SUB.ghe.com`: the shortcode is hidden.
    Residency,
    /// GitHub Enterprise Server: no shortcode, limits off.
    Server,
}

/// A base URL, understood.
pub struct Place {
    /// Which surface.
    pub surface: Surface,
    /// The organisation, or the enterprise's slug; the host for GitHub Enterprise Server's short path.
    pub name: String,
    origin: String,
    /// What precedes `/scim/v2`: the root of the REST API.
    root: Vec<String>,
    base: Vec<String>,
}

impl Place {
    /// Reads a base URL of an organisation, or of an enterprise.
    pub fn read(url: &str, enterprise: bool) -> Result<Place, String> {
        let target = Target::parse(url);
        let base: Vec<String> =
            target.path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        let words: Vec<&str> = base.iter().map(String::as_str).collect();
        let host = target.origin.split("://").nth(1).unwrap_or("");
        let (root, surface, name) = match (enterprise, words.as_slice()) {
            (false, [root @ .., "scim", "v2", "organizations", name]) => (root, Surface::Organization, *name),
            (true, [root @ .., "scim", "v2", "enterprises", name]) => {
                let surface = match root.last() {
                    Some(&"v3") => Surface::Server,
                    _ if host.split(':').next().unwrap_or("").ends_with(".ghe.com") => Surface::Residency,
                    _ => Surface::Managed,
                };
                (root, surface, *name)
            }
            (true, [root @ .., "scim", "v2"]) => (root, Surface::Server, host),
            (false, _) => {
                return Err("option `url` of github ends in /scim/v2/organizations/<organisation>".to_owned());
            }
            (true, _) => {
                return Err("option `url` of github-enterprise ends in /scim/v2/enterprises/<enterprise>, \
                            or in /api/v3/scim/v2"
                    .to_owned());
            }
        };
        let root = root.iter().map(|segment| (*segment).to_owned()).collect();
        Ok(Place { surface, name: name.to_owned(), origin: target.origin, root, base })
    }

    /// Whether this is one of the surfaces of an enterprise.
    pub fn enterprise(&self) -> bool {
        self.surface != Surface::Organization
    }

    /// 3 to 8 alphanumerics, fixed forever (sheet 4.4): here made of the slug.
    pub fn shortcode(&self) -> String {
        let code: String = self.name.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        format!("{code:x<3}")
    }

    /// The decoded segments behind the base URL. Words are case-sensitive, an organisation's name is not, and an
    /// empty segment (a slash at the end, an id left out) is a path of nothing (sheet 1).
    pub fn inside(&self, target: &Target) -> Option<Vec<String>> {
        let asked = self.segments(target)?;
        let (base, rest) = asked.split_at_checked(self.base.len())?;
        let folded = self.surface == Surface::Organization;
        let fits = base.iter().zip(&self.base).enumerate().all(|(at, (asked, own))| {
            asked == own || (folded && at + 1 == self.base.len() && asked.eq_ignore_ascii_case(own))
        });
        let whole = fits && !rest.is_empty() && rest.iter().all(|segment| !segment.is_empty());
        whole.then(|| rest.iter().map(|segment| decode(segment, false)).collect())
    }

    /// The segments behind the root of the REST API, if they begin as those of Apps do.
    pub fn apps(&self, target: &Target) -> Option<Vec<String>> {
        let asked = self.segments(target)?;
        let (root, rest) = asked.split_at_checked(self.root.len())?;
        let fits = root.iter().eq(self.root.iter()) && rest.first().is_some_and(|first| first == "app");
        fits.then(|| rest.iter().map(|segment| decode(segment, false)).collect())
    }

    fn segments(&self, target: &Target) -> Option<Vec<String>> {
        if !target.origin.is_empty() && target.origin != self.origin {
            return None;
        }
        Some(target.path.strip_prefix('/')?.split('/').map(str::to_owned).collect())
    }
}
