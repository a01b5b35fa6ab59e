//! AES-256-GCM in software.

use crate::error::Result;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};

/// Encrypts, with the tag of 16 bytes behind the ciphertext.
pub(crate) fn encrypt(
    key: &[u8; 32],
    nonce: &[u8; 12],
    associated: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>> {
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    let payload = Payload { msg: plaintext, aad: associated };
    Ok(cipher.encrypt(&Nonce::from(*nonce), payload).map_err(|_| khoalai::Error::Malformed)?)
}
