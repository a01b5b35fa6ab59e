//! The nonces of signatures, worked out from the signature and the key.

use super::{Private, ml_dsa, public, shake256};
use crate::needles::Needles;
use curve25519_dalek::Scalar;
use khoalai::Algorithm;
use khoalai::algorithm::{Construction, Prehash};
use num_bigint::BigUint;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// h = SHA-512(seed): the scalar, not yet clamped, and the prefix (RFC 8032 §5.1.5).
pub(super) fn expand_ed25519(seed: &[u8], needles: &mut Needles) {
    needles.add("Ed25519: the seed", seed);
    let hash = Sha512::digest(seed);
    needles.add("Ed25519: the scalar", &hash[..32]);
    needles.add("Ed25519: the prefix", &hash[32..]);
    let mut scalar: [u8; 32] = hash[..32].try_into().expect("32 bytes");
    scalar[0] &= 0xf8;
    scalar[31] = scalar[31] & 0x7f | 0x40;
    needles.add("Ed25519: the scalar", &Scalar::from_bytes_mod_order(scalar).to_bytes());
}

/// What is secret about one signature. `rnd` is what was drawn, or nothing.
pub(crate) fn nonces(
    private: &Private,
    message: &[u8],
    context: &[u8],
    rnd: &[u8],
    signature: &[u8],
    needles: &mut Needles,
) {
    if !rnd.is_empty() {
        needles.add("the randomness", rnd);
    }
    let mut rest = signature;
    let inner = representative(private.algorithm, message, context);
    for ((row, raw), key) in private.components.iter().zip(private.keys()) {
        let (own, context) = match (&inner, row.is_classical()) {
            (Some((message, label)), false) => (message.as_slice(), *label),
            (Some((message, _)), true) => (message.as_slice(), &[][..]),
            (None, _) => (message, context),
        };
        let fixed = if row.is_classical() { rest.len() } else { row.signature_len() };
        let (part, others) = rest.split_at(fixed);
        rest = others;
        match row.name() {
            name if name.starts_with("ML-DSA-") => {
                let tr = shake256(&[&public(&key)], 64);
                let len = u8::try_from(context.len()).expect("a context");
                let mu = shake256(&[&tr, &[0, len], context, own], 64);
                let rnd = rnd.get(..32).unwrap_or(&[0; 32]);
                ml_dsa::masks(*row, raw, rnd, &mu, needles);
            }
            "Ed25519" => ed25519(raw, own, needles),
            name if name.starts_with("ECDSA-") => ecdsa(*row, raw, own, part, needles),
            _ => {}
        }
    }
}

/// M' of a composite and its label (draft-ietf-lamps-pq-composite-sigs-19 §2.2).
fn representative(algorithm: Algorithm, message: &[u8], context: &[u8]) -> Option<(Vec<u8>, &'static [u8])> {
    let Construction::Composite { label, prehash, .. } = algorithm.row().construction else { return None };
    let hash = match prehash {
        Prehash::Sha256 => Sha256::digest(message).to_vec(),
        Prehash::Sha512 => Sha512::digest(message).to_vec(),
        _ => shake256(&[message], 64),
    };
    let len = [u8::try_from(context.len()).expect("a context")];
    Some(([b"CompositeAlgorithmSignatures2025", label, &len, context, &hash].concat(), label))
}

/// r = SHA-512(prefix ‖ M) (RFC 8032 §5.1.6 step 2).
fn ed25519(seed: &[u8], message: &[u8], needles: &mut Needles) {
    let prefix = &Sha512::digest(seed)[32..];
    let wide: [u8; 64] = Sha512::new().chain_update(prefix).chain_update(message).finalize().into();
    needles.add("Ed25519: the nonce", &wide);
    needles.add("Ed25519: the nonce", &Scalar::from_bytes_mod_order_wide(&wide).to_bytes());
}

/// k = (e + r d) / s modulo the order of the curve, from s = (e + r d) / k.
fn ecdsa(row: Algorithm, scalar: &[u8], message: &[u8], signature: &[u8], needles: &mut Needles) {
    let len = scalar.len();
    let (order, hash) = match row.name() {
        "ECDSA-P256-SHA256" => (
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            Sha256::digest(message).to_vec(),
        ),
        "ECDSA-P384-SHA384" => (
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            Sha384::digest(message).to_vec(),
        ),
        "ECDSA-P521-SHA512" => (
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
            Sha512::digest(message).to_vec(),
        ),
        "ECDSA-brainpoolP256r1-SHA256" => (
            "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7",
            Sha256::digest(message).to_vec(),
        ),
        "ECDSA-brainpoolP384r1-SHA384" => (
            "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565",
            Sha384::digest(message).to_vec(),
        ),
        name => panic!("{name} is new here: its nonce is worked out from the order of its curve"),
    };
    let n = &BigUint::parse_bytes(order.as_bytes(), 16).expect("a number");
    let [r, s] = integers(signature);
    let e = BigUint::from_bytes_be(&hash);
    let inverse = |number: &BigUint| number.modpow(&(n - 2u8), n);
    let k = (e + r * BigUint::from_bytes_be(scalar)) * inverse(&s) % n;
    let number = |number: BigUint| {
        let bytes = number.to_bytes_be();
        [vec![0; len - bytes.len()], bytes].concat()
    };
    let name = format!("{row}: k");
    // ecdsa gives out whichever of s and -s is lower where the curve asks for it.
    needles.add_number(&name, &number(n - &k));
    needles.add_number(&name, &number(k));
}

/// The two integers of an ECDSA signature in DER.
fn integers(der: &[u8]) -> [BigUint; 2] {
    let body = if der[1] & 0x80 == 0 { &der[2..] } else { &der[3..] };
    let (r, rest) = body[2..].split_at(usize::from(body[1]));
    [BigUint::from_bytes_be(r), BigUint::from_bytes_be(&rest[2..])]
}
