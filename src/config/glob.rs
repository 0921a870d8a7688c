//! Globs over group names.

use super::Groups;

/// Whether `name` fits `pattern`: `*` is any run, `?` any one character, everything else itself, case and all. At most
/// pattern times name steps: only the last `*` is ever tried again, since an earlier one cannot do better.
pub fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    while let Some(c) = name.get(n) {
        match pattern.get(p) {
            Some('*') => {
                again = Some((p, n));
                p += 1;
            }
            Some(x) if *x == '?' || x == c => {
                p += 1;
                n += 1;
            }
            Some(_) | None => match again {
                Some((star, from)) => {
                    again = Some((star, from + 1));
                    p = star + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
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
