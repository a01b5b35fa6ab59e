//! Keys of a vendor, behind a handful of C functions.

use crate::algorithm;
use crate::boundary::guard;
use crate::error::{Failure, Result, library_error};
use crate::handle::{self, Handle};
use crate::key::{AnyKey, Key, khoalai_key};
use crate::policy::{Sized, khoalai_policy, place_of, policy};
use crate::signature::hedge_number;
use core::ffi::{c_int, c_uchar, c_uint, c_void};
use khoalai::{Algorithm, Custody, Error, Hedge, Input, Place, PrivateKey, Random};
use zeroize::Zeroize;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct khoalai_vendor_key {
    pub struct_size: usize,
    pub algorithm: c_uint,
    pub place: c_uint,
    pub public_key: Option<unsafe extern "C" fn(*mut c_void, *mut c_uchar, *mut usize) -> c_int>,
    pub decapsulate:
        Option<unsafe extern "C" fn(*mut c_void, *const c_uchar, usize, *mut c_uchar, *mut usize) -> c_int>,
    pub sign: Option<
        unsafe extern "C" fn(
            *mut c_void,
            *const c_uchar,
            usize,
            *const c_uchar,
            usize,
            c_int,
            *mut c_uchar,
            *mut usize,
        ) -> c_int,
    >,
    pub release: Option<unsafe extern "C" fn(*mut c_void)>,
}

// SAFETY: it begins with its size, and has been the same since the first version.
unsafe impl Sized for khoalai_vendor_key {}

/// A vendor's key.
pub struct Vendor {
    algorithm: Algorithm,
    place: Place,
    functions: Functions,
}

/// A vendor's functions, and what they are given. The vendor is told when nobody needs it any more.
struct Functions {
    table: khoalai_vendor_key,
    context: *mut c_void,
}

// SAFETY: the header says that the functions are called from any thread.
unsafe impl Send for Functions {}
// SAFETY: and from many at once.
unsafe impl Sync for Functions {}

impl Drop for Functions {
    fn drop(&mut self) {
        if let Some(release) = self.table.release {
            // SAFETY: the vendor's own function with the vendor's own context, once.
            unsafe { release(self.context) }
        }
    }
}

impl Vendor {
    /// Takes over a context, and releases it also on failure.
    ///
    /// # Safety
    /// As the header says of `khoalai_vendor_key`.
    pub unsafe fn new(table: *const khoalai_vendor_key, context: *mut c_void) -> Result<Self> {
        // SAFETY: as the caller says.
        let functions = Functions { table: unsafe { khoalai_vendor_key::read(table) }?, context };
        let table = &functions.table;
        let algorithm = algorithm::of(table.algorithm)?;
        let place = place_of(table.place)?.ok_or(Failure::WrongValue)?;
        if table.public_key.is_none() {
            return Err(Failure::WrongValue);
        }
        Ok(Self { algorithm, place, functions })
    }
}

/// What came of asking for `len` bytes, which lie at the front of what was given.
fn answered(code: c_int, room: usize, len: usize, refused: Error) -> khoalai::Result<usize> {
    match code {
        0 if len <= room => Ok(len),
        0 => Err(refused),
        code => Err(library_error(code).unwrap_or(refused)),
    }
}

impl PrivateKey for Vendor {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn custody(&self) -> Custody {
        match self.algorithm.halves() {
            Some(_) => Custody::hybrid(self.place, self.place, self.place),
            None => Custody::component(self.algorithm, self.place),
        }
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> khoalai::Result<&'o [u8]> {
        let most = self.algorithm.public_key_len();
        let out = out.get_mut(..most).ok_or(Error::BufferTooSmall)?;
        let mut len = out.len();
        let Functions { table, context } = &self.functions;
        let ask = table.public_key.ok_or(Error::Unsupported)?;
        // SAFETY: the vendor's own function with the vendor's own context; `out` has room for `len` bytes.
        let code = unsafe { ask(*context, out.as_mut_ptr(), &raw mut len) };
        match answered(code, out.len(), len, Error::BadPublicKey) {
            Ok(len) => out.get(..len).ok_or(Error::BadPublicKey),
            Err(error) => {
                out.zeroize();
                Err(error)
            }
        }
    }

    fn decapsulate(&self, ciphertext: &[u8], _: &mut dyn Random, secret: &mut [u8]) -> khoalai::Result<()> {
        secret.zeroize();
        let Functions { table, context } = &self.functions;
        let ask = table.decapsulate.ok_or(Error::Unsupported)?;
        // No chip is asked about nonsense.
        self.algorithm.check_ciphertext(ciphertext)?;
        let mut len = secret.len();
        let (from, from_len) = (ciphertext.as_ptr(), ciphertext.len());
        // SAFETY: as above; `secret` has room for `len` bytes.
        let code = unsafe { ask(*context, from, from_len, secret.as_mut_ptr(), &raw mut len) };
        let answer = answered(code, secret.len(), len, Error::DecapsulationFailed);
        match answer {
            Ok(len) if len == secret.len() => Ok(()),
            other => {
                secret.zeroize();
                Err(other.err().unwrap_or(Error::DecapsulationFailed))
            }
        }
    }

    fn sign<'o>(
        &self,
        input: Input<'_>,
        signing_context: &[u8],
        hedge: Hedge,
        _: &mut dyn Random,
        out: &'o mut [u8],
    ) -> khoalai::Result<&'o [u8]> {
        let most = self.algorithm.signature_len();
        out.iter_mut().take(most).for_each(Zeroize::zeroize);
        let Functions { table, context } = &self.functions;
        let ask = table.sign.ok_or(Error::Unsupported)?;
        let Input::Message(parts) = input else { return Err(Error::Unsupported) };
        let message = parts.concat();
        let out = out.get_mut(..most).ok_or(Error::BufferTooSmall)?;
        let mut len = out.len();
        // SAFETY: as above; `out` has room for `len` bytes.
        let code = unsafe {
            ask(
                *context,
                message.as_ptr(),
                message.len(),
                signing_context.as_ptr(),
                signing_context.len(),
                hedge_number(hedge),
                out.as_mut_ptr(),
                &raw mut len,
            )
        };
        match answered(code, out.len(), len, Error::SigningFailed) {
            Ok(len) => out.get(..len).ok_or(Error::SigningFailed),
            Err(error) => {
                out.zeroize();
                Err(error)
            }
        }
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_from_vendor(
    policy: *const khoalai_policy,
    vendor: *const khoalai_vendor_key,
    context: *mut c_void,
    key: *mut *mut khoalai_key,
) -> c_int {
    guard(|| {
        // First, so that it is released whatever comes.
        // SAFETY: as the header says.
        let vendor = unsafe { Vendor::new(vendor, context) };
        // SAFETY: as the header says.
        let (to, policy) = (unsafe { handle::new(key) }?, unsafe { self::policy(policy) }?);
        Handle::give(Key::new(AnyKey::Other(Box::new(vendor?)), policy)?, to);
        Ok(())
    })
}
