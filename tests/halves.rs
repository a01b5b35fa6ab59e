//! A hybrid is two halves made for it, each used once: what becomes of other ones.
//!
//! The parts of signatures are in `signature_halves.rs`.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::{Construction, Kind, Row, Status};
use khoalai::combine::HybridKem;
use khoalai::soft::{Key, MlKem768, P256, SoftwareKey, X25519};
use khoalai::{
    Adoption, Algorithm, ED25519, Error, Half, Hybrid, ML_KEM_768, ML_KEM_1024, MLKEM768_P256,
    MLKEM768_X25519, MLKEM1024_P384, Memory, P256_SHARE, PrivateKey, PublicKey, Side, Store, Whole, X_WING,
    X25519_SHARE,
};
use support::chip::{Chip, Fault};
use support::{NoStore, composites, hybrid_kems, key, rng};

type Pq = Half<Key<MlKem768>>;
type Classical = Half<Key<P256>>;

fn pq(hybrid: Algorithm) -> Pq {
    Half::generate(hybrid, Side::PostQuantum, &mut Memory::<MlKem768>::new(), "", &mut rng(1)).unwrap()
}

fn classical(hybrid: Algorithm) -> Classical {
    Half::generate(hybrid, Side::Classical, &mut Memory::<P256>::new(), "", &mut rng(2)).unwrap()
}

macro_rules! row {
    ($name:ident, $label:literal, $pq:expr, $classical:expr) => {
        const $name: Algorithm = {
            static ROW: Row = Row {
                name: "TEST ONLY",
                kind: Kind::Kem,
                construction: Construction::HybridKem { pq: $pq, classical: $classical, label: $label },
                status: Status::Private("made up for a test"),
                category: 3,
                public_key: $pq.public_key_len() + $classical.public_key_len(),
                private_key: 0,
                ciphertext: $pq.ciphertext_len() + $classical.ciphertext_len(),
                secret: 32,
                signature: 0,
                identifier: None,
                software: &HybridKem,
                ..Row::BLANK
            };
            Algorithm::new(&ROW)
        };
    };
}

row!(TWIN, b"MLKEM768-P256", ML_KEM_768, P256_SHARE);
row!(NESTED, b"NESTED", X_WING, P256_SHARE);
row!(NESTED_CLASSICAL, b"NESTED", ML_KEM_768, X_WING);
row!(TWO_PQ, b"TWO-PQ", ML_KEM_768, ML_KEM_1024);
row!(TWO_CLASSICAL, b"TWO-CLASSICAL", P256_SHARE, X25519_SHARE);
row!(TURNED, b"TURNED", P256_SHARE, ML_KEM_768);
row!(NONSENSE, b"NONSENSE", ML_KEM_768, ED25519);

#[test]
fn both_halves_of_this_hybrid_and_no_other() {
    const H: Algorithm = MLKEM768_P256;
    assert!(Hybrid::new(H, pq(H), classical(H)).is_ok());
    let mismatch = Some(Error::HalvesMismatch);
    assert_eq!(Hybrid::new(H, classical(H), pq(H)).err(), mismatch, "sides turned");
    assert_eq!(Hybrid::new(H, pq(H), pq(H)).err(), mismatch, "two of one side");
    assert_eq!(Hybrid::new(H, classical(H), classical(H)).err(), mismatch, "two of one side");
    assert_eq!(Hybrid::new(H, pq(MLKEM768_X25519), classical(H)).err(), mismatch, "of another hybrid");
    assert_eq!(Hybrid::new(H, pq(H), classical(TWIN)).err(), mismatch, "of a twin with the same bytes");
    assert_eq!(Hybrid::new(TWIN, pq(H), classical(H)).err(), mismatch, "for a twin with the same bytes");
    assert_eq!(Hybrid::new(ML_KEM_768, pq(H), classical(H)).err(), mismatch, "for no hybrid");
    let half = pq(H);
    assert_eq!((half.hybrid(), half.side()), (H, Side::PostQuantum));
}

