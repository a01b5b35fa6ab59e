//! Logging in to a slot, with one PIN and one try.

use super::{Answer, Identity, Slot, is_absence, wants_new_session};
use crate::audit::EventKind;
use crate::error::{Error, Problem, Result};
use crate::keeper::Keeper;
use crate::lane::{Desk, Done, Fault, Lane, Silence};
use crate::login::Attempt;
use crate::pin::{Pin, PinFor, PinPrompt, TriesLeft};
use crate::pool::{Taken, Want};
use crate::raw::{Cause, Rv};
use alloc::sync::Arc;
use cryptoki::session::{SessionState, UserType};
use cryptoki::slot::TokenInfo;
use std::sync::PoisonError;

impl Slot {
    /// With the last session the login goes, and with the login objects: somebody may have ended it.
    fn look_at_login(&self, lane: &Taken) -> Answer<()> {
        let epoch = self.login.epoch();
        if !matches!(self.session_state(lane)?, SessionState::RoUser | SessionState::RwUser) {
            self.login_lost(epoch);
        }
        Ok(())
    }

    /// Sees to it that somebody is logged in, after `lost` made an earlier time fail. Returns whether a new
    /// session was opened for it.
    pub(super) fn enter(&self, source: &Keeper, write: bool, lost: Option<Cause>) -> Answer<bool> {
        if !self.login_required {
            return Ok(false);
        }
        let renew = wants_new_session(lost);
        let doubtful = matches!(lost, Some(Cause::SessionGone | Cause::ObjectGone));
        if doubtful {
            self.in_a_session(Want { write, renew }, |lane| self.look_at_login(lane))?;
        }
        let turn = self.login.turn(self.limits.login_timeout).map_err(Silence::Refused)?;
        let Some(attempt) = turn else { return Ok(renew && doubtful) };
        // Alone, as those who write: kryoptic stops for good when somebody logs in among other calls.
        let alone =
            self.turns.write(self.limits.login_timeout).map_err(|error| Silence::Refused(error.into()));
        let mut attempt = Some(attempt);
        let entered = alone.and_then(|_alone| {
            self.in_a_session(Want { write, renew: renew && !doubtful }, |lane| {
                let pin = self.pin(lane, source, PinFor::User)?;
                attempt.take().map_or(Err(Silence::NoThread), |attempt| self.log_in_with(lane, pin, attempt))
            })
        });
        // It came to no try.
        if let (Err(silence), Some(attempt)) = (&entered, attempt) {
            let failed = Err(silence.clone().into());
            attempt.end(&failed);
            self.note(EventKind::Login, None, failed.err().map(Error::from).as_ref());
        }
        entered?;
        if self.limits.sessions > 1 {
            let anchor = Lane::open(&self.library, self.place(), false, (), self.limits.timeout);
            *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = anchor.ok();
        }
        Ok(renew)
    }

    /// The PIN to log in with; `None` if it is typed at the device.
    fn pin(&self, lane: &Taken, source: &Keeper, pin_for: PinFor) -> Answer<Option<Arc<Pin>>> {
        let number = self.number();
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
        self.ask(source, pin_for, tries_left(&info)).map_err(own)
    }

    /// One attempt, with one PIN, that is never repeated by itself. It ends when the device answers, also
    /// if the caller has stopped waiting by then.
    fn log_in_with(&self, lane: &Taken, pin: Option<Arc<Pin>>, attempt: Attempt) -> Answer<()> {
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
        let fault: Fault = match rv.cause() {
            Cause::AlreadyLoggedIn => {
                self.note(EventKind::PinNotChecked, None, None);
                return Ok(());
            }
            Cause::Pin | Cause::PinLocked => self.refused_pin(desk, rv).into(),
            _ => rv.into(),
        };
        self.note(EventKind::Login, None, Some(&fault.clone().into()));
        Err(fault)
    }

    /// What a refused PIN means, by the tries that the device says are left.
    fn refused_pin(&self, desk: &Desk<'_>, rv: Rv) -> Error {
        let info = desk.library.pkcs11.get_token_info(self.number());
        match info.as_ref().map_or(TriesLeft::Untold, tries_left) {
            TriesLeft::Locked => khoalai::Error::PinLocked.into(),
            TriesLeft::Last => Problem::LastTry.into(),
            TriesLeft::Fewer => Problem::FewTries.into(),
            TriesLeft::Untold => rv.into(),
        }
    }

    /// The PIN for one use of a key that wants it each time.
    pub(crate) fn ask_each_time(&self, source: &Keeper) -> Result<Option<Arc<Pin>>> {
        // Nobody is asked for the PIN of a device that is not there.
        self.check()?;
        let want = Want { write: false, renew: false };
        match self.in_a_session(want, |lane| self.pin(lane, source, PinFor::ContextSpecific)) {
            // What was lost meanwhile is restored when the key is used.
            Err(Silence::Refused(Fault::Device(_))) => {
                self.ask(source, PinFor::ContextSpecific, TriesLeft::Untold)
            }
            Err(silence) if is_absence(&silence) && self.is_elsewhere() => {
                self.ask(source, PinFor::ContextSpecific, TriesLeft::Untold)
            }
            answer => Ok(answer?),
        }
    }

    /// Logs in for one use of the key that `about` names. It is one try, as any login.
    pub(crate) fn confirm(&self, desk: &Desk<'_>, pin: Option<&Pin>, about: (&str, &str)) -> Done<()> {
        let outcome = match pin {
            Some(pin) => self.refusals.attempt(pin, || desk.log_in(UserType::ContextSpecific, Some(pin))),
            None => desk.log_in(UserType::ContextSpecific, None),
        };
        let outcome = outcome.map_err(|rv| match rv.cause() {
            Cause::Pin | Cause::PinLocked => self.refused_pin(desk, rv).into(),
            _ => Fault::from(rv),
        });
        self.note(EventKind::Login, Some(about), outcome.as_ref().err().cloned().map(Error::from).as_ref());
        outcome
    }

    /// A PIN that the device has not refused; `None` if it is typed at the device.
    fn ask(&self, source: &Keeper, pin_for: PinFor, tries_left: TriesLeft) -> Result<Option<Arc<Pin>>> {
        // Where there is a keypad nobody is asked here: `CKF_PROTECTED_AUTHENTICATION_PATH` wants no PIN.
        if self.protected_path && source.asks() {
            return Ok(None);
        }
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
}

fn tries_left(info: &TokenInfo) -> TriesLeft {
    match info {
        _ if info.user_pin_locked() => TriesLeft::Locked,
        _ if info.user_pin_final_try() => TriesLeft::Last,
        _ if info.user_pin_count_low() => TriesLeft::Fewer,
        _ => TriesLeft::Untold,
    }
}
