//! One at a time: what one run does for all, while the others that need it wait for their turn (R5: concurrent runs
//! share one mint). First come, first served, so that the order of requests depends on nothing but the order of runs
//! (law 3).
//!
//! Whoever holds a [`Pass`] is inside. When it is dropped, because the work is done or its run has ended, the first in
//! the queue is polled again by the plugin and goes in: a run that is aborted leaves its work to the next.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{CallId, Exchange, Loss, Port, RunId};
use crate::time::Millis;

/// Who is inside, and who waits.
#[derive(Default)]
pub(super) struct Gate {
    taken: bool,
    waiting: Vec<(CallId, RunId)>,
}

impl Exchange {
    /// The next run that may go on.
    pub fn woken(&mut self) -> Option<RunId> {
        if self.woken.is_empty() { None } else { Some(self.woken.remove(0)) }
    }

    /// Has the first in the queue polled, if nobody is inside. A gate that nobody needs goes.
    fn wake_first(&mut self, number: u32) {
        let Some(gate) = self.gates.get(number).filter(|gate| !gate.taken) else { return };
        match gate.waiting.first() {
            Some((_, run)) => self.woken.push(*run),
            None => {
                self.gates.remove(number);
            }
        }
    }
}

impl Port {
    /// Waits for its turn at the gate of a number, until a deadline or an abort.
    pub fn turn(&self, gate: u32, deadline: Millis) -> Turn {
        Turn { port: self.clone(), number: gate, deadline, ticket: None }
    }
}

/// See [`Port::turn`].
pub struct Turn {
    port: Port,
    number: u32,
    deadline: Millis,
    /// Its place in the queue, where it has one.
    ticket: Option<CallId>,
}

/// Being inside.
pub struct Pass {
    port: Port,
    number: u32,
    /// Somebody else was inside before.
    pub waited: bool,
}

impl Future for Turn {
    type Output = Result<Pass, Loss>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<Pass, Loss>> {
        let this = &mut *self;
        let mut exchange = this.port.exchange.borrow_mut();
        let exchange = &mut *exchange;
        if this.port.clock.aborted.get() {
            return Poll::Ready(Err(Loss::Aborted));
        }
        if exchange.now >= this.deadline {
            return Poll::Ready(Err(Loss::Timeout));
        }
        if exchange.gates.get(this.number).is_none() {
            exchange.gates.insert(this.number, Gate::default());
        }
        let Some(gate) = exchange.gates.get_mut(this.number) else {
            return Poll::Ready(Err(Loss::Unsent));
        };
        let first = gate.waiting.first().map(|(ticket, _)| *ticket);
        if !gate.taken && (first.is_none() || first == this.ticket) {
            gate.taken = true;
            if first.is_some() {
                gate.waiting.remove(0);
            }
            let waited = this.ticket.take().is_some_and(|ticket| exchange.sleepers.remove(ticket).is_some());
            return Poll::Ready(Ok(Pass { port: this.port.clone(), number: this.number, waited }));
        }
        if this.ticket.is_none() {
            exchange.next = exchange.next.wrapping_add(1);
            gate.waiting.push((exchange.next, this.port.run));
            // So that the host comes back at the deadline.
            exchange.sleepers.insert(exchange.next, (this.port.run, this.deadline));
            this.ticket = Some(exchange.next);
        }
        Poll::Pending
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(left) = self.ticket else { return };
        let mut exchange = self.port.exchange.borrow_mut();
        exchange.sleepers.remove(left);
        if let Some(gate) = exchange.gates.get_mut(self.number) {
            gate.waiting.retain(|(ticket, _)| *ticket != left);
        }
        // It may have been the one that was just called.
        exchange.wake_first(self.number);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut exchange = self.port.exchange.borrow_mut();
        if let Some(gate) = exchange.gates.get_mut(self.number) {
            gate.taken = false;
        }
        exchange.wake_first(self.number);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::task::Waker;

    use super::super::Clock;
    use super::*;

    /// Turns at one gate, of runs 1 to 3; the deadline of the second comes first.
    fn turns() -> [Turn; 3] {
        let exchange = Rc::new(RefCell::new(Exchange::new(&[])));
        [(1, 100), (2, 50), (3, 100)].map(|(run, deadline)| {
            let clock = Clock { started: 0, requests_until: 100, until: 100, aborted: Cell::new(false) };
            Port { exchange: Rc::clone(&exchange), run, clock: Rc::new(clock) }.turn(7, deadline)
        })
    }

    fn poll(turn: &mut Turn) -> Poll<Result<Pass, Loss>> {
        Pin::new(turn).poll(&mut Context::from_waker(Waker::noop()))
    }

    /// The first is inside, the others wait; then it leaves.
    fn left_by_the_first() -> (Turn, Turn) {
        let [mut first, mut second, mut third] = turns();
        let Poll::Ready(Ok(pass)) = poll(&mut first) else { panic!("nobody was inside") };
        assert!(poll(&mut second).is_pending() && poll(&mut third).is_pending());
        drop(pass);
        assert_eq!(second.port.exchange.borrow_mut().woken(), Some(2));
        (second, third)
    }

    fn third_goes_in(mut third: Turn) {
        assert_eq!(third.port.exchange.borrow_mut().woken(), Some(3));
        assert!(matches!(poll(&mut third), Poll::Ready(Ok(Pass { waited: true, .. }))));
    }

    #[test]
    fn whoever_has_no_time_left_when_called_calls_the_next() {
        let (mut second, third) = left_by_the_first();
        second.port.exchange.borrow_mut().now = 50;
        assert!(matches!(poll(&mut second), Poll::Ready(Err(Loss::Timeout))));
        drop(second);
        third_goes_in(third);
    }

    #[test]
    fn whoever_is_stopped_when_called_calls_the_next() {
        let (mut second, third) = left_by_the_first();
        second.port.clock.aborted.set(true);
        assert!(matches!(poll(&mut second), Poll::Ready(Err(Loss::Aborted))));
        drop(second);
        third_goes_in(third);
    }
}
