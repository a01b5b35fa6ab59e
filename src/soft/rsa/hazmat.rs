//! Private RSA operations in software. The crate's timing was known to leak (RUSTSEC-2023-0071), and
//! nobody independent has said that it no longer does: see SECURITY.md.
//!
//! Every operation is blinded (base, exponents and primes) and its result checked with the public
//! key, so that a fault gives no signature.

use super::Source;
use super::encoding::{RsaPrivateKey, RsaPublicKey, public};
use crate::bytes::put;
use crate::error::{Error, Result};
use crate::input::Hedge;
use crate::random::Random;
use crate::secret::Secret;
use crate::soft::hash::Expander;
use alloc::vec;
use alloc::vec::Vec;
use crypto_primes::{Flavor, is_prime};
use der::asn1::UintRef;
use der::{Decode, Encode};
use rsa::sha2::Sha256;
use rsa::sha2::digest::{Digest, FixedOutputReset, const_oid::AssociatedOid};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, PrivateKey};
use zeroize::Zeroizing;

/// What is drawn for blinding, and expanded.
const ADDED: usize = 32;
/// The longest salt (SHA-384).
const MAX_SALT: usize = 48;

/// A key ready for use, and both its encodings.
pub struct Loaded {
    key: PrivateKey,
    private: Zeroizing<Vec<u8>>,
    public: Vec<u8>,
}

impl Loaded {
    /// Makes a key with the exponent 65537 and the smallest private exponent (FIPS 186-5 §A.1.1).
    /// One draw, which is expanded: primes are then a function of it.
    pub(super) fn make(bits: usize, random: &mut dyn Random) -> Result<Self> {
        let mut seed = Secret::<64>::zero();
        random.fill(seed.expose_mut())?;
        let failed = |_| Error::RandomFailed;
        let made = PrivateKey::new(&mut Expander::new(seed.expose()), bits).map_err(failed)?;
        let [p, q] = made.primes() else { return Err(Error::RandomFailed) };
        let (p, q) = (p.clone().get(), q.clone().get());
        let key = PrivateKey::from_p_q(p, q, made.e().clone()).map_err(failed)?;
        let private = write_private(&key)?;
        Self::new(key, private)
    }

    /// Reads `RSAPrivateKey` of two primes, and believes no number in it before it was compared with
    /// the others (RFC 8017 §3.2; SP 800-56B §6.4.1.2).
    pub(super) fn read(bits: usize, der: &[u8]) -> Result<Self> {
        let read = RsaPrivateKey::from_der(der).map_err(|_| Error::Malformed)?;
        if read.version != 0 {
            return Err(Error::Malformed);
        }
        // These are ours to wipe, however it ends; the crate has copies of its own.
        let whole = |number: UintRef<'_>| uint(number, bits).map(Zeroizing::new);
        let half = |number: UintRef<'_>| uint(number, bits / 2).map(Zeroizing::new);
        let own = public(bits, read.modulus, read.public_exponent).map_err(|_| Error::BadPrivateKey)?;
        let (p, q, d) = (half(read.prime_1)?, half(read.prime_2)?, whole(read.private_exponent)?);
        let (n, e) = (own.n().clone().get(), own.e().clone());
        // n = pq, p and q differ, d < n and de = 1 mod p - 1 and q - 1.
        let key = PrivateKey::from_components(n, e, (*d).clone(), vec![(*p).clone(), (*q).clone()])
            .map_err(|_| Error::BadPrivateKey)?;
        let same = |ours: Option<&BoxedUint>, read: UintRef<'_>| Ok(ours == Some(&*half(read)?));
        let all_prime = key.primes().iter().all(|prime| is_prime(Flavor::Any, prime.as_ref()));
        let coefficient = key.crt_coefficient().map(Zeroizing::new);
        let consistent = same(key.dp(), read.exponent_1)?
            & same(key.dq(), read.exponent_2)?
            & same(coefficient.as_deref(), read.coefficient)?;
        if !(all_prime & consistent) {
            return Err(Error::BadPrivateKey);
        }
        Self::new(key, Zeroizing::new(der.to_vec()))
    }

