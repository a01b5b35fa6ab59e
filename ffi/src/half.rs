//! Halves, and the hybrids that they become.

use crate::algorithm;
use crate::boundary::{guard, input_up_to, required_text, text};
use crate::error::{Failure, Result};
use crate::handle::{self, Handle, held};
use crate::key::{AnyKey, Key, khoalai_key};
use crate::policy::{khoalai_policy, policy};
use crate::store::{ComponentKey, InMemory, Store, khoalai_store};
use crate::vendor::{Vendor, khoalai_vendor_key};
use alloc::sync::Arc;
use core::ffi::{c_char, c_int, c_uchar, c_uint, c_void};
use khoalai::limits::MAX_PRIVATE_KEY;
use khoalai::{Adoption, Algorithm, Error, Hybrid, Side, SystemRandom};
use std::sync::{Mutex, PoisonError};

type AnyHalf = khoalai::Half<ComponentKey>;

/// A half, until a hybrid takes it.
pub struct Half(Mutex<Option<AnyHalf>>);

held!(khoalai_half, Half, b"Khlf");

pub const POST_QUANTUM: c_int = 1;
pub const CLASSICAL: c_int = 2;

pub const FRESH: c_int = 0;
pub const LOSES_FRESHNESS: c_int = 1;

/// Which half of what.
fn target(hybrid: c_uint, side: c_int) -> Result<(Algorithm, Side)> {
    let side = match side {
        POST_QUANTUM => Side::PostQuantum,
        CLASSICAL => Side::Classical,
        _ => return Err(Failure::WrongValue),
    };
    Ok((algorithm::of(hybrid)?, side))
}

/// What a token is to call it; in memory nothing has a name.
fn named<'a>(store: &Store, name: Option<&'a str>) -> Result<&'a str> {
    match name {
        None if !matches!(store, Store::Memory(_)) => Err(Failure::NullArgument),
        name => Ok(name.unwrap_or_default()),
    }
}

