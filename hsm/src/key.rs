//! A component key in a token. It remembers how to find itself; where it was found, a session remembers for a moment.

use crate::audit::EventKind;
use crate::claims::{self, Fingerprint};
use crate::component::{Component, Task};
use crate::error::{Error, Problem, Result};
use crate::handles::Mark;
use crate::lane::{Desk, Done, Fault};
use crate::oaep;
use crate::object::{self, Facts, Known};
use crate::pin::Pin;
use crate::raw::{Mechanism, Rv};
use crate::signing::{self, Order};
use crate::slot::Slot;
use crate::templates;
use crate::token::Token;
use alloc::sync::Arc;
use cryptoki_sys::*;
use khoalai::algorithm::Prepared;
use khoalai::{Algorithm, Custody, Hedge, Input, Place, PrivateKey, Random};
use std::sync::OnceLock;
use zeroize::{Zeroize, Zeroizing};

/// A component key that a token holds. It is `Send` and `Sync`, and any number of threads may use it.
pub struct TokenKey {
    pub(crate) token: Token,
    pub(crate) component: Component,
    pub(crate) place: Arc<templates::Place>,
    mark: Mark,
    pub(crate) public: Vec<u8>,
    pub(crate) facts: Facts,
    rsa: OnceLock<Unpadding>,
    /// What its signatures are verified with.
    verifier: OnceLock<Box<dyn Prepared>>,
}

/// Who takes OAEP's padding off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unpadding {
    /// The device.
    Inside,
    /// We, because the device has only the bare operation.
    Outside,
}

impl TokenKey {
    pub(crate) fn new(
        token: Token,
        component: Component,
        place: templates::Place,
        public: Vec<u8>,
        facts: Facts,
    ) -> Self {
        let known = token.quirks.oaep_outside;
        let unpadding = known.map(|outside| if outside { Unpadding::Outside } else { Unpadding::Inside });
        let rsa = unpadding.map_or_else(OnceLock::new, OnceLock::from);
        let (place, mark) = (Arc::new(place), token.slot.mark());
        Self { token, component, place, mark, public, facts, rsa, verifier: OnceLock::new() }
    }

