//! One slot as this process uses it: its sessions, its login, and what to do when they are lost.

use crate::audit::{Auditor, Event, EventKind};
use crate::breaker::{Breaker, Change};
use crate::error::{Error, Problem, Result};
use crate::keeper::Keeper;
use crate::lane::{Desk, Done, Fault, Lane, Silence, Where};
use crate::library::{Initialization, Library};
use crate::login::{Attempt, Login};
use crate::pin::{Pin, PinFor, PinPrompt, TriesLeft};
use crate::pool::{Pool, Taken};
use crate::profile::Profile;
use crate::quirks::Quirks;
use crate::raw::{Cause, Rv};
use crate::refusals::Refusals;
use crate::turns::Turns;
use cryptoki::session::{SessionState, UserType};
use cryptoki::slot::{Limit, Slot as Number, TokenInfo};
use cryptoki_sys::{CKR_SLOT_ID_INVALID, CKR_USER_NOT_LOGGED_IN};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

/// How much of a device this process takes, and how long it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sessions at once, at most. A device that says less gets less.
    pub sessions: usize,
    /// How long a call, or a free session, is waited for.
    pub timeout: Duration,
    /// How long a login is waited for: people type slowly.
    pub login_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sessions: 16, timeout: Duration::from_secs(30), login_timeout: Duration::from_secs(120) }
    }
}

impl Limits {
    /// As a profile has them, where it says less.
    pub(crate) fn under(self, quirks: &Quirks) -> Self {
        let sessions = quirks.sessions.map_or(self.sessions, |most| most.min(self.sessions));
        Self { sessions, timeout: quirks.timeout.unwrap_or(self.timeout), ..self }
    }
}

