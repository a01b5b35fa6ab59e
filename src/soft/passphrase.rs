//! Keys from passphrases, and what they encrypt: by `scrypt`, `pbkdf2`, `bcrypt-pbkdf` and `aes`.
//!
//! Callers have judged the cost before, and burn the stack after. Derived keys are the callers' and
//! wiped by them; the heap that scrypt works in is not, and nobody but scrypt itself could wipe it.

use crate::burn::{Burn, burn};
use crate::error::{Error, Result};

/// What is left on the stack by a derivation and a decryption: bcrypt's state alone has 4 KB.
pub(crate) const BURN: Burn = burn!(16 * 1024);

/// The hash of HMAC inside PBKDF2.
#[cfg(feature = "encrypted")]
pub(crate) enum Prf {
    Sha256,
    Sha384,
    Sha512,
}

#[cfg(feature = "encrypted")]
pub(crate) fn pbkdf2(passphrase: &[u8], salt: &[u8], iterations: u32, prf: &Prf, key: &mut [u8]) {
    match prf {
        Prf::Sha256 => pbkdf2::pbkdf2_hmac::<sha2::Sha256>(passphrase, salt, iterations, key),
        Prf::Sha384 => pbkdf2::pbkdf2_hmac::<sha2::Sha384>(passphrase, salt, iterations, key),
        Prf::Sha512 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>(passphrase, salt, iterations, key),
    }
}

#[cfg(feature = "encrypted")]
pub(crate) fn scrypt(
    passphrase: &[u8],
    salt: &[u8],
    log_n: u8,
    r: u16,
    p: u16,
    key: &mut [u8],
) -> Result<()> {
    let cost = scrypt::Params::new(log_n, r.into(), p.into()).map_err(|_| Error::UnknownEncryption)?;
    scrypt::scrypt(passphrase, salt, &cost, key).map_err(|_| Error::UnknownEncryption)
}

/// The KDF of OpenSSH's private keys.
#[cfg(feature = "openssh")]
pub(crate) fn bcrypt<const N: usize>(
    passphrase: &[u8],
    salt: &[u8],
    rounds: u32,
    key: &mut [u8; N],
) -> Result<()> {
    // Room for N bytes in whole blocks of 32.
    let mut memory = zeroize::Zeroizing::new([0; 64]);
    bcrypt_pbkdf::bcrypt_pbkdf_with_memory(passphrase, salt, rounds, key, &mut *memory)
        .map_err(|_| Error::PassphraseWrong)
}

/// Encrypts the first `len` bytes of `buffer` with AES-256-CBC, adds the padding of PKCS#7 and
/// returns how long the result is.
#[cfg(feature = "encrypted")]
pub(crate) fn cbc_encrypt(key: &[u8; 32], iv: &[u8; 16], buffer: &mut [u8], len: usize) -> Result<usize> {
    use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
    cbc::Encryptor::<aes::Aes256>::new(key.into(), iv.into())
        .encrypt_padded::<Pkcs7>(buffer, len)
        .map(<[u8]>::len)
        .map_err(|_| Error::BufferTooSmall)
}

/// Decrypts in place and returns how long the content is.
#[cfg(feature = "encrypted")]
pub(crate) fn cbc_decrypt(key: &[u8; 32], iv: &[u8; 16], buffer: &mut [u8]) -> Result<usize> {
    use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
    cbc::Decryptor::<aes::Aes256>::new(key.into(), iv.into())
        .decrypt_padded::<Pkcs7>(buffer)
        .map(<[u8]>::len)
        .map_err(|_| Error::PassphraseWrong)
}

/// AES-256-CTR with a counter of the whole block, as SSH has it (RFC 4344 §4), in place.
#[cfg(feature = "openssh")]
pub(crate) fn ctr(key: &[u8; 32], iv: &[u8; 16], buffer: &mut [u8]) -> Result<()> {
    use ctr::cipher::{KeyIvInit, StreamCipher};
    let mut cipher = ctr::Ctr128BE::<aes::Aes256>::new(key.into(), iv.into());
    cipher.try_apply_keystream(buffer).map_err(|_| Error::Malformed)
}
