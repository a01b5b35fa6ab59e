//! Signatures.

use crate::boundary::{Output, guard, input};
use crate::error::{Failure, Result};
use crate::handle::Handle;
use crate::key::{Key, khoalai_key};
use crate::public::khoalai_public_key;
use core::ffi::{c_int, c_uchar, c_uint};
use khoalai::{DigestAlgorithm, Error, Hedge, Input, SystemRandom};

pub const INPUT_MESSAGE: c_uint = 0;
pub const INPUT_PREHASH: c_uint = 1;
pub const INPUT_MU: c_uint = 2;
pub const INPUT_SHA224: c_uint = 0x11;
pub const INPUT_SHA256: c_uint = 0x12;
pub const INPUT_SHA384: c_uint = 0x13;
pub const INPUT_SHA512: c_uint = 0x14;
pub const INPUT_SHA512_224: c_uint = 0x15;
pub const INPUT_SHA512_256: c_uint = 0x16;
pub const INPUT_SHA3_224: c_uint = 0x17;
pub const INPUT_SHA3_256: c_uint = 0x18;
pub const INPUT_SHA3_384: c_uint = 0x19;
pub const INPUT_SHA3_512: c_uint = 0x1a;
pub const INPUT_SHAKE128: c_uint = 0x1b;
pub const INPUT_SHAKE256: c_uint = 0x1c;

pub const HEDGE_PREFERRED: c_int = 0;
pub const HEDGE_REQUIRED: c_int = 1;
pub const HEDGE_DETERMINISTIC: c_int = 2;

/// Does something with the input that the caller means.
fn with<T>(kind: c_uint, bytes: &[u8], work: impl FnOnce(Input<'_>) -> khoalai::Result<T>) -> Result<T> {
    let hash = match kind {
        INPUT_MESSAGE => return Ok(work(Input::Message(&[bytes]))?),
        INPUT_PREHASH => return Ok(work(Input::Prehash(bytes))?),
        INPUT_MU => return Ok(work(Input::Mu(bytes.try_into().map_err(|_| Error::Malformed)?))?),
        INPUT_SHA224 => DigestAlgorithm::Sha224,
        INPUT_SHA256 => DigestAlgorithm::Sha256,
        INPUT_SHA384 => DigestAlgorithm::Sha384,
        INPUT_SHA512 => DigestAlgorithm::Sha512,
        INPUT_SHA512_224 => DigestAlgorithm::Sha512_224,
        INPUT_SHA512_256 => DigestAlgorithm::Sha512_256,
        INPUT_SHA3_224 => DigestAlgorithm::Sha3_224,
        INPUT_SHA3_256 => DigestAlgorithm::Sha3_256,
        INPUT_SHA3_384 => DigestAlgorithm::Sha3_384,
        INPUT_SHA3_512 => DigestAlgorithm::Sha3_512,
        INPUT_SHAKE128 => DigestAlgorithm::Shake128,
        INPUT_SHAKE256 => DigestAlgorithm::Shake256,
        _ => return Err(Failure::WrongValue),
    };
    Ok(work(Input::Hashed { hash, digest: bytes })?)
}

fn hedge(number: c_int) -> Result<Hedge> {
    match number {
        HEDGE_PREFERRED => Ok(Hedge::Preferred),
        HEDGE_REQUIRED => Ok(Hedge::Required),
        HEDGE_DETERMINISTIC => Ok(Hedge::Deterministic),
        _ => Err(Failure::WrongValue),
    }
}

/// The number that a vendor's function is given.
pub const fn hedge_number(hedge: Hedge) -> c_int {
    match hedge {
        Hedge::Preferred => HEDGE_PREFERRED,
        Hedge::Required => HEDGE_REQUIRED,
        Hedge::Deterministic => HEDGE_DETERMINISTIC,
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_sign(
    key: *const khoalai_key,
    message: *const c_uchar,
    message_len: usize,
    context: *const c_uchar,
    context_len: usize,
    signature: *mut c_uchar,
    signature_len: *mut usize,
) -> c_int {
    // SAFETY: as the header says.
    unsafe {
        khoalai_sign_input(
            key,
            INPUT_MESSAGE,
            message,
            message_len,
            context,
            context_len,
            HEDGE_PREFERRED,
            signature,
            signature_len,
        )
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_sign_input(
    key: *const khoalai_key,
    kind: c_uint,
    input: *const c_uchar,
    input_len: usize,
    context: *const c_uchar,
    context_len: usize,
    hedge: c_int,
    signature: *mut c_uchar,
    signature_len: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let signature = unsafe { Output::new(signature, signature_len) }?;
        // SAFETY: as the header says.
        let key = unsafe { Handle::get(key) };
        // SAFETY: as the header says.
        let (bytes, context) =
            (unsafe { self::input(input, input_len) }, unsafe { self::input(context, context_len) });
        let all = key.and_then(|key| Ok((key, bytes?, context?, self::hedge(hedge)?)));
        let (key, bytes, context, hedge) = match all {
            Ok(all) => all,
            Err(failure) => return signature.refuse(failure),
        };
        let Key::Signs(key) = &*key else { return signature.refuse(Error::Unsupported.into()) };
        signature.fill(key.algorithm().signature_len(), |out| {
            with(kind, bytes, |input| {
                let signed = key.sign_input(input, context, hedge, &mut SystemRandom, out);
                signed.map(<[u8]>::len)
            })
        })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_verify(
    public_key: *const khoalai_public_key,
    message: *const c_uchar,
    message_len: usize,
    context: *const c_uchar,
    context_len: usize,
    signature: *const c_uchar,
    signature_len: usize,
) -> c_int {
    // SAFETY: as the header says.
    unsafe {
        khoalai_verify_input(
            public_key,
            INPUT_MESSAGE,
            message,
            message_len,
            context,
            context_len,
            signature,
            signature_len,
        )
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_verify_input(
    public_key: *const khoalai_public_key,
    kind: c_uint,
    input: *const c_uchar,
    input_len: usize,
    context: *const c_uchar,
    context_len: usize,
    signature: *const c_uchar,
    signature_len: usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let key = unsafe { Handle::get(public_key) }?;
        // SAFETY: as the header says.
        let (bytes, context) =
            (unsafe { self::input(input, input_len) }?, unsafe { self::input(context, context_len) }?);
        // SAFETY: as the header says.
        let signature = unsafe { self::input(signature, signature_len) }?;
        with(kind, bytes, |input| key.verify(input, context, signature))
    })
}
