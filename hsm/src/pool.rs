//! A bounded number of sessions. One caller at a time has a lane to itself.

use crate::error::{Error, Problem};
use crate::lane::{Desk, Done, Fault, Lane, Silence, Where};
use crate::library::Library;
use crate::raw::{Cause, Rv};
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{ThreadId, current};
use std::time::Instant;

/// For how long a device is believed that it has no more sessions: others may give some back.
const BELIEVED: Duration = Duration::from_secs(10);

/// The sessions of one slot.
pub(crate) struct Pool {
    most: usize,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// Which lane it is.
type Number = u64;

/// A lane that nobody has, and whether its session writes.
struct Idle {
    number: Number,
    lane: Lane,
    writes: bool,
    /// Who had it last: what the module keeps for it is near that processor.
    had_by: ThreadId,
}

#[derive(Default)]
struct State {
    idle: Vec<Idle>,
    next: Number,
    /// The lanes whose threads have not ended, so whose sessions may be open.
    alive: BTreeSet<Number>,
    /// Those of them that nobody waits for any more: their call has not come back.
    stuck: BTreeSet<Number>,
    /// Lanes that callers have now.
    out: usize,
    /// How many sessions the device let us have when it last refused one.
    allowed: Option<(usize, Instant)>,
    most_seen: usize,
    /// Callers that wait for one to come back.
    waiting: usize,
}

impl State {
    /// The sessions that work, wait, or are just being closed.
    fn sessions(&self) -> usize {
        self.alive.len() - self.stuck.len()
    }

    /// An idle lane for this work: one that writes is good for both.
    fn idle_for(&mut self, write: bool) -> Option<Idle> {
        let me = current().id();
        let mine = self.idle.iter().rposition(|idle| idle.writes == write && idle.had_by == me);
        let place = mine.or_else(|| self.idle.iter().rposition(|idle| idle.writes == write));
        let place = place.or_else(|| self.idle.iter().rposition(|idle| idle.writes))?;
        Some(self.idle.remove(place))
    }

    /// Whether there may be one more session.
    fn has_room(&self, most: usize) -> bool {
        let allowed = self.allowed.filter(|(_, since)| since.elapsed() < BELIEVED);
        self.sessions() < allowed.map_or(most, |(allowed, _)| allowed.min(most)) && self.stuck.len() < most
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        // Waking costs a call of the system, also where nobody sleeps.
        if state.waiting > 0 {
            drop(state);
            self.changed.notify_all();
        }
    }
}

/// Counts a thread for as long as it lives.
struct Alive(Arc<Shared>, Number);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.change(|state| {
            state.alive.remove(&self.1);
            state.stuck.remove(&self.1);
        });
    }
}

/// A lane that a caller has. Given back, others get it; dropped, its session closes.
pub(crate) struct Taken {
    shared: Arc<Shared>,
    number: Number,
    lane: Option<Lane>,
    writes: bool,
}

impl Taken {
    /// See [`Lane::run`]. Whatever does not come back in time is counted as stuck.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        timeout: Duration,
        job: impl FnOnce(&Desk<'_>) -> Done<T> + Send + 'static,
    ) -> Result<T, Silence> {
        let outcome = self.lane.as_ref().ok_or(Silence::NoThread)?.run(timeout, job);
        if matches!(outcome, Err(Silence::Timeout)) {
            self.is_stuck();
        }
        outcome
    }

    /// See [`Lane::run_here`].
    pub(crate) fn run_here<T>(&self, job: impl FnOnce(&Desk<'_>) -> Done<T>) -> Result<T, Silence> {
        self.lane.as_ref().ok_or(Silence::NoThread)?.run_here(job)
    }

    fn is_stuck(&self) {
        self.shared.change(|state| {
            if state.alive.contains(&self.number) {
                state.stuck.insert(self.number);
            }
        });
    }

    /// All went as it should: the next caller may have it. A session that writes is kept only if `keep` says
    /// so: drivers have few of them, or shut out others meanwhile.
    pub(crate) fn give_back(mut self, keep: bool) {
        let Self { number, writes, .. } = self;
        let lane = self.lane.take().filter(|_| keep || !writes);
        let mut state = self.shared.lock();
        if !state.stuck.contains(&number) {
            let had_by = current().id();
            state.idle.extend(lane.map(|lane| Idle { number, lane, writes, had_by }));
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.lane = None;
        self.shared.change(|state| state.out -= 1);
    }
}

/// Which lane is wanted: for writing to the token, and a new one.
#[derive(Clone, Copy)]
pub(crate) struct Want {
    pub(crate) write: bool,
    pub(crate) renew: bool,
}

impl Pool {
    /// At most `most` sessions.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            shared: Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() }),
        }
    }

