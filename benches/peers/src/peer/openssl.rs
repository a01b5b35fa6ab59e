//! OpenSSL 3.6 by `openssl-sys`: the safe crate above it knows nothing of key encapsulation. Contexts are made
//! once for a key, and used again.

use super::put;
use crate::kem::Kem;
use crate::sign::Sign;
use openssl_sys::{
    EVP_DigestSign, EVP_DigestSignInit, EVP_DigestVerify, EVP_DigestVerifyInit, EVP_MD_CTX, EVP_MD_CTX_free,
    EVP_MD_CTX_new, EVP_PKEY, EVP_PKEY_CTX, EVP_PKEY_CTX_free, EVP_PKEY_CTX_new, EVP_PKEY_CTX_new_from_name,
    EVP_PKEY_decapsulate, EVP_PKEY_decapsulate_init, EVP_PKEY_encapsulate, EVP_PKEY_encapsulate_init,
    EVP_PKEY_free, EVP_PKEY_get_raw_public_key, EVP_PKEY_keygen, EVP_PKEY_keygen_init,
    EVP_PKEY_new_raw_public_key_ex,
};
use std::ffi::CStr;
use std::ptr::{null, null_mut};

fn done(code: i32) {
    assert_eq!(code, 1);
}

/// A key.
struct Key(*mut EVP_PKEY);

impl Key {
    /// By a call, so that a closure takes the whole key with it and not just the pointer.
    fn get(&self) -> *mut EVP_PKEY {
        self.0
    }

    fn generate(name: &CStr) -> Self {
        let mut key = null_mut();
        // SAFETY: the name ends with a zero; the context is not null where it is used, and freed once.
        unsafe {
            let context = EVP_PKEY_CTX_new_from_name(null_mut(), name.as_ptr(), null());
            assert!(!context.is_null());
            done(EVP_PKEY_keygen_init(context));
            done(EVP_PKEY_keygen(context, &raw mut key));
            EVP_PKEY_CTX_free(context);
        }
        Self(key)
    }

    fn read(name: &CStr, public: &[u8]) -> Self {
        // SAFETY: the name ends with a zero; the bytes have this length.
        let key = unsafe {
            EVP_PKEY_new_raw_public_key_ex(null_mut(), name.as_ptr(), null(), public.as_ptr(), public.len())
        };
        assert!(!key.is_null());
        Self(key)
    }

    fn public(&self, out: &mut [u8]) -> usize {
        let mut len = out.len();
        // SAFETY: the key lives; the buffer has this length.
        done(unsafe { EVP_PKEY_get_raw_public_key(self.0, out.as_mut_ptr(), &raw mut len) });
        len
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: made once, freed once.
        unsafe { EVP_PKEY_free(self.0) };
    }
}

