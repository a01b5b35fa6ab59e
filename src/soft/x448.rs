//! X448 (RFC 7748), by `x448`, a pre-release.

use super::{Component, sealed::Sealed};
use crate::burn::{Burns, burn};
use crate::bytes::array;
use crate::error::{Error, Result};
use crate::random::Random;
use crate::secret::Secret;
use subtle::ConstantTimeEq;
use x448::{X448_BASEPOINT_BYTES, x448_unchecked};

/// X448 as a half of a hybrid. An all-zero shared secret is always refused.
pub struct X448;

/// A private key and its public key.
pub struct Loaded {
    secret: Secret<56>,
    public: [u8; 56],
}

impl Sealed for X448 {}

impl Component for X448 {
    const NAME: &'static str = "X448";
    const IMPLEMENTATION: &'static str = "x448";
    const PRIVATE: usize = 56;
    const PUBLIC: usize = 56;
    const CIPHERTEXT: usize = 56;
    const SECRET: usize = 56;
    const BURNS: Burns = Burns::exchange(burn!(16384), burn!(16384), burn!(16384));
    type Loaded = Loaded;

    fn load(private: &[u8]) -> Result<Loaded> {
        let mut secret = Secret::zero();
        *secret.expose_mut() = *array::<56>(private)?;
        let public = x448_unchecked(*secret.expose(), X448_BASEPOINT_BYTES);
        Ok(Loaded { secret, public })
    }

    fn private(loaded: &Loaded, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(loaded.secret.expose());
        Ok(())
    }

    fn public(loaded: &Loaded, out: &mut [u8]) -> Result<()> {
        out.copy_from_slice(&loaded.public);
        Ok(())
    }

    /// Every 56 bytes name a point (RFC 7748 §5); those of low order give the all-zero secret with
    /// every key and are refused.
    fn check_public(public: &[u8]) -> Result<()> {
        if LOW_ORDER.contains(array::<56>(public)?) { Err(Error::BadPublicKey) } else { Ok(()) }
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
        let peer = array::<56>(public)?;
        let mut scalar = Secret::<56>::zero();
        random.fill(scalar.expose_mut())?;
        agree(&scalar, peer, secret).map_err(|_| Error::BadPublicKey)?;
        ciphertext.copy_from_slice(&x448_unchecked(*scalar.expose(), X448_BASEPOINT_BYTES));
        Ok(())
    }

    fn decapsulate(loaded: &Loaded, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        agree(&loaded.secret, array::<56>(ciphertext)?, secret)
    }
}

/// The crate clamps the scalar (RFC 7748 §5).
fn agree(scalar: &Secret<56>, peer: &[u8; 56], secret: &mut [u8]) -> Result<()> {
    let shared = Secret::from(x448_unchecked(*scalar.expose(), *peer));
    if shared.expose().ct_eq(&[0; 56]).into() {
        return Err(Error::DecapsulationFailed);
    }
    secret.copy_from_slice(shared.expose());
    Ok(())
}

const fn small(first: u8) -> [u8; 56] {
    let mut u = [0; 56];
    u[0] = first;
    u
}

/// p = 2^448 - 2^224 - 1 and its neighbours: the lowest byte and the one at 2^224.
const fn near_p(first: u8, middle: u8) -> [u8; 56] {
    let mut u = [0xff; 56];
    u[0] = first;
    u[28] = middle;
    u
}

/// p + 1 = 2^448 - 2^224.
const P_PLUS_1: [u8; 56] = {
    let mut u = [0; 56];
    let (_, high) = u.split_at_mut(28);
    high.copy_from_slice(&[0xff; 28]);
    u
};

/// The u-coordinates of the points of low order (0, 1 and p - 1), the unreduced ones included.
const LOW_ORDER: [[u8; 56]; 5] = [small(0), small(1), near_p(0xfe, 0xfe), near_p(0xff, 0xfe), P_PLUS_1];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_points_give_the_zero_secret() {
        for point in LOW_ORDER {
            assert_eq!(x448_unchecked([0x42; 56], point), [0; 56]);
            assert_eq!(X448::check_public(&point), Err(Error::BadPublicKey));
        }
        assert_eq!(X448::check_public(&[9; 56]), Ok(()));
    }
}
