//! A shared secret that never leaves the token: it becomes a key there, which does one thing.

use crate::audit::EventKind;
use crate::combiner::{self, Objects};
use crate::error::Result;
use crate::key::of_use;
use crate::raw::Mechanism;
use crate::whole::TokenHybrid;
use khoalai::PrivateKey;
use zeroize::Zeroizing;

/// What the shared secret is used for, as an AES-256-GCM key with a tag of 16 bytes behind the ciphertext.
#[derive(Clone, Copy)]
pub enum InsideTask<'a> {
    /// Encrypts `data`. A nonce must never serve twice under one key: each ciphertext gives another.
    Encrypt {
        /// The nonce.
        nonce: &'a [u8; 12],
        /// What is authenticated with it.
        associated: &'a [u8],
        /// The plaintext.
        data: &'a [u8],
    },
    /// Decrypts `data`.
    Decrypt {
        /// The nonce.
        nonce: &'a [u8; 12],
        /// What was authenticated with it.
        associated: &'a [u8],
        /// The ciphertext and its tag.
        data: &'a [u8],
    },
}

/// A key whose shared secrets can stay in its device.
pub trait DecapsulateInside: PrivateKey {
    /// Opens `ciphertext`, and has the device use the shared secret for `task`: neither it nor what it is
    /// made of is ever in this process. What comes out is wiped when dropped.
    ///
    /// # Errors
    /// [`khoalai::Error::CombinerUnavailable`] if secrets cannot stay inside;
    /// [`khoalai::Error::DecapsulationFailed`] also if `data` is not what was encrypted under this secret;
    /// or what keeps the device from answering.
    fn decapsulate_inside(&self, ciphertext: &[u8], task: InsideTask<'_>) -> Result<Zeroizing<Vec<u8>>>;
}

/// The same, in memory that the device's thread can hold on to.
struct Owned {
    encrypts: bool,
    nonce: [u8; 12],
    associated: Vec<u8>,
    data: Zeroizing<Vec<u8>>,
}

impl From<InsideTask<'_>> for Owned {
    fn from(task: InsideTask<'_>) -> Self {
        let (encrypts, nonce, associated, data) = match task {
            InsideTask::Encrypt { nonce, associated, data } => (true, nonce, associated, data),
            InsideTask::Decrypt { nonce, associated, data } => (false, nonce, associated, data),
        };
        Self { encrypts, nonce: *nonce, associated: associated.to_vec(), data: data.to_vec().into() }
    }
}

const TAG: usize = 16;

impl DecapsulateInside for TokenHybrid {
    fn decapsulate_inside(&self, ciphertext: &[u8], task: InsideTask<'_>) -> Result<Zeroizing<Vec<u8>>> {
        self.algorithm().ready()?;
        self.algorithm().check_ciphertext(ciphertext)?;
        self.choose();
        if !self.can_stay_inside() {
            return Err(khoalai::Error::CombinerUnavailable.into());
        }
        let task = Owned::from(task);
        if !task.encrypts && task.data.len() < TAG {
            return Err(khoalai::Error::Malformed.into());
        }
        let maker = self.secrets(ciphertext)?;
        let outcome = self.token().run(move |desk| {
            let (raw, session) = (&desk.library.raw, desk.handle());
            let mut objects = Objects::new(desk);
            let secrets = maker.make(desk, &mut objects)?;
            let key = combiner::combine_inside(desk, &mut objects, secrets, &maker.behind)?;
            let mechanism = Mechanism::Gcm(&task.nonce, &task.associated);
            let most = task.data.len() + TAG;
            let done = if task.encrypts {
                raw.encrypt(session, &mechanism, key, &task.data, most)?
            } else {
                raw.decrypt(session, &mechanism, key, &task.data, most, || Ok(()))?
            };
            objects.destroy()?;
            Ok(done)
        });
        let outcome: Result<_> = outcome.map_err(|fault| of_use(fault, khoalai::Error::DecapsulationFailed));
        self.note(EventKind::Decapsulated, outcome.as_ref().err());
        outcome
    }
}