/// What a key does again and again.
struct Context(*mut EVP_PKEY_CTX, #[expect(dead_code, reason = "lives as long")] Key);

impl Context {
    /// As that of a key.
    fn get(&self) -> *mut EVP_PKEY_CTX {
        self.0
    }

    fn new(key: Key, open: bool) -> Self {
        // SAFETY: the key lives; the context is looked at before it is used.
        unsafe {
            let context = EVP_PKEY_CTX_new(key.get(), null_mut());
            assert!(!context.is_null());
            done(if open {
                EVP_PKEY_decapsulate_init(context, null())
            } else {
                EVP_PKEY_encapsulate_init(context, null())
            });
            Self(context, key)
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: made once, freed once.
        unsafe { EVP_PKEY_CTX_free(self.0) };
    }
}

macro_rules! kem {
    ($name:ident, $algorithm:literal, $once:literal) => {
        pub struct $name(Context, Vec<u8>);

        impl Kem for $name {
            const PEER: &'static str = "OpenSSL";
            const ONCE: bool = $once;
            type Sender = Box<dyn Fn(&mut [u8], &mut [u8]) -> (usize, usize)>;

            fn generate() -> Self {
                let key = Key::generate($algorithm);
                let mut public = vec![0; 2048];
                let len = key.public(&mut public);
                public.truncate(len);
                Self(Context::new(key, true), public)
            }
            fn public(&self, out: &mut [u8]) -> usize {
                put(out, &[&self.1])
            }
            fn load(public: &[u8]) -> Self::Sender {
                let context = Context::new(Key::read($algorithm, public), false);
                Box::new(move |ciphertext, secret| {
                    let (mut ct, mut ss) = (ciphertext.len(), secret.len());
                    // SAFETY: the context lives; the buffers have these lengths.
                    done(unsafe {
                        EVP_PKEY_encapsulate(
                            context.get(),
                            ciphertext.as_mut_ptr(),
                            &raw mut ct,
                            secret.as_mut_ptr(),
                            &raw mut ss,
                        )
                    });
                    (ct, ss)
                })
            }
            fn encapsulate(key: &Self::Sender, ciphertext: &mut [u8], secret: &mut [u8]) -> (usize, usize) {
                key(ciphertext, secret)
            }
            fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> usize {
                let mut len = secret.len();
                // SAFETY: the context lives; the buffers have these lengths.
                done(unsafe {
                    EVP_PKEY_decapsulate(
                        self.0.get(),
                        secret.as_mut_ptr(),
                        &raw mut len,
                        ciphertext.as_ptr(),
                        ciphertext.len(),
                    )
                });
                len
            }
        }
    };
}

kem!(X25519MlKem768, c"X25519MLKEM768", true);
kem!(MlKem768, c"ML-KEM-768", false);
kem!(MlKem1024, c"ML-KEM-1024", false);

pub struct MlDsa65(Key);

/// A context for one message: the key stays loaded.
fn digest(start: impl Fn(*mut EVP_MD_CTX) -> i32, run: impl Fn(*mut EVP_MD_CTX) -> i32) -> bool {
    // SAFETY: looked at before it is used, and freed once.
    let context = unsafe { EVP_MD_CTX_new() };
    assert!(!context.is_null());
    done(start(context));
    let outcome = run(context);
    // SAFETY: as above.
    unsafe { EVP_MD_CTX_free(context) };
    outcome == 1
}

impl Sign for MlDsa65 {
    const PEER: &'static str = "OpenSSL";
    type Verifier = Box<dyn Fn(&[u8], &[u8]) -> bool>;

    fn generate() -> Self {
        Self(Key::generate(c"ML-DSA-65"))
    }
    fn public(&self, out: &mut [u8]) -> usize {
        self.0.public(out)
    }
    fn sign(&self, message: &[u8], out: &mut [u8]) -> usize {
        let mut len = out.len();
        let (at, room) = (out.as_mut_ptr(), &raw mut len);
        assert!(digest(
            // SAFETY: context and key live.
            |context| unsafe { EVP_DigestSignInit(context, null_mut(), null(), null_mut(), self.0.get()) },
            // SAFETY: the buffers have these lengths.
            |context| unsafe { EVP_DigestSign(context, at, room, message.as_ptr(), message.len()) },
        ));
        len
    }
    fn load(public: &[u8]) -> Self::Verifier {
        let key = Key::read(c"ML-DSA-65", public);
        Box::new(move |message, signature| {
            digest(
                // SAFETY: context and key live.
                |context| unsafe { EVP_DigestVerifyInit(context, null_mut(), null(), null_mut(), key.get()) },
                // SAFETY: the buffers have these lengths.
                |context| unsafe {
                    EVP_DigestVerify(
                        context,
                        signature.as_ptr(),
                        signature.len(),
                        message.as_ptr(),
                        message.len(),
                    )
                },
            )
        })
    }
    fn verify(key: &Self::Verifier, message: &[u8], signature: &[u8]) -> bool {
        key(message, signature)
    }
}
