//! Points that must not be: of low order, off the curve, at infinity, or written in another way.
//! Refused in public keys, in files, when sending and when opening.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::Kind;
use khoalai::encode::spki;
use khoalai::{
    Adoption, Algorithm, Custody, Error, Half, MLDSA44_ED25519_SHA512, MLDSA65_ED25519_SHA512,
    MLKEM768_X25519, Place, PrivateKey, PublicKey, Result, Side, X_WING, X25519_SHARE,
};
use support::{composites, encapsulate, hybrid_kems, key, pq_lens, public, rng, sign, verify};

fn hex(text: &str) -> Vec<u8> {
    base16ct::lower::decode_vec(text).unwrap()
}

/// The points of low order on Curve25519 and its twist, and every other way to write them.
fn low_order_x25519() -> Vec<Vec<u8>> {
    let ff = "ff".repeat(30);
    let points = [
        "00".repeat(32),
        format!("01{}", "00".repeat(31)),
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800".to_owned(),
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157".to_owned(),
        // p - 1, and 0 and 1 as p and p + 1
        format!("ec{ff}7f"),
        format!("ed{ff}7f"),
        format!("ee{ff}7f"),
    ];
    let plain = points.iter().map(|text| hex(text));
    // The top bit is not read (RFC 7748 §5).
    plain
        .flat_map(|point| {
            let mut top = point.clone();
            top[31] |= 0x80;
            [point, top]
        })
        .collect()
}

/// `bytes` with its classical part, which starts at `at`, replaced.
fn with(bytes: &[u8], at: usize, point: &[u8]) -> Vec<u8> {
    [&bytes[..at], point].concat()
}

/// A key whose public key is what it was told.
struct Says(Vec<u8>, Algorithm);

impl PrivateKey for Says {
    fn algorithm(&self) -> Algorithm {
        self.1
    }

    fn custody(&self) -> Custody {
        Custody::component(self.1, Place::Device)
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8]> {
        out[..self.0.len()].copy_from_slice(&self.0);
        Ok(&out[..self.0.len()])
    }
}

/// Tries `point` in every place of a hybrid KEM. `expected` of a public key of the right length.
fn refused_in_kem(algorithm: Algorithm, point: &[u8], what: &str) {
    let (_, half) = algorithm.halves().unwrap();
    let key = key(if algorithm == MLKEM768_X25519 { X_WING } else { algorithm }, 1);
    let good = public(&*key);
    let (at, ct_at, _) = pq_lens(algorithm);
    let right = point.len() == half.public_key_len();
    let expected = if right { Error::BadPublicKey } else { Error::Malformed };

    let bad = with(&good, at, point);
    assert_eq!(PublicKey::new(algorithm, &bad[..]).err(), Some(expected), "{algorithm}: {what}");
    assert!(encapsulate(algorithm, &bad, 1).is_err());
    if right {
        // Whoever skips the check on reading meets one on sending, and files are checked too.
        let software = half.row().software;
        let mut out = (vec![0; half.ciphertext_len()], vec![0; half.secret_len()]);
        let sent = software.encapsulate(half, point, &mut rng(1), &mut out.0, &mut out.1);
        assert_eq!(sent, Err(Error::BadPublicKey), "{half}: {what}");
        if algorithm.row().identifier.is_some() {
            let mut der = vec![0; good.len() + 40];
            let len = spki::encode(algorithm, &good, &mut der).unwrap().len();
            der.truncate(len);
            der[len - point.len()..].copy_from_slice(point);
            assert_eq!(spki::decode(&der, &[algorithm]), Err(Error::BadPublicKey), "{algorithm}: {what}");
        }
        // A device that claims such a public key makes no half.
        if !algorithm.row().whole_only {
            let mut store = support::NoStore::new();
            let says = Says(point.to_vec(), half);
            let made = Half::adopt(algorithm, Side::Classical, &mut store, says, Adoption::LosesFreshness);
            assert_eq!(made.err(), Some(Error::BadPublicKey), "{algorithm}: {what}");
        }
    }

    let (ciphertext, _) = encapsulate(algorithm, &good, 1).unwrap();
    let mut secret = [0xee; 32];
    let opened = key.decapsulate(&with(&ciphertext, ct_at, point), &mut rng(1), &mut secret);
    assert_eq!((opened, secret), (Err(Error::Malformed), [0; 32]), "{algorithm}: {what}");
    let alone = support::key(half, 1);
    let mut secret = vec![0xee; half.secret_len()];
    assert!(alone.decapsulate(point, &mut rng(1), &mut secret).is_err(), "{half}: {what}");
    assert!(secret.iter().all(|byte| *byte == 0), "{half}: {what}");
}

