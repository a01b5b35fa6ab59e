//! Encrypted PKCS#8 (`EncryptedPrivateKeyInfo`, RFC 5958 §3) by PBES2 (RFC 8018 §6.2): AES-256-CBC
//! under a key that scrypt or PBKDF2 makes of a passphrase.
//!
//! Anybody can write a file that costs more to open than a machine has, so what a file asks for is
//! judged before anything is computed ([`MAX_SCRYPT_COST`], [`MAX_PBKDF2_ITERATIONS`]).

use super::asn1;
use crate::bytes::{put, room, zero_unless_ok};
use crate::error::{Error, Result};
use crate::limits::{MAX_DER, MAX_PBKDF2_ITERATIONS, MAX_SCRYPT_COST};
use crate::random::Random;
use crate::secret::Secret;
use crate::soft::passphrase::{self, Prf};
use alloc::vec;
use der::asn1::{AnyRef, OctetStringRef};
use der::{Reader, Sequence, SliceReader, Tag, Tagged};
use pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf, Salt, ScryptParams};
use zeroize::Zeroizing;

/// What is written: N = 2^17, r = 8, p = 1, which takes 128 MiB (RFC 7914 §2).
const LOG_N: u32 = 17;
const R: u16 = 8;
const P: u16 = 1;

#[derive(Sequence)]
struct Info<'a> {
    algorithm: pkcs5::EncryptionScheme,
    data: &'a OctetStringRef,
}

/// Encrypts a PKCS#8 document with AES-256-CBC under scrypt and returns the part of `out` written, at
/// most 160 bytes more than `der`. scrypt takes 128 MiB and a good part of a second for it.
///
/// ```
/// use khoalai::encode::{encrypted, pkcs8};
/// use khoalai::{ExportPrivateKey, X_WING};
///
/// let mut random = getrandom::SysRng;
/// let key = khoalai::generate(X_WING, &mut random)?;
/// let (mut raw, mut der, mut out) = ([0; 32], [0; 96], [0; 256]);
/// let der = pkcs8::encode(X_WING, key.expose_private_key(&mut raw)?, &mut der)?;
/// let file = encrypted::encrypt(der, b"correct horse", &mut random, &mut out)?;
///
/// let mut opened = [0; 256];
/// let opened = encrypted::Encrypted::read(file)?.decrypt(b"correct horse", &mut opened)?;
/// assert!(opened == der);
/// # Ok::<(), khoalai::Error>(())
/// ```
///
/// # Errors
/// [`Error::Malformed`] if `der` is not one DER value, or the passphrase is empty;
/// [`Error::BufferTooSmall`]; [`Error::RandomFailed`]. `out` then holds nothing.
pub fn encrypt<'o>(
    der: &[u8],
    passphrase: &[u8],
    random: &mut dyn Random,
    out: &'o mut [u8],
) -> Result<&'o [u8]> {
    if passphrase.is_empty() || der.len() > MAX_DER || !asn1::is_one_sequence(der) {
        return Err(Error::Malformed);
    }
    passphrase::BURN.after(|| encrypt_in(der, passphrase, random, out))
}

fn encrypt_in<'o>(
    der: &[u8],
    passphrase: &[u8],
    random: &mut dyn Random,
    out: &'o mut [u8],
) -> Result<&'o [u8]> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    random.fill(&mut salt)?;
    random.fill(&mut iv)?;
    let salt = Salt::new(salt).map_err(|_| Error::Malformed)?;
    let cost = ScryptParams {
        salt,
        cost_parameter: 1 << LOG_N,
        block_size: R,
        parallelization: P,
        key_length: None,
    };
    let key = Key::by_scrypt(&cost, passphrase)?;
    // One block more for the padding. Encrypted in place, so no copy of the secret stays.
    let mut buffer = Zeroizing::new(vec![0; der.len() + 16]);
    put(&mut buffer, der)?;
    let len = passphrase::cbc_encrypt(key.0.expose(), &iv, &mut buffer, der.len())?;
    let data = OctetStringRef::new(room(&mut buffer, len)?).map_err(|_| Error::Malformed)?;
    let parameters = Parameters { kdf: Kdf::Scrypt(cost), encryption: EncryptionScheme::Aes256Cbc { iv } };
    asn1::write(&Info { algorithm: parameters.into(), data }, out).map(|written| &*written)
}

/// Makes a key of a passphrase by scrypt at the cost of [`encrypt`], for formats of the caller's own. It
/// is the caller's to wipe.
///
/// # Errors
/// [`Error::Malformed`] if the passphrase is empty. `key` is then zeroed.
pub fn derive_key(passphrase: &[u8], salt: &[u8; 16], key: &mut [u8; 32]) -> Result<()> {
    let log_n = u8::try_from(LOG_N).map_err(|_| Error::Malformed);
    let made = match log_n {
        Ok(log_n) if !passphrase.is_empty() => {
            passphrase::BURN.after(|| passphrase::scrypt(passphrase, salt, log_n, R, P, key))
        }
        _ => Err(Error::Malformed),
    };
    zero_unless_ok(made, key)
}

/// An encrypted key that can be read, at a cost within the limits. Nothing is computed yet.
#[allow(missing_debug_implementations, reason = "it leads to a secret")]
pub struct Encrypted<'a> {
    kdf: Kdf,
    iv: [u8; 16],
    data: &'a [u8],
}