#[test]
fn only_a_post_quantum_and_a_classical_component_make_a_hybrid() {
    let rows = [NESTED, NESTED_CLASSICAL, TWO_PQ, TWO_CLASSICAL, TURNED];
    for hybrid in rows.into_iter().chain([ML_KEM_768, P256_SHARE]) {
        for side in [Side::PostQuantum, Side::Classical] {
            assert_eq!(side.of(hybrid), Err(Error::HalvesMismatch));
            let mut chip = Chip::new(2);
            let made = Half::generate(hybrid, side, &mut chip, "", &mut rng(1));
            assert_eq!(made.err(), Some(Error::HalvesMismatch));
            assert_eq!(chip.open("").err(), Some(Error::NotFound), "a key was made all the same");
        }
    }
    for hybrid in hybrid_kems().chain(composites()) {
        if hybrid == X_WING {
            continue; // only ever whole
        }
        let halves = (Side::PostQuantum.of(hybrid).unwrap(), Side::Classical.of(hybrid).unwrap());
        assert_eq!(Some(halves), hybrid.halves());
    }
}

#[test]
fn a_key_of_another_kind_is_not_adopted() {
    let candidates = [X_WING, MLKEM768_P256, ML_KEM_1024, X25519_SHARE, ED25519];
    for (hybrid, side) in [(MLKEM768_P256, Side::PostQuantum), (MLKEM768_P256, Side::Classical)] {
        for algorithm in candidates {
            let key: Box<dyn PrivateKey + Send + Sync> = Box::new(key(algorithm, 1));
            let adopted = Half::adopt(hybrid, side, &mut NoStore::new(), key, Adoption::LosesFreshness);
            assert_eq!(adopted.err(), Some(Error::HalvesMismatch), "{algorithm} as a half");
        }
    }
    let key: Box<dyn PrivateKey + Send + Sync> = Box::new(key(ML_KEM_768, 1));
    let adopt =
        Half::adopt(MLKEM768_P256, Side::PostQuantum, &mut NoStore::new(), key, Adoption::LosesFreshness);
    assert!(adopt.is_ok());
}

#[test]
fn a_component_serves_once() {
    let mut store = Memory::<MlKem768>::new();
    let mut import = |hybrid, seed: u8| {
        Half::import(hybrid, Side::PostQuantum, &mut store, "", &[seed; 64]).map(|half| half.hybrid()).err()
    };
    assert_eq!(import(MLKEM768_P256, 1), None);
    assert_eq!(import(MLKEM768_P256, 1), Some(Error::KeyReused));
    assert_eq!(import(MLKEM768_X25519, 1), Some(Error::KeyReused), "for another hybrid");
    assert_eq!(import(MLKEM768_X25519, 2), None);
    assert_eq!(import(MLKEM768_X25519, 2), Some(Error::KeyReused));

    // X25519 clamps its scalars: other bytes may be the same key.
    let mut store = Memory::<X25519>::new();
    let mut import = |scalar: [u8; 32]| {
        Half::import(MLKEM768_X25519, Side::Classical, &mut store, "", &scalar).map(|_| ()).err()
    };
    let (mut low, mut high) = ([7; 32], [7; 32]);
    low[0] &= 0xf8;
    high[0] |= 7;
    assert_eq!(import(low), None);
    assert_eq!(import(high), Some(Error::KeyReused), "the same key in other bytes");
}

/// What cannot be claimed does not stay in the store, with nobody to own it.
#[test]
fn a_component_that_comes_twice_is_destroyed_again() {
    let mut chip = Chip::new(2);
    let mut import = |name| Half::import(MLKEM768_P256, Side::PostQuantum, &mut chip, name, &[1; 64]).err();
    assert_eq!(import("first"), None);
    assert_eq!(import("second"), Some(Error::KeyReused));
    assert!(chip.open("first").is_ok());
    assert_eq!(chip.open("second").err(), Some(Error::NotFound));
}

#[test]
fn a_store_that_is_full_says_so() {
    let mut store = Memory::<P256, 2>::new();
    let mut import = |seed: u8| {
        Half::import(MLKEM768_P256, Side::Classical, &mut store, "", &[seed; 32]).map(|_| ()).err()
    };
    assert_eq!(import(1), None);
    assert_eq!(import(2), None);
    assert_eq!(import(3), Some(Error::StoreFull));
    assert_eq!(import(2), Some(Error::KeyReused), "what is remembered stays remembered");
    assert_eq!(import(4), Some(Error::StoreFull));
    let mut none = Memory::<P256, 0>::default();
    let made = Half::generate(MLKEM768_P256, Side::Classical, &mut none, "", &mut rng(1));
    assert_eq!(made.err(), Some(Error::StoreFull));
    assert_eq!(none.open("").err(), Some(Error::NotFound));
}

