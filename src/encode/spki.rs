//! `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).

use super::asn1::{self, AlgorithmIdentifier};
use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::public::PublicKey;
use der::Sequence;
use der::asn1::BitStringRef;

#[derive(Sequence)]
struct Info<'a> {
    algorithm: AlgorithmIdentifier<'a>,
    public_key: BitStringRef<'a>,
}

/// Writes a raw public key as DER and returns the part of `out` written, at most 40 bytes more than the key.
///
/// # Errors
/// [`Error::Malformed`] for a wrong length, [`Error::BadPublicKey`], [`Error::BufferTooSmall`];
/// [`Error::Unsupported`] if the algorithm has no object identifier.
pub fn encode<'o>(algorithm: Algorithm, public_key: &[u8], out: &'o mut [u8]) -> Result<&'o [u8]> {
    algorithm.check_public_key(public_key)?;
    let algorithm = AlgorithmIdentifier::write(asn1::identifier(algorithm)?)?;
    let public_key = BitStringRef::from_bytes(public_key).map_err(|_| Error::Malformed)?;
    asn1::write(&Info { algorithm, public_key }, out).map(|written| &*written)
}

/// Reads the algorithm and the raw public key from DER and checks the key. The first of `rows` that
/// fits is taken: ECDH and ECDSA keys of one curve look alike here, so pass the row that you expect.
///
/// # Errors
/// [`Error::Malformed`], [`Error::UnknownAlgorithm`] if it is none of `rows`, [`Error::BadPublicKey`].
pub fn decode<'a>(der: &'a [u8], rows: &[Algorithm]) -> Result<(Algorithm, &'a [u8])> {
    let info: Info<'a> = asn1::read(der)?;
    let (algorithm, _) = info.algorithm.find(rows)?;
    let public_key = info.public_key.as_bytes().ok_or(Error::Malformed)?;
    algorithm.check_public_key(public_key)?;
    Ok((algorithm, public_key))
}

impl<'a> PublicKey<&'a [u8]> {
    /// Reads a public key of one of `rows` from `SubjectPublicKeyInfo` DER.
    ///
    /// ```
    /// use khoalai::{Algorithm, Error, PublicKey};
    /// assert_eq!(PublicKey::from_spki(b"\x30\x00", Algorithm::ALL).err(), Some(Error::Malformed));
    /// ```
    ///
    /// # Errors
    /// As [`decode`]; [`Error::ClassicalOnly`] for a classical key on its own; [`Error::LegacyAlgorithm`].
    pub fn from_spki(der: &'a [u8], rows: &[Algorithm]) -> Result<Self> {
        let (algorithm, bytes) = decode(der, rows)?;
        Self::checked(algorithm, bytes)
    }
}