    /// A lane for one caller: one that is idle, or a new one, or one that comes back in time. With
    /// `renew` what is idle is closed first: where one session was lost, the others may be as well.
    pub(crate) fn take(
        &self,
        library: &Arc<Library>,
        slot: Where,
        Want { write, renew }: Want,
        timeout: Duration,
    ) -> Result<Taken, Silence> {
        let until = Instant::now() + timeout;
        let left = || until.saturating_duration_since(Instant::now());
        loop {
            let (taken, others) = self.place(write, renew, left())?;
            if taken.lane.is_some() {
                return Ok(taken);
            }
            match self.open(taken, library, slot, timeout) {
                // The device has fewer sessions than we would take: wait for one of ours.
                Err(Silence::Refused(Fault::Device(rv))) if rv.cause() == Cause::Busy && others > 0 => {
                    self.shared.lock().allowed = Some((others, Instant::now()));
                }
                outcome => return outcome,
            }
        }
    }

    /// An idle lane, or the right to open one, and how many other sessions there are.
    fn place(&self, write: bool, renew: bool, timeout: Duration) -> Result<(Taken, usize), Silence> {
        let until = Instant::now() + timeout;
        let mut state = self.shared.lock();
        let (number, lane, writes, others) = loop {
            if renew {
                state.idle.clear();
            }
            if let Some(Idle { number, lane, writes, .. }) = state.idle_for(write) {
                break (number, Some(lane), writes, state.sessions());
            }
            // Calls that never came back keep their threads: there are at most twice as many as lanes.
            if state.has_room(self.most) {
                let (number, others) = (state.next, state.sessions());
                state.next += 1;
                state.alive.insert(number);
                state.most_seen = state.most_seen.max(others + 1);
                break (number, None, write, others);
            }
            // One that only reads makes room for one that writes.
            state.idle.pop();
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // Nobody has one, and there is none: those that should have closed have not.
                let stuck = state.stuck.len() >= self.most || state.out == 0;
                let error =
                    if stuck { Problem::CallsStuck.into() } else { Error::from(khoalai::Error::Busy) };
                return Err(Silence::Refused(error.into()));
            }
            state.waiting += 1;
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
        };
        state.out += 1;
        drop(state);
        Ok((Taken { shared: Arc::clone(&self.shared), number, lane, writes }, others))
    }

    fn open(
        &self,
        mut taken: Taken,
        library: &Arc<Library>,
        slot: Where,
        timeout: Duration,
    ) -> Result<Taken, Silence> {
        let alive = Alive(Arc::clone(&self.shared), taken.number);
        match Lane::open(library, slot, taken.writes, alive, timeout) {
            Ok(lane) => {
                taken.lane = Some(lane);
                Ok(taken)
            }
            Err(silence) => {
                if matches!(silence, Silence::Timeout) {
                    taken.is_stuck();
                }
                Err(silence)
            }
        }
    }

    /// Closes what is idle.
    pub(crate) fn clear(&self) {
        self.shared.lock().idle.clear();
    }

    /// The most sessions that there were at once, and the calls that have not come back.
    pub(crate) fn usage(&self) -> (usize, usize) {
        let state = self.shared.lock();
        (state.most_seen, state.stuck.len())
    }
}

impl From<Rv> for Error {
    /// What a code means outside of any operation with input: a condition keeps its name.
    fn from(rv: Rv) -> Self {
        use khoalai::Error as Library;
        let error: Self = match rv.cause() {
            Cause::Absent => Library::Absent.into(),
            Cause::LoggedOut => Library::LoginRequired.into(),
            Cause::SessionGone | Cause::Finalized | Cause::Initialized => Library::Absent.into(),
            Cause::ObjectGone => Library::NotFound.into(),
            Cause::Pin => Library::PinRefused.into(),
            Cause::PinLocked => Library::PinLocked.into(),
            Cause::AlreadyLoggedIn | Cause::Busy => Library::Busy.into(),
            Cause::Full => Library::StoreFull.into(),
            Cause::Missing | Cause::Template => Problem::NotOffered.into(),
            Cause::ReadOnly => Problem::ReadOnly.into(),
            Cause::Sensitive => Library::NotExportable.into(),
            Cause::Random => Library::RandomFailed.into(),
            Cause::Threads => Problem::ModuleThreads.into(),
            Cause::SelfTest => Library::SelfTestFailed.into(),
            Cause::TooShort | Cause::Unclear => Library::DeviceFailed.into(),
        };
        error.because(rv)
    }
}