    fn new(key: PrivateKey, private: Zeroizing<Vec<u8>>) -> Result<Self> {
        let (modulus, exponent) = (key.n_bytes(), key.e_bytes());
        let public = write(&RsaPublicKey { modulus: number(&modulus)?, exponent: number(&exponent)? })?;
        Ok(Self { key, private, public })
    }

    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }

    pub(super) fn private(&self) -> &[u8] {
        &self.private
    }

    /// RSAES-OAEP (RFC 8017 §7.1.2). Whatever is wrong with the ciphertext is one error; the crate
    /// decodes in constant time.
    pub(super) fn decapsulate(
        &self,
        ciphertext: &[u8],
        random: &mut dyn Random,
        secret: &mut [u8],
    ) -> Result<()> {
        let mut added = Secret::<ADDED>::zero();
        random.fill(added.expose_mut())?;
        let mut source = Source { first: &[], then: Some(self.stream(added.expose(), ciphertext)) };
        let opened = self
            .key
            .oaep_decrypt_with_rng::<Sha256, _>(&mut source, ciphertext)
            .map_err(|_| Error::DecapsulationFailed)?;
        let opened = Zeroizing::new(opened);
        if opened.len() != secret.len() {
            return Err(Error::DecapsulationFailed);
        }
        put(secret, &opened).map(drop)
    }

    /// RSASSA-PSS (RFC 8017 §8.1.1) with a salt of the hash's length. Where signatures have to be
    /// deterministic the salt is zeros, which RFC 8017 §9.1 allows: security is then that of
    /// full-domain hashing.
    pub(super) fn sign_pss<D: Digest + FixedOutputReset>(
        &self,
        digest: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &mut [u8],
    ) -> Result<usize> {
        let salt_len = <D as Digest>::output_size();
        let drawn = draw(hedge, random)?;
        let (salt, added) = drawn.expose().split_at(MAX_SALT);
        let first = salt.get(..salt_len).ok_or(Error::SigningFailed)?;
        let mut source = Source { first, then: Some(self.stream(added, digest)) };
        let made = self.key.pss_sign_prehash_with_rng::<D, _>(&mut source, digest);
        made_signature(made, out)
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1), which is deterministic by definition; only the blinding is drawn.
    pub(super) fn sign_pkcs15<D: Digest + AssociatedOid>(
        &self,
        digest: &[u8],
        hedge: Hedge,
        random: &mut dyn Random,
        out: &mut [u8],
    ) -> Result<usize> {
        let drawn = draw(hedge, random)?;
        let (_, added) = drawn.expose().split_at(MAX_SALT);
        let mut source = Source { first: &[], then: Some(self.stream(added, digest)) };
        let made = self.key.pkcs1v15_sign_prehash_with_rng::<D, _>(&mut source, digest);
        made_signature(made, out)
    }

    /// What blinding is drawn from: nobody can foresee it without the private key, even if the
    /// generator always says the same or is not there.
    fn stream(&self, added: &[u8], input: &[u8]) -> Expander {
        let pieces = [b"khoalai RSA blinding", &self.private[..], added, input];
        let mut seed = Zeroizing::new(Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum()));
        pieces.iter().for_each(|piece| seed.extend_from_slice(piece));
        Expander::new(&seed)
    }
}

/// A salt and what is added to the blinding; zeros where signatures have to be deterministic.
fn draw(hedge: Hedge, random: &mut dyn Random) -> Result<Secret<{ MAX_SALT + ADDED }>> {
    let mut drawn = Secret::zero();
    match hedge {
        Hedge::Deterministic => {}
        Hedge::Preferred | Hedge::Required => random.fill(drawn.expose_mut())?,
    }
    Ok(drawn)
}

fn made_signature(made: rsa::Result<Vec<u8>>, out: &mut [u8]) -> Result<usize> {
    let made = made.map_err(|_| Error::SigningFailed)?;
    Ok(put(out, &made)?.len())
}

fn uint(number: UintRef<'_>, bits: usize) -> Result<BoxedUint> {
    let precision = u32::try_from(bits).map_err(|_| Error::BadPrivateKey)?;
    BoxedUint::from_be_slice(number.as_bytes(), precision).map_err(|_| Error::BadPrivateKey)
}

fn number(bytes: &[u8]) -> Result<UintRef<'_>> {
    UintRef::new(bytes).map_err(|_| Error::BadPrivateKey)
}

/// Writes into room of the right size: what grew would leave copies behind.
fn write(value: &impl Encode) -> Result<Vec<u8>> {
    let len = value.encoded_len().and_then(usize::try_from).map_err(|_| Error::BadPrivateKey)?;
    let mut out = vec![0; len];
    value.encode_to_slice(&mut out).map_err(|_| Error::BadPrivateKey)?;
    Ok(out)
}

fn write_private(key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>> {
    let bytes = |number: Option<&BoxedUint>| {
        number.map(|number| Zeroizing::new(number.to_be_bytes_trimmed_vartime())).ok_or(Error::BadPrivateKey)
    };
    let [p, q] = key.primes() else { return Err(Error::BadPrivateKey) };
    let (modulus, exponent) = (key.n_bytes(), key.e_bytes());
    let (d, p, q) = (bytes(Some(key.d()))?, bytes(Some(p.as_ref()))?, bytes(Some(q.as_ref()))?);
    let (dp, dq) = (bytes(key.dp())?, bytes(key.dq())?);
    let coefficient = key.crt_coefficient().map(Zeroizing::new);
    let coefficient = bytes(coefficient.as_deref())?;
    let key = RsaPrivateKey {
        version: 0,
        modulus: number(&modulus)?,
        public_exponent: number(&exponent)?,
        private_exponent: number(&d)?,
        prime_1: number(&p)?,
        prime_2: number(&q)?,
        exponent_1: number(&dp)?,
        exponent_2: number(&dq)?,
        coefficient: number(&coefficient)?,
    };
    write(&key).map(Zeroizing::new)
}
