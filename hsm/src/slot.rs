//! One slot as this process uses it: its sessions, its login, and what to do when they are lost.

mod enter;
mod look;

use crate::audit::{Auditor, Event, EventKind};
use crate::breaker::Breaker;
use crate::error::{Error, Result};
use crate::handles::Mark;
use crate::keeper::Keeper;
use crate::lane::{Desk, Done, Fault, Lane, Silence, Where};
use crate::library::{Initialization, Library};
use crate::login::Login;
use crate::pool::{Pool, Taken, Want};
use crate::profile::Profile;
use crate::quirks::Quirks;
use crate::raw::{Cause, Rv};
use crate::refusals::Refusals;
use crate::turns::Turns;
use alloc::collections::BTreeSet;
use alloc::sync::{Arc, Weak};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use cryptoki::session::SessionState;
use cryptoki::slot::{Limit, Slot as Number, TokenInfo};
use cryptoki_sys::{CKR_SESSION_READ_ONLY, CKR_SLOT_ID_INVALID, CKR_USER_NOT_LOGGED_IN};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// What a device gives, or why not.
type Answer<T> = core::result::Result<T, Silence>;

/// How much of a device this process takes, and how long it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sessions at once, at most. A device that says less gets less.
    pub sessions: usize,
    /// How long a call, or a free session, is waited for.
    pub timeout: Duration,
    /// How long a new key is waited for, if that is longer: smart cards look for primes for minutes.
    pub generation_timeout: Duration,
    /// How long a login is waited for: people type slowly.
    pub login_timeout: Duration,
    /// Whether somebody waits while a key is used, and gives up after `timeout`; `None` is as the module's profile
    /// says, and yes without one. If not, the caller's own thread makes these calls: that saves two changes of
    /// threads for each use, but a module that hangs hangs the caller. And more than the caller: until such a call
    /// comes back it keeps its session and its turn, so that what writes to the token, and a login, ends in
    /// [`Busy`](khoalai::Error::Busy); other uses wait behind a writer for as long as it waits, and nobody finds out
    /// that the device fails ([`DeviceFailed`](EventKind::DeviceFailed) is not told). For modules that compute in
    /// this process and wait for no device.
    pub watched: Option<bool>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 16,
            timeout: Duration::from_secs(30),
            generation_timeout: Duration::from_secs(300),
            login_timeout: Duration::from_secs(120),
            watched: None,
        }
    }
}

impl Limits {
    /// Times that a clock can count.
    pub(crate) fn sane(self) -> Self {
        const DAY: Duration = Duration::from_secs(86400);
        Self {
            timeout: self.timeout.min(DAY),
            generation_timeout: self.generation_timeout.min(DAY),
            login_timeout: self.login_timeout.min(DAY),
            ..self
        }
    }

    /// As a profile has them, where it says less, or the caller nothing.
    pub(crate) fn under(self, quirks: &Quirks) -> Self {
        let sessions = quirks.sessions.map_or(self.sessions, |most| most.min(self.sessions));
        let watched = self.watched.or(quirks.watched);
        Self { sessions, timeout: quirks.timeout.unwrap_or(self.timeout), watched, ..self }
    }
}

/// How a token is used. A slot is shared by all of a process that open it: sessions, login, limits and
/// auditor are those of whoever opened it first.
#[derive(Clone, Default)]
pub struct Options {
    /// What the module is told when it is initialised.
    pub initialization: Initialization,
    /// How much of the device is taken.
    pub limits: Limits,
    /// Who is told what happens.
    pub auditor: Option<Arc<dyn Auditor>>,
    /// Profiles of quirks; the one of the very module is taken.
    pub profiles: Vec<Profile>,
    /// A folder of the caller's own, for what cannot be noted in the device: which key serves which hybrid.
    pub claims: Option<PathBuf>,
}

/// Which token is in the slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its label.
    pub label: String,
    /// Its maker.
    pub manufacturer: String,
    /// Its model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
}

impl From<&TokenInfo> for Identity {
    fn from(info: &TokenInfo) -> Self {
        Self {
            label: info.label().into(),
            manufacturer: info.manufacturer_id().into(),
            model: info.model().into(),
            serial: info.serial_number().into(),
        }
    }
}

/// A slot, its token, and this process's part in it.
pub(crate) struct Slot {
    pub(crate) library: Arc<Library>,
    /// It may come back in another one.
    number: Mutex<Number>,
    login_required: bool,
    /// The module does in sessions that write what others do in those that only read.
    wants_writers: AtomicBool,
    pub(crate) identity: Identity,
    limits: Limits,
    protected_path: bool,
    pool: Pool,
    login: Arc<Login>,
    pub(crate) refusals: Arc<Refusals>,
    breaker: Breaker,
    turns: Turns,
    /// Counts what can have given handles another meaning; see [`Handles`](crate::handles::Handles).
    age: Arc<AtomicU64>,
    /// How many keys were opened.
    marks: AtomicU64,
    /// A session that nobody works with: while it is open, closing the others loses no login.
    anchor: Mutex<Option<Lane>>,
    auditor: Option<Arc<dyn Auditor>>,
    /// The quirks that were met.
    met: Mutex<BTreeSet<&'static str>>,
    me: Weak<Self>,
}

