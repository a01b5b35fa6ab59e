//! A bounded number of sessions. One caller at a time has a lane to itself.

use crate::error::{Error, Problem, Result};
use crate::lane::{Fault, Lane, Silence, Where};
use crate::library::Library;
use crate::raw::{Cause, Rv};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The sessions of one slot.
pub(crate) struct Pool {
    most: usize,
    state: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Lane>,
    /// Threads that have not ended: those that work, those that wait, and those that are stuck in a call.
    threads: usize,
    /// Lanes that callers have now.
    out: usize,
    /// The most sessions that the device has let us have, once it refused one.
    allowed: Option<usize>,
    most_seen: usize,
}

impl State {
    /// Threads that nobody waits for any more: their call has not come back.
    fn stuck(&self) -> usize {
        self.threads.saturating_sub(self.out + self.idle.len())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a thread for as long as it lives.
struct Alive(Arc<Shared>);

impl Drop for Alive {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.threads = state.threads.saturating_sub(1);
        drop(state);
        self.0.changed.notify_all();
    }
}

/// A lane that a caller has. Given back, others get it; dropped, its session closes.
pub(crate) struct Taken<'p> {
    pool: &'p Pool,
    lane: Option<Lane>,
}

impl Taken<'_> {
    pub(crate) const fn lane(&self) -> Option<&Lane> {
        self.lane.as_ref()
    }

    /// All went as it should: the next caller may have it.
    pub(crate) fn give_back(mut self) {
        let lane = self.lane.take();
        self.pool.state.lock().idle.extend(lane);
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // First the session, so that there is room for a new one when others are told.
        self.lane = None;
        let mut state = self.pool.state.lock();
        state.out = state.out.saturating_sub(1);
        drop(state);
        self.pool.state.changed.notify_all();
    }
}

impl Pool {
    /// At most `most` sessions.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            state: Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() }),
        }
    }

    /// A lane for one caller: one that is idle, or a new one, or one that comes back in time.
    pub(crate) fn take(&self, library: &Arc<Library>, slot: Where, timeout: Duration) -> Result<Taken<'_>> {
        let until = Instant::now() + timeout;
        let mut state = self.state.lock();
        loop {
            if let Some(lane) = state.idle.pop() {
                state.out += 1;
                return Ok(Taken { pool: self, lane: Some(lane) });
            }
            let most = state.allowed.unwrap_or(self.most).min(self.most);
            // Calls that never came back keep their threads: there are at most twice as many as lanes.
            if state.out < most && state.stuck() < self.most {
                state.out += 1;
                state.threads += 1;
                state.most_seen = state.most_seen.max(state.out);
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let stuck = state.stuck() >= self.most;
                return Err(if stuck { Problem::CallsStuck.into() } else { khoalai::Error::Busy.into() });
            }
            state = self.state.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let others = state.out - 1;
        drop(state);

        // From here on dropping it puts the counts right.
        let mut taken = Taken { pool: self, lane: None };
        let alive = Alive(Arc::clone(&self.state));
        match Lane::open(library, slot, true, alive, timeout) {
            Ok(lane) => taken.lane = Some(lane),
            // The device has fewer sessions than we would take: wait for one of ours.
            Err(Silence::Refused(Fault::Device(rv))) if rv.cause() == Cause::Busy && others > 0 => {
                self.state.lock().allowed = Some(others);
                drop(taken);
                return self.take(library, slot, until.saturating_duration_since(Instant::now()));
            }
            Err(silence) => return Err(silence.into()),
        }
        Ok(taken)
    }

    /// Closes what is idle: after a login was lost, say, when nothing of it is of use.
    pub(crate) fn close_idle(&self) {
        let idle = core::mem::take(&mut self.state.lock().idle);
        drop(idle);
        self.state.changed.notify_all();
    }

    /// The most lanes that were out at once, and the calls that never came back.
    pub(crate) fn usage(&self) -> (usize, usize) {
        let state = self.state.lock();
        (state.most_seen, state.stuck())
    }
}

impl From<Silence> for Error {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Timeout => khoalai::Error::Timeout.into(),
            Silence::NoThread => khoalai::Error::Busy.into(),
            Silence::Refused(fault) => fault.into(),
        }
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
            Cause::SelfTest => Library::SelfTestFailed.into(),
            Cause::TooShort | Cause::Unclear => Library::DeviceFailed.into(),
        };
        error.because(rv)
    }
}
