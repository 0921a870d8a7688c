//! The border: what the core asks of the host, and what comes back. Conversations are straight-line `async` code
//! over a [`Port`]; the [`Exchange`] behind it turns each question into an [`Output`] and wakes nobody: the plugin
//! polls a run again when something came in for it.

mod gate;
mod quiet;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use serde_json::Value;

use crate::http::{Request, Response};
use crate::outcome::Job;
use crate::retry;
use crate::secret::Secret;
use crate::table::Table;
use crate::time::Millis;

pub use gate::{Pass, Turn};

/// Names one run.
pub type RunId = u32;
/// Names one question to the host.
pub type CallId = u32;

/// What the host is to do.
pub enum Output {
    /// `host.fetch`
    Send(CallId, Request),
    /// Give a question up; its answer will not be looked at.
    Cancel(CallId),
    /// `host.secret`
    Secret(CallId, String),
    /// `host.saveSecret`
    SaveSecret(CallId, String, Secret),
    /// `host.sign`: a key in PEM, and what it signs.
    Sign(CallId, Secret, String),
    /// `state.get`
    Load(CallId, String),
    /// `state.put`
    Store(CallId, String, String, Condition),
    /// `state.delete`
    Erase(CallId, String),
    /// `host.enqueue`
    Enqueue(CallId, Box<Job>),
    /// `host.log`
    Log(Value),
    /// Come back at this time with [`Input::Time`], if nothing else came before; `None`: no need.
    Wait(Option<Millis>),
    /// A run ended; its result as JSON.
    Done(RunId, String),
}

/// What came back.
pub enum Input<'a> {
    /// An answer of a provider.
    Reply(CallId, Response),
    /// No answer.
    Lost(CallId, Loss),
    /// A record of the store, with its version.
    Loaded(CallId, Option<(&'a str, Option<&'a str>)>),
    /// Whether a write took place.
    Stored(CallId, bool),
    /// A secret; empty where the name is unknown.
    Secret(CallId, &'a str),
    /// The bytes of a signature.
    Signature(CallId, &'a [u8]),
    /// Stop this run.
    Abort(RunId),
    /// The time was reached.
    Time,
}

/// `ifVersion` of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Whatever is there.
    Always,
    /// If nothing is there.
    Absent,
    /// If this version is there.
    Version(String),
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Refused, reset, TLS, truncated.
    Transport,
    /// Not in time.
    Timeout,
    /// It never left: the time was over first.
    Unsent,
    /// It never left: the server asked for quiet while it waited for its turn.
    Held,
    /// The run was stopped.
    Aborted,
    /// Longer than 1 MiB.
    TooLong,
    /// The host's `fetch` gave something that is no response.
    BadShape,
    /// A callback of the host threw, or gave something of another shape.
    Broken,
}

/// A question.
pub enum Ask {
    /// A request.
    Send {
        /// Its lane.
        lane: usize,
        /// The request.
        request: Request,
        /// Further tries that must still fit in.
        further_tries: u32,
        /// Longest wait for one answer.
        longest: Option<Millis>,
    },
    /// A secret by name.
    Secret(String),
    /// A secret to keep under a name.
    SaveSecret(String, Secret),
    /// A signature with a key.
    Sign(Secret, String),
    /// A record by key.
    Load(String),
    /// A record to write.
    Store(String, String, Condition),
    /// A record to delete.
    Erase(String),
    /// A job to hand over.
    Enqueue(Box<Job>),
}

/// An answer.
#[derive(Debug)]
pub enum Answer {
    /// Of a provider.
    Reply(Response),
    /// Of the store: value and version.
    Loaded(Option<(String, Option<String>)>),
    /// Of the store: whether it was written.
    Stored(bool),
    /// Of the host.
    Secret(Secret),
    /// Of the host.
    Signature(Vec<u8>),
}

/// An answer with what the record of its request needs.
#[derive(Debug)]
pub struct Answered {
    /// What came, or why nothing did.
    pub answer: Result<Answer, Loss>,
    /// When the question left; `None`: it never did.
    pub sent: Option<Millis>,
    /// Where it stands among all that left.
    pub order: u32,
}

/// When a run must have ended, shared by all its conversations.
#[derive(Debug)]
pub struct Clock {
    /// When the run began.
    pub started: Millis,
    /// No request runs longer than this; what is left to the end is for the store.
    pub requests_until: Millis,
    /// The run's end.
    pub until: Millis,
    /// The host stopped it.
    pub aborted: Cell<bool>,
}

/// Everything that is under way, of all runs.
pub struct Exchange {
    /// What the host's clock said last.
    pub now: Millis,
    outbox: Vec<Output>,
    calls: Table<Pending>,
    sleepers: Table<(RunId, Millis)>,
    answers: Table<Answered>,
    lanes: Vec<Lane>,
    gates: Table<gate::Gate>,
    woken: Vec<RunId>,
    /// Lanes in which an answer made room.
    freed: Vec<usize>,
    next: CallId,
    order: u32,
}

