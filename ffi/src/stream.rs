//! Messages that are signed or verified as they stream by.

use crate::boundary::{Output, guard, input};
use crate::error::Result;
use crate::handle::{self, Handle, held};
use crate::key::{Key, khoalai_key};
use crate::public::khoalai_public_key;
use core::ffi::{c_int, c_uchar};
use khoalai::{Error, MessageStream, SystemRandom};
use std::sync::{Mutex, PoisonError};

/// A message so far. It is for one thread at a time; two are not let in at once all the same.
pub struct Stream(Mutex<MessageStream>);

impl Stream {
    fn so_far(&self) -> MessageStream {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

held!(khoalai_stream, Stream, b"Kstr");

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_stream_new(
    public_key: *const khoalai_public_key,
    context: *const c_uchar,
    context_len: usize,
    stream: *mut *mut khoalai_stream,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, key) = (unsafe { handle::new(stream) }?, unsafe { Handle::get(public_key) }?);
        // SAFETY: as the header says.
        let context = unsafe { input(context, context_len) }?;
        Handle::give(Stream(Mutex::new(MessageStream::new(&key.key, context)?)), to);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_stream_update(
    stream: *mut khoalai_stream,
    piece: *const c_uchar,
    piece_len: usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (stream, piece) = (unsafe { Handle::get(stream) }?, unsafe { input(piece, piece_len) }?);
        stream.0.lock().unwrap_or_else(PoisonError::into_inner).update(piece);
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_stream_sign(
    stream: *const khoalai_stream,
    key: *const khoalai_key,
    signature: *mut c_uchar,
    signature_len: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let signature = unsafe { Output::new(signature, signature_len) }?;
        // SAFETY: as the header says.
        let (stream, key) = (unsafe { Handle::get(stream) }, unsafe { Handle::get(key) });
        let (stream, key) = match stream.and_then(|stream| Ok((stream, key?))) {
            Ok(both) => both,
            Err(failure) => return signature.refuse(failure),
        };
        let Key::Signs(key) = &*key else { return signature.refuse(Error::Unsupported.into()) };
        signature.fill(key.algorithm().signature_len(), |out| {
            let signed: Result<&[u8]> = Ok(stream.so_far().sign(key, &mut SystemRandom, out)?);
            signed.map(<[u8]>::len)
        })
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_stream_verify(
    stream: *const khoalai_stream,
    public_key: *const khoalai_public_key,
    signature: *const c_uchar,
    signature_len: usize,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (stream, key) = (unsafe { Handle::get(stream) }?, unsafe { Handle::get(public_key) }?);
        // SAFETY: as the header says.
        let signature = unsafe { input(signature, signature_len) }?;
        Ok(stream.so_far().verify(&key.key, signature)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_stream_free(stream: *mut *mut khoalai_stream) {
    // SAFETY: as the header says.
    unsafe { handle::free(stream) }
}
