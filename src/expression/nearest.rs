//! The known name that somebody probably meant. What many kinds of lists are given to is written once for all of them.

/// The nearest of `known`, if one is near enough to be a slip: a third of the letters or fewer differ, case aside.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    nearest_of(name, &mut known.into_iter())
}

fn nearest_of<'k>(name: &str, known: &mut dyn Iterator<Item = &'k str>) -> Option<&'k str> {
    let allowed = name.chars().count().max(3) / 3;
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Names in backticks with commas between.
pub fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    list_of(&mut names.into_iter())
}

fn list_of(names: &mut dyn Iterator<Item = &str>) -> String {
    let mut list = String::new();
    for name in names {
        for part in [if list.is_empty() { "`" } else { ", `" }, name, "`"] {
            list.push_str(part);
        }
    }
    list
}

/// Edits (insert, delete, replace, swap neighbours) from one to the other, ignoring case. Names longer than 64
/// characters are as far as can be, so that a long one costs nothing.
fn distance(a: &str, b: &str) -> usize {
    let lower = |text: &str| text.chars().take(65).map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>();
    let (a, b) = (lower(a), lower(b));
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&last, j) + usize::from(x != y);
            let mut best = replaced.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(nearest(name, ["user", "application", "event"]), expected, "{name}");
    }

    #[test]
    fn slips() {
        check("usr", Some("user"));
        check("User", Some("user"));
        check("uesr", Some("user"));
        check("aplication", Some("application"));
        check("evnet", Some("event"));
        check("x", None);
        check("group", None);
        check(&"e".repeat(5000), None);
    }

    #[test]
    fn names_in_a_row() {
        assert_eq!(list(["a", "b"]), "`a`, `b`");
    }
}