impl Slot {
    pub(crate) fn new(
        library: Arc<Library>,
        number: Number,
        info: &TokenInfo,
        limits: Limits,
        auditor: Option<Arc<dyn Auditor>>,
    ) -> Result<Arc<Self>> {
        let device = match info.max_session_count() {
            Limit::Max(most) => usize::try_from(most).unwrap_or(usize::MAX),
            Limit::Unavailable | Limit::Infinite => usize::MAX,
        };
        let limits = Limits { sessions: limits.sessions.min(device).max(1), ..limits.sane() };
        let refusals = Arc::new(Refusals::new()?);
        Ok(Arc::new_cyclic(|me| Self {
            library,
            number: Mutex::new(number),
            login_required: info.login_required(),
            wants_writers: AtomicBool::new(false),
            identity: info.into(),
            limits,
            protected_path: info.protected_authentication_path(),
            // One of them is the anchor.
            pool: Pool::new(if limits.sessions > 1 { limits.sessions - 1 } else { 1 }),
            login: Arc::default(),
            refusals,
            breaker: Breaker::default(),
            turns: Turns::default(),
            age: Arc::default(),
            marks: AtomicU64::new(0),
            anchor: Mutex::new(None),
            auditor,
            met: Mutex::default(),
            me: me.clone(),
        }))
    }

