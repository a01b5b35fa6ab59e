//! Many operations in one call. Outcomes are those of single calls, one for each job.
//!
//! Jobs do not depend on each other: whoever has several processors gives each of them a part
//! (`chunks_mut`). Keys that are used several times in a row are prepared once. Later versions may work
//! on several jobs at a time; callers need not change for that.
//!
//! ```
//! use khoalai::batch::{Decapsulate, Encapsulate, decapsulate_many, encapsulate_many};
//! use khoalai::{DecapsulationKey, PublicKey, X_WING};
//!
//! let mut random = getrandom::SysRng;
//! let key = DecapsulationKey::new(khoalai::generate(X_WING, &mut random)?)?;
//! let mut public = [0; X_WING.public_key_len()];
//! let public = PublicKey::new(X_WING, key.public_key(&mut public)?)?;
//!
//! let mut ciphertexts = [[0; X_WING.ciphertext_len()]; 3];
//! let mut sent = ciphertexts.each_mut().map(|ciphertext| Encapsulate::new(&public, ciphertext));
//! encapsulate_many(&mut sent, &mut random);
//! let secrets = sent.map(|job| job.outcome);
//! let mut opened = ciphertexts.each_ref().map(|ciphertext| Decapsulate::new(&key, ciphertext));
//! decapsulate_many(&mut opened, &mut random);
//! for (sent, opened) in secrets.into_iter().zip(opened) {
//!     assert!(sent? == opened.outcome?);
//! }
//! # Ok::<(), khoalai::Error>(())
//! ```

use crate::error::{Error, Result};
use crate::input::Input;
use crate::key::PrivateKey;
use crate::public::PublicKey;
use crate::random::Random;
use crate::view::{DecapsulationKey, SharedSecret};

/// One [`PublicKey::encapsulate`].
pub struct Encapsulate<'a, B> {
    key: &'a PublicKey<B>,
    ciphertext: &'a mut [u8],
    /// What came of it; before, [`Error::Unsupported`].
    pub outcome: Result<SharedSecret>,
}

impl<'a, B: AsRef<[u8]>> Encapsulate<'a, B> {
    /// To this key, into this buffer.
    pub const fn new(key: &'a PublicKey<B>, ciphertext: &'a mut [u8]) -> Self {
        Self { key, ciphertext, outcome: Err(Error::Unsupported) }
    }
}

/// One [`DecapsulationKey::decapsulate`].
pub struct Decapsulate<'a, K> {
    key: &'a DecapsulationKey<K>,
    ciphertext: &'a [u8],
    /// What came of it; before, [`Error::Unsupported`].
    pub outcome: Result<SharedSecret>,
}

impl<'a, K: PrivateKey> Decapsulate<'a, K> {
    /// With this key, of this ciphertext.
    pub const fn new(key: &'a DecapsulationKey<K>, ciphertext: &'a [u8]) -> Self {
        Self { key, ciphertext, outcome: Err(Error::Unsupported) }
    }
}

/// One [`PublicKey::verify_input`].
pub struct Verify<'a, B> {
    key: &'a PublicKey<B>,
    input: Input<'a>,
    context: &'a [u8],
    signature: &'a [u8],
    /// What came of it; before, [`Error::VerificationFailed`].
    pub outcome: Result<()>,
}

impl<'a, B: AsRef<[u8]>> Verify<'a, B> {
    /// With this key, of this signature.
    pub const fn new(
        key: &'a PublicKey<B>,
        input: Input<'a>,
        context: &'a [u8],
        signature: &'a [u8],
    ) -> Self {
        Self { key, input, context, signature, outcome: Err(Error::VerificationFailed) }
    }
}

/// So many uses pay for preparing a key, whatever encapsulates: libcrux saves the price at the second use,
/// graviola's ML-KEM-768 a fifth of it at each (`scripts/growth`).
#[cfg(feature = "alloc")]
const PREPARES_FROM: usize = 6;

/// Encapsulates for all `jobs`.
pub fn encapsulate_many<B: AsRef<[u8]>>(jobs: &mut [Encapsulate<'_, B>], random: &mut dyn Random) {
    for run in jobs.chunk_by_mut(|one, next| core::ptr::eq(one.key, next.key)) {
        #[cfg(feature = "alloc")]
        if run.len() >= PREPARES_FROM
            && let [first, ..] = run
            && let Ok(prepared) = first.key.prepare()
        {
            run.iter_mut().for_each(|job| job.outcome = prepared.encapsulate(random, job.ciphertext));
            continue;
        }
        run.iter_mut().for_each(|job| job.outcome = job.key.encapsulate(random, job.ciphertext));
    }
}

/// Decapsulates for all `jobs`. Loaded keys are prepared as they are.
pub fn decapsulate_many<K: PrivateKey>(jobs: &mut [Decapsulate<'_, K>], random: &mut dyn Random) {
    jobs.iter_mut().for_each(|job| job.outcome = job.key.decapsulate(job.ciphertext, random));
}

/// Verifies for all `jobs`. Every one has to be asked for its outcome.
pub fn verify_many<B: AsRef<[u8]>>(jobs: &mut [Verify<'_, B>]) {
    for run in jobs.chunk_by_mut(|one, next| core::ptr::eq(one.key, next.key)) {
        #[cfg(feature = "alloc")]
        if let [first, _, ..] = run
            && let Ok(prepared) = first.key.prepare()
        {
            for job in run {
                job.outcome = prepared.verify_input(job.input, job.context, job.signature);
            }
            continue;
        }
        for job in run {
            job.outcome = job.key.verify_input(job.input, job.context, job.signature);
        }
    }
}
