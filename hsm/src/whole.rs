//! A hybrid KEM key with both halves in one token, which combines them itself.

use crate::audit::EventKind;
use crate::combiner::{self, Combiner, Objects, Secrets, behind};
use crate::component::{Component, Task};
use crate::error::{Error, Problem, Result};
use crate::key::{TokenKey, of_use};
use crate::lane::{Desk, Done, Fault};
use crate::object::{self, Known};
use crate::raw::Mechanism;
use crate::templates;
use crate::token::Token;
use alloc::sync::Arc;
use cryptoki_sys::*;
use khoalai::algorithm::{Construction, Kind};
use khoalai::{Algorithm, Custody, Half, Hybrid, Place, PrivateKey, Random, Side};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::{Zeroize, Zeroizing};

/// What the caller permits of the two component secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ComponentSecrets {
    /// They stay in the token. If it cannot combine them, that is an error.
    #[default]
    StayInside,
    /// They may come out and be combined here if the token cannot do it.
    MayLeave,
}

/// A hybrid key whose halves are both in one token. The token combines their secrets, if it can.
pub struct TokenHybrid {
    algorithm: Algorithm,
    label: &'static [u8],
    pq: Arc<TokenKey>,
    classical: Arc<TokenKey>,
    secrets: ComponentSecrets,
    chosen: Mutex<Chosen>,
}

/// How the secrets are combined, found out by trying.
#[derive(Clone, Copy)]
struct Chosen {
    combiner: Combiner,
    /// Whether the result can stay inside.
    inside: bool,
    /// A better way failed, and not for good: so often the key was used since.
    doubtful: Option<u32>,
}

impl Chosen {
    /// Whether a better way is to be tried again now: soon, and then less and less often.
    fn is_due(&mut self) -> bool {
        self.doubtful.as_mut().is_some_and(|uses| {
            *uses = uses.saturating_add(1);
            uses.is_power_of_two()
        })
    }
}

/// The name that the key of one side has in the token.
pub(crate) fn half_name(name: &str, side: Side) -> String {
    match side {
        Side::PostQuantum => format!("{name}.pq"),
        Side::Classical => format!("{name}.classical"),
    }
}

/// The halves of a hybrid KEM, and the label.
fn parts(algorithm: Algorithm) -> Result<(Component, Component, &'static [u8])> {
    let Construction::HybridKem { label, .. } = algorithm.row().construction else {
        return Err(khoalai::Error::Unsupported.into());
    };
    let component = |side: Side| Component::of(side.of(algorithm)?);
    Ok((component(Side::PostQuantum)?, component(Side::Classical)?, label))
}

/// Whether a token can have both secrets as objects. An RSA secret that is unwrapped into one would need a key
/// with another use.
fn can_be_inside(pq: Component, classical: Component) -> bool {
    pq.task == Task::Decapsulate && classical.task == Task::Agree
}

impl Token {
    /// Makes both halves of a hybrid KEM key in this token.
    ///
    /// # Errors
    /// [`khoalai::Error::CombinerUnavailable`] if the token cannot combine the two secrets and they may
    /// not leave: nothing is made then. [`khoalai::Error::Unsupported`] for what the token does not have.
    pub fn generate_hybrid(
        &self,
        algorithm: Algorithm,
        name: &str,
        secrets: ComponentSecrets,
        random: &mut dyn Random,
    ) -> Result<TokenHybrid> {
        self.make_both(algorithm, name, secrets, |component, name, _| self.make(component, name, random))
    }

    /// Takes in both halves of a hybrid KEM key from its backup.
    ///
    /// # Errors
    /// As [`generate_hybrid`](Self::generate_hybrid); [`khoalai::Error::BadPrivateKey`] and the like for
    /// what is no key; [`khoalai::Error::KeyReused`].
    pub fn import_hybrid(
        &self,
        algorithm: Algorithm,
        name: &str,
        (pq_key, classical_key): (&[u8], &[u8]),
        secrets: ComponentSecrets,
    ) -> Result<TokenHybrid> {
        self.make_both(algorithm, name, secrets, |component, name, side| {
            let private_key = match side {
                Side::PostQuantum => pq_key,
                Side::Classical => classical_key,
            };
            self.take_in(component, name, private_key)
        })
    }

