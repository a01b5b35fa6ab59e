//! X25519, Ed25519 and the curves of NIST in s2n-bignum's assembly, by `graviola`, where this processor runs
//! it. `None` says that it does not, and that the portable code has to.

use crate::error::{Error, Result};
use core::convert::Infallible;
use ed25519_dalek::VerifyingKey;

/// What there may be a faster way for.
pub(super) trait Fast {
    /// A peer's point that was read and checked, with multiples of it.
    type Peer: Send + Sync;
    /// The same for a signer's.
    type Signer: Send + Sync;

    /// Whether there is.
    fn is_here() -> bool {
        false
    }
    /// The public key of a private one.
    fn public(private: &[u8], out: &mut [u8]) -> Option<Result<()>> {
        let _ = (private, out);
        None
    }
    /// Reads a peer's public key.
    fn peer(public: &[u8]) -> Option<Result<Self::Peer>> {
        let _ = public;
        None
    }
    /// Diffie–Hellman. All zeros, where X25519 gives that.
    fn agree(private: &[u8], peer: &Self::Peer, secret: &mut [u8]) -> Result<()>;
    /// Reads a signer's public key.
    fn signer(public: &[u8]) -> Option<Result<Self::Signer>> {
        let _ = public;
        None
    }
    /// Verifies a signature `r ‖ s` with the curve's own hash.
    fn verify(signer: &Self::Signer, message: &[&[u8]], signature: &[u8]) -> Result<()>;
    /// The uncompressed point of a signature's nonce, where this is here.
    fn commit(nonce: &[u8], point: &mut [u8]) -> Result<()> {
        let _ = (nonce, point);
        Err(Error::Unsupported)
    }
}

/// A key of Ed25519, expanded, if there is a faster way to sign.
pub(super) trait FastSigner: Sized {
    fn is_here() -> bool;
    fn load(seed: &[u8; 32]) -> Option<Self>;
    /// The seed: a copy, which is the caller's to wipe.
    fn seed(&self) -> [u8; 32];
    fn public(&self) -> [u8; 32];
    /// The same, as the portable code takes it: read once, when it is first asked for.
    fn verifying_key(&self) -> Result<&VerifyingKey>;
    /// Signs a message that is there in one piece.
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

impl FastSigner for Infallible {
    fn is_here() -> bool {
        false
    }
    fn load(_: &[u8; 32]) -> Option<Self> {
        None
    }
    fn seed(&self) -> [u8; 32] {
        match *self {}
    }
    fn public(&self) -> [u8; 32] {
        match *self {}
    }
    fn verifying_key(&self) -> Result<&VerifyingKey> {
        match *self {}
    }
    fn sign(&self, _: &[u8]) -> [u8; 64] {
        match *self {}
    }
}

#[cfg(all(feature = "accelerated", target_arch = "x86_64"))]
pub(super) use by_graviola::Ed25519;
/// No faster way.
#[cfg(not(all(feature = "accelerated", target_arch = "x86_64")))]
pub(super) type Ed25519 = Infallible;

/// No faster way.
pub(super) struct Never;
pub(super) struct X25519;
pub(super) struct P256;
pub(super) struct P384;

macro_rules! none {
    ($($which:ident),+) => { $(
        impl Fast for $which {
            type Peer = Infallible;
            type Signer = Infallible;

            fn agree(_: &[u8], peer: &Infallible, _: &mut [u8]) -> Result<()> {
                match *peer {}
            }
            fn verify(signer: &Infallible, _: &[&[u8]], _: &[u8]) -> Result<()> {
                match *signer {}
            }
        }
    )+ };
}

none!(Never);
#[cfg(not(all(feature = "accelerated", target_arch = "x86_64")))]
none!(X25519, P256, P384);

#[cfg(all(feature = "accelerated", target_arch = "x86_64"))]
mod by_graviola {
    // graviola takes it anyway.
    extern crate std;
    use super::{Fast, FastSigner, P256, P384, X25519};
    use crate::bytes::{array, put};
    use crate::error::{Error, Result};
    use crate::soft::host;
    use core::convert::Infallible;
    use ed25519_dalek::VerifyingKey;
    use graviola::hashing;
    use graviola::key_agreement::{p256, p384, x25519};
    use graviola::signing::{ecdsa, eddsa};
    use std::sync::OnceLock;

    /// A fault to see that the self-tests look at this path (`scripts/faults`).
    fn spoil(out: &mut [u8]) {
        if cfg!(khoalai_fault = "accelerated") {
            flip(out, 0);
        }
    }

    /// The same where only signatures are made.
    fn spoil_signature(out: &mut [u8]) {
        if cfg!(khoalai_fault = "accelerated-signing") {
            flip(out, 1);
        }
    }