    /// Has the device do `job`, logged in if it wants that. What was lost meanwhile (session, login,
    /// the whole initialisation) is restored once, and the job done again from its beginning.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        pin: &Keeper,
        job: impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static,
    ) -> Done<T> {
        self.in_turn(pin, self.limits.timeout, &Work::new(job, false))
    }

    /// The same for a job that writes to the token.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        pin: &Keeper,
        job: impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static,
    ) -> Done<T> {
        self.in_turn(pin, self.limits.timeout, &Work::new(job, true))
    }

    /// The same for a job that makes a key.
    pub(crate) fn make<T: Send + 'static>(
        &self,
        pin: &Keeper,
        job: impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static,
    ) -> Done<T> {
        let timeout = self.limits.generation_timeout.max(self.limits.timeout);
        self.in_turn(pin, timeout, &Work::new(job, true))
    }

    fn in_turn<T: Send + 'static>(
        &self,
        pin: &Keeper,
        timeout: Duration,
        work: &Arc<Work<impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static>>,
    ) -> Done<T> {
        let turn = if work.writes { Turns::write } else { Turns::read };
        let (mut lost, mut moved) = (None, false);
        // What is made or destroyed has to be taken back, or known, if it comes too late.
        let watched = work.writes || self.limits.watched.unwrap_or(true);
        loop {
            self.check()?;
            let write = work.writes || self.wants_writers.load(Ordering::Relaxed);
            let generation = self.library.generation();
            let mut login = Err(self.login.epoch());
            let outcome = self.enter(pin, write, lost).and_then(|renewed| {
                let _turn =
                    turn(&self.turns, self.limits.timeout).map_err(|error| Silence::Refused(error.into()))?;
                let want = Want { write, renew: wants_new_session(lost) && !renewed };
                self.once(work, watched.then_some(timeout), lost, want, &mut login)
            });
            let dead = matches!(&outcome, Err(Silence::Refused(Fault::Device(rv)))
                if work.believed.swap(false, Ordering::Relaxed) && rv.cause().hides_a_dead_handle());
            if dead {
                self.forget_handles();
            }
            match (outcome, lost) {
                (Ok(done), _) => return Ok(done),
                (Err(Silence::Refused(Fault::Device(rv))), None | Some(Cause::SessionGone))
                    if (lost.is_none() || may_be_finalized(rv)) && self.restore(rv, login, generation) =>
                {
                    lost = Some(if may_be_finalized(rv) { Cause::Finalized } else { rv.cause() });
                }
                (Err(Silence::Refused(Fault::Device(rv))), _)
                    if rv == Rv(CKR_SESSION_READ_ONLY)
                        && !write
                        && !self.wants_writers.swap(true, Ordering::Relaxed) =>
                {
                    self.meets("WANTS_WRITE_SESSIONS");
                }
                // As if it had said so: whether somebody is logged in is looked at, and the key searched for.
                (Err(_), None) if dead => lost = Some(Cause::ObjectGone),
                // Back in another slot: found again once, as its URI would find it.
                (Err(silence), _) if !moved && is_absence(&silence) && self.is_elsewhere() => {
                    (lost, moved) = (Some(Cause::SessionGone), true);
                }
                (Err(silence), _) => {
                    self.look_after(&silence);
                    let fault = Fault::from(silence);
                    // Before the job began, no code depends on its input.
                    return Err(if login.is_ok() { fault } else { Error::from(fault).into() });
                }
            }
        }
    }

    /// Whether the device may be asked at all.
    fn check(&self) -> Result<()> {
        self.library.check_process()?;
        Ok(self.breaker.check()?)
    }

    /// One time. `lost` is what made an earlier one fail; `login` becomes `Ok` and the login that the job
    /// is done in, once it begins. Without a `timeout` it is the caller's thread that does it.
    fn once<T: Send + 'static>(
        &self,
        work: &Arc<Work<impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static>>,
        timeout: Option<Duration>,
        lost: Option<Cause>,
        want: Want,
        login: &mut core::result::Result<u64, u64>,
    ) -> Answer<T> {
        self.in_a_session(want, |lane| {
            let epoch = self.login.epoch();
            *login = Ok(epoch);
            if work.writes {
                self.forget_handles();
            }
            let (now, work) = (self.age.load(Ordering::Acquire), Arc::clone(work));
            let age = work.writes.then(|| Arc::clone(&self.age));
            let job = move |desk: &Desk<'_>| {
                desk.handles.borrow_mut().begin(now);
                let outcome = (work.job)(desk);
                // Also where the caller has given up: others have found keys meanwhile.
                if let Some(age) = &age {
                    age.fetch_add(1, Ordering::AcqRel);
                }
                work.believed.store(desk.handles.borrow().believed(), Ordering::Relaxed);
                outcome
            };
            let outcome = match timeout {
                Some(timeout) => lane.run(timeout, job),
                None => lane.run_here(job),
            };
            match outcome {
                // What was done with handles of before may have been done with another key.
                Ok(_) if lost.is_none() && !self.is_still(epoch) => {
                    Err(Silence::Refused(Rv(CKR_USER_NOT_LOGGED_IN).into()))
                }
                Err(Silence::Refused(Fault::Device(rv))) if rv.cause().hides_a_loss() => {
                    Err(Silence::Refused(self.what_was_lost(lane, epoch).unwrap_or(rv.into())))
                }
                outcome => outcome,
            }
        })
    }

    /// Whether the login of `epoch` is there, as far as is known.
    fn is_still(&self, epoch: u64) -> bool {
        !self.login_required || self.login.is_still(epoch)
    }

    /// A key that went with the login, between two calls, fails like any bad input in some modules
    /// (kryoptic: `CKR_GENERAL_ERROR`, softokn: `CKR_HOST_MEMORY`). This is looked at the same way whatever
    /// the input was, and does not use the key.
    fn what_was_lost(&self, lane: &Taken, epoch: u64) -> Option<Fault> {
        if !self.login_required {
            return None;
        }
        if !self.is_still(epoch) {
            return Some(Rv(CKR_USER_NOT_LOGGED_IN).into());
        }
        match self.session_state(lane) {
            Ok(SessionState::RoUser | SessionState::RwUser) => None,
            Ok(_) => Some(Rv(CKR_USER_NOT_LOGGED_IN).into()),
            Err(Silence::Refused(fault)) => Some(fault),
            Err(_) => None,
        }
    }

    fn session_state(&self, lane: &Taken) -> Answer<SessionState> {
        lane.run(self.limits.timeout, |desk| Ok(desk.session.get_session_info()?.session_state()))
    }

    /// Takes a lane for `work`. After any failure of the device an operation may still be active in its
    /// session, which is closed then.
    fn in_a_session<T>(&self, want: Want, work: impl FnOnce(&Taken) -> Answer<T>) -> Answer<T> {
        // With a single session it is one for everything: closing it ends the login.
        let want = Want { write: want.write || self.limits.sessions == 1, ..want };
        let taken = self.pool.take(&self.library, self.place(), want, self.limits.timeout)?;
        let outcome = work(&taken);
        // We stopped it ourselves, between two calls.
        if matches!(outcome, Ok(_) | Err(Silence::Refused(Fault::Own(_)))) {
            let anchored = self.anchor.lock().unwrap_or_else(PoisonError::into_inner).is_some();
            let keep = self.login_required && !anchored || self.wants_writers.load(Ordering::Relaxed);
            taken.give_back(keep);
        }
        outcome
    }

    /// Whether the token is in another slot than it was, by its label, maker, model and serial number.
    fn is_elsewhere(&self) -> bool {
        let found = self.library.whereabouts(&self.identity, self.limits.timeout);
        found.is_some_and(|number| self.is_now_in(number))
    }

    /// The token is in this slot. Returns whether that is news: sessions and login of before are no more.
    pub(crate) fn is_now_in(&self, number: Number) -> bool {
        let before =
            core::mem::replace(&mut *self.number.lock().unwrap_or_else(PoisonError::into_inner), number);
        if before != number {
            self.forget_handles();
            self.pool.clear();
            self.login_lost(self.login.epoch());
        }
        before != number
    }

    fn place(&self) -> Where {
        Where { number: self.number(), login_required: self.login_required }
    }

    /// Whether the job can be done again, after what it says was lost.
    fn restore(&self, rv: Rv, login: core::result::Result<u64, u64>, generation: u64) -> bool {
        let (Ok(epoch) | Err(epoch)) = login;
        match rv.cause() {
            Cause::LoggedOut => self.login_lost(epoch),
            Cause::SessionGone | Cause::ObjectGone => self.forget_handles(),
            _ if may_be_finalized(rv) && self.library.restore(generation, self.limits.timeout) => {
                self.login_lost(epoch);
            }
            // It says that it is not initialised, and that it is.
            cause => return cause == Cause::Finalized,
        }
        true
    }

    /// No handle that was found before is believed any more, in no session.
    pub(crate) fn forget_handles(&self) {
        self.age.fetch_add(1, Ordering::AcqRel);
    }

    /// A number for a key that was opened.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.marks.fetch_add(1, Ordering::Relaxed))
    }

    fn login_lost(&self, epoch: u64) {
        self.forget_handles();
        if self.login.lost(epoch) {
            *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = None;
            self.note(EventKind::LoginLost, None, None);
        }
    }

    pub(crate) fn number(&self) -> Number {
        *self.number.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the auditor.
    pub(crate) fn note(&self, kind: EventKind, key: Option<(&str, &str)>, error: Option<&Error>) {
        self.note_with(kind, key, None, error);
    }

    /// The same, with what of it.
    pub(crate) fn note_with(
        &self,
        kind: EventKind,
        key: Option<(&str, &str)>,
        detail: Option<&str>,
        error: Option<&Error>,
    ) {
        if let Some(auditor) = &self.auditor {
            let (token, serial) = (self.identity.label.as_str(), self.identity.serial.as_str());
            auditor.note(&Event { kind, token, serial, key, detail, error });
        }
    }

    /// The device does something in its own way. Told once for each.
    pub(crate) fn meets(&self, quirk: &'static str) {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.insert(quirk) {
            drop(met);
            self.note_with(EventKind::Quirk, None, Some(quirk), None);
        }
    }

    /// The most sessions that were open at once, the anchor included, and the calls that have not come back.
    pub(crate) fn usage(&self) -> (usize, usize) {
        let (most, stuck) = self.pool.usage();
        (most + usize::from(self.limits.sessions > 1), stuck)
    }

    pub(crate) const fn has_keypad(&self) -> bool {
        self.protected_path
    }

    /// See [`Refusals::forget`].
    pub(crate) fn forget_refusals(&self) {
        self.refusals.forget();
    }
}

