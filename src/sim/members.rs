//! Who is in which group: one relation, read from both ends.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Groups go by the sequence of their records, members by their ids: there may be members that are no records.
#[derive(Default)]
pub struct Memberships {
    /// Place and member, in the order in which they joined. A list that was emptied is still one.
    lists: BTreeMap<u64, Vec<(u64, Arc<str>)>>,
    /// Group and place of every membership, in order.
    of: BTreeMap<Arc<str>, Vec<(u64, u64)>>,
}

impl Memberships {
    /// The members of a group, if it has a list.
    pub fn list(&self, group: u64) -> Option<impl Iterator<Item = &str>> {
        self.lists.get(&group).map(|list| list.iter().map(|(_, member)| member.as_ref()))
    }

    /// The groups of a member, in creation order, each once.
    pub fn groups(&self, member: &str) -> Vec<u64> {
        let mut groups: Vec<u64> =
            self.of.get(member).into_iter().flatten().map(|(group, _)| *group).collect();
        groups.dedup();
        groups
    }

    /// Whether a group has this member.
    pub fn holds(&self, group: u64, member: &str) -> bool {
        self.of.get(member).is_some_and(|of| of.binary_search_by_key(&group, |(group, _)| *group).is_ok())
    }

    /// Adds a member at the end, even one that is there already.
    pub fn append(&mut self, group: u64, member: &str) {
        let list = self.lists.entry(group).or_default();
        let place = list.last().map_or(0, |(last, _)| last + 1);
        // The two ends share the text.
        let member =
            self.of.get_key_value(member).map_or_else(|| Arc::from(member), |(known, _)| known.clone());
        list.push((place, member.clone()));
        let of = self.of.entry(member).or_default();
        of.insert(of.partition_point(|at| *at < (group, place)), (group, place));
    }

    /// Removes a member; whether there was one.
    pub fn leave(&mut self, group: u64, member: &str) -> bool {
        let places: Vec<u64> = self.of.get(member).map_or_else(Vec::new, |of| {
            of.iter().filter(|(at, _)| *at == group).map(|(_, place)| *place).collect()
        });
        places.iter().for_each(|place| self.vacate(group, *place));
        !places.is_empty()
    }

    /// Makes these the members, or takes the list away. Who stands where they stood stays.
    pub fn set(&mut self, group: u64, members: Option<&[String]>) {
        let wanted = members.unwrap_or_default();
        let old = self.lists.get(&group).map_or(&[][..], Vec::as_slice);
        let same = old.iter().zip(wanted).take_while(|((_, old), new)| old.as_ref() == new.as_str()).count();
        let gone: Vec<u64> = old.iter().skip(same).map(|(place, _)| *place).collect();
        // From the end, where it costs nothing.
        gone.iter().rev().for_each(|place| self.vacate(group, *place));
        match members {
            Some(_) => {
                self.lists.entry(group).or_default();
            }
            None => {
                self.lists.remove(&group);
            }
        }
        wanted.iter().skip(same).for_each(|member| self.append(group, member));
    }

    /// Ends one membership, at both ends.
    fn vacate(&mut self, group: u64, place: u64) {
        let Some(list) = self.lists.get_mut(&group) else { return };
        let Ok(at) = list.binary_search_by_key(&place, |(place, _)| *place) else { return };
        let (_, member) = list.remove(at);
        if let Some(of) = self.of.get_mut(&member) {
            of.retain(|at| *at != (group, place));
            if of.is_empty() {
                self.of.remove(&member);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Memberships;

    /// The list, and that the other end says the same.
    fn list(all: &Memberships, group: u64) -> Vec<String> {
        let list: Vec<String> =
            all.list(group).map(|list| list.map(str::to_owned).collect()).unwrap_or_default();
        for member in ["a", "b", "c", "d"] {
            let there = list.iter().any(|m| m == member);
            assert_eq!(all.holds(group, member), there, "{member} in {list:?}");
            assert_eq!(all.groups(member).iter().filter(|of| **of == group).count(), usize::from(there));
        }
        assert_eq!(
            all.of.values().map(|of| of.len()).sum::<usize>(),
            all.lists.values().map(|list| list.len()).sum::<usize>()
        );
        list
    }

    #[test]
    fn both_ends_agree() {
        let mut all = Memberships::default();
        let texts = |text: &str| -> Vec<String> { text.chars().map(String::from).collect() };
        all.set(2, Some(&texts("bca")));
        all.append(1, "a");
        assert_eq!(all.groups("a"), [1, 2], "in creation order");
        all.append(2, "b");
        assert_eq!(list(&all, 2), ["b", "c", "a", "b"], "twice, if somebody wants it");
        assert!(all.leave(2, "b") && !all.leave(2, "b"));
        assert_eq!(list(&all, 2), ["c", "a"]);
        all.set(2, Some(&texts("cdab")));
        assert_eq!(list(&all, 2), ["c", "d", "a", "b"]);
        all.set(2, Some(&texts("db")));
        assert_eq!(list(&all, 2), ["d", "b"]);
        assert!(all.leave(2, "d") && all.leave(2, "b"));
        assert!(all.list(2).is_some_and(|list| list.count() == 0), "an emptied list is a list");
        all.set(2, None);
        assert!(all.list(2).is_none() && list(&all, 2).is_empty());
        assert_eq!(list(&all, 1), ["a"]);
    }
}
