//! X25519 and the curves of NIST in s2n-bignum's assembly, by `graviola`, where this processor runs it.
//! `None` says that it does not, and that the portable code has to.

use crate::error::Result;
#[cfg(feature = "alloc")]
use alloc::boxed::Box;

/// What there may be a faster way for. Keys and points were checked before.
pub(super) trait Fast {
    /// Whether there is.
    fn is_here() -> bool {
        false
    }
    /// The public key of a private one.
    fn public(private: &[u8], out: &mut [u8]) -> Option<Result<()>> {
        let _ = (private, out);
        None
    }
    /// Diffie–Hellman. All zeros, where X25519 gives that.
    fn agree(private: &[u8], peer: &[u8], secret: &mut [u8]) -> Option<Result<()>> {
        let _ = (private, peer, secret);
        None
    }
    /// Verifies a signature `r ‖ s` with the curve's own hash.
    fn verify(public: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<Result<()>> {
        let _ = (public, message, signature);
        None
    }
    /// A peer's point, with multiples of it.
    #[cfg(feature = "alloc")]
    fn peer(public: &[u8]) -> Option<Box<dyn Peer>> {
        let _ = public;
        None
    }
    /// The same for a signer's.
    #[cfg(feature = "alloc")]
    fn signer(public: &[u8]) -> Option<Box<dyn Signer>> {
        let _ = public;
        None
    }
}

/// A peer whose share was read already.
#[cfg(feature = "alloc")]
pub(super) trait Peer: Send + Sync {
    fn agree(&self, private: &[u8], secret: &mut [u8]) -> Result<()>;
}

/// A signer whose key was read already.
#[cfg(feature = "alloc")]
pub(super) trait Signer: Send + Sync {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<()>;
}

/// No faster way.
pub(super) struct Never;
pub(super) struct X25519;
pub(super) struct P256;
pub(super) struct P384;

impl Fast for Never {}

#[cfg(not(all(feature = "accelerated", target_arch = "x86_64")))]
mod none {
    use super::{Fast, P256, P384, X25519};

    impl Fast for X25519 {}
    impl Fast for P256 {}
    impl Fast for P384 {}
}

#[cfg(all(feature = "accelerated", target_arch = "x86_64"))]
mod by_graviola {
    use super::{Fast, P256, P384, X25519};
    #[cfg(feature = "alloc")]
    use super::{Peer, Signer};
    use crate::bytes::{array, put};
    use crate::error::{Error, Result};
    use crate::soft::host;
    #[cfg(feature = "alloc")]
    use alloc::boxed::Box;
    use graviola::key_agreement::x25519;
    use graviola::{hashing, signing::ecdsa};

    /// A fault to see that the self-tests look at this path (`scripts/faults`).
    fn spoil(out: &mut [u8]) {
        if cfg!(khoalai_fault = "accelerated") {
            out.iter_mut().take(1).for_each(|byte| *byte ^= 1);
        }
    }

    impl Fast for X25519 {
        fn is_here() -> bool {
            host::graviola()
        }

        fn public(private: &[u8], out: &mut [u8]) -> Option<Result<()>> {
            let made = || {
                let key = x25519::StaticPrivateKey::from_array(array(private)?);
                put(out, &key.public_key().as_bytes())?;
                spoil(out);
                Ok(())
            };
            host::graviola().then(made)
        }

        fn agree(private: &[u8], peer: &[u8], secret: &mut [u8]) -> Option<Result<()>> {
            let made = || {
                let key = x25519::StaticPrivateKey::from_array(array(private)?);
                let peer = x25519::PublicKey::from_array(array(peer)?);
                // Its one error: a point of low order.
                match key.diffie_hellman(&peer) {
                    Ok(shared) => put(secret, &shared.0).map(|_| ()),
                    Err(_) => {
                        secret.fill(0);
                        Ok(())
                    }
                }
            };
            host::graviola().then(made)
        }
    }

    macro_rules! curve {
        ($curve:ident, $module:ident, $hash:ident) => {
            impl Fast for $curve {
                fn is_here() -> bool {
                    host::graviola()
                }

                fn public(private: &[u8], out: &mut [u8]) -> Option<Result<()>> {
                    let made = || {
                        let key = graviola::key_agreement::$module::StaticPrivateKey::from_bytes(private)
                            .map_err(|_| Error::BadPrivateKey)?;
                        put(out, &key.public_key_uncompressed())?;
                        spoil(out);
                        Ok(())
                    };
                    host::graviola().then(made)
                }

                fn agree(private: &[u8], peer: &[u8], secret: &mut [u8]) -> Option<Result<()>> {
                    host::graviola().then(|| agree::$module(private, &read::$module(peer)?, secret))
                }

                fn verify(public: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<Result<()>> {
                    let made = || {
                        ecdsa::VerifyingKey::<graviola::signing::ecdsa::$curve>::from_x962_uncompressed(
                            public,
                        )
                        .map_err(|_| Error::BadPublicKey)?
                        .verify::<hashing::$hash>(message, signature)
                        .map_err(|_| Error::VerificationFailed)
                    };
                    host::graviola().then(made)
                }

                #[cfg(feature = "alloc")]
                fn peer(public: &[u8]) -> Option<Box<dyn Peer>> {
                    let peer = host::graviola().then(|| read::$module(public).ok()).flatten()?;
                    Some(Box::new(peer))
                }

                #[cfg(feature = "alloc")]
                fn signer(public: &[u8]) -> Option<Box<dyn Signer>> {
                    let read = || ecdsa::VerifyingKey::<ecdsa::$curve>::from_x962_uncompressed(public).ok();
                    let key = host::graviola().then(read).flatten()?;
                    Some(Box::new(key))
                }
            }

            #[cfg(feature = "alloc")]
            impl Peer for graviola::key_agreement::$module::PublicKey {
                fn agree(&self, private: &[u8], secret: &mut [u8]) -> Result<()> {
                    agree::$module(private, self, secret)
                }
            }

            #[cfg(feature = "alloc")]
            impl Signer for ecdsa::VerifyingKey<ecdsa::$curve> {
                fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<()> {
                    self.verify::<hashing::$hash>(message, signature).map_err(|_| Error::VerificationFailed)
                }
            }
        };
    }

    macro_rules! helpers {
        ($($module:ident),+) => {
            mod read {
                use super::{Error, Result};
                $(pub(super) fn $module(peer: &[u8]) -> Result<graviola::key_agreement::$module::PublicKey> {
                    graviola::key_agreement::$module::PublicKey::from_x962_uncompressed(peer)
                        .map_err(|_| Error::BadPublicKey)
                })+
            }
            mod agree {
                use super::{Error, Result, put};
                $(pub(super) fn $module(
                    private: &[u8],
                    peer: &graviola::key_agreement::$module::PublicKey,
                    secret: &mut [u8],
                ) -> Result<()> {
                    let key = graviola::key_agreement::$module::StaticPrivateKey::from_bytes(private)
                        .map_err(|_| Error::BadPrivateKey)?;
                    let shared = key.diffie_hellman(peer).map_err(|_| Error::DecapsulationFailed)?;
                    put(secret, &shared.0).map(|_| ())
                })+
            }
        };
    }

    helpers!(p256, p384);
    curve!(P256, p256, Sha256);
    curve!(P384, p384, Sha384);
}
