//! Policies and custody, and structures that may grow.

use crate::boundary::{guard, place};
use crate::error::{Failure, Result};
use crate::handle::Handle;
use crate::key::khoalai_key;
use core::ffi::{c_int, c_uint};
use core::ptr;
use khoalai::{Custody, Place, Policy};

/// A structure that begins with its size.
///
/// # Safety
/// It is `repr(C)`, begins with a `usize` that is its size, and is what the first version had: one that
/// has grown since needs another way to be read.
pub unsafe trait Sized: core::marker::Sized {
    /// Reads one that is there.
    ///
    /// # Safety
    /// Unless NULL, `from` has as many bytes as it says.
    unsafe fn read(from: *const Self) -> Result<Self> {
        // SAFETY: as the caller says; every such structure begins with its size.
        let size = unsafe { from.cast::<usize>().as_ref() }.ok_or(Failure::NullArgument)?;
        if *size < size_of::<Self>() {
            return Err(Failure::WrongValue);
        }
        // SAFETY: it has at least as many bytes as this.
        Ok(unsafe { ptr::read(from) })
    }

    /// Writes one over another.
    ///
    /// # Safety
    /// Unless NULL, `to` has as many bytes as it says.
    unsafe fn write(self, to: *mut Self) -> Result<()> {
        // SAFETY: as the caller says; every such structure begins with its size.
        let size = *unsafe { place(to.cast::<usize>()) }?;
        if size < size_of::<Self>() {
            return Err(Failure::WrongValue);
        }
        // SAFETY: it has at least as many bytes as this.
        unsafe { ptr::write(to, self) };
        // Whoever knows more members than we do knows by their own size.
        // SAFETY: as above.
        *unsafe { place(to.cast::<usize>()) }? = size;
        Ok(())
    }
}

pub const PLACE_NONE: c_uint = 0;
pub const PLACE_LEAKY_MEMORY: c_uint = 5;
pub const PLACE_WRAPPED_CLASSICALLY: c_uint = 7;
pub const PLACE_MEMORY: c_uint = 10;
pub const PLACE_SEALED: c_uint = 30;
pub const PLACE_OPEN_DEVICE: c_uint = 60;
pub const PLACE_DEVICE: c_uint = 90;

pub fn place_of(number: c_uint) -> Result<Option<Place>> {
    Ok(Some(match number {
        PLACE_NONE => return Ok(None),
        PLACE_LEAKY_MEMORY => Place::LeakyMemory,
        PLACE_WRAPPED_CLASSICALLY => Place::WrappedClassically,
        PLACE_MEMORY => Place::Memory,
        PLACE_SEALED => Place::Sealed,
        PLACE_OPEN_DEVICE => Place::OpenDevice,
        PLACE_DEVICE => Place::Device,
        _ => return Err(Failure::WrongValue),
    }))
}

const fn number_of(place: Option<Place>) -> c_uint {
    match place {
        Some(Place::LeakyMemory) => PLACE_LEAKY_MEMORY,
        Some(Place::WrappedClassically) => PLACE_WRAPPED_CLASSICALLY,
        Some(Place::Memory) => PLACE_MEMORY,
        Some(Place::Sealed) => PLACE_SEALED,
        Some(Place::OpenDevice) => PLACE_OPEN_DEVICE,
        Some(Place::Device) => PLACE_DEVICE,
        _ => PLACE_NONE,
    }
}

#[repr(C)]
pub struct khoalai_custody {
    pub struct_size: usize,
    pub pq: c_uint,
    pub classical: c_uint,
    pub combined: c_uint,
}

// SAFETY: it begins with its size, and has been the same since the first version.
unsafe impl Sized for khoalai_custody {}

#[repr(C)]
pub struct khoalai_policy {
    pub struct_size: usize,
    pub permit: c_uint,
    pub least_pq: c_uint,
    pub least_classical: c_uint,
    pub least_combined: c_uint,
}

// SAFETY: it begins with its size, and has been the same since the first version.
unsafe impl Sized for khoalai_policy {}

pub const PERMIT_TEST_KEYS: c_uint = 1;
pub const PERMIT_LEGACY: c_uint = 2;
pub const PERMIT_HAZMAT: c_uint = 4;

/// What a policy of the caller's means.
///
/// # Safety
/// Unless NULL, it is there and has as many bytes as it says.
pub unsafe fn policy(from: *const khoalai_policy) -> Result<Policy> {
    if from.is_null() {
        return Ok(Policy::STRICT);
    }
    // SAFETY: as the caller says.
    let read = unsafe { khoalai_policy::read(from) }?;
    let mut policy = Policy::STRICT;
    if read.permit & !(PERMIT_TEST_KEYS | PERMIT_LEGACY | PERMIT_HAZMAT) != 0 {
        return Err(Failure::WrongValue);
    }
    if read.permit & PERMIT_TEST_KEYS != 0 {
        policy = policy.permit_test_keys();
    }
    if read.permit & PERMIT_LEGACY != 0 {
        policy = policy.permit_legacy();
    }
    if read.permit & PERMIT_HAZMAT != 0 {
        policy = policy.permit_hazmat();
    }
    // Shared secrets come out somewhere: the least place there is demands nothing.
    let combined = place_of(read.least_combined)?.unwrap_or(Place::LeakyMemory);
    let mut least = Custody::hybrid(Place::Memory, Place::Memory, combined);
    least.pq = place_of(read.least_pq)?;
    least.classical = place_of(read.least_classical)?;
    Ok(policy.demand(least))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_custody(
    key: *const khoalai_key,
    custody: *mut khoalai_custody,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let known = unsafe { Handle::get(key) }?.custody();
        let known = khoalai_custody {
            struct_size: size_of::<khoalai_custody>(),
            pq: number_of(known.pq),
            classical: number_of(known.classical),
            combined: number_of(Some(known.combined)),
        };
        // SAFETY: as the header says.
        unsafe { known.write(custody) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_key_check(key: *const khoalai_key, policy: *const khoalai_policy) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (key, policy) = (unsafe { Handle::get(key) }?, unsafe { self::policy(policy) }?);
        policy.check_algorithm(key.algorithm())?;
        policy.check_custody(key.custody())?;
        Ok(())
    })
}
