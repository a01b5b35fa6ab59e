//! ECDH and ECDSA (SP 800-56A, FIPS 186-5) on P-256, P-384 and P-521, and on brainpoolP256r1 and
//! brainpoolP384r1 (RFC 5639), by the crates named after them.

use super::fast::{self, Fast};
use super::{Component, nonce, sealed::Sealed, whole_message};
use crate::burn::{Burn, Burns, burn};
use crate::bytes::split;
use crate::error::{Error, Result};
use crate::input::{Hedge, Input};
use crate::random::Random;
use crate::secret::Secret;
use ecdsa::hazmat::{sign_prehashed_rfc6979, verify_prehashed};
use sha2::Digest;
use zeroize::Zeroizing;
#[cfg(feature = "alloc")]
use {crate::software::Prepared, alloc::boxed::Box};

/// Draws scalars until one is in 1..n, at most `tries` times. P-256 and P-384 do so where keys come
/// from a seed (RandomScalar of draft-irtf-cfrg-concrete-hybrid-kems-04: four windows, and one). The
/// others have no such rule, and as many tries as make a failure less likely than 2^-128. `top` is
/// what may be set in the first byte (FIPS 186-5 A.2.2 draws no more bits than n has).
fn draw_scalar(
    random: &mut dyn Random,
    scalar: &mut [u8],
    top: u8,
    tries: usize,
    good: impl Fn(&[u8]) -> bool,
) -> Result<()> {
    for _ in 0..tries {
        random.fill(scalar)?;
        if let Some(first) = scalar.first_mut() {
            *first &= top;
        }
        if good(scalar) {
            return Ok(());
        }
    }
    scalar.fill(0);
    Err(Error::RandomFailed)
}

/// Writes `ECPrivateKey` with a named curve and no public key (RFC 5915 §3), whose length is fixed.
fn write_part(private: &[u8], head: &[u8], tail: &[u8], part: &mut [u8]) -> Result<()> {
    let (first, rest) = part.split_at_mut_checked(head.len()).ok_or(Error::BufferTooSmall)?;
    let (middle, last) = rest.split_at_mut_checked(private.len()).ok_or(Error::BufferTooSmall)?;
    if last.len() != tail.len() {
        return Err(Error::BufferTooSmall);
    }
    first.copy_from_slice(head);
    middle.copy_from_slice(private);
    last.copy_from_slice(tail);
    Ok(())
}

/// Reads what [`write_part`] writes, and nothing else.
fn read_part(part: &[u8], head: &[u8], tail: &[u8], private: &mut [u8]) -> Result<()> {
    let (first, rest) = split(part, head.len())?;
    let (middle, last) = split(rest, private.len())?;
    if first != head || last != tail {
        return Err(Error::Malformed);
    }
    private.copy_from_slice(middle);
    Ok(())
}