    /// Opens a hybrid KEM key whose halves were made for it in this token.
    ///
    /// # Errors
    /// [`khoalai::Error::NotFound`], [`khoalai::Error::HalvesMismatch`] if a half was not made for this
    /// hybrid, [`khoalai::Error::CombinerUnavailable`].
    pub fn open_hybrid(
        &self,
        algorithm: Algorithm,
        name: &str,
        secrets: ComponentSecrets,
    ) -> Result<TokenHybrid> {
        let (pq, classical, label) = parts(algorithm)?;
        let chosen = self.choose_combiner(algorithm, secrets)?;
        let half = |component, side: Side| {
            let key = self.find(component, &half_name(name, side))?;
            let claimed = self.claimed_by(&key.fingerprint())?;
            if claimed.as_deref() == Some(algorithm.name()) {
                Ok(key)
            } else {
                Err(Error::from(khoalai::Error::HalvesMismatch))
            }
        };
        let (pq, classical) = (half(pq, Side::PostQuantum)?, half(classical, Side::Classical)?);
        Ok(TokenHybrid {
            algorithm,
            label,
            pq: pq.into(),
            classical: classical.into(),
            secrets,
            chosen: Mutex::new(chosen),
        })
    }

    /// Opens the hybrid key called `name`, whichever it is: both of its halves are in this token, and what
    /// the token notes of them says of which hybrid.
    ///
    /// # Errors
    /// As [`open_hybrid`](Self::open_hybrid).
    pub fn open_any(
        &self,
        name: &str,
        secrets: ComponentSecrets,
    ) -> Result<Box<dyn PrivateKey + Send + Sync>> {
        let pq_name = half_name(name, Side::PostQuantum);
        let pq = self.find(self.algorithm_of(&pq_name)?, &pq_name)?;
        let claimed = self.claimed_by(&pq.fingerprint())?;
        let hybrid = Algorithm::ALL.iter().copied().find(|known| claimed.as_deref() == Some(known.name()));
        let hybrid = hybrid.ok_or(khoalai::Error::HalvesMismatch)?;
        if hybrid.kind() == Kind::Kem {
            return Ok(Box::new(self.open_hybrid(hybrid, name, secrets)?));
        }
        let half = |side| self.telling(|store| Half::open(hybrid, side, store, &half_name(name, side)));
        let (pq, classical) = (half(Side::PostQuantum)?, half(Side::Classical)?);
        Ok(Box::new(Hybrid::new(hybrid, pq, classical)?))
    }

    /// Destroys both halves. There is no way back.
    ///
    /// # Errors
    /// What keeps the device from answering. If one half was destroyed already, so it stays.
    #[allow(clippy::needless_pass_by_value, reason = "there is no key any more")]
    pub fn destroy_hybrid(&self, key: TokenHybrid) -> Result<()> {
        let classical = self.destroy_key(&key.classical);
        self.destroy_key(&key.pq).and(classical)
    }

    /// Makes both halves in the way that `make` says, each claimed for the hybrid: both, or none.
    fn make_both(
        &self,
        algorithm: Algorithm,
        name: &str,
        secrets: ComponentSecrets,
        mut make: impl FnMut(Component, &str, Side) -> Result<TokenKey>,
    ) -> Result<TokenHybrid> {
        let (pq, classical, label) = parts(algorithm)?;
        let chosen = self.choose_combiner(algorithm, secrets)?;
        let mut half = |component, side| {
            let key = make(component, &half_name(name, side), side)?;
            let claimed = self.claim_half(&key.fingerprint(), algorithm.name());
            self.keep_if(key, claimed)
        };
        let pq = half(pq, Side::PostQuantum)?;
        match half(classical, Side::Classical) {
            Ok(classical) => Ok(TokenHybrid {
                algorithm,
                label,
                pq: pq.into(),
                classical: classical.into(),
                secrets,
                chosen: Mutex::new(chosen),
            }),
            Err(error) => {
                let _ = self.destroy_key(&pq);
                Err(error)
            }
        }
    }

