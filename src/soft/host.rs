//! What this processor can do: asked of it once, and constant from then on.
//!
//! A test forces each path in turn with `--cfg khoalai_path` (`scripts/paths`), or graviola's inside Valgrind
//! (`scripts/instructions`).

#[cfg(all(feature = "expanded", not(khoalai_path = "portable")))]
cpufeatures::new!(vectors, "avx2");
#[cfg(all(feature = "accelerated", not(any(khoalai_path = "portable", khoalai_path = "vectors"))))]
mod assembly {
    cpufeatures::new!(rest, "aes", "avx", "avx2", "bmi1", "bmi2", "pclmulqdq");
    // Valgrind runs these instructions and says that they are not there.
    #[cfg(not(khoalai_path = "valgrind"))]
    cpufeatures::new!(adx, "adx");

    pub(super) fn get() -> bool {
        #[cfg(not(khoalai_path = "valgrind"))]
        return adx::get() && rest::get();
        #[cfg(khoalai_path = "valgrind")]
        rest::get()
    }
}

/// Whether vectors of 256 bits are there.
#[cfg(all(feature = "expanded", not(khoalai_path = "portable")))]
pub(super) fn avx2() -> bool {
    vectors::get()
}

/// Whether everything is there that graviola needs, and that it asks for itself, in this or a later version:
/// without it, it stops the program.
#[cfg(feature = "accelerated")]
pub(super) fn graviola() -> bool {
    #[cfg(any(khoalai_path = "portable", khoalai_path = "vectors"))]
    return false;
    #[cfg(not(any(khoalai_path = "portable", khoalai_path = "vectors")))]
    return assembly::get() && graviola::util::is_cpu_supported();
}
