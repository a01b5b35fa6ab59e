//! What this processor can do: asked of it once, and constant from then on.
//!
//! A test forces each path in turn with `--cfg khoalai_path` (`scripts/paths`): `portable` and `vectors` leave
//! things out, `assembly` takes graviola for all that it can do, fast or not.

#[cfg(all(feature = "expanded", not(khoalai_path = "portable")))]
cpufeatures::new!(vectors, "avx2");
#[cfg(all(feature = "accelerated", not(any(khoalai_path = "portable", khoalai_path = "vectors"))))]
cpufeatures::new!(assembly, "adx", "aes", "avx", "avx2", "bmi1", "bmi2", "pclmulqdq");

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

/// Whether graviola's ML-KEM is the faster one, too: where it was measured to be, on Intel's processors with
/// AVX-512 and VBMI2. Its sampling compresses vectors into memory, for which AMD's have microcode (24 μs
/// for a key of ML-KEM-768 on Zen 4, libcrux 17), and without AVX-512 it is slower as well (21).
#[cfg(feature = "accelerated-ml-kem")]
pub(super) fn graviola_ml_kem() -> bool {
    #[cfg(khoalai_path = "assembly")]
    return graviola();
    #[cfg(not(khoalai_path = "assembly"))]
    return graviola() && compresses::quickly();
}

#[cfg(all(feature = "accelerated-ml-kem", not(khoalai_path = "assembly")))]
mod compresses {
    use core::sync::atomic::{AtomicU8, Ordering};

    cpufeatures::new!(wide, "avx512f", "avx512bw", "avx512vbmi", "avx512vbmi2");

    const UNKNOWN: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;
    /// Under a hypervisor the question takes longer than what depends on it. Who asks at the same time as
    /// another gets the same answer.
    static KNOWN: AtomicU8 = AtomicU8::new(UNKNOWN);

    pub(super) fn quickly() -> bool {
        match KNOWN.load(Ordering::Relaxed) {
            UNKNOWN => {
                let quickly = wide::get() && is_intel();
                KNOWN.store(if quickly { YES } else { NO }, Ordering::Relaxed);
                quickly
            }
            known => known == YES,
        }
    }

    fn is_intel() -> bool {
        let leaf = core::arch::x86_64::__cpuid(0);
        [leaf.ebx, leaf.edx, leaf.ecx].map(u32::to_le_bytes).as_flattened() == b"GenuineIntel"
    }
}
