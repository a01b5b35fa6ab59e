//! The public key of a token's key, in the library's form.

use crate::component::KeyKind;
use crate::raw::{Attributes, Rv};
use cryptoki_sys::*;
use der::asn1::{OctetStringRef, UintRef};
use der::{Decode, Encode, Sequence};

type Result<T> = core::result::Result<T, Rv>;

/// `RSAPublicKey` (RFC 8017 §A.1.1).
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}

/// `RSAPrivateKey` of two primes (RFC 8017 §A.1.2).
#[derive(Sequence)]
pub(crate) struct RsaPrivateKey<'a> {
    version: u8,
    pub(crate) modulus: UintRef<'a>,
    pub(crate) public_exponent: UintRef<'a>,
    pub(crate) private_exponent: UintRef<'a>,
    pub(crate) prime1: UintRef<'a>,
    pub(crate) prime2: UintRef<'a>,
    pub(crate) exponent1: UintRef<'a>,
    pub(crate) exponent2: UintRef<'a>,
    pub(crate) coefficient: UintRef<'a>,
}

/// `RSAPublicKey` in DER, from the two numbers as PKCS#11 has them.
pub(crate) fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    let key =
        RsaPublicKey { modulus: UintRef::new(modulus).ok()?, public_exponent: UintRef::new(exponent).ok()? };
    key.to_der().ok()
}

/// A point as the library has it: PKCS#11 says that `CKA_EC_POINT` is an OCTET STRING around it, and
/// devices leave that out.
fn point(read: &[u8], len: usize) -> Option<Vec<u8>> {
    if read.len() == len {
        return Some(read.to_vec());
    }
    let inner = <&OctetStringRef>::from_der(read).ok()?.as_bytes();
    (inner.len() == len).then(|| inner.to_vec())
}

/// Reads the public key of this kind, `len` bytes where it does not vary, from a public or a private
/// object. `None` if the object does not tell it.
pub(crate) fn read(attributes: &Attributes<'_>, kind: KeyKind, len: usize) -> Result<Option<Vec<u8>>> {
    Ok(match kind {
        KeyKind::Ec { .. } => attributes.bytes(CKA_EC_POINT)?.and_then(|read| point(&read, len)),
        KeyKind::Rsa { .. } => {
            let modulus = attributes.bytes(CKA_MODULUS)?;
            let exponent = attributes.bytes(CKA_PUBLIC_EXPONENT)?;
            modulus.zip(exponent).and_then(|(modulus, exponent)| rsa(&modulus, &exponent))
        }
        KeyKind::MlKem(_) | KeyKind::MlDsa(_) => {
            // Of a private object this is the private key, which has another length and is not told.
            attributes.bytes(CKA_VALUE)?.filter(|value| value.len() == len).map(|value| value.to_vec())
        }
    })
}