    /// The best way that works, if this hybrid's secrets can be combined in a way that is permitted. Nothing is
    /// made for it.
    pub(crate) fn can_combine(&self, algorithm: Algorithm, secrets: ComponentSecrets) -> Result<()> {
        self.choose_combiner(algorithm, secrets).map(drop)
    }

    fn choose_combiner(&self, algorithm: Algorithm, secrets: ComponentSecrets) -> Result<Chosen> {
        let chosen = self.try_combiners(algorithm, secrets);
        let way = chosen.as_ref().ok().map(|chosen| chosen.combiner.code());
        self.slot.note_with(EventKind::Combiner, Some(("-", algorithm.name())), way, chosen.as_ref().err());
        chosen
    }

    fn try_combiners(&self, algorithm: Algorithm, secrets: ComponentSecrets) -> Result<Chosen> {
        let (pq, classical, _) = parts(algorithm)?;
        let mut doubtful = None;
        if can_be_inside(pq, classical) {
            for combiner in Combiner::INSIDE {
                match self.can(combiner.code(), move |desk| combiner::probe(desk, combiner))? {
                    Ability::Yes => {
                        let inside = match combiner {
                            Combiner::KeyDerive => self.can("INSIDE", combiner::probe_inside)?,
                            _ => Ability::No,
                        };
                        doubtful = doubtful.or(inside.doubtful());
                        return Ok(Chosen { combiner, inside: inside == Ability::Yes, doubtful });
                    }
                    ability => doubtful = doubtful.or(ability.doubtful()),
                }
            }
        }
        match secrets {
            ComponentSecrets::MayLeave => Ok(Chosen { combiner: Combiner::Outside, inside: false, doubtful }),
            ComponentSecrets::StayInside => Err(khoalai::Error::CombinerUnavailable.into()),
        }
    }

    /// Has the token do what it may be able to do. A condition (absent, logged out, full) is an error: it says
    /// nothing of what the token can do. A failure that may be one is looked at twice.
    pub(crate) fn can(
        &self,
        way: &'static str,
        work: impl Fn(&Desk<'_>) -> Done<bool> + Clone + Send + Sync + 'static,
    ) -> Result<Ability> {
        let mut outcome = self.run(work.clone()).map_err(Error::from);
        if outcome.as_ref().is_err_and(|error| *error == khoalai::Error::DeviceFailed) {
            outcome = self.run(work).map_err(Error::from);
        }
        self.slot.note_with(EventKind::SelfTest, None, Some(way), outcome.as_ref().err());
        match outcome {
            Ok(true) => Ok(Ability::Yes),
            Ok(false) => Ok(Ability::No),
            Err(error) if keeps_from_trying(&error) => Err(error),
            Err(error) if error == khoalai::Error::DeviceFailed => Ok(Ability::NotNow),
            Err(_) => Ok(Ability::No),
        }
    }
}

/// Whether a token can do something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ability {
    Yes,
    No,
    /// It failed, as devices also do that are asked for what they do not have.
    NotNow,
}

impl Ability {
    fn doubtful(self) -> Option<u32> {
        (self == Self::NotNow).then_some(0)
    }
}

/// Whether it is the device's state that failed, not its abilities.
pub(crate) fn keeps_from_trying(error: &Error) -> bool {
    use khoalai::Error as Library;
    matches!(
        error.library(),
        Some(
            Library::Absent
                | Library::LoginRequired
                | Library::PinRefused
                | Library::PinLocked
                | Library::Busy
                | Library::Timeout
                | Library::Forked
                | Library::StoreFull
                | Library::RandomFailed
        )
    ) || error.problem().is_some_and(|problem| {
        !matches!(problem, Problem::AttributesDiffer | Problem::KeyFails | Problem::NotOffered)
    })
}

