//! AES-256-GCM in software.

use crate::error::Result;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use zeroize::Zeroizing;

/// Encrypts, with the tag of 16 bytes behind the ciphertext.
pub(crate) fn encrypt(
    key: &[u8; 32],
    nonce: &[u8; 12],
    associated: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>> {
    let cipher = Aes256Gcm::new(<&Key<Aes256Gcm>>::from(key));
    let payload = Payload { msg: plaintext, aad: associated };
    Ok(cipher.encrypt(&Nonce::from(*nonce), payload).map_err(|_| khoalai::Error::Malformed)?)
}

/// Decrypts what [`encrypt`] gave. `None` if it was not made with this key, nonce and associated data.
pub(crate) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8; 12],
    associated: &[u8],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = Aes256Gcm::new(<&Key<Aes256Gcm>>::from(key));
    let payload = Payload { msg: ciphertext, aad: associated };
    cipher.decrypt(&Nonce::from(*nonce), payload).ok().map(Zeroizing::new)
}