    /// Its name in the token.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.place.label
    }

    /// The token that holds it.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// As its uses find it. What another object signs under a handle that this key had does not verify; what it
    /// opens, nobody here could tell: so a key that opens is searched for each time, unless the profile says that
    /// there can be no such object.
    pub(crate) fn known(&self) -> Known {
        let quirks = &self.token.quirks;
        let told = !self.component.task.opens() || quirks.handles_are_never_reused;
        // A login for one use of this key is not spent on another one.
        let mark = (told && !self.wants_login_each_time()).then_some(self.mark);
        Known { place: Arc::clone(&self.place), mark }
    }

    fn wants_login_each_time(&self) -> bool {
        self.facts.always_authenticate || self.token.quirks.sign_verify_pin == Some(true)
    }

    /// The hash of its public key.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        claims::fingerprint(&self.public)
    }

    /// Has the key do what it is for, and compares with software: what works is known only then.
    pub(crate) fn prove(&self) -> Result<()> {
        let random: &mut dyn Random = &mut khoalai::SystemRandom;
        let algorithm = self.component.algorithm;
        let holds = if self.component.task.opens() {
            let mut ciphertext = vec![0; algorithm.ciphertext_len()];
            let (mut sent, mut got) = (Zeroizing::new([0; 66]), Zeroizing::new([0; 66]));
            let len = algorithm.secret_len();
            let (Some(sent), Some(got)) = (sent.get_mut(..len), got.get_mut(..len)) else {
                return Err(khoalai::Error::Unsupported.into());
            };
            algorithm.encapsulate(&self.public, random, &mut ciphertext, sent)?;
            let opened = self.decapsulate(&ciphertext, random, got);
            opened.map(|()| sent == got)
        } else {
            let mut signature = vec![0; algorithm.signature_len()];
            let message = Input::Message(&[b"khoalai: TEST ONLY"]);
            // What comes out was verified.
            self.sign(message, b"", Hedge::Preferred, random, &mut signature).map(|_| true)
        };
        let outcome = match holds {
            Ok(true) => Ok(()),
            // It answered, and wrongly; or not in any way that is known here.
            Ok(false) | Err(khoalai::Error::DecapsulationFailed | khoalai::Error::SigningFailed) => {
                Err(Problem::KeyFails.into())
            }
            Err(error) => Err(Error::from(error)),
        };
        self.note(EventKind::SelfTest, outcome.as_ref().err());
        outcome
    }

    pub(crate) fn note(&self, kind: EventKind, error: Option<&Error>) {
        self.token.slot.note(kind, Some((self.name(), self.component.algorithm.name())), error);
    }

    /// The login for this one use, if the key wants one each time.
    fn login_each_time(&self) -> Result<Option<Confirmation>> {
        if !self.wants_login_each_time() {
            return Ok(None);
        }
        let (slot, algorithm) = (Arc::clone(&self.token.slot), self.component.algorithm.name());
        let name = self.place.label.clone();
        Ok(Some(Confirmation { pin: self.token.ask_each_time()?, slot, name, algorithm }))
    }

    fn open(&self, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        let found = match self.component.task {
            Task::Decapsulate => self.derived(ciphertext, secret.len(), |desk, key, ciphertext, len| {
                desk.library.raw.decapsulate(desk.handle(), key, &templates::open_secret(len), ciphertext)
            })?,
            Task::Agree => self.derived(ciphertext, secret.len(), |desk, key, peer, len| {
                desk.library.raw.derive(
                    desk.handle(),
                    &Mechanism::Ecdh(peer),
                    key,
                    &templates::open_secret(len),
                )
            })?,
            Task::Decrypt => self.decrypted(ciphertext)?,
            _ => return Err(khoalai::Error::Unsupported.into()),
        };
        if found.len() != secret.len() {
            return Err(khoalai::Error::DecapsulationFailed.into());
        }
        secret.copy_from_slice(&found);
        Ok(())
    }

    /// A secret that the device derives as an object: it is read, and destroyed whatever happens.
    fn derived(
        &self,
        ciphertext: &[u8],
        len: usize,
        derive: fn(
            &Desk<'_>,
            CK_OBJECT_HANDLE,
            &[u8],
            CK_ULONG,
        ) -> core::result::Result<CK_OBJECT_HANDLE, Rv>,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let (known, ciphertext) = (self.known(), ciphertext.to_vec());
        let len = CK_ULONG::try_from(len).map_err(|_| khoalai::Error::Malformed)?;
        let outcome = self.token.run(move |desk| {
            let key = object::known(desk, &known)?;
            let secret = derive(desk, key, &ciphertext, len)?;
            let value = desk.library.raw.attributes(desk.handle(), secret).secret();
            desk.library.raw.destroy(desk.handle(), secret)?;
            value?.ok_or_else(|| Fault::from(khoalai::Error::DecapsulationFailed))
        });
        outcome.map_err(|fault| of_use(fault, khoalai::Error::DecapsulationFailed))
    }

    fn decrypted(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let Some(unpadding) = self.rsa.get() else {
            // The first time: the device's own way if that gives anything.
            let outcome = self.decrypted_by(Unpadding::Inside, ciphertext);
            return match outcome {
                Ok(found) if found.len() == 32 => {
                    let _ = self.rsa.set(Unpadding::Inside);
                    Ok(found)
                }
                Err(error) if error.class() == khoalai::Class::Condition => Err(error),
                _ => {
                    let found = self.decrypted_by(Unpadding::Outside, ciphertext)?;
                    let _ = self.rsa.set(Unpadding::Outside);
                    self.token.slot.meets("OAEP_OUTSIDE");
                    Ok(found)
                }
            };
        };
        self.decrypted_by(*unpadding, ciphertext)
    }

    fn decrypted_by(&self, unpadding: Unpadding, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (known, ciphertext, login) = (self.known(), ciphertext.to_vec(), self.login_each_time()?);
        let most = ciphertext.len();
        let outcome = self.token.run(move |desk| {
            let key = object::known(desk, &known)?;
            let mechanism = match unpadding {
                Unpadding::Inside => Mechanism::OaepSha256,
                Unpadding::Outside => Mechanism::Plain(CKM_RSA_X_509),
            };
            confirmed(login.as_ref(), desk, |confirm| {
                let (raw, session) = (&desk.library.raw, desk.handle());
                raw.decrypt(session, &mechanism, key, &ciphertext, most, confirm)
            })
        });
        let found = outcome.map_err(|fault| of_use(fault, khoalai::Error::DecapsulationFailed))?;
        match unpadding {
            Unpadding::Inside => Ok(found),
            Unpadding::Outside => {
                // Devices leave leading zeros out, or not.
                let mut encoded = Zeroizing::new(vec![0; most.saturating_sub(found.len())]);
                encoded.extend_from_slice(&found);
                let mut secret = Zeroizing::new([0; 32]);
                oaep::decode(&encoded, &mut secret)?;
                Ok(Zeroizing::new(secret.to_vec()))
            }
        }
    }

    fn sign_verified(&self, message: &[&[u8]], context: &[u8], hedge: Hedge) -> Result<Vec<u8>> {
        let component = self.component;
        if context.len() > khoalai::limits::MAX_CONTEXT
            || (!context.is_empty() && component.task != Task::MlDsa)
        {
            return Err(khoalai::Error::BadContext.into());
        }
        let (known, owned, login) = (self.known(), context.to_vec(), self.login_each_time()?);
        let data = message.concat();
        let outcome = self.token.run(move |desk| {
            let key = object::known(desk, &known)?;
            let Order { mechanism, data } = signing::order(component.task, &[&data], &owned, hedge)?;
            let most = component.algorithm.signature_len();
            confirmed(login.as_ref(), desk, |confirm| {
                desk.library.raw.sign(desk.handle(), &mechanism, key, &data, most, confirm)
            })
        });
        let signature = outcome.map_err(|fault| of_use(fault, khoalai::Error::SigningFailed))?;
        // A device that errs, or lies, gives nothing away: what does not verify is not passed on. If it was another
        // key, under a handle that this one had, it is searched for the next time.
        let verified = signing::from_device(component.task, &signature).and_then(|signature| {
            self.verify(Input::Message(message), context, &signature).map(|()| signature)
        });
        verified.map_err(|_| {
            self.token.slot.forget_handles();
            khoalai::Error::SigningFailed.into()
        })
    }
}

