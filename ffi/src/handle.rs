//! Handles: what C holds instead of what is ours.
//!
//! A handle is the address of a cell. Cells are never given back to the system but used again for the
//! next handle of their type: so a handle can be freed while a call with it begins, and is either still
//! there for that call or not. What is behind it is counted, and ends with the last call that uses it.

use crate::error::{Failure, Result};
use alloc::sync::Arc;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// What can be behind a handle.
pub trait Held: Send + Sync + Sized + 'static {
    /// Tells handles of this type from others.
    const TAG: u32;

    /// The cells of this type that are not in use.
    fn free() -> &'static Free<Self>;
}

/// A handle, as seen from C: nothing.
#[repr(C)]
pub struct Handle<T> {
    /// First, where it is for every type, so that a handle of another one is told by it.
    tag: AtomicU32,
    /// The process that it was made in.
    process: AtomicU32,
    inner: Mutex<Option<Arc<T>>>,
    /// The next cell that is not in use, while this one is not.
    next: AtomicPtr<Self>,
}

/// Cells that are not in use: a stack without a lock that a fork could leave taken for ever.
pub struct Free<T> {
    top: AtomicPtr<Handle<T>>,
    /// Only one thread takes cells off at a time; so none that it looks at is gone and back again.
    taking: AtomicBool,
}

impl<T> Free<T> {
    pub(crate) const fn new() -> Self {
        Self { top: AtomicPtr::new(ptr::null_mut()), taking: AtomicBool::new(false) }
    }

    fn put(&self, cell: &'static Handle<T>) {
        let pointer = ptr::from_ref(cell).cast_mut();
        let mut top = self.top.load(Ordering::Relaxed);
        loop {
            cell.next.store(top, Ordering::Relaxed);
            match self.top.compare_exchange_weak(top, pointer, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => top = now,
            }
        }
    }

    /// One of them; none also if another thread is just taking one.
    fn take(&self) -> Option<&'static Handle<T>> {
        if self.taking.swap(true, Ordering::Acquire) {
            return None;
        }
        let mut top = self.top.load(Ordering::Acquire);
        let taken = loop {
            // SAFETY: cells live for ever.
            let Some(cell) = (unsafe { top.as_ref() }) else { break None };
            let next = cell.next.load(Ordering::Relaxed);
            match self.top.compare_exchange_weak(top, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => break Some(cell),
                Err(now) => top = now,
            }
        };
        self.taking.store(false, Ordering::Release);
        taken
    }
}

impl<T: Held> Handle<T> {
    /// Puts a new handle where C wants it.
    pub fn give(inner: T, to: &mut *mut Self) {
        let cell = T::free().take().unwrap_or_else(|| {
            Box::leak(Box::new(Self {
                tag: AtomicU32::new(0),
                process: AtomicU32::new(0),
                inner: Mutex::new(None),
                next: AtomicPtr::new(ptr::null_mut()),
            }))
        });
        *cell.inner.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(inner));
        cell.process.store(std::process::id(), Ordering::Relaxed);
        cell.tag.store(T::TAG, Ordering::Release);
        *to = ptr::from_ref(cell).cast_mut();
    }

    /// The cell of a handle of this type, made in this process.
    ///
    /// # Safety
    /// Unless NULL, it came from here.
    unsafe fn cell(handle: *const Self) -> Result<&'static Self> {
        if handle.is_null() {
            return Err(Failure::NullArgument);
        }
        if !handle.is_aligned() {
            return Err(Failure::WrongHandle);
        }
        // SAFETY: every handle begins with its tag.
        let tag = unsafe { &*handle.cast::<AtomicU32>() };
        if tag.load(Ordering::Acquire) != T::TAG {
            return Err(Failure::WrongHandle);
        }
        // SAFETY: it is of this type, and cells live for ever.
        let cell = unsafe { &*handle };
        if cell.process.load(Ordering::Relaxed) != std::process::id() {
            return Err(khoalai::Error::Forked.into());
        }
        Ok(cell)
    }

    /// What is behind a handle, for as long as the call takes.
    ///
    /// # Safety
    /// Unless NULL, it came from here.
    pub unsafe fn get(handle: *const Self) -> Result<Arc<T>> {
        // SAFETY: as the caller says.
        let cell = unsafe { Self::cell(handle) }?;
        let inner = cell.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.clone().ok_or(Failure::WrongHandle)
    }

    /// Takes a handle out of the caller's variable, which is NULL then, and gives back what is behind it.
    /// NULL is nothing.
    ///
    /// # Safety
    /// Unless NULL, `handle` can be read and written; unless NULL, what it holds came from here.
    pub unsafe fn take(handle: *mut *mut Self) -> Result<Option<Arc<T>>> {
        // SAFETY: as the caller says.
        let variable = unsafe { handle.as_mut() }.ok_or(Failure::NullArgument)?;
        let handle = core::mem::replace(variable, ptr::null_mut());
        if handle.is_null() {
            return Ok(None);
        }
        // SAFETY: as the caller says.
        let cell = unsafe { Self::cell(handle) }?;
        let mut guarded = cell.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = guarded.take().ok_or(Failure::WrongHandle)?;
        cell.tag.store(0, Ordering::Release);
        drop(guarded);
        T::free().put(cell);
        Ok(Some(inner))
    }
}

/// Defines what is behind a handle.
macro_rules! held {
    ($name:ident, $inner:ty, $tag:literal) => {
        pub type $name = $crate::handle::Handle<$inner>;

        impl $crate::handle::Held for $inner {
            const TAG: u32 = u32::from_be_bytes(*$tag);

            fn free() -> &'static $crate::handle::Free<Self> {
                static FREE: $crate::handle::Free<$inner> = $crate::handle::Free::new();
                &FREE
            }
        }
    };
}
pub(crate) use held;

/// Frees a handle. What is behind it is dropped outside of any lock: it may be a vendor's.
///
/// # Safety
/// As [`Handle::take`].
pub unsafe fn free<T: Held>(handle: *mut *mut Handle<T>) {
    let _ = crate::boundary::guard(|| {
        // SAFETY: as the caller says.
        drop(unsafe { Handle::take(handle) }?);
        Ok(())
    });
}

/// A place for a new handle, NULL until there is one.
///
/// # Safety
/// Unless NULL, it can be written to, and nobody else does for `'a`.
pub unsafe fn new<'a, T>(place: *mut *mut Handle<T>) -> Result<&'a mut *mut Handle<T>> {
    // SAFETY: as the caller says.
    let place = unsafe { crate::boundary::place(place) }?;
    *place = ptr::null_mut();
    Ok(place)
}
