//! Looking after a device that may have failed, in a thread of its own.

use super::{Answer, Identity, Slot, is_absence, may_be_finalized};
use crate::audit::EventKind;
use crate::breaker::{Breaker, Change};
use crate::error::Problem;
use crate::lane::{Fault, Silence};
use crate::pool::Want;
use crate::raw::Cause;

impl Slot {
    /// Looks after the device if this silence can mean that it fails.
    pub(super) fn look_after(&self, silence: &Silence) {
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
    fn look(&self) -> Result<(), khoalai::Error> {
        let answers = |renew| {
            self.in_a_session(Want { write: false, renew }, |lane| {
                let number = self.number();
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
        let cause = |answer: &Answer<Identity>| match answer {
            Err(Silence::Refused(Fault::Device(rv))) => Some(rv.cause()),
            _ => None,
        };
        let generation = self.library.generation();
        let mut answer = answers(false);
        if cause(&answer) == Some(Cause::SessionGone) {
            answer = answers(true);
        }
        // Somebody has finalised the module: without this nobody would initialise it while the way is closed.
        if let Err(Silence::Refused(Fault::Device(rv))) = &answer
            && may_be_finalized(*rv)
            && self.library.restore(generation, self.limits.timeout)
        {
            self.login_lost(self.login.epoch());
            answer = answers(true);
        }
        // Back in another slot.
        let away = match &answer {
            Ok(identity) => *identity != self.identity,
            Err(silence) => is_absence(silence),
        };
        if away && self.is_elsewhere() {
            answer = answers(true);
        }
        match (cause(&answer), answer) {
            (_, Ok(identity)) if identity == self.identity => Ok(()),
            // Another token is in the slot.
            (_, Ok(_)) | (Some(Cause::Absent), _) => Err(khoalai::Error::Absent),
            // All sessions in use, or a module that somebody finalised: the device itself is not the matter.
            (Some(Cause::Busy | Cause::Finalized | Cause::SessionGone), _) => Ok(()),
            // Nor if it answers that it draws nothing, or not for everybody.
            (Some(Cause::LoggedOut | Cause::Missing | Cause::Random), _) => Ok(()),
            (Some(_), _) => Err(khoalai::Error::DeviceFailed),
            (None, Err(Silence::Timeout)) => Err(khoalai::Error::Timeout),
            (None, Err(Silence::Refused(Fault::Own(error)))) if error == Problem::CallsStuck => {
                Err(khoalai::Error::Timeout)
            }
            (None, Err(_)) => Ok(()),
        }
    }
}
