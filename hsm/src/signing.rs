//! What is signed, and what comes out, between the library's forms and those of PKCS#11.

use crate::component::Task;
use crate::raw::Mechanism;
use cryptoki_sys::*;
use der::asn1::UintRef;
use der::{Encode, Sequence};
use khoalai::{DigestAlgorithm, Error, Hedge};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// What a device gets to sign, and by which mechanism.
pub(crate) struct Order<'a> {
    pub(crate) mechanism: Mechanism<'a>,
    pub(crate) data: Vec<u8>,
}

/// `Ecdsa-Sig-Value` (RFC 3279 §2.2.3).
#[derive(Sequence)]
struct EcdsaSignature<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

fn digest(algorithm: DigestAlgorithm, parts: &[&[u8]]) -> Result<Vec<u8>, Error> {
    fn over<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
        let mut hash = D::new();
        parts.iter().for_each(|part| hash.update(part));
        hash.finalize().to_vec()
    }
    match algorithm {
        DigestAlgorithm::Sha256 => Ok(over::<Sha256>(parts)),
        DigestAlgorithm::Sha384 => Ok(over::<Sha384>(parts)),
        DigestAlgorithm::Sha512 => Ok(over::<Sha512>(parts)),
        _ => Err(Error::Unsupported),
    }
}

/// `DigestInfo` in DER (RFC 8017 §9.2 note 1): what stands in front of the hash.
const fn digest_info(algorithm: DigestAlgorithm) -> Result<&'static [u8], Error> {
    match algorithm {
        DigestAlgorithm::Sha256 => {
            Ok(b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20")
        }
        DigestAlgorithm::Sha384 => {
            Ok(b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30")
        }
        _ => Err(Error::Unsupported),
    }
}

/// What to ask a device for.
pub(crate) fn order<'a>(
    task: Task,
    message: &[&[u8]],
    context: &'a [u8],
    hedge: Hedge,
) -> Result<Order<'a>, Error> {
    // Devices draw the nonces of their classical signatures themselves, and do not say how.
    if hedge == Hedge::Deterministic && matches!(task, Task::Ecdsa(_) | Task::RsaPss(_)) {
        return Err(Error::Unsupported);
    }
    let (mechanism, data) = match task {
        Task::MlDsa => (Mechanism::MlDsa(hedge, context), message.concat()),
        Task::Eddsa => (Mechanism::Plain(CKM_EDDSA), message.concat()),
        Task::Ecdsa(hash) => (Mechanism::Plain(CKM_ECDSA), digest(hash, message)?),
        Task::RsaPkcs15(hash) => {
            (Mechanism::Plain(CKM_RSA_PKCS), [digest_info(hash)?, &digest(hash, message)?].concat())
        }
        Task::RsaPss(hash) => {
            let (mechanism, mgf) = match hash {
                DigestAlgorithm::Sha256 => (CKM_SHA256, CKG_MGF1_SHA256),
                DigestAlgorithm::Sha384 => (CKM_SHA384, CKG_MGF1_SHA384),
                _ => return Err(Error::Unsupported),
            };
            (Mechanism::Pss(mechanism, mgf, hash.digest_len()), digest(hash, message)?)
        }
        Task::Decapsulate | Task::Agree | Task::Decrypt => return Err(Error::Unsupported),
    };
    Ok(Order { mechanism, data })
}

/// A device's signature in the library's form: ECDSA's two numbers become DER.
pub(crate) fn from_device(task: Task, signature: &[u8]) -> Result<Vec<u8>, Error> {
    if !matches!(task, Task::Ecdsa(_)) {
        return Ok(signature.to_vec());
    }
    let half = signature.len() / 2;
    let (r, s) = signature
        .split_at_checked(half)
        .filter(|_| signature.len().is_multiple_of(2))
        .ok_or(Error::SigningFailed)?;
    let number = |bytes| UintRef::new(bytes).map_err(|_| Error::SigningFailed);
    EcdsaSignature { r: number(r)?, s: number(s)? }.to_der().map_err(|_| Error::SigningFailed)
}
