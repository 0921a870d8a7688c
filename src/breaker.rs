//! When a server that fails run after run is left alone for a while (R6). Pure: time comes in.

use crate::port::RunId;
use crate::time::Millis;

/// One server's breaker.
#[derive(Debug, Default)]
pub struct Breaker {
    /// Runs in a row that ended badly.
    failures: u32,
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Closed,
    /// No request before this time.
    Open(Millis),
    /// One run is out to see whether it is well again.
    Probing(RunId),
}

/// How a run ended at a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It answered, whatever it said.
    Answered,
    /// It was down, or said nothing in time.
    Down,
    /// Nothing is known: no request was made, or the host stopped the run.
    Unknown,
}

impl Breaker {
    /// Whether a run may send something; if not, from when on one may, where that is known.
    pub fn admit(&mut self, run: RunId, now: Millis) -> Result<(), Option<Millis>> {
        match self.state {
            State::Closed => Ok(()),
            State::Open(until) if now < until => Err(Some(until)),
            State::Open(_) => {
                self.state = State::Probing(run);
                Ok(())
            }
            State::Probing(out) if out == run => Ok(()),
            State::Probing(_) => Err(None),
        }
    }

    /// A run ended. `most` failures in a row, and the server is left alone for `cool_down` milliseconds.
    pub fn ended(&mut self, run: RunId, how: Ended, most: u32, cool_down: Millis, now: Millis) {
        let probes = matches!(self.state, State::Probing(out) if out == run);
        match how {
            Ended::Answered => *self = Breaker::default(),
            Ended::Down if probes => self.state = State::Open(now.saturating_add(cool_down)),
            // Of those that were under way when it opened nothing new is learned.
            Ended::Down if matches!(self.state, State::Open(_) | State::Probing(_)) => {}
            Ended::Down => {
                self.failures = self.failures.saturating_add(1);
                if self.failures >= most {
                    self.state = State::Open(now.saturating_add(cool_down));
                }
            }
            // The next one may see.
            Ended::Unknown if probes => self.state = State::Open(now),
            Ended::Unknown => {}
        }
    }

    /// The word for it in `status()`.
    pub fn word(&self) -> &'static str {
        match self.state {
            State::Closed => "closed",
            State::Open(_) => "open",
            State::Probing(_) => "probing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three failures, and ten seconds.
    fn down(breaker: &mut Breaker, run: RunId, now: Millis) {
        breaker.ended(run, Ended::Down, 3, 10_000, now);
    }

    #[test]
    fn it_opens_after_so_many_failures_in_a_row() {
        let mut breaker = Breaker::default();
        down(&mut breaker, 1, 0);
        down(&mut breaker, 2, 0);
        breaker.ended(3, Ended::Answered, 3, 10_000, 0);
        down(&mut breaker, 4, 0);
        down(&mut breaker, 5, 0);
        breaker.ended(6, Ended::Unknown, 3, 10_000, 0);
        assert_eq!((breaker.admit(7, 1), breaker.word()), (Ok(()), "closed"));
        down(&mut breaker, 7, 1);
        assert_eq!((breaker.admit(8, 10_000), breaker.word()), (Err(Some(10_001)), "open"));
    }

    #[test]
    fn one_probes_and_the_others_wait() {
        let mut breaker = Breaker::default();
        (1..=3).for_each(|run| down(&mut breaker, run, 0));
        assert_eq!(breaker.admit(4, 10_000), Ok(()));
        assert_eq!((breaker.admit(4, 10_000), breaker.admit(5, 10_000)), (Ok(()), Err(None)));
        down(&mut breaker, 3, 10_000);
        assert_eq!(breaker.word(), "probing");
        down(&mut breaker, 4, 10_500);
        assert_eq!(breaker.admit(6, 20_499), Err(Some(20_500)));
        assert_eq!(breaker.admit(7, 20_500), Ok(()));
        breaker.ended(7, Ended::Unknown, 3, 10_000, 20_600);
        assert_eq!(breaker.admit(8, 20_600), Ok(()));
        breaker.ended(8, Ended::Answered, 3, 10_000, 20_700);
        assert_eq!((breaker.admit(9, 20_700), breaker.admit(10, 20_700)), (Ok(()), Ok(())));
    }
}