#[test]
fn a_chip_with_a_public_key_that_cannot_be() {
    let faults = [
        (Fault::Zeros, None),
        (Fault::Length(31), None),
        (Fault::Elsewhere, None),
        (Fault::Beside, None),
        (Fault::Answer(Error::Absent), Some(Error::Absent)),
    ];
    for (fault, expected) in faults {
        for side in [Side::PostQuantum, Side::Classical] {
            let mut chip = Chip::new(1);
            let component = side.of(MLKEM768_P256).unwrap();
            let key = chip.generate(component, "", &mut rng(1)).unwrap();
            chip.public_fault(0, Some(fault));
            let adopted = Half::adopt(MLKEM768_P256, side, &mut chip, key, Adoption::LosesFreshness);
            match expected {
                Some(error) => assert_eq!(adopted.err(), Some(error)),
                // Zeros are a valid ML-KEM key: every coefficient is 0.
                None if fault == Fault::Zeros && side == Side::PostQuantum => assert!(adopted.is_ok()),
                None => assert!(adopted.is_err(), "{fault:?}"),
            }
        }
    }
}

#[test]
fn what_is_always_made_apart_is_never_whole() {
    let none = Some(Error::Unsupported);
    assert_eq!(khoalai::generate(MLKEM768_X25519, &mut rng(1)).err(), none);
    for len in [0, 32, 96] {
        assert_eq!(khoalai::import(MLKEM768_X25519, &vec![1; len]).err(), none);
    }
    // Its arithmetic is tested all the same.
    assert_eq!(khoalai::selftest::run(MLKEM768_X25519), Ok(()));
    type Whole = khoalai::Whole<MlKem768, X25519>;
    assert_eq!(Whole::generate(MLKEM768_X25519, &mut rng(1)).err(), none);
    assert_eq!(Whole::import(MLKEM768_X25519, &[1; 32]).err(), none);
    // And a type serves only its own rows.
    assert!(Whole::generate(X_WING, &mut rng(1)).is_ok());
    for other in [MLKEM768_P256, MLKEM1024_P384, ML_KEM_768, X25519_SHARE] {
        assert_eq!(Whole::generate(other, &mut rng(1)).err(), Some(Error::WrongAlgorithm), "{other}");
        let private = vec![1; other.private_key_len()];
        assert_eq!(Whole::import(other, &private).err(), Some(Error::WrongAlgorithm), "{other}");
    }
}

/// Rows over our own halves with one number wrong, or with themselves inside.
mod lies {
    use super::*;

    macro_rules! lie {
        ($name:ident, $($field:ident: $value:expr),+) => {
            pub(super) const $name: Algorithm = {
                static ROW: Row = Row { $($field: $value,)+ ..GOOD };
                Algorithm::new(&ROW)
            };
        };
    }

    const GOOD: Row = Row {
        name: "TEST ONLY",
        kind: Kind::Kem,
        construction: Construction::HybridKem {
            pq: ML_KEM_768,
            classical: X25519_SHARE,
            label: b"TEST ONLY",
        },
        public_key: 1216,
        private_key: 32,
        ciphertext: 1120,
        secret: 32,
        software: &HybridKem,
        ..Row::BLANK
    };

    lie!(HONEST, name: "TEST ONLY, honest");
    lie!(PUBLIC_KEY, public_key: 1217);
    lie!(CIPHERTEXT, ciphertext: 1121);
    lie!(SECRET, secret: 33);
    lie!(KIND, kind: Kind::Signature);
    lie!(HUGE, public_key: usize::MAX, ciphertext: usize::MAX);
    lie!(PRIVATE, private_key: 64);
    lie!(SHORT_PRIVATE, private_key: 16);

    /// A row that is its own halves.
    pub(super) static RECURSIVE: Row = Row {
        construction: Construction::HybridKem {
            pq: Algorithm::new(&RECURSIVE),
            classical: Algorithm::new(&RECURSIVE),
            label: b"",
        },
        ..GOOD
    };

