//! The algorithms by number.

use crate::boundary::{guard, guard_or, place, required_text};
use crate::error::{Failure, Result};
use crate::policy::Sized;
use crate::text;
use core::ffi::{c_char, c_int, c_uint};
use khoalai::Algorithm;
use khoalai::algorithm::{Kind, Status};

macro_rules! numbers {
    ($($constant:ident = $number:literal, $name:literal;)+) => {
        $(pub const $constant: c_uint = $number;)+

        /// Every number that was given away, and the name it stands for.
        pub const NUMBERS: &[(c_uint, &str)] = &[$(($number, $name),)+];
    };
}

numbers! {
    X_WING = 0x0101, "X-Wing";
    MLKEM768_X25519 = 0x0102, "MLKEM768-X25519";
    MLKEM768_P256 = 0x0103, "MLKEM768-P256";
    MLKEM1024_P384 = 0x0104, "MLKEM1024-P384";
    MLDSA65_ECDSA_P256_SHA512 = 0x0201, "MLDSA65-ECDSA-P256-SHA512";
    MLDSA65_ED25519_SHA512 = 0x0202, "MLDSA65-Ed25519-SHA512";
    MLDSA87_ECDSA_P384_SHA512 = 0x0203, "MLDSA87-ECDSA-P384-SHA512";
    MLDSA44_ECDSA_P256_SHA256 = 0x0204, "MLDSA44-ECDSA-P256-SHA256";
    MLDSA44_ED25519_SHA512 = 0x0205, "MLDSA44-Ed25519-SHA512";
    MLDSA65_ECDSA_P384_SHA512 = 0x0206, "MLDSA65-ECDSA-P384-SHA512";
    MLDSA65_ECDSA_BRAINPOOLP256R1_SHA512 = 0x0207, "MLDSA65-ECDSA-brainpoolP256r1-SHA512";
    MLDSA87_ECDSA_BRAINPOOLP384R1_SHA512 = 0x0208, "MLDSA87-ECDSA-brainpoolP384r1-SHA512";
    MLDSA87_ECDSA_P521_SHA512 = 0x0209, "MLDSA87-ECDSA-P521-SHA512";
    MLDSA87_ED448_SHAKE256 = 0x020a, "MLDSA87-Ed448-SHAKE256";
    ML_KEM_512 = 0x0301, "ML-KEM-512";
    ML_KEM_768 = 0x0302, "ML-KEM-768";
    ML_KEM_1024 = 0x0303, "ML-KEM-1024";
    ML_DSA_44 = 0x0304, "ML-DSA-44";
    ML_DSA_65 = 0x0305, "ML-DSA-65";
    ML_DSA_87 = 0x0306, "ML-DSA-87";
    X25519_SHARE = 0x0401, "X25519";
    P256_SHARE = 0x0402, "P-256";
    P384_SHARE = 0x0403, "P-384";
    X448_SHARE = 0x0404, "X448";
    P521_SHARE = 0x0405, "P-521";
    BRAINPOOLP256R1_SHARE = 0x0406, "brainpoolP256r1";
    BRAINPOOLP384R1_SHARE = 0x0407, "brainpoolP384r1";
    ED25519 = 0x0408, "Ed25519";
    ED448 = 0x0409, "Ed448";
    ECDSA_P256_SHA256 = 0x040a, "ECDSA-P256-SHA256";
    ECDSA_P384_SHA384 = 0x040b, "ECDSA-P384-SHA384";
    ECDSA_P521_SHA512 = 0x040c, "ECDSA-P521-SHA512";
    ECDSA_BRAINPOOLP256R1_SHA256 = 0x040d, "ECDSA-brainpoolP256r1-SHA256";
    ECDSA_BRAINPOOLP384R1_SHA384 = 0x040e, "ECDSA-brainpoolP384r1-SHA384";
    MLDSA65_RSA3072_PSS_SHA512 = 0x0281, "MLDSA65-RSA3072-PSS-SHA512";
    MLDSA65_RSA3072_PKCS15_SHA512 = 0x0282, "MLDSA65-RSA3072-PKCS15-SHA512";
    MLDSA65_RSA4096_PSS_SHA512 = 0x0283, "MLDSA65-RSA4096-PSS-SHA512";
    MLDSA65_RSA4096_PKCS15_SHA512 = 0x0284, "MLDSA65-RSA4096-PKCS15-SHA512";
    MLDSA87_RSA3072_PSS_SHA512 = 0x0285, "MLDSA87-RSA3072-PSS-SHA512";
    MLDSA87_RSA4096_PSS_SHA512 = 0x0286, "MLDSA87-RSA4096-PSS-SHA512";
    MLDSA44_RSA2048_PSS_SHA256 = 0x0287, "MLDSA44-RSA2048-PSS-SHA256";
    MLDSA44_RSA2048_PKCS15_SHA256 = 0x0288, "MLDSA44-RSA2048-PKCS15-SHA256";
    RSA2048_OAEP_SHA256 = 0x0501, "RSA2048-OAEP-SHA256";
    RSA3072_OAEP_SHA256 = 0x0502, "RSA3072-OAEP-SHA256";
    RSA4096_OAEP_SHA256 = 0x0503, "RSA4096-OAEP-SHA256";
    RSA2048_PSS_SHA256 = 0x0504, "RSA2048-PSS-SHA256";
    RSA3072_PSS_SHA256 = 0x0505, "RSA3072-PSS-SHA256";
    RSA4096_PSS_SHA384 = 0x0506, "RSA4096-PSS-SHA384";
    RSA2048_PKCS15_SHA256 = 0x0507, "RSA2048-PKCS15-SHA256";
    RSA3072_PKCS15_SHA256 = 0x0508, "RSA3072-PKCS15-SHA256";
    RSA4096_PKCS15_SHA384 = 0x0509, "RSA4096-PKCS15-SHA384";
    SLH_DSA_SHA2_128S = 0x0601, "SLH-DSA-SHA2-128s";
    SLH_DSA_SHA2_128F = 0x0602, "SLH-DSA-SHA2-128f";
    SLH_DSA_SHA2_192S = 0x0603, "SLH-DSA-SHA2-192s";
    SLH_DSA_SHA2_192F = 0x0604, "SLH-DSA-SHA2-192f";
    SLH_DSA_SHA2_256S = 0x0605, "SLH-DSA-SHA2-256s";
    SLH_DSA_SHA2_256F = 0x0606, "SLH-DSA-SHA2-256f";
    SLH_DSA_SHAKE_128S = 0x0607, "SLH-DSA-SHAKE-128s";
    SLH_DSA_SHAKE_128F = 0x0608, "SLH-DSA-SHAKE-128f";
    SLH_DSA_SHAKE_192S = 0x0609, "SLH-DSA-SHAKE-192s";
    SLH_DSA_SHAKE_192F = 0x060a, "SLH-DSA-SHAKE-192f";
    SLH_DSA_SHAKE_256S = 0x060b, "SLH-DSA-SHAKE-256s";
    SLH_DSA_SHAKE_256F = 0x060c, "SLH-DSA-SHAKE-256f";
    MLKEM768_X25519_SHA3_256 = 0x0701, "MLKEM768-X25519-SHA3-256";
    MLKEM768_ECDH_P256_SHA3_256 = 0x0702, "MLKEM768-ECDH-P256-SHA3-256";
    MLKEM1024_ECDH_P384_SHA3_256 = 0x0703, "MLKEM1024-ECDH-P384-SHA3-256";
    MLKEM768_ECDH_P384_SHA3_256 = 0x0704, "MLKEM768-ECDH-P384-SHA3-256";
    MLKEM768_ECDH_BRAINPOOLP256R1_SHA3_256 = 0x0705, "MLKEM768-ECDH-brainpoolP256r1-SHA3-256";
    MLKEM1024_ECDH_BRAINPOOLP384R1_SHA3_256 = 0x0706, "MLKEM1024-ECDH-brainpoolP384r1-SHA3-256";
    MLKEM1024_X448_SHA3_256 = 0x0707, "MLKEM1024-X448-SHA3-256";
    MLKEM1024_ECDH_P521_SHA3_256 = 0x0708, "MLKEM1024-ECDH-P521-SHA3-256";
    MLKEM768_RSA2048_SHA3_256 = 0x0709, "MLKEM768-RSA2048-SHA3-256";
    MLKEM768_RSA3072_SHA3_256 = 0x070a, "MLKEM768-RSA3072-SHA3-256";
    MLKEM768_RSA4096_SHA3_256 = 0x070b, "MLKEM768-RSA4096-SHA3-256";
    MLKEM1024_RSA3072_SHA3_256 = 0x070c, "MLKEM1024-RSA3072-SHA3-256";
}

