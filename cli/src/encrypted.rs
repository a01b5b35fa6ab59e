//! Encrypted PKCS#8 (RFC 5958 §3) by PBES2 (RFC 8018): AES-256 under scrypt.

use crate::failure::{Failure, Problem};
use crate::passphrase::Passphrase;
use khoalai::{Error, Random, SystemRandom};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode, Encode};
use pkcs8::pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Pbkdf2Prf, ScryptParams};
use pkcs8::pkcs5::{self, scrypt};
use zeroize::Zeroizing;

/// What a file may cost to open, asked before anything is computed. Anybody can write a file that
/// costs more than a machine has.
mod limits {
    /// 128·N·r·p of scrypt, in bytes: memory and work at once.
    pub(super) const SCRYPT: u64 = 256 * 1024 * 1024;
    /// Iterations of PBKDF2, which other programs write.
    pub(super) const PBKDF2: u32 = 10_000_000;
}

/// What is written: N = 2^17, r = 8, p = 1, which takes 128 MiB (RFC 7914 §2).
const LOG_N: u8 = 17;
const R: u32 = 8;
const P: u32 = 1;

/// Encrypts a PKCS#8 document.
pub(crate) fn encrypt(passphrase: &Passphrase, der: &[u8]) -> Result<Vec<u8>, Failure> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    SystemRandom.fill(&mut salt)?;
    SystemRandom.fill(&mut iv)?;
    // The parameters are fixed, so nothing here can fail but a broken build.
    let broken = || Failure::from(Error::SelfTestFailed);
    let cost = scrypt::Params::new(LOG_N, R, P).map_err(|_| broken())?;
    let parameters = Parameters::generate_scrypt_aes256cbc(cost, &salt, iv).map_err(|_| broken())?;
    let spelling = passphrase.spellings().next().ok_or_else(broken)?;
    // One block more for the padding. Encrypted in place, so no copy of the secret stays.
    let mut buffer = Zeroizing::new(vec![0; der.len() + 16]);
    buffer.get_mut(..der.len()).ok_or_else(broken)?.copy_from_slice(der);
    let encrypted = parameters.encrypt_in_place(&*spelling, &mut buffer, der.len()).map_err(|_| broken())?;
    let info = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.into(),
        encrypted_data: OctetStringRef::new(encrypted).map_err(|_| broken())?,
    };
    info.to_der().map_err(|_| broken())
}

/// An encrypted key whose cost is within the limits.
pub(crate) struct Encrypted<'a> {
    parameters: Parameters,
    data: &'a [u8],
}

impl<'a> Encrypted<'a> {
    /// Whether this is an encrypted key at all, in whatever way.
    pub(crate) fn is_one(der: &[u8]) -> bool {
        use pkcs8::der::asn1::AnyRef;
        use pkcs8::der::{Reader, SliceReader, Tag, Tagged};
        let outer = AnyRef::from_der(der).ok().filter(|any| any.tag() == Tag::Sequence);
        let Some(mut reader) = outer.and_then(|any| SliceReader::new(any.value()).ok()) else { return false };
        let fields = (reader.decode::<AnyRef<'_>>(), reader.decode::<AnyRef<'_>>());
        matches!(fields, (Ok(scheme), Ok(data))
            if scheme.tag() == Tag::Sequence && data.tag() == Tag::OctetString && reader.is_finished())
    }

    /// Reads it and judges its cost.
    pub(crate) fn read(der: &'a [u8]) -> Result<Self, Failure> {
        let info = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| {
            if Self::is_one(der) {
                Failure::from(Problem::UnknownEncryption)
            } else {
                Error::Malformed.into()
            }
        })?;
        let parameters = info.encryption_algorithm.pbes2().ok_or(Problem::UnknownEncryption)?.clone();
        let aes_256 = EncryptionScheme::Aes256Cbc { iv: [0; 16] }.key_size();
        let is_aes_256 = parameters.encryption.key_size() == aes_256
            && parameters.kdf.key_length().is_none_or(|length| usize::from(length) == aes_256);
        if !is_aes_256 {
            return Err(Problem::UnknownEncryption.into());
        }
        judge(&parameters.kdf)?;
        Ok(Self { parameters, data: info.encrypted_data.as_bytes() })
    }

    /// Decrypts it, and takes what `accept` makes of the content as the proof that the passphrase
    /// was right: CBC itself has none.
    pub(crate) fn open<T>(
        &self,
        passphrase: &Passphrase,
        accept: impl Fn(&[u8]) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        for spelling in passphrase.spellings() {
            let mut buffer = Zeroizing::new(self.data.to_vec());
            let decrypted = match self.parameters.decrypt_in_place(&*spelling, &mut buffer) {
                Ok(decrypted) => decrypted,
                Err(pkcs5::Error::DecryptFailed) => continue,
                Err(_) => return Err(Problem::UnknownEncryption.into()),
            };
            match accept(decrypted) {
                Err(Error::Malformed) => {}
                accepted => return Ok(accepted?),
            }
        }
        Err(Problem::PassphraseWrong.into())
    }
}

/// Refuses what costs too much, and what the implementation would not compute.
fn judge(kdf: &Kdf) -> Result<(), Problem> {
    match kdf {
        Kdf::Scrypt(scrypt) => judge_scrypt(scrypt),
        Kdf::Pbkdf2(pbkdf2) if pbkdf2.prf == Pbkdf2Prf::HmacWithSha1 => Err(Problem::UnknownEncryption),
        Kdf::Pbkdf2(pbkdf2) if pbkdf2.iteration_count > limits::PBKDF2 => Err(Problem::TooCostly),
        Kdf::Pbkdf2(pbkdf2) if pbkdf2.iteration_count == 0 => Err(Problem::UnknownEncryption),
        Kdf::Pbkdf2(_) => Ok(()),
        _ => Err(Problem::UnknownEncryption),
    }
}

fn judge_scrypt(scrypt: &ScryptParams) -> Result<(), Problem> {
    let (n, r, p) = (scrypt.cost_parameter, scrypt.block_size, scrypt.parallelization);
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(Problem::UnknownEncryption);
    }
    let cost = [u64::from(r), u64::from(p)].iter().try_fold(n, |cost, factor| cost.checked_mul(*factor));
    match cost.and_then(|cost| cost.checked_mul(128)) {
        Some(cost) if cost <= limits::SCRYPT => Ok(()),
        _ => Err(Problem::TooCostly),
    }
}