impl TokenHybrid {
    /// The key that these two halves make, both of one token and made for it.
    pub(crate) fn of(
        algorithm: Algorithm,
        pq: Arc<TokenKey>,
        classical: Arc<TokenKey>,
        secrets: ComponentSecrets,
    ) -> Result<Self> {
        let (pq_component, classical_component, label) = parts(algorithm)?;
        for (key, component) in [(&pq, pq_component), (&classical, classical_component)] {
            let claimed = key.token.claimed_by(&key.fingerprint())?;
            if key.component != component || claimed.as_deref() != Some(algorithm.name()) {
                return Err(khoalai::Error::HalvesMismatch.into());
            }
        }
        let chosen = Mutex::new(pq.token.choose_combiner(algorithm, secrets)?);
        Ok(Self { algorithm, label, pq, classical, secrets, chosen })
    }

    /// How the two secrets are combined. If a better way failed for a reason that may pass, it is tried again
    /// while the key is used.
    #[must_use]
    pub fn combiner(&self) -> Combiner {
        self.lock().combiner
    }

    /// Whether a shared secret can stay in the token as a key.
    #[must_use]
    pub fn can_stay_inside(&self) -> bool {
        self.lock().inside
    }

    fn lock(&self) -> MutexGuard<'_, Chosen> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the secrets are combined now.
    pub(crate) fn choose(&self) -> Combiner {
        let is_due = self.lock().is_due();
        // What keeps the token from being tried will keep it from being used, and is told then.
        if is_due && let Ok(chosen) = self.token().choose_combiner(self.algorithm, self.secrets) {
            let mut now = self.lock();
            // Only ever to a better way: a key in use never falls back.
            if chosen.combiner <= now.combiner && chosen.inside >= now.inside {
                let doubtful = chosen.doubtful.and(now.doubtful);
                *now = Chosen { doubtful, ..chosen };
            }
        }
        self.combiner()
    }

    /// Makes the two component secrets, as objects.
    pub(crate) fn secrets(&self, ciphertext: &[u8]) -> Result<SecretMaker> {
        let (ct_pq, ct_t) = ciphertext
            .split_at_checked(self.pq.algorithm().ciphertext_len())
            .ok_or(khoalai::Error::Malformed)?;
        Ok(SecretMaker {
            pq: self.pq.known(),
            classical: self.classical.known(),
            ct_pq: ct_pq.to_vec(),
            ct_t: ct_t.to_vec(),
            len: CK_ULONG::try_from(self.classical.algorithm().secret_len())
                .map_err(|_| khoalai::Error::Malformed)?,
            behind: behind(ct_t, &self.classical.public, self.label),
        })
    }

    fn open(&self, combiner: Combiner, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let maker = self.secrets(ciphertext)?;
        let outcome = self.pq.token.run(move |desk| {
            let mut objects = Objects::new(desk);
            let secrets = maker.make(desk, &mut objects)?;
            let secret = combiner.combine(desk, &mut objects, secrets, &maker.behind)?;
            objects.destroy()?;
            Ok(secret)
        });
        outcome.map_err(|fault: Fault| of_use(fault, khoalai::Error::DecapsulationFailed))
    }

