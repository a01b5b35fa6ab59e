//! What the library's component algorithms are to PKCS#11. The one table of this crate: nowhere else is
//! an algorithm matched.

use cryptoki_sys::*;
use khoalai::*;

/// An algorithm as PKCS#11 has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: KeyKind,
    pub(crate) task: Task,
}

/// Which key it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// A point on a curve, by the DER of its object identifier.
    Ec { family: Family, oid: &'static [u8] },
    /// RSA with so many bits.
    Rsa { bits: CK_ULONG },
    /// ML-KEM, by parameter set.
    MlKem(CK_ML_KEM_PARAMETER_SET_TYPE),
    /// ML-DSA, by parameter set.
    MlDsa(CK_ML_DSA_PARAMETER_SET_TYPE),
}

impl KeyKind {
    /// Whether `CKA_EC_PARAMS` names the curve of this key. PKCS#11 has two ways for those of RFC 7748 and
    /// RFC 8032, and modules answer in the other one than they were asked in.
    pub(crate) fn is_curve(self, parameters: &[u8]) -> bool {
        match self {
            Self::Ec { oid, .. } if parameters == oid => true,
            Self::Ec { family: Family::Montgomery, .. } => parameters == b"\x13\x0acurve25519",
            Self::Ec { family: Family::Edwards, .. } => parameters == b"\x13\x0cedwards25519",
            _ => false,
        }
    }

    /// Whether it is X25519, which modules of PKCS#11 2.40 mix up with Ed25519.
    pub(crate) const fn is_montgomery(self) -> bool {
        matches!(self, Self::Ec { family: Family::Montgomery, .. })
    }
}

/// The families of curves, which PKCS#11 treats each in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Weierstrass,
    Montgomery,
    Edwards,
}

/// What the key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Opens ciphertexts of ML-KEM.
    Decapsulate,
    /// Diffie–Hellman.
    Agree,
    /// RSAES-OAEP with SHA-256.
    Decrypt,
    /// ECDSA over a hash that is made here: PKCS#11 modules need not know the hash.
    Ecdsa(DigestAlgorithm),
    /// Ed25519 over the message itself.
    Eddsa,
    /// RSASSA-PSS over a hash that is made here, with a salt as long as the hash.
    RsaPss(DigestAlgorithm),
    /// RSASSA-PKCS1-v1_5 over a `DigestInfo` that is made here.
    RsaPkcs15(DigestAlgorithm),
    /// ML-DSA over the message itself.
    MlDsa,
}

impl Task {
    /// Whether it is one of key exchange.
    pub(crate) const fn opens(self) -> bool {
        matches!(self, Self::Decapsulate | Self::Agree | Self::Decrypt)
    }
}

/// OBJECT IDENTIFIERs in DER, as `CKA_EC_PARAMS` has them.
mod curve {
    pub(super) const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    pub(super) const P384: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x22";
    pub(super) const P521: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x23";
    pub(super) const BRAINPOOL_P256: &[u8] = b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x07";
    pub(super) const BRAINPOOL_P384: &[u8] = b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0b";
    pub(super) const X25519: &[u8] = b"\x06\x03\x2b\x65\x6e";
    pub(super) const ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";
}

const fn component(algorithm: Algorithm, key: KeyKind, task: Task) -> Component {
    Component { algorithm, key, task }
}

const fn ec(oid: &'static [u8]) -> KeyKind {
    KeyKind::Ec { family: Family::Weierstrass, oid }
}

const fn rsa(bits: CK_ULONG) -> KeyKind {
    KeyKind::Rsa { bits }
}

use DigestAlgorithm::{Sha256, Sha384, Sha512};

/// Every component that a token can hold. Ed448 and X448 are not among them: their crates are pre-releases.
pub(crate) const COMPONENTS: &[Component] = &[
    component(ML_KEM_512, KeyKind::MlKem(CKP_ML_KEM_512), Task::Decapsulate),
    component(ML_KEM_768, KeyKind::MlKem(CKP_ML_KEM_768), Task::Decapsulate),
    component(ML_KEM_1024, KeyKind::MlKem(CKP_ML_KEM_1024), Task::Decapsulate),
    component(ML_DSA_44, KeyKind::MlDsa(CKP_ML_DSA_44), Task::MlDsa),
    component(ML_DSA_65, KeyKind::MlDsa(CKP_ML_DSA_65), Task::MlDsa),
    component(ML_DSA_87, KeyKind::MlDsa(CKP_ML_DSA_87), Task::MlDsa),
    component(X25519_SHARE, KeyKind::Ec { family: Family::Montgomery, oid: curve::X25519 }, Task::Agree),
    component(P256_SHARE, ec(curve::P256), Task::Agree),
    component(P384_SHARE, ec(curve::P384), Task::Agree),
    component(P521_SHARE, ec(curve::P521), Task::Agree),
    component(BRAINPOOLP256R1_SHARE, ec(curve::BRAINPOOL_P256), Task::Agree),
    component(BRAINPOOLP384R1_SHARE, ec(curve::BRAINPOOL_P384), Task::Agree),
    component(ECDSA_P256_SHA256, ec(curve::P256), Task::Ecdsa(Sha256)),
    component(ECDSA_P384_SHA384, ec(curve::P384), Task::Ecdsa(Sha384)),
    component(ECDSA_P521_SHA512, ec(curve::P521), Task::Ecdsa(Sha512)),
    component(ECDSA_BRAINPOOLP256R1_SHA256, ec(curve::BRAINPOOL_P256), Task::Ecdsa(Sha256)),
    component(ECDSA_BRAINPOOLP384R1_SHA384, ec(curve::BRAINPOOL_P384), Task::Ecdsa(Sha384)),
    component(ED25519, KeyKind::Ec { family: Family::Edwards, oid: curve::ED25519 }, Task::Eddsa),
    component(RSA2048_OAEP_SHA256, rsa(2048), Task::Decrypt),
    component(RSA3072_OAEP_SHA256, rsa(3072), Task::Decrypt),
    component(RSA4096_OAEP_SHA256, rsa(4096), Task::Decrypt),
    component(RSA2048_PSS_SHA256, rsa(2048), Task::RsaPss(Sha256)),
    component(RSA3072_PSS_SHA256, rsa(3072), Task::RsaPss(Sha256)),
    component(RSA4096_PSS_SHA384, rsa(4096), Task::RsaPss(Sha384)),
    component(RSA2048_PKCS15_SHA256, rsa(2048), Task::RsaPkcs15(Sha256)),
    component(RSA3072_PKCS15_SHA256, rsa(3072), Task::RsaPkcs15(Sha256)),
    component(RSA4096_PKCS15_SHA384, rsa(4096), Task::RsaPkcs15(Sha384)),
];

impl Component {
    /// What `algorithm` is to PKCS#11.
    pub(crate) fn of(algorithm: Algorithm) -> Result<Self> {
        let known = COMPONENTS.iter().find(|component| component.algorithm == algorithm);
        known.copied().ok_or(Error::Unsupported)
    }
}