macro_rules! curve {
    (
        $module:ident = $curve:ident::$name:ident, field: $field:literal, top: $top:literal, tries: $tries:literal,
        signature: $signature:literal, hash: $hash:ident,
        dh: $dh:ident = $dh_name:literal, ecdsa: $ecdsa:ident = $ecdsa_name:literal,
        burn: $burn:expr, fast: $fast:ident, head: $head:expr, tail: $tail:expr
    ) => {
        mod $module {
            use super::*;
            use $curve::elliptic_curve::ecdh::diffie_hellman;
            use $curve::elliptic_curve::sec1::ToSec1Point;

            type SecretKey = $curve::elliptic_curve::SecretKey<$curve::$name>;
            type PublicKey = $curve::elliptic_curve::PublicKey<$curve::$name>;
            type Signature = ecdsa::Signature<$curve::$name>;

            const BURN: Burn = $burn;
            pub(super) const BURNS: Burns = Burns { load: BURN, encapsulate: BURN, decapsulate: BURN, sign: BURN };

            /// A private key and its public point, uncompressed.
            pub struct Loaded {
                secret: SecretKey,
                public: [u8; { 2 * $field + 1 }],
            }

            pub(super) fn draw(random: &mut dyn Random, private: &mut [u8]) -> Result<()> {
                draw_scalar(random, private, $top, $tries, |scalar| SecretKey::from_slice(scalar).is_ok())
            }

            pub(super) fn load(private: &[u8]) -> Result<Loaded> {
                let secret = SecretKey::from_slice(private).map_err(|_| Error::BadPrivateKey)?;
                let mut public = [0; { 2 * $field + 1 }];
                public_of(&secret, &mut public)?;
                Ok(Loaded { secret, public })
            }

            pub(super) fn private(loaded: &Loaded, out: &mut [u8]) -> Result<()> {
                let scalar = Zeroizing::new(loaded.secret.to_bytes());
                out.copy_from_slice(&scalar);
                Ok(())
            }

            pub(super) fn public(loaded: &Loaded, out: &mut [u8]) -> Result<()> {
                out.copy_from_slice(&loaded.public);
                Ok(())
            }

            fn public_of(secret: &SecretKey, out: &mut [u8]) -> Result<()> {
                let scalar = Zeroizing::new(secret.to_bytes());
                fast::$fast::public(&scalar, out).unwrap_or_else(|| write_point(&secret.public_key(), out))
            }

            fn write_point(key: &PublicKey, out: &mut [u8]) -> Result<()> {
                let point = key.to_sec1_point(false);
                crate::bytes::put(out, point.as_bytes()).map(|_| ())
            }

            /// Only uncompressed points on the curve are read.
            pub(super) fn read_point(bytes: &[u8]) -> Result<PublicKey> {
                if bytes.len() != 2 * $field + 1 || bytes.first() != Some(&4) {
                    return Err(Error::BadPublicKey);
                }
                PublicKey::from_sec1_bytes(bytes).map_err(|_| Error::BadPublicKey)
            }

            /// A peer's point, read once.
            #[allow(clippy::large_enum_variant, reason = "the large one only where speed is wanted")]
            enum Point {
                Fast(<fast::$fast as Fast>::Peer),
                Portable(PublicKey),
            }

            impl Point {
                fn read(bytes: &[u8]) -> Result<Self> {
                    match fast::$fast::peer(bytes) {
                        Some(peer) => peer.map(Self::Fast),
                        None => read_point(bytes).map(Self::Portable),
                    }
                }

                fn agree(&self, secret: &SecretKey, out: &mut [u8]) -> Result<()> {
                    match self {
                        Self::Fast(peer) => fast::$fast::agree(&Zeroizing::new(secret.to_bytes()), peer, out),
                        Self::Portable(peer) => {
                            let scalar = Zeroizing::new(secret.to_nonzero_scalar());
                            let shared = diffie_hellman::<$curve::$name>(&*scalar, peer.as_affine());
                            crate::bytes::put(out, shared.raw_secret_bytes()).map(|_| ())
                        }
                    }
                }

                /// With a fresh key, whose point goes to `ciphertext`.
                fn send(
                    &self,
                    random: &mut dyn Random,
                    ciphertext: &mut [u8],
                    secret: &mut [u8],
                ) -> Result<()> {
                    let mut scalar = Secret::<$field>::zero();
                    draw(random, scalar.expose_mut())?;
                    let ephemeral =
                        SecretKey::from_slice(scalar.expose()).map_err(|_| Error::RandomFailed)?;
                    public_of(&ephemeral, ciphertext)?;
                    self.agree(&ephemeral, secret)
                }
            }

            pub(super) fn encapsulate(
                public: &[u8],
                random: &mut dyn Random,
                ciphertext: &mut [u8],
                secret: &mut [u8],
            ) -> Result<()> {
                Point::read(public)?.send(random, ciphertext, secret)
            }

            pub(super) fn decapsulate(loaded: &Loaded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
                Point::read(ciphertext).map_err(|_| Error::Malformed)?.agree(&loaded.secret, secret)
            }

            #[cfg(feature = "alloc")]
            impl Prepared for Point {
                fn encapsulate(
                    &self,
                    random: &mut dyn Random,
                    ciphertext: &mut [u8],
                    secret: &mut [u8],
                ) -> Result<()> {
                    self.send(random, ciphertext, secret)
                }
            }

            #[cfg(feature = "alloc")]
            pub(super) fn prepare_peer(public: &[u8]) -> Result<Box<dyn Prepared>> {
                Ok(Box::new(Point::read(public)?))
            }

            /// A signer's point, read once.
            #[allow(clippy::large_enum_variant, reason = "the large one only where speed is wanted")]
            enum Signer {
                Fast(<fast::$fast as Fast>::Signer),
                Portable(PublicKey),
            }

            impl Signer {
                fn read(bytes: &[u8]) -> Result<Self> {
                    match fast::$fast::signer(bytes) {
                        Some(signer) => signer.map(Self::Fast),
                        None => read_point(bytes).map(Self::Portable),
                    }
                }

                fn verify(&self, parts: &[&[u8]], signature: &[u8]) -> Result<()> {
                    let refused = |_| Error::VerificationFailed;
                    let signature = Signature::from_der(signature).map_err(refused)?;
                    match self {
                        Self::Fast(signer) => fast::$fast::verify(signer, parts, &signature.to_bytes()),
                        Self::Portable(signer) => {
                            verify_prehashed(&signer.to_projective(), &digest(parts), &signature)
                                .map_err(refused)
                        }
                    }
                }
            }

            pub(super) fn verify(public: &[u8], parts: &[&[u8]], signature: &[u8]) -> Result<()> {
                Signer::read(public)?.verify(parts, signature)
            }

            #[cfg(feature = "alloc")]
            impl Prepared for Signer {
                fn verify(&self, input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
                    self.verify(whole_message(input, context)?, signature)
                }
            }

            #[cfg(feature = "alloc")]
            pub(super) fn prepare_signer(public: &[u8]) -> Result<Box<dyn Prepared>> {
                Ok(Box::new(Signer::read(public)?))
            }

            pub(super) fn is_fast() -> bool {
                fast::$fast::is_here()
            }

            fn digest(parts: &[&[u8]]) -> sha2::digest::Output<sha2::$hash> {
                let mut hash = sha2::$hash::new();
                parts.iter().for_each(|part| hash.update(part));
                hash.finalize()
            }

            /// The nonce is RFC 6979's, with fresh randomness as additional input (§3.6): never
            /// the generator alone, so a constant generator repeats no nonce across messages.
            pub(super) fn sign(
                loaded: &Loaded,
                parts: &[&[u8]],
                hedge: Hedge,
                random: &mut dyn Random,
                out: &mut [u8],
            ) -> Result<usize> {
                let mut added = Secret::<32>::zero();
                let added = match hedge {
                    Hedge::Deterministic => &[][..],
                    Hedge::Preferred | Hedge::Required => {
                        random.fill(added.expose_mut())?;
                        &added.expose()[..]
                    }
                };
                let scalar = Zeroizing::new(loaded.secret.to_nonzero_scalar());
                let digest = digest(parts);
                let signature = if is_fast() {
                    nonce::sign::<_, sha2::$hash>(&scalar, &digest, added, |nonce, x| {
                        let mut point = [0; { 2 * $field + 1 }];
                        fast::$fast::commit(nonce, &mut point)?;
                        crate::bytes::put(x, point.get(1..=$field).unwrap_or_default()).map(|_| ())
                    })?
                } else {
                    sign_prehashed_rfc6979::<_, sha2::$hash>(&scalar, &digest, added).0
                };
                Ok(crate::bytes::put(out, signature.to_der().as_bytes())?.len())
            }
        }

        #[doc = concat!($dh_name, " Diffie–Hellman as a half of a hybrid. The secret is the X coordinate.")]
        pub struct $dh;
        #[doc = concat!($ecdsa_name, " as a half of a composite. Signatures are DER.")]
        pub struct $ecdsa;

        curve!(@component $module, $curve, $dh, $dh_name, $field, $head, $tail, {
            const CIPHERTEXT: usize = 2 * $field + 1;
            const SECRET: usize = $field;

            fn check_share(share: &[u8]) -> Result<()> {
                $module::read_point(share).map(|_| ()).map_err(|_| Error::Malformed)
            }
            fn encapsulate(
                public: &[u8],
                random: &mut dyn Random,
                ciphertext: &mut [u8],
                secret: &mut [u8],
            ) -> Result<()> {
                $module::encapsulate(public, random, ciphertext, secret)
            }
            #[cfg(feature = "alloc")]
            fn prepare(public: &[u8]) -> Result<Option<Box<dyn Prepared>>> {
                $module::prepare_peer(public).map(Some)
            }
            fn decapsulate(loaded: &Self::Loaded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
                $module::decapsulate(loaded, ciphertext, secret)
            }
        });

        curve!(@component $module, $curve, $ecdsa, $ecdsa_name, $field, $head, $tail, {
            const SIGNATURE: usize = $signature;
            const SIGNATURE_IS_FIXED: bool = false;

            fn sign(
                loaded: &Self::Loaded,
                input: Input<'_>,
                context: &[u8],
                hedge: Hedge,
                random: &mut dyn Random,
                out: &mut [u8],
            ) -> Result<usize> {
                $module::sign(loaded, whole_message(input, context)?, hedge, random, out)
            }
            fn verify(public: &[u8], input: Input<'_>, context: &[u8], signature: &[u8]) -> Result<()> {
                $module::verify(public, whole_message(input, context)?, signature)
            }
            #[cfg(feature = "alloc")]
            fn prepare(public: &[u8]) -> Result<Option<Box<dyn Prepared>>> {
                $module::prepare_signer(public).map(Some)
            }
        });
    };
    (@component $module:ident, $curve:ident, $type:ident, $name:literal, $field:literal, $head:expr, $tail:expr, { $($body:tt)* }) => {
        impl Sealed for $type {}

        impl Component for $type {
            const NAME: &'static str = $name;
            const IMPLEMENTATION: &'static str = stringify!($curve);
            const PRIVATE: usize = $field;
            const PUBLIC: usize = 2 * $field + 1;
            const PART: usize = $field + $head.len() + $tail.len();
            const BURNS: Burns = $module::BURNS;
            type Loaded = $module::Loaded;

            fn implementation() -> &'static str {
                if $module::is_fast() { "graviola" } else { Self::IMPLEMENTATION }
            }
            fn draw(random: &mut dyn Random, private: &mut [u8]) -> Result<()> {
                $module::draw(random, private)
            }
            fn load(private: &[u8]) -> Result<Self::Loaded> {
                $module::load(private)
            }
            fn private(loaded: &Self::Loaded, out: &mut [u8]) -> Result<()> {
                $module::private(loaded, out)
            }
            fn to_part(private: &[u8], part: &mut [u8]) -> Result<()> {
                write_part(private, $head, $tail, part)
            }
            fn from_part(part: &[u8], private: &mut [u8]) -> Result<()> {
                read_part(part, $head, $tail, private)
            }
            fn public(loaded: &Self::Loaded, out: &mut [u8]) -> Result<()> {
                $module::public(loaded, out)
            }
            fn check_public(public: &[u8]) -> Result<()> {
                $module::read_point(public).map(|_| ())
            }
            $($body)*
        }
    };
}

