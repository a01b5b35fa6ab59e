//! What a piece of work takes: stack, and instructions where the machine counts them.

use super::this::{instructions, stack_pointer};

/// What the free stack is painted with.
const PAINT: usize = usize::from_ne_bytes([0xa5; size_of::<usize>()]);
/// How much is painted: more than any work may use. Linux grows the stack up to 8 MB as it is touched.
const WINDOW: usize = 2 << 20;
/// Left unpainted below the caller: the frames of what paints and looks.
const MARGIN: usize = 512;

/// What some work took.
#[derive(Clone, Copy)]
pub struct Used {
    /// Bytes of stack, below the caller. The first 512 always count.
    pub stack: usize,
    /// Instructions, if QEMU counts them (`-icount shift=0`), else nothing sensible.
    pub instructions: u64,
}

/// Runs `work` and says what it used: paints the stack below, runs, and looks how far down the
/// paint is gone.
#[inline(never)]
pub fn used<R>(work: impl FnOnce() -> R) -> (R, Used) {
    let window = Window::<WINDOW>::paint(stack_pointer());
    let before = instructions();
    let result = apart(work);
    let instructions = instructions().saturating_sub(before);
    let untouched = window.words().take_while(|(_, word)| *word == PAINT).count();
    (result, Used { stack: WINDOW - untouched * size_of::<usize>(), instructions })
}

/// How many bytes of stack [`left`] looks at.
pub const LEFT: usize = 1 << 20;

/// Runs `work` and shows `look` what is then on the stack below, word by word from the deepest, each
/// with its depth in bytes.
#[inline(never)]
pub fn left<R>(work: impl FnOnce() -> R, mut look: impl FnMut(usize, usize)) -> R {
    let window = Window::<LEFT>::paint(stack_pointer());
    let result = apart(work);
    window.words().for_each(|(depth, word)| look(depth, word));
    result
}

/// So many bytes below the stack pointer of a caller. What is next to it is spared.
struct Window<const LEN: usize>(usize);

impl<const LEN: usize> Window<LEN> {
    #[inline(always)]
    fn paint(stack_pointer: usize) -> Self {
        let this = Self(stack_pointer & !(size_of::<usize>() - 1));
        for address in this.addresses() {
            // SAFETY: below the stack pointer and its red zone nothing is in use.
            unsafe { core::ptr::with_exposed_provenance_mut::<usize>(address).write_volatile(PAINT) };
        }
        this
    }

    fn addresses(&self) -> impl Iterator<Item = usize> + use<LEN> {
        (self.0 - LEN..self.0 - MARGIN).step_by(size_of::<usize>())
    }

    /// What is there now, each word with its depth.
    fn words(&self) -> impl Iterator<Item = (usize, usize)> + use<LEN> {
        let top = self.0;
        // SAFETY: painted above, so mapped.
        self.addresses().map(move |address| (top - address, unsafe { word_at(address) }))
    }
}

/// Keeps the frame of `work` below ours: inlined, it would be part of it and count as nothing.
#[inline(never)]
fn apart<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// # Safety
/// The address is mapped and aligned.
unsafe fn word_at(address: usize) -> usize {
    // SAFETY: as the caller promises.
    unsafe { core::ptr::with_exposed_provenance::<usize>(address).read_volatile() }
}
