//! `RSAPublicKey` and `RSAPrivateKey` (RFC 8017 appendix A.1), in DER.

use crate::error::{Error, Result};
use crate::limits::{MAX_RSA_EXPONENT, MIN_RSA_EXPONENT};
use der::asn1::UintRef;
use der::{Decode, Sequence};
use rsa::{BoxedUint, PublicKey};

#[derive(Sequence)]
pub(super) struct RsaPublicKey<'a> {
    pub(super) modulus: UintRef<'a>,
    pub(super) exponent: UintRef<'a>,
}

/// Of two primes: `otherPrimeInfos` is absent.
#[cfg(feature = "hazmat-rsa-private")]
#[derive(Sequence)]
pub(super) struct RsaPrivateKey<'a> {
    pub(super) version: u8,
    pub(super) modulus: UintRef<'a>,
    pub(super) public_exponent: UintRef<'a>,
    pub(super) private_exponent: UintRef<'a>,
    pub(super) prime_1: UintRef<'a>,
    pub(super) prime_2: UintRef<'a>,
    pub(super) exponent_1: UintRef<'a>,
    pub(super) exponent_2: UintRef<'a>,
    pub(super) coefficient: UintRef<'a>,
}

/// Length of an INTEGER of that many bits whose highest is set: a zero byte is in front of them.
const fn integer_len(bits: usize) -> usize {
    let content = bits / 8 + 1;
    content
        + if content < 128 {
            2
        } else if content < 256 {
            3
        } else {
            4
        }
}

/// The longest INTEGER that may be an exponent: [`MAX_RSA_EXPONENT`] has three bytes.
const EXPONENT: usize = 2 + 3;

/// The longest `RSAPublicKey` of that size.
pub(super) const fn public_len(bits: usize) -> usize {
    4 + integer_len(bits) + EXPONENT
}

/// The longest `RSAPrivateKey` of that size.
pub(super) const fn private_len(bits: usize) -> usize {
    4 + 3 + 2 * integer_len(bits) + EXPONENT + 5 * integer_len(bits / 2)
}

/// Reads a public key: a modulus of exactly that size, odd, and an odd exponent within the limits.
pub(super) fn read_public(bits: usize, der: &[u8]) -> Result<PublicKey> {
    let read = RsaPublicKey::from_der(der).map_err(|_| Error::BadPublicKey)?;
    public(bits, read.modulus, read.exponent)
}

pub(super) fn public(bits: usize, modulus: UintRef<'_>, exponent: UintRef<'_>) -> Result<PublicKey> {
    let exponent = match *exponent.as_bytes() {
        [low] => u32::from(low),
        [high, low] => u32::from_be_bytes([0, 0, high, low]),
        [high, middle, low] => u32::from_be_bytes([0, high, middle, low]),
        _ => return Err(Error::BadPublicKey),
    };
    if !(MIN_RSA_EXPONENT..=MAX_RSA_EXPONENT).contains(&exponent) {
        return Err(Error::BadPublicKey);
    }
    let bad = |_| Error::BadPublicKey;
    let precision = u32::try_from(bits).map_err(bad)?;
    let modulus = BoxedUint::from_be_slice(modulus.as_bytes(), precision).map_err(|_| Error::BadPublicKey)?;
    PublicKey::new_with_size_limits(modulus, BoxedUint::from(exponent), bits..=bits)
        .map_err(|_| Error::BadPublicKey)
}