impl TokenKey {
    /// With the public key in a form that is quick to use again.
    fn verify(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> khoalai::Result<()> {
        if self.verifier.get().is_none() {
            let algorithm = self.component.algorithm;
            let _ = self.verifier.set(algorithm.row().software.prepare(algorithm, &self.public)?);
        }
        let verifier = self.verifier.get().ok_or(khoalai::Error::SigningFailed)?;
        verifier.verify(input, context, signature)
    }
}

/// Architecture rule 3: what may depend on the input has one name, everything else keeps its own.
pub(crate) fn of_use(fault: Fault, refused: impl Into<Error>) -> Error {
    match fault {
        Fault::Device(rv) if rv.cause().may_depend_on_input() => refused.into(),
        Fault::Device(rv) => rv.into(),
        Fault::Own(error) => error,
    }
}

/// A login for one use (`CKU_CONTEXT_SPECIFIC`), with a PIN or at the device.
struct Confirmation {
    pin: Option<Arc<Pin>>,
    slot: Arc<Slot>,
    name: String,
    algorithm: &'static str,
}

/// Has a key used, with its login in between if it wants one. Why that failed is told rather than what came
/// of it.
fn confirmed<T>(
    login: Option<&Confirmation>,
    desk: &Desk<'_>,
    work: impl FnOnce(&mut dyn FnMut() -> core::result::Result<(), Rv>) -> core::result::Result<T, Rv>,
) -> Done<T> {
    let mut refused = None;
    let outcome = work(&mut || {
        let Some(login) = login else { return Ok(()) };
        let about = (login.name.as_str(), login.algorithm);
        login.slot.confirm(desk, login.pin.as_deref(), about).map_err(|fault| match fault {
            Fault::Device(rv) => rv,
            Fault::Own(error) => {
                refused = Some(error);
                Rv(CKR_PIN_INCORRECT)
            }
        })
    });
    match refused {
        Some(error) => Err(error.into()),
        None => Ok(outcome?),
    }
}

impl PrivateKey for TokenKey {
    fn algorithm(&self) -> Algorithm {
        self.component.algorithm
    }

    fn custody(&self) -> Custody {
        let place = if self.facts.closed { Place::Device } else { Place::OpenDevice };
        let mut custody = Custody::component(self.component.algorithm, place);
        // The secrets of key exchange come out, to be combined.
        if self.component.task.opens() {
            custody.combined = Place::Memory;
        }
        custody
    }

    fn device(&self) -> Option<usize> {
        Some(self.token.number())
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> khoalai::Result<&'o [u8]> {
        let out = out.get_mut(..self.public.len()).ok_or(khoalai::Error::BufferTooSmall)?;
        out.copy_from_slice(&self.public);
        Ok(out)
    }

    fn decapsulate(
        &self,
        ciphertext: &[u8],
        _random: &mut dyn Random,
        secret: &mut [u8],
    ) -> khoalai::Result<()> {
        secret.zeroize();
        let algorithm = self.component.algorithm;
        if !self.component.task.opens() {
            return Err(khoalai::Error::Unsupported);
        }
        algorithm.ready()?;
        // In software, so that no device is asked about nonsense (rule 8).
        algorithm.check_ciphertext(ciphertext)?;
        if secret.len() != algorithm.secret_len() {
            return Err(khoalai::Error::Malformed);
        }
        let outcome = self.open(ciphertext, secret).and_then(|()| {
            let zero = secret.iter().fold(0, |any, byte| any | byte) == 0;
            if zero { Err(khoalai::Error::DecapsulationFailed.into()) } else { Ok(()) }
        });
        self.note(EventKind::Decapsulated, outcome.as_ref().err());
        outcome.map_err(|error| {
            secret.zeroize();
            // As after a signature that does not verify.
            self.token.slot.forget_handles();
            error.into()
        })
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        context: &[u8],
        hedge: Hedge,
        _random: &mut dyn Random,
        out: &'o mut [u8],
    ) -> khoalai::Result<&'o [u8]> {
        let most = self.component.algorithm.signature_len();
        out.iter_mut().take(most).for_each(Zeroize::zeroize);
        if self.component.task.opens() {
            return Err(khoalai::Error::Unsupported);
        }
        self.component.algorithm.ready()?;
        // Prehashed input and external mu are for mechanisms that no token has before 3.3.
        let Input::Message(message) = input else { return Err(khoalai::Error::Unsupported) };
        if out.len() < most {
            return Err(khoalai::Error::BufferTooSmall);
        }
        let outcome = self.sign_verified(message, context, hedge);
        self.note(EventKind::Signed, outcome.as_ref().err());
        let signature = outcome?;
        let out = out.get_mut(..signature.len()).ok_or(khoalai::Error::SigningFailed)?;
        out.copy_from_slice(&signature);
        Ok(out)
    }
}
