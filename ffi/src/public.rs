//! Public keys: checked when they are read, and used many times.

use crate::algorithm;
use crate::boundary::{Output, guard, input_up_to, place};
use crate::error::{Failure, Result};
use crate::handle::{self, Handle, held};
use crate::key::{PEM, RAW, marked, to_pem};
use crate::policy::{khoalai_policy, policy};
use core::ffi::{c_int, c_uchar, c_uint};
use core::sync::atomic::{AtomicBool, Ordering};
use khoalai::encode::encrypted::Encrypted;
use khoalai::encode::pem::{self, Label};
use khoalai::encode::{Format, openssh, pkcs8, spki};
use khoalai::limits::{MAX_PEM, MAX_PUBLIC_KEY};
use khoalai::{Algorithm, Input, Policy, PreparedPublicKey, PublicKey, Random, SharedSecret};
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// A public key that passed its checks. One that is used again is prepared, once.
pub struct Public {
    pub key: PublicKey<Vec<u8>>,
    used: AtomicBool,
    prepared: OnceLock<PreparedPublicKey>,
}

impl Public {
    pub fn new(key: PublicKey<Vec<u8>>) -> Self {
        Self { key, used: AtomicBool::new(false), prepared: OnceLock::new() }
    }

    /// The prepared form, from the second use on.
    fn prepared(&self) -> Option<&PreparedPublicKey> {
        if !self.used.swap(true, Ordering::Relaxed) {
            return None;
        }
        // Threads that come at once may each prepare it; one form stays.
        if self.prepared.get().is_none()
            && let Ok(made) = self.key.prepare()
        {
            let _ = self.prepared.set(made);
        }
        self.prepared.get()
    }

    pub fn encapsulate(
        &self,
        random: &mut dyn Random,
        ciphertext: &mut [u8],
    ) -> khoalai::Result<SharedSecret> {
        match self.prepared() {
            Some(key) => key.encapsulate(random, ciphertext),
            None => self.key.encapsulate(random, ciphertext),
        }
    }

    pub fn verify(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> khoalai::Result<()> {
        match self.prepared() {
            Some(key) => key.verify_input(input, context, signature),
            None => self.key.verify_input(input, context, signature),
        }
    }
}

held!(khoalai_public_key, Public, b"Kpub");

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_public_key_import(
    algorithm: c_uint,
    policy: *const khoalai_policy,
    bytes: *const c_uchar,
    len: usize,
    public_key: *mut *mut khoalai_public_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, policy) = (unsafe { handle::new(public_key) }?, unsafe { self::policy(policy) }?);
        let algorithm = algorithm::of(algorithm)?;
        // SAFETY: as the header says.
        let bytes = unsafe { input_up_to(bytes, len, MAX_PUBLIC_KEY) }?;
        Handle::give(Public::new(policy.public_key(algorithm, bytes.to_vec())?), to);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_public_key_read(
    policy: *const khoalai_policy,
    content: *const c_uchar,
    content_len: usize,
    public_key: *mut *mut khoalai_public_key,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, policy) = (unsafe { handle::new(public_key) }?, unsafe { self::policy(policy) }?);
        // SAFETY: as the header says.
        let content = unsafe { input_up_to(content, content_len, MAX_PEM) }?;
        Handle::give(Public::new(read(content, policy)?), to);
        Ok(())
    })
}

/// Reads a key in whatever form its content says.
fn read(content: &[u8], policy: Policy) -> Result<PublicKey<Vec<u8>>> {
    // It may be a private one by mistake.
    let mut buffer = Zeroizing::new(vec![0; content.len()]);
    let der = match Format::of(content) {
        Format::Pem => {
            let document = pem::decode(content, &mut buffer)?;
            if document.label != Label::PublicKey {
                return Err(Failure::NotPublic);
            }
            policy.check_mark(document.test_only)?;
            document.der
        }
        Format::Der => content,
        _ if openssh::is_public_key_line(content) => {
            let (algorithm, key) = openssh::decode_public(content, &mut buffer)?;
            return Ok(policy.public_key(algorithm, key.to_vec())?);
        }
        _ => return Err(khoalai::Error::Malformed.into()),
    };
    match spki::decode(der, Algorithm::ALL) {
        Ok((algorithm, key)) => Ok(policy.public_key(algorithm, key.to_vec())?),
        Err(khoalai::Error::Malformed) if is_private(der) => Err(Failure::NotPublic),
        Err(error) => Err(error.into()),
    }
}

fn is_private(der: &[u8]) -> bool {
    Encrypted::is_one(der) || pkcs8::decode(der, Algorithm::ALL).err() != Some(khoalai::Error::Malformed)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_public_key_write(
    public_key: *const khoalai_public_key,
    encoding: c_uint,
    out: *mut c_uchar,
    out_len: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (out, key) = (unsafe { Output::new(out, out_len) }?, unsafe { Handle::get(public_key) });
        out.copy_of(key.and_then(|key| write(&key.key, encoding)))
    })
}

fn write(key: &PublicKey<Vec<u8>>, encoding: c_uint) -> Result<Zeroizing<Vec<u8>>> {
    let (encoding, test_only) = marked(encoding)?;
    if encoding == RAW {
        return Ok(Zeroizing::new(key.as_bytes().to_vec()));
    }
    let mut der = Zeroizing::new(vec![0; key.as_bytes().len() + 64]);
    let len = spki::encode(key.algorithm(), key.as_bytes(), &mut der)?.len();
    der.truncate(len);
    if encoding == PEM { to_pem(Label::PublicKey, test_only, &der) } else { Ok(der) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_public_key_algorithm(
    public_key: *const khoalai_public_key,
    algorithm: *mut c_uint,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (key, to) = (unsafe { Handle::get(public_key) }?, unsafe { place(algorithm) }?);
        *to = algorithm::number_of(key.key.algorithm())?;
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_public_key_free(public_key: *mut *mut khoalai_public_key) {
    // SAFETY: as the header says.
    unsafe { handle::free(public_key) }
}
