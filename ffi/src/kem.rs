//! Key exchange.

use crate::boundary::{Output, guard, input_up_to};
use crate::handle::Handle;
use crate::key::{Key, khoalai_key};
use crate::public::{Public, khoalai_public_key};
use core::ffi::{c_int, c_uchar};
use khoalai::algorithm::Kind;
use khoalai::limits::MAX_CIPHERTEXT;
use khoalai::{Error, SharedSecret, SystemRandom};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_encapsulate(
    public_key: *const khoalai_public_key,
    ciphertext: *mut c_uchar,
    ciphertext_len: *mut usize,
    secret: *mut c_uchar,
    secret_len: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (ciphertext, secret) = (unsafe { Output::new(ciphertext, ciphertext_len) }?, unsafe {
            Output::new(secret, secret_len)
        }?);
        // SAFETY: as the header says.
        let key = unsafe { Handle::get(public_key) };
        let key = match key.and_then(|key| if sends(&key) { Ok(key) } else { Err(Error::Unsupported.into()) })
        {
            Ok(key) => key,
            Err(failure) => {
                let _ = ciphertext.refuse(failure);
                return secret.refuse(failure);
            }
        };
        let len = key.key.algorithm().ciphertext_len();
        if ciphertext.is_question() || secret.is_question() {
            ciphertext.needs(len);
            secret.needs(SharedSecret::LEN);
            return Ok(());
        }
        ciphertext.fill(len, |ciphertext| {
            secret.fill(SharedSecret::LEN, |secret| {
                let made = key.encapsulate(&mut SystemRandom, ciphertext)?;
                secret.copy_from_slice(made.expose());
                Ok(SharedSecret::LEN)
            })?;
            Ok(len)
        })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_decapsulate(
    key: *const khoalai_key,
    ciphertext: *const c_uchar,
    ciphertext_len: usize,
    secret: *mut c_uchar,
    secret_len: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let secret = unsafe { Output::new(secret, secret_len) }?;
        // SAFETY: as the header says.
        let key = unsafe { Handle::get(key) };
        // SAFETY: as the header says.
        let ciphertext = unsafe { input_up_to(ciphertext, ciphertext_len, MAX_CIPHERTEXT) };
        let (key, ciphertext) = match key.and_then(|key| Ok((key, ciphertext?))) {
            Ok(both) => both,
            Err(failure) => return secret.refuse(failure),
        };
        let Key::Opens(key) = &*key else { return secret.refuse(Error::Unsupported.into()) };
        secret.fill(SharedSecret::LEN, |secret| {
            let opened = key.decapsulate(ciphertext, &mut SystemRandom)?;
            secret.copy_from_slice(opened.expose());
            Ok(SharedSecret::LEN)
        })
    })
}

/// Whether something can be encapsulated to this key.
fn sends(key: &Public) -> bool {
    let algorithm = key.key.algorithm();
    algorithm.kind() == Kind::Kem && algorithm.secret_len() == SharedSecret::LEN
}