    fn flip(out: &mut [u8], at: usize) {
        out.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1);
    }

    /// It wipes itself.
    pub(in crate::soft) struct Ed25519(eddsa::Ed25519SigningKey, OnceLock<VerifyingKey>);

    impl FastSigner for Ed25519 {
        fn is_here() -> bool {
            host::graviola()
        }

        fn load(seed: &[u8; 32]) -> Option<Self> {
            // Its one error: a wrong length.
            let load =
                || eddsa::Ed25519SigningKey::from_bytes(seed).ok().map(|key| Self(key, OnceLock::new()));
            host::graviola().then(load).flatten()
        }

        fn seed(&self) -> [u8; 32] {
            self.0.as_seed()
        }

        fn public(&self) -> [u8; 32] {
            let mut public = self.0.public_key().as_bytes();
            spoil(&mut public);
            public
        }

        fn verifying_key(&self) -> Result<&VerifyingKey> {
            if let Some(key) = self.1.get() {
                return Ok(key);
            }
            let key = VerifyingKey::from_bytes(&self.public()).map_err(|_| Error::SigningFailed)?;
            Ok(self.1.get_or_init(|| key))
        }

        fn sign(&self, message: &[u8]) -> [u8; 64] {
            let mut signature = self.0.sign(message);
            spoil_signature(&mut signature);
            signature
        }
    }

    impl Fast for X25519 {
        type Peer = x25519::PublicKey;
        type Signer = Infallible;

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

        fn peer(public: &[u8]) -> Option<Result<x25519::PublicKey>> {
            host::graviola().then(|| Ok(x25519::PublicKey::from_array(array(public)?)))
        }

        fn agree(private: &[u8], peer: &x25519::PublicKey, secret: &mut [u8]) -> Result<()> {
            let key = x25519::StaticPrivateKey::from_array(array(private)?);
            match key.diffie_hellman(peer) {
                Ok(shared) => put(secret, &shared.0).map(|_| ()),
                // Its one error: a point of low order.
                Err(_) => {
                    secret.fill(0);
                    Ok(())
                }
            }
        }

        fn verify(signer: &Infallible, _: &[&[u8]], _: &[u8]) -> Result<()> {
            match *signer {}
        }
    }

    macro_rules! curve {
        ($curve:ident, $module:ident, $hash:ident) => {
            impl Fast for $curve {
                type Peer = $module::PublicKey;
                type Signer = ecdsa::VerifyingKey<ecdsa::$curve>;

                fn is_here() -> bool {
                    host::graviola()
                }

                fn public(private: &[u8], out: &mut [u8]) -> Option<Result<()>> {
                    let made = || {
                        let key = $module::StaticPrivateKey::from_bytes(private)
                            .map_err(|_| Error::BadPrivateKey)?;
                        put(out, &key.public_key_uncompressed())?;
                        spoil(out);
                        Ok(())
                    };
                    host::graviola().then(made)
                }

                /// It takes uncompressed points alone, whose coordinates are below p, on the curve.
                fn peer(public: &[u8]) -> Option<Result<$module::PublicKey>> {
                    let read = || {
                        $module::PublicKey::from_x962_uncompressed(public).map_err(|_| Error::BadPublicKey)
                    };
                    host::graviola().then(read)
                }

                fn agree(private: &[u8], peer: &$module::PublicKey, secret: &mut [u8]) -> Result<()> {
                    let key =
                        $module::StaticPrivateKey::from_bytes(private).map_err(|_| Error::BadPrivateKey)?;
                    let shared = key.diffie_hellman(peer).map_err(|_| Error::DecapsulationFailed)?;
                    put(secret, &shared.0).map(|_| ())
                }

                fn signer(public: &[u8]) -> Option<Result<Self::Signer>> {
                    let read =
                        || Self::Signer::from_x962_uncompressed(public).map_err(|_| Error::BadPublicKey);
                    host::graviola().then(read)
                }

                fn verify(signer: &Self::Signer, message: &[&[u8]], signature: &[u8]) -> Result<()> {
                    signer.verify::<hashing::$hash>(message, signature).map_err(|_| Error::VerificationFailed)
                }

                fn commit(nonce: &[u8], point: &mut [u8]) -> Result<()> {
                    let key =
                        $module::StaticPrivateKey::from_bytes(nonce).map_err(|_| Error::SigningFailed)?;
                    put(point, &key.public_key_uncompressed())?;
                    spoil_signature(point);
                    Ok(())
                }
            }
        };
    }

    curve!(P256, p256, Sha256);
    curve!(P384, p384, Sha384);
}