#[test]
fn low_order_on_x25519() {
    let points = low_order_x25519();
    assert_eq!(points.len(), 14);
    for point in points {
        for algorithm in [X_WING, MLKEM768_X25519] {
            refused_in_kem(algorithm, &point, &format!("{point:02x?}"));
        }
    }
    // The neighbours are points like any other.
    for good in [2u8, 3, 9] {
        let mut point = [0; 32];
        point[0] = good;
        assert_eq!(X25519_SHARE.row().software.check_public_key(X25519_SHARE, &point), Ok(()));
    }
}

/// Ways to write something that is no point, or no way to write one, from a good uncompressed
/// point; `small` is one with a small X, and `p` the prime.
fn not_points(good: &[u8], small: &[u8], p: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let field = p.len();
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.to_vec();
        change(&mut bytes);
        bytes
    };
    let parity = good[2 * field] & 1;
    let compressed = [&[2 | parity], &good[1..=field]].concat();
    let mut padded = compressed.clone();
    padded.resize(2 * field + 1, 0);
    // The same point with p added to its X, which still fits.
    let mut unreduced = p.to_vec();
    let mut carry = 0;
    for (sum, x) in unreduced.iter_mut().zip(&small[1..=field]).rev() {
        let total = u16::from(*sum) + u16::from(*x) + carry;
        *sum = u8::try_from(total & 0xff).unwrap();
        carry = total >> 8;
    }
    assert_eq!(carry, 0, "the small X is too great");
    vec![
        ("off the curve", changed(&|bytes| bytes[2 * field] ^= 1)),
        ("X of another point", changed(&|bytes| bytes[field] ^= 1)),
        ("turned", [&[4], &good[field + 1..], &good[1..=field]].concat()),
        ("zero", changed(&|bytes| bytes[1..].fill(0))),
        ("all zero", changed(&|bytes| bytes.fill(0))),
        ("all ones", changed(&|bytes| bytes[1..].fill(0xff))),
        ("X is p", changed(&|bytes| bytes[1..=field].copy_from_slice(p))),
        ("Y is p", changed(&|bytes| bytes[field + 1..].copy_from_slice(p))),
        ("X plus p", [&[4], &unreduced[..], &small[field + 1..]].concat()),
        ("infinity", vec![0]),
        ("infinity and zeros", changed(&|bytes| bytes.fill(0))),
        ("compressed", compressed),
        ("compressed and zeros", padded),
        ("compressed by prefix", changed(&|bytes| bytes[0] = 2 | parity)),
        ("hybrid", changed(&|bytes| bytes[0] = 6 | parity)),
        ("compact", changed(&|bytes| bytes[0] = 5)),
        ("no prefix", good[1..].to_vec()),
        ("in an OCTET STRING", [&[4, u8::try_from(good.len()).unwrap()], good].concat()),
    ]
}

macro_rules! small_point {
    ($curve:ident::$name:ident, $field:literal) => {
        (0..=255u8)
            .find_map(|x| {
                use $curve::elliptic_curve::{PublicKey, sec1::ToSec1Point};
                let mut compressed = [0; $field + 1];
                (compressed[0], compressed[$field]) = (2, x);
                let key = PublicKey::<$curve::$name>::from_sec1_bytes(&compressed).ok()?;
                Some(key.to_sec1_point(false).as_bytes().to_vec())
            })
            .unwrap()
    };
}

