//! Runs futures side by side, polling each in turn. No executor, no wakers: whoever polls us polls all that are
//! left, so that the order of what they ask for depends on nothing but their own order (law 3).

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Waits for all, keeping their order.
pub fn join_all<'a, T>(
    futures: impl IntoIterator<Item = Pin<Box<dyn Future<Output = T> + 'a>>>,
) -> JoinAll<'a, T> {
    join_rest(futures.into_iter().map(Slot::Running).collect())
}

/// Waits for all of which some are done already.
pub fn join_rest<T>(slots: Vec<Slot<'_, T>>) -> JoinAll<'_, T> {
    JoinAll { slots }
}

/// See [`join_all`].
pub struct JoinAll<'a, T> {
    slots: Vec<Slot<'a, T>>,
}

/// One of those that are waited for.
pub enum Slot<'a, T> {
    /// It is under way.
    Running(Pin<Box<dyn Future<Output = T> + 'a>>),
    /// It is done.
    Done(T),
    /// It was given back.
    Taken,
}

// Each future is boxed and pinned on its own; moving the list moves no future.
impl<T> Unpin for JoinAll<'_, T> {}

impl<T> Future for JoinAll<'_, T> {
    type Output = Vec<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<T>> {
        let mut running = false;
        for slot in &mut self.slots {
            if let Slot::Running(future) = slot {
                match future.as_mut().poll(cx) {
                    Poll::Ready(value) => *slot = Slot::Done(value),
                    Poll::Pending => running = true,
                }
            }
        }
        if running {
            return Poll::Pending;
        }
        let done = self.slots.iter_mut().filter_map(|slot| match std::mem::replace(slot, Slot::Taken) {
            Slot::Done(value) => Some(value),
            Slot::Running(_) | Slot::Taken => None,
        });
        Poll::Ready(done.collect())
    }
}
