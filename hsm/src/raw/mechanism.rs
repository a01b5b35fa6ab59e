//! Mechanisms that own what their parameters point to, and lend themselves for one call only.

use core::ffi::c_void;
use core::ptr::null_mut;
use cryptoki_sys::*;
use khoalai::Hedge;

/// A mechanism with its parameters.
pub(crate) enum Mechanism<'a> {
    /// One without.
    Plain(CK_MECHANISM_TYPE),
    /// ECDH without a key derivation, with the peer's public key.
    Ecdh(&'a [u8]),
    /// RSAES-OAEP with SHA-256, MGF1 with SHA-256 and no label.
    OaepSha256,
    /// RSASSA-PSS over a hash that was made outside: hash mechanism, MGF, length of the salt.
    Pss(CK_MECHANISM_TYPE, CK_GENERATOR_FUNCTION, usize),
    /// ML-DSA with its context.
    MlDsa(Hedge, &'a [u8]),
    /// Another key's value behind that of the base key.
    ConcatenateKey(CK_OBJECT_HANDLE),
    /// Bytes behind the value of the base key.
    ConcatenateData(&'a [u8]),
    /// AES-GCM with this nonce and these associated data, and a tag of 16 bytes.
    Gcm(&'a [u8; 12], &'a [u8]),
    /// AES-CBC with this initialisation vector, without padding.
    Cbc(&'a [u8; 16]),
}

impl Mechanism<'_> {
    /// Lends it as C wants it.
    pub(super) fn lend<T>(&self, call: impl FnOnce(*mut CK_MECHANISM) -> T) -> T {
        fn with<P, T>(
            mechanism: CK_MECHANISM_TYPE,
            mut parameter: P,
            call: impl FnOnce(*mut CK_MECHANISM) -> T,
        ) -> T {
            let mut mechanism = CK_MECHANISM {
                mechanism,
                pParameter: (&raw mut parameter).cast::<c_void>(),
                ulParameterLen: len(size_of::<P>()),
            };
            call(&raw mut mechanism)
        }
        match *self {
            Self::Plain(mechanism) => {
                let mut mechanism = CK_MECHANISM { mechanism, pParameter: null_mut(), ulParameterLen: 0 };
                call(&raw mut mechanism)
            }
            Self::Ecdh(peer) => {
                let parameter = CK_ECDH1_DERIVE_PARAMS {
                    kdf: CKD_NULL,
                    ulSharedDataLen: 0,
                    pSharedData: null_mut(),
                    ulPublicDataLen: len(peer.len()),
                    pPublicData: peer.as_ptr().cast_mut(),
                };
                with(CKM_ECDH1_DERIVE, parameter, call)
            }
            Self::OaepSha256 => {
                let parameter = CK_RSA_PKCS_OAEP_PARAMS {
                    hashAlg: CKM_SHA256,
                    mgf: CKG_MGF1_SHA256,
                    source: CKZ_DATA_SPECIFIED,
                    pSourceData: null_mut(),
                    ulSourceDataLen: 0,
                };
                with(CKM_RSA_PKCS_OAEP, parameter, call)
            }
            Self::Pss(hash, mgf, salt) => {
                with(CKM_RSA_PKCS_PSS, CK_RSA_PKCS_PSS_PARAMS { hashAlg: hash, mgf, sLen: len(salt) }, call)
            }
            Self::MlDsa(hedge, context) => {
                let parameter = CK_SIGN_ADDITIONAL_CONTEXT {
                    hedgeVariant: match hedge {
                        Hedge::Preferred => CKH_HEDGE_PREFERRED,
                        Hedge::Required => CKH_HEDGE_REQUIRED,
                        Hedge::Deterministic => CKH_DETERMINISTIC_REQUIRED,
                    },
                    pContext: if context.is_empty() { null_mut() } else { context.as_ptr().cast_mut() },
                    ulContextLen: len(context.len()),
                };
                with(CKM_ML_DSA, parameter, call)
            }
            Self::ConcatenateKey(key) => with(CKM_CONCATENATE_BASE_AND_KEY, key, call),
            Self::ConcatenateData(data) => {
                let parameter =
                    CK_KEY_DERIVATION_STRING_DATA { pData: data.as_ptr().cast_mut(), ulLen: len(data.len()) };
                with(CKM_CONCATENATE_BASE_AND_DATA, parameter, call)
            }
            Self::Gcm(nonce, associated) => {
                let parameter = CK_GCM_PARAMS {
                    pIv: nonce.as_ptr().cast_mut(),
                    ulIvLen: len(nonce.len()),
                    ulIvBits: len(8 * nonce.len()),
                    pAAD: if associated.is_empty() { null_mut() } else { associated.as_ptr().cast_mut() },
                    ulAADLen: len(associated.len()),
                    ulTagBits: 128,
                };
                with(CKM_AES_GCM, parameter, call)
            }
            Self::Cbc(iv) => with(CKM_AES_CBC, *iv, call),
        }
    }
}

/// A length as C has it. What is longer than it can say is refused by every module.
pub(super) fn len(len: usize) -> CK_ULONG {
    CK_ULONG::try_from(len).unwrap_or(CK_ULONG::MAX)
}