/// From here on numbers are for providers.
pub const FIRST_PROVIDER_ALGORITHM: c_uint = 0x8000_0000;

pub const KIND_KEM: c_uint = 1;
pub const KIND_SHARE: c_uint = 2;
pub const KIND_SIGNATURE: c_uint = 3;

pub const STATUS_STANDARD: c_uint = 1;
pub const STATUS_DRAFT: c_uint = 2;
pub const STATUS_PRIVATE: c_uint = 3;
pub const STATUS_LEGACY: c_uint = 4;

/// The algorithm of this number.
pub fn of(number: c_uint) -> Result<Algorithm> {
    let known = NUMBERS.iter().find(|(known, _)| *known == number);
    let algorithm = known.and_then(|(_, name)| Algorithm::named(name));
    algorithm.ok_or_else(|| khoalai::Error::UnknownAlgorithm.into())
}

/// The number of this algorithm.
pub fn number_of(algorithm: Algorithm) -> Result<c_uint> {
    let known = NUMBERS.iter().find(|(_, name)| *name == algorithm.name());
    known.map(|(number, _)| *number).ok_or_else(|| khoalai::Error::UnknownAlgorithm.into())
}

#[repr(C)]
pub struct khoalai_algorithm {
    pub struct_size: usize,
    pub algorithm: c_uint,
    pub kind: c_uint,
    pub status: c_uint,
    pub category: c_uint,
    pub pq: c_uint,
    pub classical: c_uint,
    pub public_key_len: usize,
    pub private_key_len: usize,
    pub ciphertext_len: usize,
    pub secret_len: usize,
    pub signature_len: usize,
    pub name: *const c_char,
    pub document: *const c_char,
}

