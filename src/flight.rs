//! Runs for one server and user go one after the other; one that says what the run before it said takes its outcome
//! (R7). What is remembered of a run is gone when nobody waits for it any more.

use std::cell::RefCell;
use std::rc::Rc;

use crate::event::Event;
use crate::outcome::{Access, ServerOutcome};
use crate::time::Millis;

/// Who is under way.
#[derive(Default)]
pub struct Flights {
    rows: RefCell<Vec<Flight>>,
}

struct Flight {
    server: usize,
    /// The gate of this server and user.
    gate: u32,
    /// Of whoever came first: names the user.
    event: Rc<Event>,
    /// How many are inside or wait.
    aboard: usize,
    /// How the last one ended, for whoever waits.
    landed: Option<Landed>,
}

/// How a run ended at a server.
#[derive(Clone)]
pub struct Landed {
    /// What it was about.
    pub event: Rc<Event>,
    /// The time it had, in milliseconds.
    pub budget: Millis,
    /// Its outcome.
    pub outcome: ServerOutcome,
    /// What that means for the login.
    pub access: Access,
}

/// A place among the runs of one server and user; given back when dropped.
pub struct Place<'a> {
    flights: &'a Flights,
    /// The gate to wait at.
    pub gate: u32,
}

impl Flights {
    /// Takes a place. `gates` are taken by others below this number.
    pub fn board(&self, server: usize, event: &Rc<Event>, gates: u32) -> Place<'_> {
        let mut rows = self.rows.borrow_mut();
        let same = |row: &&mut Flight| {
            let ids =
                (row.event.user.as_ref().map(|user| &user.id), event.user.as_ref().map(|user| &user.id));
            row.server == server && ids.0 == ids.1
        };
        if let Some(row) = rows.iter_mut().find(same) {
            row.aboard += 1;
            return Place { flights: self, gate: row.gate };
        }
        // Above all that are taken, while there is one: to look for a free one costs the square of those under way. It
        // begins anew when nobody is.
        let above =
            rows.iter().map(|row| row.gate).max().map_or(Some(gates), |highest| highest.checked_add(1));
        let free = |gate: &u32| rows.iter().all(|row| row.gate != *gate);
        let gate = above.or_else(|| (gates..).find(free)).unwrap_or(gates);
        rows.push(Flight { server, gate, event: event.clone(), aboard: 1, landed: None });
        Place { flights: self, gate }
    }
}

impl Place<'_> {
    fn with<T>(&self, with: impl FnOnce(&mut Flight) -> T) -> Option<T> {
        self.flights.rows.borrow_mut().iter_mut().find(|row| row.gate == self.gate).map(with)
    }

    /// How the run before ended.
    pub fn before(&self) -> Option<Landed> {
        self.with(|row| row.landed.clone()).flatten()
    }

    /// Leaves word for whoever waits. Nobody waits, usually; then `landed` is not made.
    pub fn land(&self, landed: impl FnOnce() -> Option<Landed>) {
        self.with(|row| row.landed = if row.aboard > 1 { landed() } else { None });
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut rows = self.flights.rows.borrow_mut();
        if let Some(at) = rows.iter().position(|row| row.gate == self.gate)
            && let Some(row) = rows.get_mut(at)
        {
            row.aboard -= 1;
            if row.aboard == 0 {
                rows.swap_remove(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn login(user: &str) -> Rc<Event> {
        let text = format!(r#"{{"application":"wiki","user":{{"id":"{user}"}}}}"#);
        Rc::new(Event::login(&text).unwrap())
    }

    #[test]
    fn each_user_has_a_gate_of_their_own_and_numbers_do_not_run_out() {
        let flights = Flights::default();
        let first = u32::MAX - 3;
        let mut places: Vec<_> =
            ["a", "b", "c", "d", "b"].iter().map(|user| flights.board(0, &login(user), first)).collect();
        let gates: Vec<_> = places.iter().map(|place| place.gate - first).collect();
        assert_eq!(gates, [0, 1, 2, 3, 1]);
        drop(places.remove(0));
        assert_eq!(flights.board(0, &login("e"), first).gate, first);
    }
}