/// How a token is used.
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
    place: Where,
    pub(crate) identity: Identity,
    limits: Limits,
    protected_path: bool,
    pool: Pool,
    login: Arc<Login>,
    pub(crate) refusals: Arc<Refusals>,
    breaker: Breaker,
    turns: Turns,
    /// A session that nobody works with: while it is open, closing the others loses no login.
    anchor: Mutex<Option<Lane>>,
    auditor: Option<Arc<dyn Auditor>>,
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
        let sessions = limits.sessions.min(device).max(1);
        let refusals = Arc::new(Refusals::new()?);
        Ok(Arc::new_cyclic(|me| Self {
            library,
            place: Where { number, login_required: info.login_required() },
            identity: info.into(),
            limits,
            protected_path: info.protected_authentication_path(),
            // One of them is the anchor.
            pool: Pool::new(if sessions > 1 { sessions - 1 } else { 1 }),
            login: Arc::default(),
            refusals,
            breaker: Breaker::default(),
            turns: Turns::default(),
            anchor: Mutex::new(None),
            auditor,
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
        self.library.check_process()?;
        let _turn = self.turns.read(self.limits.timeout)?;
        self.run_in_turn(pin, job)
    }

    /// The same for a job that writes to the token.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        pin: &Keeper,
        job: impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static,
    ) -> Done<T> {
        self.library.check_process()?;
        let _turn = self.turns.write(self.limits.timeout)?;
        self.run_in_turn(pin, job)
    }

    fn run_in_turn<T: Send + 'static>(
        &self,
        pin: &Keeper,
        job: impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static,
    ) -> Done<T> {
        let job = Arc::new(job);
        let mut lost = None;
        loop {
            self.library.check_process()?;
            self.breaker.check().map_err(Error::from)?;
            let generation = self.library.generation();
            let mut login = (self.login.epoch(), false);
            match (self.once(pin, &job, lost, &mut login), lost) {
                (Ok(done), _) => return Ok(done),
                (Err(Silence::Refused(Fault::Device(rv))), None | Some(Cause::SessionGone))
                    if (lost.is_none() || may_be_finalized(rv)) && self.restore(rv, login.0, generation) =>
                {
                    lost = Some(if may_be_finalized(rv) { Cause::Finalized } else { rv.cause() });
                }
                (Err(silence), _) => {
                    self.look_after(&silence);
                    let fault = Fault::from(silence);
                    // Before the job began, no code depends on its input.
                    return Err(if login.1 { fault } else { Error::from(fault).into() });
                }
            }
        }
    }

    /// One time. `lost` is what made an earlier one fail; `login` becomes the one that the job is done in,
    /// and whether it was begun.
    fn once<T: Send + 'static>(
        &self,
        pin: &Keeper,
        job: &Arc<impl Fn(&Desk<'_>) -> Done<T> + Send + Sync + 'static>,
        lost: Option<Cause>,
        login: &mut (u64, bool),
    ) -> core::result::Result<T, Silence> {
        let renew = matches!(lost, Some(Cause::SessionGone | Cause::Finalized));
        self.in_a_session(renew, |lane| {
            if matches!(lost, Some(Cause::SessionGone | Cause::ObjectGone)) {
                self.look_at_login(lane)?;
            }
            self.log_in(lane, pin)?;
            *login = (self.login.epoch(), true);
            let job = Arc::clone(job);
            let outcome = lane.run(self.limits.timeout, move |desk| job(desk));
            match outcome {
                // What was done with handles of before may have been done with another key.
                Ok(_) if lost.is_none() && !self.is_still(login.0) => {
                    Err(Silence::Refused(Rv(CKR_USER_NOT_LOGGED_IN).into()))
                }
                Err(Silence::Refused(Fault::Device(rv))) if lost.is_none() && rv.cause().hides_a_loss() => {
                    Err(Silence::Refused(self.what_was_lost(lane, login.0).unwrap_or(rv.into())))
                }
                outcome => outcome,
            }
        })
    }

    /// Whether the login of `epoch` is there, as far as is known.
    fn is_still(&self, epoch: u64) -> bool {
        !self.place.login_required || self.login.is_still(epoch)
    }

    /// A key that went with the login, between two calls, fails like any bad input in some modules
    /// (kryoptic: CKR_GENERAL_ERROR, softokn: CKR_HOST_MEMORY). This is looked at the same way whatever
    /// the input was, and does not use the key.
    fn what_was_lost(&self, lane: &Taken, epoch: u64) -> Option<Fault> {
        if !self.place.login_required {
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

    fn session_state(&self, lane: &Taken) -> core::result::Result<SessionState, Silence> {
        lane.run(self.limits.timeout, |desk| Ok(desk.session.get_session_info()?.session_state()))
    }

    /// Takes a lane for `work`. After any failure of the device an operation may still be active in its
    /// session, which is closed then.
    fn in_a_session<T>(
        &self,
        renew: bool,
        work: impl FnOnce(&Taken) -> core::result::Result<T, Silence>,
    ) -> core::result::Result<T, Silence> {
        let taken = self.pool.take(&self.library, self.place, renew, self.limits.timeout)?;
        let outcome = work(&taken);
        // We stopped it ourselves, between two calls.
        if matches!(outcome, Ok(_) | Err(Silence::Refused(Fault::Own(_)))) {
            taken.give_back();
        }
        outcome
    }

    /// Whether the job can be done again, after what it says was lost.
    fn restore(&self, rv: Rv, epoch: u64, generation: u64) -> bool {
        match rv.cause() {
            Cause::LoggedOut => self.login_lost(epoch),
            Cause::SessionGone | Cause::ObjectGone => {}
            _ if may_be_finalized(rv) && self.library.restore(generation, self.limits.timeout) => {
                self.login_lost(epoch);
            }
            // It says that it is not initialised, and that it is.
            cause => return cause == Cause::Finalized,
        }
        true
    }

    fn login_lost(&self, epoch: u64) {
        if self.login.lost(epoch) {
            *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = None;
            self.note(EventKind::LoginLost, None, None);
        }
    }

    /// With the last session the login goes, and with the login objects: somebody may have ended it.
    fn look_at_login(&self, lane: &Taken) -> core::result::Result<(), Silence> {
        let epoch = self.login.epoch();
        if !matches!(self.session_state(lane)?, SessionState::RoUser | SessionState::RwUser) {
            self.login_lost(epoch);
        }
        Ok(())
    }

    fn log_in(&self, lane: &Taken, source: &Keeper) -> core::result::Result<(), Silence> {
        if !self.place.login_required {
            return Ok(());
        }
        let turn = self.login.turn(self.limits.login_timeout).map_err(Silence::Refused)?;
        let Some(attempt) = turn else { return Ok(()) };
        match self.pin(lane, source) {
            Ok(pin) => self.log_in_with(lane, pin, attempt)?,
            Err(silence) => {
                let failed = Err(silence.clone().into());
                attempt.end(&failed);
                self.note(EventKind::Login, None, failed.err().map(Error::from).as_ref());
                return Err(silence);
            }
        }
        if self.limits.sessions > 1 {
            let anchor = Lane::open(&self.library, self.place, false, (), self.limits.timeout);
            *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = anchor.ok();
        }
        Ok(())
    }

    /// The PIN to log in with; `None` if it is typed at the device.
    fn pin(&self, lane: &Taken, source: &Keeper) -> core::result::Result<Option<Arc<Pin>>, Silence> {
        let number = self.place.number;
        let info =
            lane.run(self.limits.timeout, move |desk| Ok(desk.library.pkcs11.get_token_info(number)?))?;
        let own = |error: Error| Silence::Refused(error.into());
        // A try is not to be spent on another token that was put into this slot.
        if Identity::from(&info) != self.identity {
            return Err(own(khoalai::Error::Absent.into()));
        }
        if info.user_pin_locked() {
            return Err(own(khoalai::Error::PinLocked.into()));
        }
        self.ask(source, PinFor::User, tries_left(&info)).map_err(own)
    }

    /// One attempt, with one PIN, that is never repeated by itself. It ends when the device answers, also
    /// if the caller has stopped waiting by then.
    fn log_in_with(
        &self,
        lane: &Taken,
        pin: Option<Arc<Pin>>,
        attempt: Attempt,
    ) -> core::result::Result<(), Silence> {
        let Some(me) = self.me.upgrade() else { return Err(Silence::NoThread) };
        lane.run(self.limits.login_timeout, move |desk| {
            let outcome = me.present(desk, pin.as_deref());
            attempt.end(&outcome);
            outcome
        })
    }

    /// Shows the device the PIN.
    fn present(&self, desk: &Desk<'_>, pin: Option<&Pin>) -> Done<()> {
        let outcome = match pin {
            Some(pin) => self.refusals.attempt(pin, || desk.log_in(UserType::User, Some(pin))),
            None => desk.log_in(UserType::User, None),
        };
        let rv = match outcome {
            Ok(()) => {
                self.note(EventKind::Login, None, None);
                return Ok(());
            }
            Err(rv) => rv,
        };
        let fault = match rv.cause() {
            Cause::AlreadyLoggedIn => {
                self.note(EventKind::PinNotChecked, None, None);
                return Ok(());
            }
            Cause::Pin | Cause::PinLocked => {
                let info = desk.library.pkcs11.get_token_info(self.place.number);
                Fault::Own(match info.as_ref().map_or(TriesLeft::Untold, tries_left) {
                    TriesLeft::Locked => khoalai::Error::PinLocked.into(),
                    TriesLeft::Last => Problem::LastTry.into(),
                    TriesLeft::Fewer => Problem::FewTries.into(),
                    TriesLeft::Untold => rv.into(),
                })
            }
            _ => rv.into(),
        };
        self.note(EventKind::Login, None, Some(&fault.clone().into()));
        Err(fault)
    }

    /// Looks after the device if this silence can mean that it fails.
    fn look_after(&self, silence: &Silence) {
        let suspicious = match silence {
            Silence::Timeout => {
                self.note(EventKind::Timeout, None, None);
                true
            }
            Silence::Refused(Fault::Device(rv)) => {
                matches!(rv.cause(), Cause::Unclear | Cause::Absent | Cause::Full)
            }
            Silence::Refused(Fault::Own(error)) => *error == Problem::CallsStuck,
            Silence::NoThread => false,
        };
        if suspicious {
            self.suspect();
        }
    }

    /// Looks after the device, in a thread of its own, and goes on until it answers.
    fn suspect(&self) {
        if !self.breaker.begin() {
            return;
        }
        let me = self.me.clone();
        let look = move || {
            while let Some(slot) = me.upgrade() {
                let outcome = slot.look();
                match slot.breaker.looked(outcome) {
                    Change::Failed(error) => slot.note(EventKind::DeviceFailed, None, Some(&error.into())),
                    Change::Back => slot.note(EventKind::DeviceBack, None, None),
                    Change::None => {}
                }
                if outcome.is_ok() {
                    break;
                }
                drop(slot);
                std::thread::sleep(Breaker::pause());
            }
        };
        if std::thread::Builder::new().name("khoalai-hsm-look".into()).spawn(look).is_err() {
            self.breaker.looked(Ok(()));
        }
    }

    /// Whether the device answers what any device answers.
    fn look(&self) -> core::result::Result<(), khoalai::Error> {
        let answers = |renew| {
            self.in_a_session(renew, |lane| {
                let number = self.place.number;
                lane.run(self.limits.timeout, move |desk| {
                    desk.session.get_session_info()?;
                    let info = desk.library.pkcs11.get_token_info(number)?;
                    if info.rng() {
                        desk.session.generate_random_vec(8)?;
                    }
                    Ok(Identity::from(&info))
                })
            })
        };
        let cause = |answer: &core::result::Result<Identity, Silence>| match answer {
            Err(Silence::Refused(Fault::Device(rv))) => Some(rv.cause()),
            _ => None,
        };
        let mut answer = answers(false);
        if cause(&answer) == Some(Cause::SessionGone) {
            answer = answers(true);
        }
        match (cause(&answer), answer) {
            (_, Ok(identity)) if identity == self.identity => Ok(()),
            // Another token is in the slot.
            (_, Ok(_)) | (Some(Cause::Absent), _) => Err(khoalai::Error::Absent),
            // All sessions in use, or a module that somebody finalised: the device itself is not the matter.
            (Some(Cause::Busy | Cause::Finalized | Cause::SessionGone), _) => Ok(()),
            (Some(_), _) => Err(khoalai::Error::DeviceFailed),
            (None, Err(Silence::Timeout)) => Err(khoalai::Error::Timeout),
            (None, Err(Silence::Refused(Fault::Own(error)))) if error == Problem::CallsStuck => {
                Err(khoalai::Error::Timeout)
            }
            (None, Err(_)) => Ok(()),
        }
    }

    pub(crate) const fn number(&self) -> Number {
        self.place.number
    }

    /// The PIN for one use of a key that wants it each time.
    pub(crate) fn ask_each_time(&self, source: &Keeper) -> Result<Option<Arc<Pin>>> {
        self.ask(source, PinFor::ContextSpecific, TriesLeft::Untold)
    }

    /// A PIN that the device has not refused; `None` if it is typed at the device.
    fn ask(&self, source: &Keeper, pin_for: PinFor, tries_left: TriesLeft) -> Result<Option<Arc<Pin>>> {
        let pin = source.ask(&self.prompt(pin_for, tries_left), |kept| self.refusals.contains(kept))?;
        if pin.as_ref().is_some_and(|pin| self.refusals.contains(pin)) {
            self.note(EventKind::PinWithheld, None, None);
            return Err(khoalai::Error::PinRefused.into());
        }
        // Without a keypad, a login without a PIN is an empty one, and costs a try.
        if pin.is_none() && !self.protected_path {
            return Err(Problem::PinNotGiven.into());
        }
        Ok(pin)
    }

    const fn prompt(&self, pin_for: PinFor, tries_left: TriesLeft) -> PinPrompt<'_> {
        PinPrompt::new(self.identity.label.as_str(), self.identity.serial.as_str(), pin_for, tries_left)
    }

    /// Tells the auditor.
    pub(crate) fn note(&self, kind: EventKind, key: Option<(&str, &str)>, error: Option<&Error>) {
        if let Some(auditor) = &self.auditor {
            let (token, serial) = (self.identity.label.as_str(), self.identity.serial.as_str());
            auditor.note(&Event { kind, token, serial, key, error });
        }
    }

    /// The most sessions that were open at once, the anchor included, and the calls that have not come back.
    pub(crate) fn usage(&self) -> (usize, usize) {
        let (most, stuck) = self.pool.usage();
        (most + usize::from(self.limits.sessions > 1), stuck)
    }

    /// See [`Refusals::forget`].
    pub(crate) fn forget_refusals(&self) {
        self.refusals.forget();
    }
}

/// Modules say so, or that the slot is none.
fn may_be_finalized(rv: Rv) -> bool {
    rv.cause() == Cause::Finalized || rv == Rv(CKR_SLOT_ID_INVALID)
}

fn tries_left(info: &TokenInfo) -> TriesLeft {
    match info {
        _ if info.user_pin_locked() => TriesLeft::Locked,
        _ if info.user_pin_final_try() => TriesLeft::Last,
        _ if info.user_pin_count_low() => TriesLeft::Fewer,
        _ => TriesLeft::Untold,
    }
}