struct Pending {
    run: RunId,
    lane: Option<usize>,
    writes: bool,
    deadline: Millis,
    /// When it left, and its place among all that left.
    sent: Option<(Millis, u32)>,
}

/// How many requests of one server may be under way at once (H2).
#[derive(Clone, Copy, Debug)]
pub struct Width {
    /// Of any kind.
    pub requests: usize,
    /// Of those that change something.
    pub writes: usize,
}

/// Requests of one server.
struct Lane {
    width: Width,
    running: usize,
    writing: usize,
    queue: VecDeque<Queued>,
}

struct Queued {
    call: CallId,
    request: Request,
    further_tries: u32,
    longest: Option<Millis>,
}

impl Exchange {
    /// With one lane a server, each of so many requests at once, in the order of servers; and behind them one a
    /// server for its token requests, which go elsewhere.
    pub fn new(widths: &[Width]) -> Self {
        let lane = |width: Width| Lane { width, running: 0, writing: 0, queue: VecDeque::new() };
        let one = Width { requests: 1, writes: 1 };
        Exchange {
            gates: Table::default(),
            woken: Vec::new(),
            freed: Vec::new(),
            now: 0,
            outbox: Vec::new(),
            calls: Table::default(),
            sleepers: Table::default(),
            answers: Table::default(),
            lanes: widths.iter().copied().chain(widths.iter().map(|_| one)).map(lane).collect(),
            next: 0,
            order: 0,
        }
    }

    /// Takes what the host is to do.
    pub fn drain(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outbox)
    }

    /// Something for the host that asks nothing back.
    pub fn say(&mut self, output: Output) {
        self.outbox.push(output);
    }

    /// The next time at which a run must be polled, whatever else comes.
    pub fn next_deadline(&self) -> Option<Millis> {
        let calls = self.calls.values().map(|pending| pending.deadline);
        calls.chain(self.sleepers.values().map(|(_, at)| *at)).min()
    }

    /// Runs that have something due.
    pub fn due(&self) -> Vec<RunId> {
        let calls = self.calls.values().map(|pending| (pending.run, pending.deadline));
        let mut due = Vec::new();
        for (run, at) in calls.chain(self.sleepers.values().copied()) {
            if at <= self.now
                && let Err(place) = due.binary_search(&run)
            {
                due.insert(place, run);
            }
        }
        due
    }

    /// Requests under way at a server.
    pub fn in_flight(&self, server: usize) -> usize {
        self.lanes.get(server).map_or(0, |lane| lane.running)
    }

    /// Takes an answer in. Says which run waits for it; `None` where nobody does any more.
    pub fn answer(&mut self, call: CallId, answer: Result<Answer, Loss>) -> Option<RunId> {
        let pending = self.calls.remove(call)?;
        // What it means is heard first: it may be that nothing more is to be sent.
        self.free(&pending);
        self.freed.extend(pending.lane);
        let (sent, order) = pending.sent.map_or((None, 0), |(at, order)| (Some(at), order));
        self.answers.insert(call, Answered { answer, sent, order });
        Some(pending.run)
    }

    fn ask(&mut self, run: RunId, ask: Ask, deadline: Millis) -> CallId {
        self.next = self.next.wrapping_add(1);
        let call = self.next;
        let mut pending = Pending { run, lane: None, writes: false, deadline, sent: None };
        let output = match ask {
            Ask::Send { lane: number, request, further_tries, longest } => {
                pending.lane = Some(number);
                pending.writes = request.method != "GET";
                self.calls.insert(call, pending);
                if let Some(lane) = self.lanes.get_mut(number) {
                    lane.queue.push_back(Queued { call, request, further_tries, longest });
                }
                self.advance(number);
                return call;
            }
            Ask::Secret(name) => Output::Secret(call, name),
            Ask::SaveSecret(name, secret) => Output::SaveSecret(call, name, secret),
            Ask::Sign(key, data) => Output::Sign(call, key, data),
            Ask::Load(key) => Output::Load(call, key),
            Ask::Store(key, value, condition) => Output::Store(call, key, value, condition),
            Ask::Erase(key) => Output::Erase(call, key),
            Ask::Enqueue(job) => Output::Enqueue(call, job),
        };
        self.order = self.order.wrapping_add(1);
        pending.sent = Some((self.now, self.order));
        self.calls.insert(call, pending);
        self.outbox.push(output);
        call
    }

    /// Sends what a lane has room for. How long an answer may take counts from here.
    fn advance(&mut self, server: usize) {
        let Some(lane) = self.lanes.get_mut(server) else { return };
        // A write that has to wait lets reads pass; they do not wait for each other.
        while lane.running < lane.width.requests
            && let Some(place) = lane
                .queue
                .iter()
                .position(|queued| lane.writing < lane.width.writes || queued.request.method == "GET")
            && let Some(queued) = lane.queue.remove(place)
        {
            let Some(pending) = self.calls.get_mut(queued.call) else { continue };
            let remaining = pending.deadline.saturating_sub(self.now);
            if remaining == 0 {
                // Too late to be sent; whoever asked sees that for himself.
                continue;
            }
            pending.deadline = self.now + retry::patience(remaining, queued.further_tries, queued.longest);
            self.order = self.order.wrapping_add(1);
            pending.sent = Some((self.now, self.order));
            lane.running += 1;
            lane.writing += usize::from(pending.writes);
            self.outbox.push(Output::Send(queued.call, queued.request));
        }
    }

    /// Gives a question up, telling the host where it has heard of it.
    fn give_up(&mut self, call: CallId, loss: Loss) -> Option<Answered> {
        let pending = self.calls.remove(call)?;
        if let Some(lane) = pending.lane.and_then(|server| self.lanes.get_mut(server)) {
            lane.queue.retain(|queued| queued.call != call);
        }
        let answered = match pending.sent {
            Some((at, order)) => {
                self.outbox.push(Output::Cancel(call));
                Answered { answer: Err(loss), sent: Some(at), order }
            }
            None => Answered {
                answer: Err(if loss == Loss::Timeout { Loss::Unsent } else { loss }),
                sent: None,
                order: 0,
            },
        };
        self.free(&pending);
        if let Some(server) = pending.lane {
            self.advance(server);
        }
        Some(answered)
    }
}

