//! Globs over group names.

use super::Groups;

/// Whether `name` fits `pattern`: `*` is any run, `?` any one character, everything else itself, case and all. At most
/// pattern times name steps: only the last `*` is ever tried again, since an earlier one cannot do better.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.as_bytes(), name.as_bytes());
    // What to go back to: the pattern behind the last `*`, and the name from where that `*` ended.
    let mut again: Option<(&[u8], &[u8])> = None;
    while !name.is_empty() {
        (pattern, name) = match (pattern, name) {
            ([b'*', rest @ ..], _) => {
                again = Some((rest, name));
                (rest, name)
            }
            ([b'?', rest @ ..], _) => (rest, behind_character(name)),
            ([p, rest @ ..], [n, behind @ ..]) if p == n => (rest, behind),
            _ => match again {
                Some((rest, from)) => {
                    let from = behind_character(from);
                    again = Some((rest, from));
                    (rest, from)
                }
                None => return false,
            },
        };
    }
    pattern.iter().all(|byte| *byte == b'*')
}

/// The rest of a text in UTF-8 (RFC 3629 section 3) behind its first character.
fn behind_character(text: &[u8]) -> &[u8] {
    let mut rest = text.get(1..).unwrap_or(&[]);
    while let [0x80..=0xBF, behind @ ..] = rest {
        rest = behind;
    }
    rest
}

impl Groups {
    /// Whether a platform group is managed: some `include` fits and no `exclude` does (D7).
    pub fn manages(&self, name: &str) -> bool {
        self.include.iter().any(|glob| matches(glob, name))
            && !self.exclude.iter().any(|glob| matches(glob, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: bool) {
        assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
    }

    #[test]
    fn globs() {
        check("*", "", true);
        check("*", "anything at all", true);
        check("", "", true);
        check("", "a", false);
        check("eng", "eng", true);
        check("eng", "Eng", false);
        check("eng", "engine", false);
        check("eng-*", "eng-", true);
        check("eng-*", "eng-web", true);
        check("*-admins", "eng-admins", true);
        check("*-admins", "eng-admins-old", false);
        check("a*b*c", "a-b-b-c", true);
        check("a*b*c", "a-c-b", false);
        check("gr?p", "gröp", true);
        check("gr?p", "grp", false);
        check("[a].+", "[a].+", true);
        check("[a].+", "a", false);
        check("**?", "a", true);
    }

    #[test]
    fn no_pattern_takes_long() {
        check(&"*a".repeat(200), &format!("{}b", "a".repeat(5000)), false);
        check(&"*?".repeat(200), &"a".repeat(5000), true);
    }
}
