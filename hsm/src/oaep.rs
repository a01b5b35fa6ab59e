//! RSAES-OAEP decoding (RFC 8017 §7.1.2 step 3) for devices that only have the bare RSA operation:
//! SHA-256, MGF1 with SHA-256, no label, a secret of 32 bytes. Constant in time but for the length.

use khoalai::Error;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, Zeroizing};

const HASH: usize = 32;
/// SHA-256 of the empty label.
const EMPTY: [u8; HASH] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// XORs MGF1(seed) into `target` (RFC 8017 §B.2.1).
fn mask(seed: &[u8], target: &mut [u8]) {
    for (counter, chunk) in (0_u32..).zip(target.chunks_mut(HASH)) {
        let mut block = Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
        chunk.iter_mut().zip(&block).for_each(|(byte, mask)| *byte ^= mask);
        block.zeroize();
    }
}

/// Takes the secret out of `encoded`, which is as long as the modulus. There is one error, whatever is
/// wrong, and finding it takes as long as finding the secret.
pub(crate) fn decode(encoded: &[u8], secret: &mut [u8; 32]) -> Result<(), Error> {
    let mut work = Zeroizing::new(encoded.to_vec());
    let split =
        work.split_first_mut().and_then(|(first, rest)| Some((first, rest.split_at_mut_checked(HASH)?)));
    let Some((first, (seed, data))) = split else { return Err(Error::DecapsulationFailed) };
    // lHash, at least one byte 1, the secret.
    let Some(padding) = data.len().checked_sub(HASH + 1 + secret.len()) else {
        return Err(Error::DecapsulationFailed);
    };
    mask(data, seed);
    mask(seed, data);

    let (hash, rest) = data.split_at(HASH);
    let (zeros, rest) = rest.split_at(padding);
    // The secret has one length, so its place is known: what stands elsewhere is not looked for.
    let Some((one, found)) = rest.split_first() else { return Err(Error::DecapsulationFailed) };
    let mut good: Choice = first.ct_eq(&0) & hash.ct_eq(&EMPTY) & one.ct_eq(&1);
    for zero in zeros {
        good &= zero.ct_eq(&0);
    }
    for (out, found) in secret.iter_mut().zip(found) {
        *out = u8::conditional_select(&0, found, good);
    }
    if good.into() { Ok(()) } else { Err(Error::DecapsulationFailed) }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test may stop anywhere")]
mod tests {
    use super::*;

    /// As RFC 8017 §7.1.1 step 2 builds it.
    fn encode(len: usize, seed: [u8; HASH], secret: &[u8], first: u8, hash: [u8; HASH], one: u8) -> Vec<u8> {
        let mut data = [&hash[..], &vec![0; len - 2 * HASH - 2 - secret.len()], &[one], secret].concat();
        let mut seed = seed;
        mask(&seed, &mut data);
        mask(&data, &mut seed);
        [&[first][..], &seed, &data].concat()
    }

    fn decoded(encoded: &[u8]) -> (Result<(), Error>, [u8; 32]) {
        let mut secret = [0xaa; 32];
        (decode(encoded, &mut secret), secret)
    }

    #[test]
    fn what_was_encoded_comes_out() {
        for len in [256, 384, 512] {
            let encoded = encode(len, [3; HASH], &[7; 32], 0, EMPTY, 1);
            assert_eq!(decoded(&encoded), (Ok(()), [7; 32]));
        }
    }

    #[test]
    fn the_empty_label_has_this_hash() {
        assert_eq!(EMPTY, <[u8; HASH]>::from(Sha256::digest(b"")));
    }

    #[test]
    fn all_that_is_wrong_is_one_error_and_leaves_zeros() {
        let refused = (Err(Error::DecapsulationFailed), [0; 32]);
        assert_eq!(decoded(&encode(256, [3; HASH], &[7; 32], 1, EMPTY, 1)), refused);
        assert_eq!(decoded(&encode(256, [3; HASH], &[7; 32], 0, [0; HASH], 1)), refused);
        assert_eq!(decoded(&encode(256, [3; HASH], &[7; 32], 0, EMPTY, 0)), refused);
        assert_eq!(decoded(&encode(256, [3; HASH], &[7; 32], 0, EMPTY, 2)), refused);
        // Secrets of other lengths.
        assert_eq!(decoded(&encode(256, [3; HASH], &[7; 31], 0, EMPTY, 1)), refused);
        assert_eq!(decoded(&encode(256, [3; HASH], &[7; 33], 0, EMPTY, 1)), refused);
        let good = encode(256, [3; HASH], &[7; 32], 0, EMPTY, 1);
        for place in 0..good.len() {
            let mut changed = good.clone();
            changed[place] ^= 1;
            assert_eq!(decoded(&changed), refused, "{place}");
        }
        for short in [0, 1, 33, 97] {
            assert_eq!(decoded(&good[..short]).0, Err(Error::DecapsulationFailed));
        }
    }
}