    /// Both secrets come out, and are combined here: the caller permitted it.
    fn open_outside(&self, ciphertext: &[u8], random: &mut dyn Random) -> Result<Zeroizing<Vec<u8>>> {
        let (ct_pq, ct_t) = ciphertext
            .split_at_checked(self.pq.algorithm().ciphertext_len())
            .ok_or(khoalai::Error::Malformed)?;
        let (mut ss_pq, mut ss_t) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 66]));
        let ss_t =
            ss_t.get_mut(..self.classical.algorithm().secret_len()).ok_or(khoalai::Error::Unsupported)?;
        // Both are asked, whatever the first one says.
        let pq = self.pq.decapsulate(ct_pq, random, &mut *ss_pq);
        let classical = self.classical.decapsulate(ct_t, random, ss_t);
        let condition = |outcome: &khoalai::Result<()>| {
            outcome.err().filter(|error| error.class() == khoalai::Class::Condition)
        };
        if let Some(error) = condition(&pq).or_else(|| condition(&classical)) {
            return Err(error.into());
        }
        pq.and(classical).map_err(|_| khoalai::Error::DecapsulationFailed)?;
        let mut secret = Zeroizing::new(vec![0; 32]);
        let out = secret.as_mut_slice().try_into().map_err(|_| khoalai::Error::CombinerUnavailable)?;
        khoalai::combine::combine(&*ss_pq, ss_t, ct_t, &self.classical.public, self.label, out);
        Ok(secret)
    }

    pub(crate) fn token(&self) -> &Token {
        &self.pq.token
    }

    pub(crate) fn note(&self, kind: EventKind, error: Option<&Error>) {
        self.token().slot.note(kind, Some((self.pq.name(), self.algorithm.name())), error);
    }
}

/// What the device needs to make the two component secrets of one ciphertext.
pub(crate) struct SecretMaker {
    pq: Known,
    classical: Known,
    ct_pq: Vec<u8>,
    ct_t: Vec<u8>,
    len: CK_ULONG,
    pub(crate) behind: Vec<u8>,
}

impl SecretMaker {
    /// Both halves are asked, whatever the first one says.
    pub(crate) fn make(&self, desk: &Desk<'_>, objects: &mut Objects<'_>) -> Done<Secrets> {
        let (pq, classical) = (object::known(desk, &self.pq)?, object::known(desk, &self.classical)?);
        let (raw, session) = (&desk.library.raw, desk.handle());
        let ss_pq = raw.decapsulate(session, pq, &templates::sealed_secret(Some(32)), &self.ct_pq);
        let sealed = templates::sealed_secret(Some(self.len));
        let ss_t = raw.derive(session, &Mechanism::Ecdh(&self.ct_t), classical, &sealed);
        match (objects.keep(ss_pq), objects.keep(ss_t)) {
            (Ok(pq), Ok(classical)) => Ok(Secrets { pq, classical }),
            // What does not depend on the ciphertext is told first: it can be mended, and tried again.
            (_, Err(fault)) if fault.is_condition() => Err(fault),
            (Err(fault), _) | (Ok(_), Err(fault)) => Err(fault),
        }
    }
}

impl PrivateKey for TokenHybrid {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn custody(&self) -> Custody {
        let combined = if self.combiner() == Combiner::Outside { Place::Memory } else { Place::Device };
        let (pq, classical) = (self.pq.custody().pq, self.classical.custody().classical);
        let mut custody = Custody::hybrid(combined, combined, combined);
        (custody.pq, custody.classical) = (pq, classical);
        custody
    }

    fn device(&self) -> Option<usize> {
        self.pq.device()
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> khoalai::Result<&'o [u8]> {
        let public = [self.pq.public.as_slice(), &self.classical.public].concat();
        let out = out.get_mut(..public.len()).ok_or(khoalai::Error::BufferTooSmall)?;
        out.copy_from_slice(&public);
        Ok(out)
    }

    fn decapsulate(
        &self,
        ciphertext: &[u8],
        random: &mut dyn Random,
        secret: &mut [u8],
    ) -> khoalai::Result<()> {
        secret.zeroize();
        self.algorithm.ready()?;
        self.algorithm.check_ciphertext(ciphertext)?;
        if secret.len() != 32 {
            return Err(khoalai::Error::Malformed);
        }
        let outcome = match self.choose() {
            Combiner::Outside => self.open_outside(ciphertext, random),
            combiner => self.open(combiner, ciphertext),
        };
        self.note(EventKind::Decapsulated, outcome.as_ref().err());
        secret.copy_from_slice(&outcome?);
        Ok(())
    }
}