fn give(half: AnyHalf, to: &mut *mut khoalai_half) {
    Handle::give(Half(Mutex::new(Some(half))), to);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_half_generate(
    store: *mut khoalai_store,
    hybrid: c_uint,
    side: c_int,
    name: *const c_char,
    half: *mut *mut khoalai_half,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, store) = (unsafe { handle::new(half) }?, unsafe { Handle::get(store) }?);
        let (hybrid, side) = target(hybrid, side)?;
        // SAFETY: as the header says.
        let name = named(&store, unsafe { text(name) }?)?;
        let random = &mut SystemRandom;
        give(
            match &*store {
                Store::Memory(claims) => {
                    AnyHalf::generate(hybrid, side, &mut InMemory(claims, None), name, random)?
                }
                #[cfg(feature = "hsm")]
                Store::Token(token, _) => {
                    token.telling(|store| khoalai::Half::generate(hybrid, side, store, name, random))?.boxed()
                }
            },
            to,
        );
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_half_import(
    store: *mut khoalai_store,
    hybrid: c_uint,
    side: c_int,
    name: *const c_char,
    private_key: *const c_uchar,
    private_key_len: usize,
    half: *mut *mut khoalai_half,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, store) = (unsafe { handle::new(half) }?, unsafe { Handle::get(store) }?);
        let (hybrid, side) = target(hybrid, side)?;
        // SAFETY: as the header says.
        let private_key = unsafe { input_up_to(private_key, private_key_len, MAX_PRIVATE_KEY) }?;
        // SAFETY: as the header says.
        let name = named(&store, unsafe { text(name) }?)?;
        give(
            match &*store {
                Store::Memory(claims) => {
                    AnyHalf::import(hybrid, side, &mut InMemory(claims, None), name, private_key)?
                }
                #[cfg(feature = "hsm")]
                Store::Token(token, _) => token
                    .telling(|store| khoalai::Half::import(hybrid, side, store, name, private_key))?
                    .boxed(),
            },
            to,
        );
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_half_open(
    store: *mut khoalai_store,
    hybrid: c_uint,
    side: c_int,
    name: *const c_char,
    half: *mut *mut khoalai_half,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, store) = (unsafe { handle::new(half) }?, unsafe { Handle::get(store) }?);
        let (hybrid, side) = target(hybrid, side)?;
        // SAFETY: as the header says.
        let name = unsafe { required_text(name) }?;
        give(
            match &*store {
                Store::Memory(claims) => AnyHalf::open(hybrid, side, &mut InMemory(claims, None), name)?,
                #[cfg(feature = "hsm")]
                Store::Token(token, _) => {
                    token.telling(|store| khoalai::Half::open(hybrid, side, store, name))?.boxed()
                }
            },
            to,
        );
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_half_from_vendor(
    store: *mut khoalai_store,
    hybrid: c_uint,
    side: c_int,
    vendor: *const khoalai_vendor_key,
    context: *mut c_void,
    accept: c_int,
    half: *mut *mut khoalai_half,
) -> c_int {
    guard(|| {
        // First, so that it is released whatever comes.
        // SAFETY: as the header says.
        let key = unsafe { Vendor::new(vendor, context) };
        // SAFETY: as the header says.
        let (to, store) = (unsafe { handle::new(half) }?, unsafe { Handle::get(store) }?);
        let (key, (hybrid, side)) = (key?, target(hybrid, side)?);
        let claims = store.claims()?;
        let key: ComponentKey = Box::new(key);
        give(
            match accept {
                // The vendor's word for it.
                FRESH => {
                    AnyHalf::generate(hybrid, side, &mut InMemory(claims, Some(key)), "", &mut SystemRandom)?
                }
                LOSES_FRESHNESS => {
                    AnyHalf::adopt(hybrid, side, &mut InMemory(claims, None), key, Adoption::LosesFreshness)?
                }
                _ => return Err(Failure::WrongValue),
            },
            to,
        );
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_half_adopt(
    store: *mut khoalai_store,
    hybrid: c_uint,
    side: c_int,
    uri: *const c_char,
    accept: c_int,
    half: *mut *mut khoalai_half,
) -> c_int {
    guard(|| {
        // SAFETY: as the header says.
        let (to, store) = (unsafe { handle::new(half) }?, unsafe { Handle::get(store) }?);
        let (hybrid, side) = target(hybrid, side)?;
        // SAFETY: as the header says.
        let uri = unsafe { required_text(uri) }?;
        if accept != LOSES_FRESHNESS {
            return Err(Failure::WrongValue);
        }
        match &*store {
            Store::Memory(_) => {
                let _ = (to, uri, hybrid, side);
                Err(Error::Unsupported.into())
            }
            #[cfg(feature = "hsm")]
            Store::Token(token, _) => {
                let key = token.key(side.of(hybrid)?, &khoalai_hsm::Uri::parse(uri)?)?;
                let accept = Adoption::LosesFreshness;
                let half = token.telling(|store| khoalai::Half::adopt(hybrid, side, store, key, accept))?;
                give(half.boxed(), to);
                Ok(())
            }
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_half_free(half: *mut *mut khoalai_half) {
    // SAFETY: as the header says.
    unsafe { handle::free(half) }
}

/// The half itself, which nobody else has any more.
fn out_of(half: Result<Option<Arc<Half>>>) -> Result<AnyHalf> {
    let half = half?.ok_or(Failure::NullArgument)?;
    let taken = half.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    taken.ok_or(Failure::WrongHandle)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn khoalai_hybrid_new(
    hybrid: c_uint,
    policy: *const khoalai_policy,
    pq: *mut *mut khoalai_half,
    classical: *mut *mut khoalai_half,
    key: *mut *mut khoalai_key,
) -> c_int {
    guard(|| {
        // Both first: they are used up whatever comes.
        // SAFETY: as the header says.
        let (pq, classical) = (unsafe { Handle::take(pq) }, unsafe { Handle::take(classical) });
        let (pq, classical) = (out_of(pq), out_of(classical));
        // SAFETY: as the header says.
        let (to, policy) = (unsafe { handle::new(key) }?, unsafe { self::policy(policy) }?);
        let joined = Hybrid::new(algorithm::of(hybrid)?, pq?, classical?)?;
        Handle::give(Key::new(AnyKey::Other(Box::new(joined)), policy)?, to);
        Ok(())
    })
}