/// One run's way to the border.
#[derive(Clone)]
pub struct Port {
    /// What is under way, of all runs.
    pub exchange: Rc<RefCell<Exchange>>,
    /// Which run.
    pub run: RunId,
    /// When it must have ended.
    pub clock: Rc<Clock>,
}

impl Port {
    /// What the host's clock said last.
    pub fn now(&self) -> Millis {
        self.exchange.borrow().now
    }

    /// Asks the host, and waits for its answer until a deadline. An abort ends requests, secrets and signatures at
    /// once; the store, and a secret that is to be kept, may still finish.
    pub fn ask(&self, ask: Ask, deadline: Millis) -> Asking {
        let stops = matches!(ask, Ask::Send { .. } | Ask::Secret(_) | Ask::Sign(..));
        Asking { port: self.clone(), ask: Some(ask), call: None, deadline, stops }
    }

    /// Waits until a time, or an abort.
    pub fn sleep_until(&self, at: Millis) -> Sleeping {
        Sleeping { port: self.clone(), at, call: None }
    }

    /// A record for the log.
    pub fn log(&self, record: Value) {
        self.exchange.borrow_mut().say(Output::Log(record));
    }
}

/// See [`Port::ask`].
pub struct Asking {
    port: Port,
    ask: Option<Ask>,
    call: Option<CallId>,
    deadline: Millis,
    stops: bool,
}

impl Future for Asking {
    type Output = Answered;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answered> {
        let this = &mut *self;
        let aborted = this.stops && this.port.clock.aborted.get();
        let mut exchange = this.port.exchange.borrow_mut();
        if let Some(ask) = this.ask.take() {
            if aborted || exchange.now >= this.deadline {
                let loss = if aborted { Loss::Aborted } else { Loss::Unsent };
                return Poll::Ready(Answered { answer: Err(loss), sent: None, order: 0 });
            }
            this.call = Some(exchange.ask(this.port.run, ask, this.deadline));
            return Poll::Pending;
        }
        let Some(call) = this.call else { return Poll::Pending };
        if let Some(answered) = exchange.answers.remove(call) {
            this.call = None;
            return Poll::Ready(answered);
        }
        let late = exchange.calls.get(call).is_some_and(|pending| exchange.now >= pending.deadline);
        if !(late || aborted) {
            return Poll::Pending;
        }
        this.call = None;
        let loss = if aborted { Loss::Aborted } else { Loss::Timeout };
        exchange.give_up(call, loss).map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Some(call) = self.call {
            let mut exchange = self.port.exchange.borrow_mut();
            exchange.answers.remove(call);
            exchange.give_up(call, Loss::Aborted);
        }
    }
}

/// See [`Port::sleep_until`].
pub struct Sleeping {
    port: Port,
    at: Millis,
    call: Option<CallId>,
}

impl Future for Sleeping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut exchange = this.port.exchange.borrow_mut();
        if exchange.now >= this.at || this.port.clock.aborted.get() {
            return Poll::Ready(());
        }
        if this.call.is_none() {
            exchange.next = exchange.next.wrapping_add(1);
            let call = exchange.next;
            exchange.sleepers.insert(call, (this.port.run, this.at));
            this.call = Some(call);
        }
        Poll::Pending
    }
}

impl Drop for Sleeping {
    fn drop(&mut self) {
        if let Some(call) = self.call {
            self.port.exchange.borrow_mut().sleepers.remove(call);
        }
    }
}