/// What is to be done in a slot, as often as it takes.
struct Work<J> {
    job: J,
    /// Whether it writes to the token, in whichever session.
    writes: bool,
    /// Whether the last time used a handle that was found before it.
    believed: AtomicBool,
}

impl<J> Work<J> {
    fn new(job: J, writes: bool) -> Arc<Self> {
        Arc::new(Self { job, writes, believed: AtomicBool::new(false) })
    }
}

/// Whether it was a session that was lost, so that the others may be as well.
const fn wants_new_session(lost: Option<Cause>) -> bool {
    matches!(lost, Some(Cause::SessionGone | Cause::Finalized))
}

/// Whether the token is not there, or another one is in its place.
fn is_absence(silence: &Silence) -> bool {
    match silence {
        Silence::Refused(Fault::Device(rv)) => rv.cause() == Cause::Absent,
        Silence::Refused(Fault::Own(error)) => *error == khoalai::Error::Absent,
        Silence::Timeout | Silence::NoThread => false,
    }
}

/// Modules say so, or that the slot is none.
fn may_be_finalized(rv: Rv) -> bool {
    rv.cause() == Cause::Finalized || rv == Rv(CKR_SLOT_ID_INVALID)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_somebody_waits_is_up_to_the_caller_and_then_to_the_profile() {
        let said = |caller, profile| {
            let quirks = Quirks { watched: profile, ..Quirks::default() };
            Limits { watched: caller, ..Limits::default() }.under(&quirks).watched
        };
        assert_eq!(said(None, None), None);
        assert_eq!(said(None, Some(false)), Some(false));
        assert_eq!(said(Some(true), Some(false)), Some(true));
        assert_eq!(said(Some(false), Some(true)), Some(false));
    }
}