// SAFETY: it begins with its size, and has been the same since the first version.
unsafe impl Sized for khoalai_algorithm {}

fn info(algorithm: Algorithm) -> Result<khoalai_algorithm> {
    let row = algorithm.row();
    let (pq, classical) = match algorithm.halves() {
        Some((pq, classical)) => (number_of(pq)?, number_of(classical)?),
        None => (0, 0),
    };
    let (name, document) = text::of_algorithm(algorithm).ok_or(khoalai::Error::UnknownAlgorithm)?;
    Ok(khoalai_algorithm {
        struct_size: size_of::<khoalai_algorithm>(),
        algorithm: number_of(algorithm)?,
        kind: match row.kind {
            Kind::Kem => KIND_KEM,
            Kind::Share => KIND_SHARE,
            _ => KIND_SIGNATURE,
        },
        status: match row.status {
            Status::Standard(_) => STATUS_STANDARD,
            Status::Draft(_) => STATUS_DRAFT,
            Status::Legacy(_) => STATUS_LEGACY,
            _ => STATUS_PRIVATE,
        },
        category: row.category.into(),
        pq,
        classical,
        public_key_len: row.public_key,
        private_key_len: row.private_key,
        ciphertext_len: row.ciphertext,
        secret_len: row.secret,
        signature_len: row.signature,
        name,
        document,
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_algorithm_count() -> usize {
    Algorithm::ALL.iter().filter(|algorithm| number_of(**algorithm).is_ok()).count()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_algorithm_at(index: usize, algorithm: *mut c_uint) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let place = unsafe { place(algorithm) }?;
        let mut numbers = Algorithm::ALL.iter().filter_map(|algorithm| number_of(*algorithm).ok());
        *place = numbers.nth(index).ok_or(Failure::WrongValue)?;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_algorithm_named(name: *const c_char, algorithm: *mut c_uint) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (name, place) = (unsafe { required_text(name) }?, unsafe { place(algorithm) }?);
        *place = number_of(Algorithm::named(name).ok_or(khoalai::Error::UnknownAlgorithm)?)?;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_algorithm_info(algorithm: c_uint, info: *mut khoalai_algorithm) -> c_int {
    guard(|| {
        let known = self::info(of(algorithm)?)?;
        // SAFETY: as the header says.
        unsafe { known.write(info) }
    })
}

fn length(algorithm: c_uint, of_algorithm: fn(Algorithm) -> usize) -> usize {
    guard_or(0, || of(algorithm).map_or(0, of_algorithm))
}

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_public_key_len(algorithm: c_uint) -> usize {
    length(algorithm, Algorithm::public_key_len)
}

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_private_key_len(algorithm: c_uint) -> usize {
    length(algorithm, Algorithm::private_key_len)
}

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_ciphertext_len(algorithm: c_uint) -> usize {
    length(algorithm, Algorithm::ciphertext_len)
}

#[unsafe(no_mangle)]
pub extern "C" fn khoalai_signature_len(algorithm: c_uint) -> usize {
    length(algorithm, Algorithm::signature_len)
}