/// The prime of the curve that `half` is on, if it is on one with points as SEC 1 writes them, and
/// a point with a small X.
fn curve(half: Algorithm) -> Option<(Vec<u8>, Vec<u8>)> {
    let (name, _) = half
        .name()
        .strip_prefix("ECDSA-")
        .unwrap_or(half.name())
        .split_once("-SHA")
        .unwrap_or((half.name(), ""));
    let (p, small) = match name {
        "P-256" | "P256" => (
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff".to_owned(),
            small_point!(p256::NistP256, 32),
        ),
        "P-384" | "P384" => (
            format!("{}feffffffff0000000000000000ffffffff", "ff".repeat(31)),
            small_point!(p384::NistP384, 48),
        ),
        "P-521" | "P521" => (format!("01{}", "ff".repeat(65)), small_point!(p521::NistP521, 66)),
        "brainpoolP256r1" => (
            "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377".to_owned(),
            small_point!(bp256::BrainpoolP256r1, 32),
        ),
        "brainpoolP384r1" => (
            "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53"
                .to_owned(),
            small_point!(bp384::BrainpoolP384r1, 48),
        ),
        _ => return None,
    };
    Some((hex(&p), small))
}

#[test]
fn no_points_of_curves() {
    let mut tried = 0;
    for algorithm in hybrid_kems().chain(composites()) {
        let (_, half) = algorithm.halves().unwrap();
        let Some((p, small)) = curve(half) else { continue };
        tried += 1;
        let good = public(&*key(algorithm, 1));
        let (at, _, _) = pq_lens(algorithm);
        for (what, point) in not_points(&good[at..], &small, &p) {
            if algorithm.kind() == Kind::Kem {
                refused_in_kem(algorithm, &point, what);
            }
            let bad = with(&good, at, &point);
            let expected = if bad.len() == good.len() { Error::BadPublicKey } else { Error::Malformed };
            assert_eq!(PublicKey::new(algorithm, &bad[..]).err(), Some(expected), "{algorithm}: {what}");
        }
        // What was changed is good before it is.
        PublicKey::new(algorithm, with(&good, at, &small)).unwrap();
    }
    let on_a_curve = |row: &&Algorithm| {
        let half = row.halves().map(|(_, half)| half);
        half.and_then(|half| half.row().identifier).is_some_and(|identifier| identifier.curve.is_some())
    };
    assert_eq!(tried, Algorithm::ALL.iter().filter(on_a_curve).count(), "a curve is not known here");
}

#[test]
fn keys_of_low_order_on_ed25519() {
    let ff = "ff".repeat(30);
    let zero = "00".repeat(30);
    let mut keys = vec![
        format!("{zero}0000"),
        format!("{zero}0080"),
        format!("01{zero}00"),
        format!("ec{ff}7f"),
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05".to_owned(),
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85".to_owned(),
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a".to_owned(),
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa".to_owned(),
        // The same, written another way: the sign of x = 0 set.
        format!("01{zero}80"),
        format!("ec{ff}ff"),
    ];
    // y from p to 2^255 - 1, whatever point that may be (RFC 8032 §5.1.3 step 1).
    for low in 0xed..=0xffu8 {
        keys.extend([format!("{low:02x}{ff}7f"), format!("{low:02x}{ff}ff")]);
    }
    for algorithm in [MLDSA44_ED25519_SHA512, MLDSA65_ED25519_SHA512] {
        let mine = key(algorithm, 1);
        let good = public(&*mine);
        let (at, _, _) = pq_lens(algorithm);
        for point in &keys {
            let bad = with(&good, at, &hex(point));
            let read = PublicKey::new(algorithm, &bad[..]);
            assert_eq!(read.err(), Some(Error::BadPublicKey), "{algorithm}: {point}");
            let signature = sign(&*mine, b"message", b"");
            assert!(verify(algorithm, &bad, b"message", b"", &signature).is_err());
        }
    }
}