    /// A component row that says another length than its component has.
    pub(super) const COMPONENT: Algorithm = {
        static ROW: Row = Row { name: "X25519", public_key: 33, ..*X25519_SHARE.row() };
        Algorithm::new(&ROW)
    };
}

type SeededKem = Whole<MlKem768, X25519>;

#[test]
fn rows_that_lie_do_nothing() {
    assert!(SeededKem::generate(lies::HONEST, &mut rng(1)).is_ok(), "what the lies differ from works");
    let rows = [lies::PUBLIC_KEY, lies::CIPHERTEXT, lies::SECRET, lies::KIND, lies::HUGE];
    for row in rows.into_iter().chain([Algorithm::new(&lies::RECURSIVE), NONSENSE]) {
        assert_eq!(row.checked_halves(), Err(Error::HalvesMismatch));
        assert!(SeededKem::generate(row, &mut rng(1)).is_err());
        for side in [Side::PostQuantum, Side::Classical] {
            assert_eq!(
                Half::generate(row, side, &mut Chip::new(2), "", &mut rng(1)).err(),
                Some(Error::HalvesMismatch)
            );
        }
        let bytes = vec![9; row.public_key_len().min(4096)];
        assert!(PublicKey::new(row, &bytes[..]).is_err());
        if row.ciphertext_len() < 4096 {
            assert!(support::encapsulate(row, &bytes, 1).is_err());
        }
    }
    // Private keys of other lengths than a seed's are not made, padded or cut.
    for row in [lies::PRIVATE, lies::SHORT_PRIVATE] {
        assert!(SeededKem::import(row, &vec![1; row.private_key_len()]).is_err());
        assert_eq!(SeededKem::generate(row, &mut rng(1)).err(), Some(Error::WrongAlgorithm));
    }
    let component = Key::<X25519>::generate(lies::COMPONENT, &mut rng(1));
    assert_eq!(component.err(), Some(Error::WrongAlgorithm));
}

#[test]
fn a_hybrid_without_a_post_quantum_half_is_none() {
    type Both = Whole<X25519, P256>;
    assert_eq!(Both::generate(TWO_CLASSICAL, &mut rng(1)).err(), Some(Error::Unsupported), "no whole keys");
    let bytes = [9; 32 + 65];
    assert_eq!(PublicKey::new(TWO_CLASSICAL, &bytes[..]).err(), Some(Error::HalvesMismatch));
}

#[test]
fn the_halves_of_x_wing_are_never_made_apart() {
    for side in [Side::PostQuantum, Side::Classical] {
        assert_eq!(side.of(X_WING), Err(Error::HalvesMismatch));
        let made = Half::generate(X_WING, side, &mut Chip::new(2), "", &mut rng(1));
        assert_eq!(made.err(), Some(Error::HalvesMismatch));
    }
}

#[test]
fn one_point_serves_one_purpose() {
    let mut chip = Chip::new(4);
    let scalar = [5; 32];
    Half::import(MLKEM768_P256, Side::Classical, &mut chip, "dh", &scalar).unwrap();
    let again =
        Half::import(khoalai::MLDSA65_ECDSA_P256_SHA512, Side::Classical, &mut chip, "ecdsa", &scalar);
    assert_eq!(again.err(), Some(Error::KeyReused));
}

/// The examples of `Half` that must not compile, without the line that they are about: so each
/// fails for that line alone.
#[allow(dead_code, reason = "it compiles, which is the test")]
mod examples {
    use khoalai::{Adoption, Half, MLKEM768_P256, Side, Store};

    fn twice<Q: khoalai::PrivateKey, C: khoalai::PrivateKey>(pq: Half<Q>, a: Half<C>, _b: Half<C>) {
        let _first = khoalai::Hybrid::new(MLKEM768_P256, pq, a);
    }

    fn copy<K: khoalai::PrivateKey>(half: Half<K>) {
        let _again = half;
    }

    fn bare<K: khoalai::PrivateKey>(key: &K) {
        let _custody = khoalai::PrivateKey::custody(key);
    }

    fn forge<K: khoalai::PrivateKey>(key: K, store: &mut impl Store<Key = K>) -> khoalai::Result<Half<K>> {
        Half::adopt(khoalai::X_WING, Side::Classical, store, key, Adoption::LosesFreshness)
    }
}
