//! Ed25519 (RFC 8032 §5.1, pure), by `ed25519-dalek`.

use super::{Component, sealed::Sealed, whole_message};
use crate::burn::{Burns, burn};
use crate::bytes::array;
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::random::Random;
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign_byupdate};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha512};

/// Ed25519 as a half of a composite. Public keys of low order are refused, and unreduced ones.
pub struct Ed25519;

impl Sealed for Ed25519 {}

impl Component for Ed25519 {
    const NAME: &'static str = "Ed25519";
    const IMPLEMENTATION: &'static str = "ed25519-dalek";
    const PRIVATE: usize = 32;
    const PUBLIC: usize = 32;
    const SIGNATURE: usize = 64;
    const BURNS: Burns = Burns::signature(burn!(4096, 7680), burn!(4096, 7680));
    type Loaded = SigningKey;

    fn load(private: &[u8]) -> Result<SigningKey> {
        Ok(SigningKey::from_bytes(array::<32>(private)?))
    }

    fn private(loaded: &SigningKey, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(loaded.as_bytes());
        Ok(())
    }

    fn public(loaded: &SigningKey, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(loaded.verifying_key().as_bytes());
        Ok(())
    }

    fn check_public(public: &[u8]) -> Result<()> {
        read(public).map(|_| ())
    }

    fn sign(
        loaded: &SigningKey,
        input: Input<'_>,
        context: &[u8],
        _hedge: Hedge,
        _random: &mut dyn Random,
        out: &mut [u8],
    ) -> Result<usize> {
        let parts = whole_message(input, context)?;
        let expanded = ExpandedSecretKey::from(loaded.as_bytes());
        let update = |hash: &mut Sha512| {
            parts.iter().for_each(|part| hash.update(part));
            Ok(())
        };
        let signature = raw_sign_byupdate::<Sha512, _>(&expanded, update, &loaded.verifying_key())
            .map_err(|_| Error::SigningFailed)?
            .to_bytes();
        out.copy_from_slice(&signature);
        Ok(signature.len())
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

fn read(public: &[u8]) -> Result<VerifyingKey> {
    let bytes = array::<32>(public)?;
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| Error::BadPublicKey)?;
    if key.is_weak() || !is_reduced(bytes) { Err(Error::BadPublicKey) } else { Ok(key) }
}

/// Whether y is below p = 2^255 - 19 (RFC 8032 §5.1.3 step 1): the crate does not ask.
fn is_reduced([low, middle @ .., high]: &[u8; 32]) -> bool {
    *low < 0xed || middle.iter().any(|byte| *byte != 0xff) || high & 0x7f != 0x7f
}
