//! Quiet that a server asks for (R3): what waits for its turn is handed back to whoever asked, who waits it out or
//! defers. An answer's place is given to the next only once it was heard what the answer says.

use super::{Answered, Exchange, Loss, Pending};

impl Exchange {
    /// Hands back what waits for its turn at a server.
    pub fn hand_back(&mut self, server: usize) {
        let Some(lane) = self.lanes.get_mut(server) else { return };
        for queued in std::mem::take(&mut lane.queue) {
            if let Some(pending) = self.calls.remove(queued.call) {
                self.answers.insert(queued.call, Answered { answer: Err(Loss::Held), sent: None, order: 0 });
                self.woken.push(pending.run);
            }
        }
    }

    /// Frees a request's place in its lane.
    pub(super) fn free(&mut self, pending: &Pending) {
        if pending.sent.is_some()
            && let Some(lane) = pending.lane.and_then(|server| self.lanes.get_mut(server))
        {
            lane.running = lane.running.saturating_sub(1);
            lane.writing = lane.writing.saturating_sub(usize::from(pending.writes));
        }
    }

    /// Sends what answers have made room for.
    pub fn resume(&mut self) {
        for server in std::mem::take(&mut self.freed) {
            self.advance(server);
        }
    }
}
