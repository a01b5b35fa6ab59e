//! X25519 (RFC 7748), by `x25519-dalek`, or faster where the processor allows.

use super::fast::{self, Fast};
use super::{Component, sealed::Sealed};
use crate::burn::{Burns, burn};
use crate::bytes::{array, put};
use crate::error::{Error, Result};
use crate::random::Random;
use crate::secret::Secret;
use subtle::ConstantTimeEq;
use x25519_dalek::{PublicKey, StaticSecret};

/// X25519 as a half of a hybrid. An all-zero shared secret is always refused.
pub struct X25519;

/// A private key and its public key.
pub struct Loaded {
    secret: Secret<32>,
    public: [u8; 32],
}

fn public_of(secret: &Secret<32>, public: &mut [u8; 32]) -> Result<()> {
    fast::X25519::public(secret.expose(), public).unwrap_or_else(|| {
        *public = *PublicKey::from(&StaticSecret::from(*secret.expose())).as_bytes();
        Ok(())
    })
}

/// Whether the peer's point contributes: one of low order gives zeros with every key.
fn agree(secret: &Secret<32>, peer: &[u8], shared: &mut [u8]) -> Result<bool> {
    match fast::X25519::peer(peer) {
        Some(peer) => fast::X25519::agree(secret.expose(), &peer?, shared)?,
        None => {
            let peer = PublicKey::from(*array::<32>(peer)?);
            let made = StaticSecret::from(*secret.expose()).diffie_hellman(&peer);
            put(shared, made.as_bytes())?;
        }
    }
    Ok(!bool::from(shared.ct_eq(&[0; 32])))
}

impl Sealed for X25519 {}

impl Component for X25519 {
    const NAME: &'static str = "X25519";
    const IMPLEMENTATION: &'static str = "x25519-dalek";
    const PRIVATE: usize = 32;
    const PUBLIC: usize = 32;
    const CIPHERTEXT: usize = 32;
    const SECRET: usize = 32;
    const BURNS: Burns = Burns::exchange(burn!(3584, 7168), burn!(3584, 7168), burn!(3328, 7168));
    type Loaded = Loaded;

    fn implementation() -> &'static str {
        if fast::X25519::is_here() { "graviola" } else { Self::IMPLEMENTATION }
    }

    fn load(private: &[u8]) -> Result<Loaded> {
        let mut loaded = Loaded { secret: Secret::zero(), public: [0; 32] };
        *loaded.secret.expose_mut() = *array::<32>(private)?;
        public_of(&loaded.secret, &mut loaded.public)?;
        Ok(loaded)
    }

    fn private(loaded: &Loaded, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(loaded.secret.expose());
        Ok(())
    }

    fn public(loaded: &Loaded, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(&loaded.public);
        Ok(())
    }

    /// Every 32 bytes name a point (RFC 7748 §5); those of low order give the all-zero secret with
    /// every key and are refused.
    fn check_public(public: &[u8]) -> Result<()> {
        let mut u = *array::<32>(public)?;
        u[31] &= 0x7f;
        if LOW_ORDER.contains(&u) { Err(Error::BadPublicKey) } else { Ok(()) }
    }

    fn check_share(share: &[u8]) -> Result<()> {
        Self::check_public(share).map_err(|_| Error::Malformed)
    }

    fn encapsulate(
        public: &[u8],
        random: &mut dyn Random,
        ciphertext: &mut [u8],
        secret: &mut [u8],
    ) -> Result<()> {
        let mut scalar = Secret::<32>::zero();
        random.fill(scalar.expose_mut())?;
        if !agree(&scalar, public, secret)? {
            return Err(Error::BadPublicKey);
        }
        let mut ephemeral = [0; 32];
        public_of(&scalar, &mut ephemeral)?;
        ciphertext.copy_from_slice(&ephemeral);
        Ok(())
    }

    fn decapsulate(loaded: &Loaded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        if agree(&loaded.secret, ciphertext, secret)? { Ok(()) } else { Err(Error::DecapsulationFailed) }
    }
}

const fn near_p(last: u8) -> [u8; 32] {
    let mut u = [0xff; 32];
    u[0] = last;
    u[31] = 0x7f;
    u
}

/// The u-coordinates of the points of low order, the unreduced ones included, top bit cleared.
const LOW_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    *b"\xe0\xeb\x7a\x7c\x3b\x41\xb8\xae\x16\x56\xe3\xfa\xf1\x9f\xc4\x6a\xda\x09\x8d\xeb\x9c\x32\xb1\xfd\x86\x62\x05\x16\x5f\x49\xb8\x00",
    *b"\x5f\x9c\x95\xbc\xa3\x50\x8c\x24\xb1\xd0\xb1\x55\x9c\x83\xef\x5b\x04\x44\x5c\xc4\x58\x1c\x8e\x86\xd8\x22\x4e\xdd\xd0\x9f\x11\x57",
    near_p(0xec),
    near_p(0xed),
    near_p(0xee),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_points_give_the_zero_secret() {
        let secret = StaticSecret::from([0x42; 32]);
        for point in LOW_ORDER {
            for top in [0, 0x80] {
                let mut point = point;
                point[31] |= top;
                assert!(!secret.diffie_hellman(&PublicKey::from(point)).was_contributory());
                assert_eq!(X25519::check_public(&point), Err(Error::BadPublicKey));
            }
        }
        assert_eq!(X25519::check_public(&[9; 32]), Ok(()));
    }
}