impl<'a> Encrypted<'a> {
    /// Whether this is an encrypted key at all, in whatever way.
    #[must_use]
    pub fn is_one(der: &[u8]) -> bool {
        let Ok(outer) = asn1::read::<AnyRef<'_>>(der) else { return false };
        let Ok(mut reader) = SliceReader::new(outer.value()) else { return false };
        let fields = (reader.decode::<AnyRef<'_>>(), reader.decode::<AnyRef<'_>>());
        outer.tag() == Tag::Sequence
            && reader.is_finished()
            && matches!(fields, (Ok(scheme), Ok(data))
                if scheme.tag() == Tag::Sequence && data.tag() == Tag::OctetString)
    }

    /// Reads it and judges its cost. Read is AES-256-CBC under scrypt, or under PBKDF2 with
    /// HMAC-SHA-256, -384 or -512.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::UnknownEncryption`]; [`Error::TooCostly`].
    pub fn read(der: &'a [u8]) -> Result<Self> {
        let info: Info<'a> = asn1::read(der)
            .map_err(|error| if Self::is_one(der) { Error::UnknownEncryption } else { error })?;
        let parameters = info.algorithm.pbes2().ok_or(Error::UnknownEncryption)?;
        let EncryptionScheme::Aes256Cbc { iv } = parameters.encryption else {
            return Err(Error::UnknownEncryption);
        };
        if parameters.kdf.key_length().is_some_and(|length| length != 32) {
            return Err(Error::UnknownEncryption);
        }
        judge(&parameters.kdf)?;
        let data = info.data.as_bytes();
        let whole = !data.is_empty() && data.len().is_multiple_of(16);
        if whole { Ok(Self { kdf: parameters.kdf.clone(), iv, data }) } else { Err(Error::Malformed) }
    }

    /// Decrypts it to the front of `out`, which has room for as many bytes as the whole file has, and
    /// returns the PKCS#8 document. `out` holds a secret then: wipe it.
    ///
    /// # Errors
    /// [`Error::PassphraseWrong`], also for a damaged file: CBC has no proof of its own, so that a DER
    /// value comes out is the proof; [`Error::BufferTooSmall`]. `out` is then zeroed.
    pub fn decrypt<'o>(&self, passphrase: &[u8], out: &'o mut [u8]) -> Result<&'o [u8]> {
        let len = zero_unless_ok(passphrase::BURN.after(|| self.decrypt_in(passphrase, out)), out)?;
        out.get(..len).ok_or(Error::BufferTooSmall)
    }

    fn decrypt_in(&self, passphrase: &[u8], out: &mut [u8]) -> Result<usize> {
        let buffer = put(out, self.data)?;
        let key = match &self.kdf {
            Kdf::Scrypt(scrypt) => Key::by_scrypt(scrypt, passphrase)?,
            Kdf::Pbkdf2(pbkdf2) => Key::by_pbkdf2(pbkdf2, passphrase)?,
            _ => return Err(Error::UnknownEncryption),
        };
        let len = passphrase::cbc_decrypt(key.0.expose(), &self.iv, buffer)?;
        // What is behind the content is padding: nothing of it stays.
        let (content, rest) = crate::bytes::split_mut(buffer, len)?;
        rest.fill(0);
        if asn1::is_one_sequence(content) { Ok(len) } else { Err(Error::PassphraseWrong) }
    }
}

/// A derived key, wiped when dropped.
struct Key(Secret<32>);

impl Key {
    fn by_scrypt(cost: &ScryptParams, passphrase: &[u8]) -> Result<Self> {
        let mut key = Secret::zero();
        let log_n = u8::try_from(cost.cost_parameter.ilog2()).map_err(|_| Error::UnknownEncryption)?;
        let (r, p) = (cost.block_size, cost.parallelization);
        passphrase::scrypt(passphrase, cost.salt.as_ref(), log_n, r, p, key.expose_mut())?;
        Ok(Self(key))
    }

    fn by_pbkdf2(cost: &Pbkdf2Params, passphrase: &[u8]) -> Result<Self> {
        let mut key = Secret::<32>::zero();
        let prf = prf(cost.prf)?;
        passphrase::pbkdf2(passphrase, cost.salt.as_ref(), cost.iteration_count, &prf, key.expose_mut());
        Ok(Self(key))
    }
}

fn prf(prf: Pbkdf2Prf) -> Result<Prf> {
    match prf {
        Pbkdf2Prf::HmacWithSha256 => Ok(Prf::Sha256),
        Pbkdf2Prf::HmacWithSha384 => Ok(Prf::Sha384),
        Pbkdf2Prf::HmacWithSha512 => Ok(Prf::Sha512),
        _ => Err(Error::UnknownEncryption),
    }
}

/// Refuses what costs too much, and what is not computed here.
fn judge(kdf: &Kdf) -> Result<()> {
    match kdf {
        Kdf::Scrypt(scrypt) => judge_scrypt(scrypt),
        Kdf::Pbkdf2(pbkdf2) => {
            prf(pbkdf2.prf)?;
            match pbkdf2.iteration_count {
                0 => Err(Error::UnknownEncryption),
                1..=MAX_PBKDF2_ITERATIONS => Ok(()),
                _ => Err(Error::TooCostly),
            }
        }
        _ => Err(Error::UnknownEncryption),
    }
}

fn judge_scrypt(scrypt: &ScryptParams) -> Result<()> {
    let (n, r, p) = (scrypt.cost_parameter, scrypt.block_size, scrypt.parallelization);
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(Error::UnknownEncryption);
    }
    let cost = [u64::from(r), u64::from(p), 128].iter().try_fold(n, |cost, factor| cost.checked_mul(*factor));
    match cost {
        Some(cost) if cost <= MAX_SCRYPT_COST => Ok(()),
        _ => Err(Error::TooCostly),
    }
}
