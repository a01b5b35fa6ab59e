//! Overwriting what an operation leaves on the stack.
//!
//! Implementation crates compute on the stack and leave it as it is, and values that are moved leave
//! copies behind. What is below the caller's frame is overwritten afterwards, about as deep as the
//! operation itself went: measured where stack is short, rounded up where it is not. Registers stay out of reach. `tests/wiping` looks for what is left.

use zeroize::zeroize_stack;

/// Overwrites a fixed length of the stack below its caller.
#[derive(Clone, Copy)]
#[allow(unreachable_pub, reason = "named by a sealed trait")]
pub struct Burn(fn());

/// A [`Burn`] of so many bytes: on 32-bit machines and on others. There stack is short and binaries
/// are built for size, with everything in view; here it is plentiful, and vectors are wide.
macro_rules! burn {
    ($both:expr) => {
        $crate::burn::burn!($both, $both)
    };
    ($narrow:expr, $wide:expr) => {
        $crate::burn::Burn::new(
            zeroize::zeroize_stack::<{ if cfg!(target_pointer_width = "32") { $narrow } else { $wide } }>,
        )
    };
}
pub(crate) use burn;

impl Burn {
    /// For what is not there.
    pub(crate) const NONE: Self = Self(|| ());
    /// For a few hashes, and moves of single secrets.
    pub(crate) const HASHES: Self = burn!(2560, 3072);
    /// For encodings of private keys.
    pub(crate) const ENCODINGS: Self = burn!(1024);
    /// For a loaded key that is held against its public key.
    pub(crate) const LOADING: Self = burn!(4096, 12288);

    pub(crate) const fn new(overwrite: fn()) -> Self {
        Self(overwrite)
    }

    /// For functions that hand a `T` on: each may hold it a few times.
    pub(crate) const fn moving<T>() -> Self {
        match size_of::<T>() {
            ..=512 => burn!(4 * 1024),
            513..=2048 => burn!(12 * 1024),
            2049..=4096 => burn!(20 * 1024),
            4097..=9216 => burn!(40 * 1024, 28 * 1024),
            _ => burn!(40 * 1024),
        }
    }

    /// For a `T` that is loaded, held against its public key, and handed on.
    pub(crate) const fn loading<T>() -> Self {
        if size_of::<T>() > 512 { Self::moving::<T>() } else { Self::LOADING }
    }

    /// Overwrites.
    #[cfg(all(feature = "accelerated-ml-kem", target_arch = "x86_64"))]
    #[inline(always)]
    pub(crate) fn run(self) {
        (self.0)();
    }

    /// Runs `operation` and overwrites the stack that it used, whatever came of it.
    pub(crate) fn after<T>(self, operation: impl FnOnce() -> T) -> T {
        // The outcome goes straight to where the caller wants it: a variable here would be a copy.
        let _guard = Guard(self);
        below(operation)
    }
}

struct Guard(Burn);

impl Drop for Guard {
    fn drop(&mut self) {
        if !cfg!(khoalai_fault = "burn") {
            // Registers first: whatever is left in them may be pushed below all that is overwritten.
            zeroize_stack::<64>();
            (self.0.0)();
        }
    }
}

/// A frame of its own for `operation`, below the one that overwrites.
#[inline(never)]
fn below<T>(operation: impl FnOnce() -> T) -> T {
    operation()
}

/// What the operations of a component leave, by operation. `tests/wiping` holds it against what is there.
#[derive(Clone, Copy)]
#[allow(unreachable_pub, reason = "named by a sealed trait")]
pub struct Burns {
    pub(crate) load: Burn,
    pub(crate) encapsulate: Burn,
    pub(crate) decapsulate: Burn,
    pub(crate) sign: Burn,
}

impl Burns {
    /// For a key exchange.
    pub(crate) const fn exchange(load: Burn, encapsulate: Burn, decapsulate: Burn) -> Self {
        Self { load, encapsulate, decapsulate, sign: Burn::NONE }
    }

    /// For a signature.
    pub(crate) const fn signature(load: Burn, sign: Burn) -> Self {
        Self { load, encapsulate: Burn::NONE, decapsulate: Burn::NONE, sign }
    }
}

/// Runs `work` and overwrites `DEPTH` bytes of the stack below the caller, whatever came of it.
///
/// This library cleans up below its own functions by itself. A value that is *moved* leaves a copy
/// in the frame of whoever moves it, and that is out of the library's reach: boxed keys
/// (`khoalai::generate`) and keys that stay where they were made have none. Whoever has to move one,
/// to join two halves say, does it in `work`.
///
/// ```
/// use khoalai::soft::{Key, MlKem768, X25519};
/// use khoalai::{Half, Hybrid, MLKEM768_X25519 as HYBRID, Memory, Result, Side, wipe_stack_after};
///
/// fn provision() -> Result<Hybrid<Key<MlKem768>, Key<X25519>>> {
///     let mut random = getrandom::SysRng;
///     let (mut here, mut there) = (Memory::<MlKem768, 1>::new(), Memory::<X25519, 1>::new());
///     let pq = Half::generate(HYBRID, Side::PostQuantum, &mut here, "", &mut random)?;
///     let classical = Half::generate(HYBRID, Side::Classical, &mut there, "", &mut random)?;
///     Hybrid::new(HYBRID, pq, classical)
/// }
///
/// let key = wipe_stack_after::<32768, _>(provision)?;
/// # Ok::<(), khoalai::Error>(())
/// ```
pub fn wipe_stack_after<const DEPTH: usize, T>(work: impl FnOnce() -> T) -> T {
    Burn(zeroize_stack::<DEPTH>).after(work)
}
