//! Ed448 (RFC 8032 §5.2, pure), by `ed448-goldilocks`, a pre-release.

use super::{Component, joined::joined, sealed::Sealed, whole_message};
use crate::burn::{Burns, burn};
use crate::bytes::array;
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::random::Random;
use ed448_goldilocks::{EdwardsScalarBytes, Signature, SigningKey, VerifyingKey};

/// Ed448 as a half of a composite. Public keys outside the prime-order group are refused, and
/// unreduced ones.
pub struct Ed448;

impl Sealed for Ed448 {}

impl Component for Ed448 {
    const NAME: &'static str = "Ed448";
    const IMPLEMENTATION: &'static str = "ed448-goldilocks";
    const PRIVATE: usize = 57;
    const PUBLIC: usize = 57;
    const SIGNATURE: usize = 114;
    const BURNS: Burns = Burns::signature(burn!(16384), burn!(16384));
    type Loaded = SigningKey;

    fn load(private: &[u8]) -> Result<SigningKey> {
        let seed: &EdwardsScalarBytes = array::<57>(private)?.into();
        Ok(SigningKey::from(seed))
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
        joined(whole_message(input, context)?, |message| {
            let signature = loaded.sign_raw(message).to_bytes();
            out.copy_from_slice(&signature);
            Ok(signature.len())
        })
    }

    fn verify(public: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
        let parts = whole_message(input, context)?;
        let key = read(public)?;
        let refused = |_| Error::VerificationFailed;
        let signature = Signature::from_slice(signature).map_err(refused)?;
        // R is decoded like a public key (RFC 8032 §5.2.7 step 1).
        if !is_reduced(signature.r_bytes()) {
            return Err(Error::VerificationFailed);
        }
        joined(parts, |message| key.verify_raw(&signature, message).map_err(refused))
    }
}

fn read(public: &[u8]) -> Result<VerifyingKey> {
    let bytes = array::<57>(public)?;
    if !is_reduced(bytes) {
        return Err(Error::BadPublicKey);
    }
    // The crate refuses the neutral point, and points with a part of low order.
    VerifyingKey::from_bytes(bytes).map_err(|_| Error::BadPublicKey)
}

/// Whether y is below p = 2^448 - 2^224 - 1, and no other bit but the sign is set in the last byte
/// (RFC 8032 §5.2.3 step 1): the crate does not ask.
fn is_reduced([y @ .., sign]: &[u8; 57]) -> bool {
    let (low, high) = y.split_at(28);
    let all_ones = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0xff);
    let below = match high {
        [middle, high @ ..] if all_ones(high) => *middle < 0xfe || *middle == 0xfe && !all_ones(low),
        _ => true,
    };
    below && sign & 0x7f == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_way_to_write_a_number() {
        let mut p = [0xff; 57];
        (p[28], p[56]) = (0xfe, 0);
        assert!(!is_reduced(&p));
        let changed = |at: usize, to: u8| {
            let mut bytes = p;
            bytes[at] = to;
            is_reduced(&bytes)
        };
        assert!(
            changed(0, 0xfe)
                && changed(27, 0xfe)
                && changed(28, 0xfd)
                && changed(29, 0xfe)
                && changed(55, 0xfe)
        );
        assert!(!changed(28, 0xff) && !changed(56, 0x80));
        let mut one = [0; 57];
        one[0] = 1;
        assert!(is_reduced(&one));
        one[56] = 0x80;
        assert!(is_reduced(&one), "the sign");
        one[56] = 0x40;
        assert!(!is_reduced(&one), "another bit");
    }
}
