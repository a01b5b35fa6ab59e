//! Keys from seeds, by the C code: it has an entry for them that the crate does not bind.

unsafe extern "C" {
    fn PQCLEAN_KYBER512_CLEAN_crypto_kem_keypair_derand(pk: *mut u8, sk: *mut u8, coins: *const u8) -> i32;
    fn PQCLEAN_KYBER768_CLEAN_crypto_kem_keypair_derand(pk: *mut u8, sk: *mut u8, coins: *const u8) -> i32;
    fn PQCLEAN_KYBER1024_CLEAN_crypto_kem_keypair_derand(pk: *mut u8, sk: *mut u8, coins: *const u8) -> i32;
}

macro_rules! set {
    ($name:ident, $function:ident, $ek:literal, $dk:literal) => {
        /// The decapsulation key that the seed gives.
        pub(crate) fn $name(seed: &[u8; 64]) -> Vec<u8> {
            let (mut public, mut private) = ([0; $ek], [0; $dk]);
            // SAFETY: the buffers have the lengths of the parameter set, which the function writes
            // (PUBLICKEYBYTES and SECRETKEYBYTES) and reads (64 bytes); it keeps no pointer.
            let made = unsafe { $function(public.as_mut_ptr(), private.as_mut_ptr(), seed.as_ptr()) };
            assert_eq!(made, 0);
            private.to_vec()
        }
    };
}

set!(kyber512, PQCLEAN_KYBER512_CLEAN_crypto_kem_keypair_derand, 800, 1632);
set!(kyber768, PQCLEAN_KYBER768_CLEAN_crypto_kem_keypair_derand, 1184, 2400);
set!(kyber1024, PQCLEAN_KYBER1024_CLEAN_crypto_kem_keypair_derand, 1568, 3168);
