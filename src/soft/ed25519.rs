//! Ed25519 (RFC 8032 §5.1, pure), by `ed25519-dalek`; where the processor allows, keys are made and messages
//! signed faster. Verifying takes either the same time: what is accepted is one crate's, everywhere.

use super::fast::{self, FastSigner};
use super::{Component, sealed::Sealed, whole_message};
use crate::burn::{Burns, burn};
use crate::bytes::{array, put};
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::random::Random;
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign_byupdate};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;
#[cfg(all(feature = "accelerated", target_arch = "x86_64"))]
use {
    super::Key,
    super::trial::{known_answer_in_pieces, same},
    crate::algorithm::Algorithm,
};

/// Ed25519 as a half of a composite. Public keys of low order are refused, and unreduced ones.
pub struct Ed25519;

/// A private key and its public key.
pub struct Loaded(By);

/// Both kinds wipe themselves.
#[allow(clippy::large_enum_variant, reason = "the other one is empty where there is no faster way")]
enum By {
    Fast(fast::Ed25519),
    Portable(SigningKey),
}

impl Sealed for Ed25519 {}

impl Component for Ed25519 {
    const NAME: &'static str = "Ed25519";
    const IMPLEMENTATION: &'static str = "ed25519-dalek";
    const PRIVATE: usize = 32;
    const PUBLIC: usize = 32;
    const SIGNATURE: usize = 64;
    const BURNS: Burns = Burns::signature(burn!(4096, 7680), burn!(4096, 7680));
    type Loaded = Loaded;

    fn implementation() -> &'static str {
        if fast::Ed25519::is_here() { "graviola" } else { Self::IMPLEMENTATION }
    }

    /// Messages in several pieces are signed by the portable code.
    #[cfg(all(feature = "accelerated", target_arch = "x86_64"))]
    fn check_second(algorithm: Algorithm, answer: &[u8; 32]) -> Result<()> {
        if !fast::Ed25519::is_here() {
            return Ok(());
        }
        same(known_answer_in_pieces::<Key<Self>>(algorithm), answer)
    }

    fn load(private: &[u8]) -> Result<Loaded> {
        let seed = array::<32>(private)?;
        Ok(Loaded(match fast::Ed25519::load(seed) {
            Some(key) => By::Fast(key),
            None => By::Portable(SigningKey::from_bytes(seed)),
        }))
    }

    fn private(loaded: &Loaded, out: &mut [u8]) -> Result<()> {
        match &loaded.0 {
            By::Fast(key) => put(out, &Zeroizing::new(key.seed())[..]),
            By::Portable(key) => put(out, key.as_bytes()),
        }
        .map(|_| ())
    }

    fn public(loaded: &Loaded, out: &mut [u8]) -> Result<()> {
        match &loaded.0 {
            By::Fast(key) => put(out, &key.public()),
            By::Portable(key) => put(out, key.verifying_key().as_bytes()),
        }
        .map(|_| ())
    }

    fn check_public(public: &[u8]) -> Result<()> {
        read(public).map(|_| ())
    }

    fn sign(
        loaded: &Loaded,
        input: Input<'_>,
        context: &[u8],
        _hedge: Hedge,
        _random: &mut dyn Random,
        out: &mut [u8],
    ) -> Result<usize> {
        let parts = whole_message(input, context)?;
        let signature = match (&loaded.0, parts) {
            (By::Fast(key), []) => key.sign(b""),
            (By::Fast(key), [message]) => key.sign(message),
            // It takes messages in one piece only. (A composite's are.)
            (By::Fast(key), _) => {
                let mut signature = sign_parts(&Zeroizing::new(key.seed()), key.verifying_key()?, parts)?;
                // A fault to see that the self-test looks at this path (`scripts/faults`).
                signature[63] ^= u8::from(cfg!(khoalai_fault = "accelerated-pieces"));
                signature
            }
            (By::Portable(key), _) => sign_parts(key.as_bytes(), &key.verifying_key(), parts)?,
        };
        Ok(put(out, &signature)?.len())
    }

    fn verify(public: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        let parts = whole_message(input, context)?;
        let key = read(public)?;
        let refused = |_| Error::VerificationFailed;
        let signature = Signature::from_slice(signature).map_err(refused)?;
        let mut verifier = key.verify_stream(&signature).map_err(refused)?;
        parts.iter().for_each(|part| verifier.update(part));
        verifier.finalize_and_verify().map_err(refused)
    }
}

fn sign_parts(seed: &[u8; 32], public: &VerifyingKey, parts: &[&[u8]]) -> Result<[u8; 64]> {
    let expanded = ExpandedSecretKey::from(seed);
    let update = |hash: &mut Sha512| {
        parts.iter().for_each(|part| hash.update(part));
        Ok(())
    };
    let signature = raw_sign_byupdate::<Sha512, _>(&expanded, update, public);
    signature.map(|signature| signature.to_bytes()).map_err(|_| Error::SigningFailed)
}

fn read(public: &[u8]) -> Result<VerifyingKey> {
    let bytes = array::<32>(public)?;
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| Error::BadPublicKey)?;
    if key.is_weak() || !is_reduced(bytes) { Err(Error::BadPublicKey) } else { Ok(key) }
}

/// Whether y is below p = 2^255 - 19 (RFC 8032 §5.1.3 step 1): the crate does not ask.
fn is_reduced([low, middle @ .., high]: &[u8; 32]) -> bool {
    *low < 0xed || middle.iter().any(|byte| *byte != 0xff) || high & 0x7f != 0x7f
}
