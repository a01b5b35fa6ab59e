//! A key on trial: driven through its operations. Known answers and the check at generation are both this.

use crate::algorithm::{Algorithm, Kind};
use crate::bytes::room;
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::key::PrivateKey;
use crate::limits::{MAX_CIPHERTEXT, MAX_HALF_SECRET, MAX_LATTICE_SIGNATURE, MAX_PUBLIC_KEY, MAX_SIGNATURE};
use crate::random::Random;
use crate::secret::Secret;
use crate::soft::hash::{Expander, sha3_256};
use subtle::ConstantTimeEq;

/// What the known-answer tests of signatures sign.
pub(crate) const MESSAGE: Input<'static> = Input::Message(&[b"khoalai known answer"]);
const OTHER: Input<'static> = Input::Message(&[b"khoalai another answer"]);

/// A key type whose algorithm can be tried.
pub(crate) trait Trial: PrivateKey + Sized {
    /// Makes a key from what it draws, and does not try it.
    fn make(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self>;

    /// What the known-answer test of the algorithm gives, drawing from a fixed stream.
    fn answer(algorithm: Algorithm, random: &mut dyn Random) -> Result<[u8; 32]> {
        make_and_drive::<Self>(algorithm, random)
    }
}

/// What the known-answer test gives: every output of a key condensed.
pub(crate) fn known_answer<K: Trial>(algorithm: Algorithm) -> Result<[u8; 32]> {
    K::answer(algorithm, &mut Expander::new(algorithm.name().as_bytes()))
}

pub(crate) fn make_and_drive<K: Trial>(algorithm: Algorithm, random: &mut dyn Random) -> Result<[u8; 32]> {
    let key = K::make(algorithm, random)?;
    drive(&key, random)
}

/// TEST ONLY: a key that stands instead of one from the stream, where keys take long to make or this
/// build makes none, and its deterministic signature over [`MESSAGE`]. Anybody knows it.
#[derive(Clone, Copy)]
pub struct Fixed {
    pub(crate) public: &'static [u8],
    /// Empty in a build that holds no private keys of it.
    pub(crate) private: &'static [u8],
    /// Empty for key exchange.
    pub(crate) signature: &'static [u8],
}

impl Fixed {
    /// What can be tried without the private key. The answer is the same as [`drive`] gives with it.
    pub(crate) fn drive_public(self, algorithm: Algorithm, random: &mut dyn Random) -> Result<[u8; 32]> {
        algorithm.check_public_key(self.public)?;
        match algorithm.kind() {
            Kind::Signature => verify(algorithm, self.public, self.signature),
            Kind::Kem | Kind::Share => send(algorithm, self.public, random, |_, _, _| Ok(())),
        }
    }
}

/// The pairwise check of a new key (FIPS 140-3 §7.10.3.3): what its public key makes, it must open
/// or have signed. A key that does not fit itself closes its algorithm.
///
/// The stream is fixed: nothing of it is kept, so nothing has to be secret.
pub(crate) fn pairwise(key: &dyn PrivateKey) -> Result<()> {
    let holds = drive(key, &mut Expander::new(b"khoalai pairwise")).is_ok();
    if holds && !cfg!(khoalai_fault = "pairwise") {
        return Ok(());
    }
    if let Some(gate) = key.algorithm().row().gate {
        gate.fail();
    }
    Err(Error::SelfTestFailed)
}

pub(crate) fn drive(key: &dyn PrivateKey, random: &mut dyn Random) -> Result<[u8; 32]> {
    let algorithm = key.algorithm();
    let mut public = [0; MAX_PUBLIC_KEY];
    let len = algorithm.ask_public_key(&mut public, |public| key.public_key(public))?;
    let public = public.get(..len).unwrap_or_default();
    algorithm.check_public_key(public)?;
    match algorithm.kind() {
        Kind::Signature if algorithm.signature_len() > MAX_LATTICE_SIGNATURE => {
            sign_long(key, public, random)
        }
        Kind::Signature => sign(key, public, random),
        Kind::Kem | Kind::Share => exchange(key, public, random),
    }
}

// Each in a frame of its own, so that none pays for the buffers of another.
#[inline(never)]
fn sign(key: &dyn PrivateKey, public: &[u8], random: &mut dyn Random) -> Result<[u8; 32]> {
    sign_into(key, public, random, &mut [0; MAX_LATTICE_SIGNATURE])
}

#[inline(never)]
fn sign_long(key: &dyn PrivateKey, public: &[u8], random: &mut dyn Random) -> Result<[u8; 32]> {
    sign_into(key, public, random, &mut [0; MAX_SIGNATURE])
}

fn sign_into(
    key: &dyn PrivateKey,
    public: &[u8],
    random: &mut dyn Random,
    signature: &mut [u8],
) -> Result<[u8; 32]> {
    let algorithm = key.algorithm();
    let signature = key.sign(MESSAGE, b"", Hedge::Deterministic, random, signature)?;
    verify(algorithm, public, signature)
}

fn verify(algorithm: Algorithm, public: &[u8], signature: &[u8]) -> Result<[u8; 32]> {
    algorithm.verify(public, MESSAGE, b"", signature)?;
    if algorithm.verify(public, OTHER, b"", signature) != Err(Error::VerificationFailed) {
        return Err(Error::SelfTestFailed);
    }
    let mut answer = [0; 32];
    sha3_256(&[public, signature], &mut answer);
    Ok(answer)
}

#[inline(never)]
fn exchange(key: &dyn PrivateKey, public: &[u8], random: &mut dyn Random) -> Result<[u8; 32]> {
    send(key.algorithm(), public, random, |ciphertext, sent, random| {
        let mut got = Secret::<MAX_HALF_SECRET>::zero();
        let got = room(got.expose_mut(), sent.len())?;
        key.decapsulate(ciphertext, random, got)?;
        if bool::from(got.ct_eq(sent)) { Ok(()) } else { Err(Error::SelfTestFailed) }
    })
}

/// Encapsulates, and has `check` look at ciphertext and secret.
pub(crate) fn send(
    algorithm: Algorithm,
    public: &[u8],
    random: &mut dyn Random,
    check: impl FnOnce(&[u8], &[u8], &mut dyn Random) -> Result<()>,
) -> Result<[u8; 32]> {
    let mut ciphertext = [0; MAX_CIPHERTEXT];
    let ciphertext = room(&mut ciphertext, algorithm.ciphertext_len())?;
    let mut sent = Secret::<MAX_HALF_SECRET>::zero();
    let sent = room(sent.expose_mut(), algorithm.secret_len())?;
    algorithm.encapsulate(public, random, ciphertext, sent)?;
    check(ciphertext, sent, random)?;
    let mut answer = [0; 32];
    sha3_256(&[public, ciphertext, sent], &mut answer);
    Ok(answer)
}
