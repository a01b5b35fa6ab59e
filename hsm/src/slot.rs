//! One slot as this process uses it: its sessions, its login, and what to do when they are lost.

use crate::audit::{Auditor, Event, EventKind};
use crate::breaker::{Breaker, Change};
use crate::error::{Error, Problem, Result};
use crate::keeper::Keeper;
use crate::lane::{Desk, Done, Fault, Lane, Silence, Where};
use crate::library::{Initialization, Library};
use crate::login::Login;
use crate::pin::{Pin, PinFor, PinPrompt, TriesLeft};
use crate::pool::{Pool, Taken};
use crate::profile::Profile;
use crate::quirks::Quirks;
use crate::raw::{Cause, Rv};
use cryptoki::session::UserType;
use cryptoki::slot::{Limit, Slot as Number, TokenInfo};
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
    login: Login,
    breaker: Breaker,
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
        let login = Login::new()?;
        Ok(Arc::new_cyclic(|me| Self {
            library,
            place: Where { number, login_required: info.login_required() },
            identity: info.into(),
            limits,
            protected_path: info.protected_authentication_path(),
            // One of them is the anchor.
            pool: Pool::new(if sessions > 1 { sessions - 1 } else { 1 }),
            login,
            breaker: Breaker::default(),
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
        let job = Arc::new(job);
        let mut again = false;
        loop {
            self.library.check_process()?;
            self.breaker.check().map_err(Error::from)?;
            let taken = self.pool.take(&self.library, self.place, self.limits.timeout);
            let taken = match taken {
                Ok(taken) => taken,
                Err(error) if !again && self.restore(&error) => {
                    again = true;
                    continue;
                }
                Err(error) => {
                    self.suspect();
                    return Err(error.into());
                }
            };
            self.log_in(&taken, pin)?;
            let epoch = self.login.epoch();
            let Some(lane) = taken.lane() else { return Err(Error::from(khoalai::Error::Busy).into()) };
            let doing = Arc::clone(&job);
            match lane.run(self.limits.timeout, move |desk| doing(desk)) {
                Ok(done) => {
                    taken.give_back();
                    return Ok(done);
                }
                // We stopped it ourselves, between two calls.
                Err(Silence::Refused(Fault::Own(error))) => {
                    taken.give_back();
                    return Err(error.into());
                }
                Err(Silence::Refused(Fault::Device(rv))) => {
                    // After any failure an operation may still be active in the session.
                    drop(taken);
                    if !again && self.lost(rv.cause(), epoch) {
                        again = true;
                        continue;
                    }
                    if matches!(rv.cause(), Cause::Unclear | Cause::Absent | Cause::Full) {
                        self.suspect();
                    }
                    return Err(rv.into());
                }
                Err(silence) => {
                    drop(taken);
                    self.note(EventKind::Timeout, None, None);
                    self.suspect();
                    return Err(Error::from(silence).into());
                }
            }
        }
    }

    /// Whether the job can be done again, after what it says was lost.
    fn lost(&self, cause: Cause, epoch: u64) -> bool {
        match cause {
            Cause::LoggedOut => self.login_lost(epoch),
            // Sessions of others are closed with ours, and with the last one the login goes.
            Cause::SessionGone => {
                self.pool.close_idle();
                self.login_lost(epoch);
            }
            Cause::ObjectGone => {}
            Cause::Finalized => return self.initialize_again(epoch),
            _ => return false,
        }
        true
    }

    /// The same for what kept a session from being opened.
    fn restore(&self, error: &Error) -> bool {
        error.detail() == Rv(cryptoki_sys::CKR_CRYPTOKI_NOT_INITIALIZED).name()
            && self.initialize_again(self.login.epoch())
    }

    fn initialize_again(&self, epoch: u64) -> bool {
        self.pool.close_idle();
        self.login_lost(epoch);
        self.library.initialize().is_ok()
    }

    fn login_lost(&self, epoch: u64) {
        if self.login.lost(epoch) {
            self.pool.close_idle();
            *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = None;
            self.note(EventKind::LoginLost, None, None);
        }
    }

    fn log_in(&self, taken: &Taken<'_>, pin: &Keeper) -> Result<()> {
        if !self.place.login_required || self.login.is_inside() {
            return Ok(());
        }
        self.login.ensure(self.limits.login_timeout, || {
            let outcome = self.log_in_now(taken, pin);
            if outcome.is_ok() && self.limits.sessions > 1 {
                let anchor = Lane::open(&self.library, self.place, false, (), self.limits.timeout);
                *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = anchor.ok();
            }
            outcome
        })
    }

    /// One attempt, with one PIN, that is never repeated by itself.
    fn log_in_now(&self, taken: &Taken<'_>, source: &Keeper) -> Result<()> {
        let Some(lane) = taken.lane() else { return Err(khoalai::Error::Busy.into()) };
        let number = self.place.number;
        let info =
            lane.run(self.limits.timeout, move |desk| Ok(desk.library.pkcs11.get_token_info(number)?))?;
        if info.user_pin_locked() {
            return Err(self.failed_login(khoalai::Error::PinLocked.into()));
        }
        let pin = source.ask(&self.prompt(PinFor::User, tries_left(&info)))?;
        // Without a keypad, a login without a PIN is an empty one, and costs a try.
        if pin.is_none() && !self.protected_path {
            return Err(self.failed_login(Problem::PinNotGiven.into()));
        }
        if pin.as_ref().is_some_and(|pin| self.login.was_refused(pin)) {
            source.forget();
            self.note(EventKind::PinWithheld, None, None);
            return Err(khoalai::Error::PinRefused.into());
        }
        let typed = pin.clone();
        let outcome = lane.run(self.limits.login_timeout, move |desk| {
            let typed = typed.map(|pin| cryptoki::types::AuthPin::new(pin.expose().into()));
            Ok(desk.session.login(UserType::User, typed.as_ref())?)
        });
        match outcome {
            Ok(()) => {
                self.note(EventKind::Login, None, None);
                Ok(())
            }
            Err(Silence::Refused(Fault::Device(rv))) if rv.cause() == Cause::AlreadyLoggedIn => {
                self.note(EventKind::PinNotChecked, None, None);
                Ok(())
            }
            Err(Silence::Refused(Fault::Device(rv)))
                if matches!(rv.cause(), Cause::Pin | Cause::PinLocked) =>
            {
                if let Some(pin) = &pin {
                    self.login.refuse(pin);
                }
                source.forget();
                let after = lane
                    .run(self.limits.timeout, move |desk| Ok(desk.library.pkcs11.get_token_info(number)?));
                let error = Error::from(rv);
                Err(self.failed_login(match after {
                    Ok(info) => match tries_left(&info) {
                        TriesLeft::Locked => khoalai::Error::PinLocked.into(),
                        TriesLeft::Last => Problem::LastTry.into(),
                        TriesLeft::Fewer => Problem::FewTries.into(),
                        TriesLeft::Untold => error,
                    },
                    Err(_) => error,
                }))
            }
            Err(silence) => Err(self.failed_login(silence.into())),
        }
    }

    fn failed_login(&self, error: Error) -> Error {
        self.note(EventKind::Login, None, Some(&error));
        error
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
        let number = self.place.number;
        let lane = Lane::open(&self.library, self.place, false, (), self.limits.timeout);
        let answers = lane.and_then(|lane| {
            lane.run(self.limits.timeout, move |desk| {
                desk.session.get_session_info()?;
                if desk.library.pkcs11.get_token_info(number)?.rng() {
                    desk.session.generate_random_vec(8)?;
                }
                Ok(())
            })
        });
        match answers {
            Ok(()) => Ok(()),
            Err(Silence::Timeout) => Err(khoalai::Error::Timeout),
            // All sessions in use, or a module that somebody finalised: the device itself is not the matter.
            Err(Silence::Refused(Fault::Device(rv)))
                if matches!(rv.cause(), Cause::Busy | Cause::Finalized) =>
            {
                Ok(())
            }
            Err(Silence::Refused(Fault::Device(rv))) if rv.cause() == Cause::Absent => {
                Err(khoalai::Error::Absent)
            }
            Err(Silence::Refused(_)) => Err(khoalai::Error::DeviceFailed),
            Err(Silence::NoThread) => Ok(()),
        }
    }

    pub(crate) const fn number(&self) -> Number {
        self.place.number
    }

    /// The PIN for one use of a key that wants it each time.
    pub(crate) fn ask(&self, source: &Keeper) -> Result<Option<Arc<Pin>>> {
        let pin = source.ask(&self.prompt(PinFor::ContextSpecific, TriesLeft::Untold))?;
        match pin {
            Some(pin) if self.login.was_refused(&pin) => Err(khoalai::Error::PinRefused.into()),
            pin => Ok(pin),
        }
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

    /// The most sessions that were in use at once, the anchor included, and the calls that never came back.
    pub(crate) fn usage(&self) -> (usize, usize) {
        let (most, stuck) = self.pool.usage();
        (most + usize::from(self.limits.sessions > 1), stuck)
    }

    /// See [`Login::forget_refusals`].
    pub(crate) fn forget_refusals(&self) {
        self.login.forget_refusals();
    }
}

fn tries_left(info: &TokenInfo) -> TriesLeft {
    match info {
        _ if info.user_pin_locked() => TriesLeft::Locked,
        _ if info.user_pin_final_try() => TriesLeft::Last,
        _ if info.user_pin_count_low() => TriesLeft::Fewer,
        _ => TriesLeft::Untold,
    }
}