// `signature` is two integers below n in DER: one byte more than n has where its top bit is set.
curve!(
    on_p256 = p256::NistP256, field: 32, top: 0xff, tries: 4, signature: 72, hash: Sha256,
    dh: P256 = "P-256", ecdsa: EcdsaP256 = "ECDSA-P256-SHA256",
    burn: burn!(5120, 16384), fast: P256,
    head: b"\x30\x31\x02\x01\x01\x04\x20",
    tail: b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
);
curve!(
    on_p384 = p384::NistP384, field: 48, top: 0xff, tries: 1, signature: 104, hash: Sha384,
    dh: P384 = "P-384", ecdsa: EcdsaP384 = "ECDSA-P384-SHA384",
    burn: burn!(7680, 20480), fast: P384,
    head: b"\x30\x3e\x02\x01\x01\x04\x30",
    tail: b"\xa0\x07\x06\x05\x2b\x81\x04\x00\x22"
);
curve!(
    on_p521 = p521::NistP521, field: 66, top: 0x01, tries: 4, signature: 139, hash: Sha512,
    dh: P521 = "P-521", ecdsa: EcdsaP521 = "ECDSA-P521-SHA512",
    burn: burn!(16384, 16384), fast: Never,
    head: b"\x30\x50\x02\x01\x01\x04\x42",
    tail: b"\xa0\x07\x06\x05\x2b\x81\x04\x00\x23"
);
curve!(
    on_bp256 = bp256::BrainpoolP256r1, field: 32, top: 0xff, tries: 128, signature: 72, hash: Sha256,
    dh: BrainpoolP256 = "brainpoolP256r1", ecdsa: EcdsaBrainpoolP256 = "ECDSA-brainpoolP256r1-SHA256",
    burn: burn!(8192, 8192), fast: Never,
    head: b"\x30\x32\x02\x01\x01\x04\x20",
    tail: b"\xa0\x0b\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x07"
);
curve!(
    on_bp384 = bp384::BrainpoolP384r1, field: 48, top: 0xff, tries: 256, signature: 104, hash: Sha384,
    dh: BrainpoolP384 = "brainpoolP384r1", ecdsa: EcdsaBrainpoolP384 = "ECDSA-brainpoolP384r1-SHA384",
    burn: burn!(12288, 12288), fast: Never,
    head: b"\x30\x42\x02\x01\x01\x04\x30",
    tail: b"\xa0\x0b\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0b"
);
