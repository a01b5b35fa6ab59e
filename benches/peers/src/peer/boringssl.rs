//! BoringSSL by `boring-sys`, whose bindings leave X-Wing out: its functions are named here.

use super::put;
use crate::kem::Kem;
use boring_sys::{
    MLKEM768_decap, MLKEM768_encap, MLKEM768_generate_key, MLKEM768_parse_public_key, MLKEM768_private_key,
    MLKEM768_public_key,
};
use std::mem::MaybeUninit;

/// `struct XWING_private_key`: an ML-KEM-768 private key, an X25519 one and its public key, and the seed. No more
/// than this, by far; BoringSSL keeps the size in its header.
#[repr(C, align(16))]
struct XWingPrivateKey([u8; 16384]);

unsafe extern "C" {
    fn XWING_generate_key(public: *mut u8, private: *mut XWingPrivateKey) -> i32;
    fn XWING_encap(ciphertext: *mut u8, secret: *mut u8, public: *const u8) -> i32;
    fn XWING_decap(secret: *mut u8, ciphertext: *const u8, private: *const XWingPrivateKey) -> i32;
}

const X_WING_PUBLIC: usize = 1216;
const X_WING_CIPHERTEXT: usize = 1120;

pub struct XWing(Box<XWingPrivateKey>, [u8; X_WING_PUBLIC]);

impl Kem for XWing {
    const PEER: &'static str = "BoringSSL";
    const PREPARES: bool = false;
    type Sender = Vec<u8>;

    fn generate() -> Self {
        let (mut private, mut public) = (Box::new(XWingPrivateKey([0; 16384])), [0; X_WING_PUBLIC]);
        // SAFETY: the public key takes so many bytes, the private one fewer than there are.
        assert_eq!(unsafe { XWING_generate_key(public.as_mut_ptr(), &raw mut *private) }, 1);
        Self(private, public)
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[&self.1])
    }
    fn load(public: &[u8]) -> Vec<u8> {
        public.into()
    }
    fn encapsulate(public: &Vec<u8>, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        Self::encapsulate_to(public, ciphertext, secret)
    }
    fn encapsulate_to(public: &[u8], ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        assert!(public.len() == X_WING_PUBLIC && ciphertext.len() >= X_WING_CIPHERTEXT && secret.len() >= 32);
        // SAFETY: the lengths were looked at.
        let code = unsafe { XWING_encap(ciphertext.as_mut_ptr(), secret.as_mut_ptr(), public.as_ptr()) };
        assert_eq!(code, 1);
        (X_WING_CIPHERTEXT, 32)
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        assert!(ciphertext.len() == X_WING_CIPHERTEXT && secret.len() >= 32);
        // SAFETY: the lengths were looked at, and the key was made.
        let code = unsafe { XWING_decap(secret.as_mut_ptr(), ciphertext.as_ptr(), &raw const *self.0) };
        assert_eq!(code, 1);
        32
    }
}

const PUBLIC: usize = 1184;
const CIPHERTEXT: usize = 1088;

pub struct MlKem768(Box<MLKEM768_private_key>, [u8; PUBLIC]);

impl Kem for MlKem768 {
    const PEER: &'static str = "BoringSSL";
    type Sender = Box<MLKEM768_public_key>;

    fn generate() -> Self {
        let mut public = [0; PUBLIC];
        let mut private = Box::new(MaybeUninit::uninit());
        // SAFETY: the public key takes so many bytes; no seed is asked for; the private key is written whole.
        let private = unsafe {
            MLKEM768_generate_key(public.as_mut_ptr(), std::ptr::null_mut(), private.as_mut_ptr());
            private.assume_init()
        };
        Self(private, public)
    }
    fn public(&self, out: &mut [u8]) -> usize {
        put(out, &[&self.1])
    }
    fn load(public: &[u8]) -> Self::Sender {
        let mut key = Box::new(MaybeUninit::uninit());
        let mut bytes = boring_sys::CBS { data: public.as_ptr(), len: public.len() };
        // SAFETY: the bytes have this length; the key is written if the answer is 1.
        unsafe {
            assert_eq!(MLKEM768_parse_public_key(key.as_mut_ptr(), &raw mut bytes), 1);
            key.assume_init()
        }
    }
    fn encapsulate(key: &Self::Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
        assert!(ciphertext.len() >= CIPHERTEXT && secret.len() >= 32);
        // SAFETY: the lengths were looked at, and the key was read.
        unsafe { MLKEM768_encap(ciphertext.as_mut_ptr(), secret.as_mut_ptr(), &raw const **key) };
        (CIPHERTEXT, 32)
    }
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
        assert!(secret.len() >= 32);
        // SAFETY: the key was made; the ciphertext has this length.
        let code = unsafe {
            MLKEM768_decap(secret.as_mut_ptr(), ciphertext.as_ptr(), ciphertext.len(), &raw const *self.0)
        };
        assert_eq!(code, 1);
        32
    }
}
