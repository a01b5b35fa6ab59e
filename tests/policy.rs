//! What a policy permits and demands, each alone and all together; and that the views on their own
//! go by the strictest.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

use khoalai::algorithm::{Construction, Identifier, Kind, Row, Software, Status, Wrapping};
use khoalai::combine::HybridKem;
use khoalai::encode::{pem, spki};
use khoalai::{
    Algorithm, Custody, DecapsulationKey, ED25519, Error, ML_DSA_65, Place, Policy, PrivateKey, PublicKey,
    Result, SigningKey, X_WING, X25519_SHARE,
};

/// Rows of a third party that has given up on them.
static OLD_SIGNATURE: Row = Row {
    name: "TEST-OLD-SIGNATURE",
    construction: Construction::PostQuantum,
    status: Status::Legacy("made up for a test"),
    public_key: 4,
    signature: 4,
    // 2.999.5, of the arc that is reserved for examples.
    identifier: Some(Identifier::new(b"\x88\x37\x05", Wrapping::Raw)),
    software: &Anything,
    ..Row::BLANK
};
static OLD_KEM: Row = Row {
    name: "TEST-OLD-KEM",
    kind: Kind::Kem,
    construction: Construction::PostQuantum,
    status: Status::Legacy("made up for a test"),
    public_key: 4,
    ciphertext: 4,
    secret: 32,
    software: &Anything,
    ..Row::BLANK
};
/// A row that is not given up, but one of its halves is.
static OLD_HALF: Row = Row {
    name: "TEST-OLD-HALF",
    kind: Kind::Kem,
    construction: Construction::HybridKem {
        pq: Algorithm::new(&OLD_KEM),
        classical: X25519_SHARE,
        label: b"TEST-OLD-HALF",
    },
    public_key: 36,
    ciphertext: 36,
    secret: 32,
    software: &HybridKem,
    ..Row::BLANK
};

/// Takes every public key.
struct Anything;

impl Software for Anything {
    fn implementation(&self) -> &'static str {
        "none"
    }

    fn check_public_key(&self, _: Algorithm, _: &[u8]) -> Result<()> {
        Ok(())
    }
}

/// A key that only says what it is and where.
struct Held(Algorithm, Custody);

impl PrivateKey for Held {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    fn custody(&self) -> Custody {
        self.1
    }

    fn public_key<'o>(&self, _: &'o mut [u8]) -> Result<&'o [u8]> {
        Err(Error::Unsupported)
    }
}

/// From the least to the most guarded.
const PLACES: [Place; 6] = [
    Place::LeakyMemory,
    Place::WrappedClassically,
    Place::Memory,
    Place::Sealed,
    Place::OpenDevice,
    Place::Device,
];
const MEMORY: Custody = Custody::hybrid(Place::Memory, Place::Memory, Place::Memory);

/// Every policy that differs in what it permits, and what that is.
fn policies() -> impl Iterator<Item = (Policy, [bool; 3])> {
    (0..8).map(|bits| {
        let permits = [bits & 1 != 0, bits & 2 != 0, bits & 4 != 0];
        let mut policy = Policy::STRICT;
        if permits[0] {
            policy = policy.permit_test_keys();
        }
        if permits[1] {
            policy = policy.permit_legacy();
        }
        if permits[2] {
            policy = policy.permit_hazmat();
        }
        (policy, permits)
    })
}

fn unless(permitted: bool, error: Error) -> Option<Error> {
    (!permitted).then_some(error)
}

#[test]
fn each_permission_is_for_one_thing() {
    let leaky = Custody::hybrid(Place::Memory, Place::Memory, Place::LeakyMemory);
    for (policy, [test_keys, legacy, hazmat]) in policies() {
        assert_eq!(policy.check_mark(true).err(), unless(test_keys, Error::TestOnly));
        assert_eq!(policy.check_mark(false), Ok(()));
        let old = policy.check_algorithm(Algorithm::new(&OLD_SIGNATURE));
        assert_eq!(old.err(), unless(legacy, Error::LegacyAlgorithm));
        assert_eq!(policy.check_custody(leaky).err(), unless(hazmat, Error::LeakyCustody));
        assert_eq!(policy.check_custody(MEMORY), Ok(()));
    }
    assert_eq!(Policy::default(), Policy::STRICT);
    // It can stand in a constant.
    const ALL: Policy = Policy::STRICT.permit_test_keys().permit_legacy().permit_hazmat().demand(MEMORY);
    assert_eq!(ALL, policies().last().unwrap().0);
}

#[test]
fn none_of_our_own_rows_is_refused_unless_it_says_that_it_is_legacy() {
    for &algorithm in Algorithm::ALL {
        let legacy = matches!(algorithm.row().status, Status::Legacy(_));
        assert_eq!(algorithm.is_legacy(), legacy, "{algorithm}");
        assert_eq!(Policy::STRICT.check_algorithm(algorithm).is_err(), legacy, "{algorithm}");
        // Nothing can be read by accident as what it is not: there is no name for it in files.
        assert!(!legacy || algorithm.row().identifier.is_none(), "{algorithm}");
    }
}

#[test]
fn legacy_algorithms() {
    const REFUSED: Option<Error> = Some(Error::LegacyAlgorithm);
    let permits = Policy::STRICT.permit_legacy();
    for (row, length) in [(&OLD_SIGNATURE, 4), (&OLD_KEM, 4), (&OLD_HALF, 36)] {
        let (algorithm, bytes) = (Algorithm::new(row), vec![9; length]);
        assert_eq!(PublicKey::new(algorithm, &bytes).err(), REFUSED, "{algorithm}");
        assert_eq!(Policy::STRICT.public_key(algorithm, &bytes).err(), REFUSED, "{algorithm}");
        assert_eq!(permits.public_key(algorithm, &bytes).unwrap().as_bytes(), bytes, "{algorithm}");
        // What a policy permits is checked like everything else.
        assert_eq!(permits.public_key(algorithm, &bytes[1..]).err(), Some(Error::Malformed));
    }
    for row in [&OLD_KEM, &OLD_HALF] {
        let key = || Held(Algorithm::new(row), MEMORY);
        assert_eq!(DecapsulationKey::new(key()).err(), REFUSED);
        assert_eq!(Policy::STRICT.decapsulation_key(key()).err(), REFUSED);
        assert_eq!(permits.decapsulation_key(key()).unwrap().algorithm(), Algorithm::new(row));
    }
    let key = || Held(Algorithm::new(&OLD_SIGNATURE), MEMORY);
    assert_eq!(SigningKey::new(key()).err(), REFUSED);
    assert_eq!(Policy::STRICT.signing_key(key()).err(), REFUSED);
    assert_eq!(permits.signing_key(key()).unwrap().algorithm(), Algorithm::new(&OLD_SIGNATURE));
    // From a file too, where the algorithm is found out on the way.
    let mut der = [0; 44];
    let der = spki::encode(Algorithm::new(&OLD_SIGNATURE), &[9; 4], &mut der).unwrap();
    let rows = [Algorithm::new(&OLD_SIGNATURE)];
    assert_eq!(PublicKey::from_spki(der, &rows).err(), REFUSED);
    let (algorithm, bytes) = spki::decode(der, &rows).unwrap();
    assert!(permits.public_key(algorithm, bytes).is_ok());
}

#[test]
fn a_policy_makes_no_key_of_another_kind() {
    let permits = Policy::STRICT.permit_test_keys().permit_legacy().permit_hazmat();
    let (kem, signature) = (|| Held(X_WING, MEMORY), || Held(ML_DSA_65, MEMORY));
    assert_eq!(permits.signing_key(kem()).err(), Some(Error::Unsupported));
    assert_eq!(permits.decapsulation_key(signature()).err(), Some(Error::Unsupported));
    let alone = |algorithm| Held(algorithm, Custody::component(algorithm, Place::Device));
    assert_eq!(permits.signing_key(alone(ED25519)).err(), Some(Error::ClassicalOnly));
    assert_eq!(permits.decapsulation_key(alone(X25519_SHARE)).err(), Some(Error::ClassicalOnly));
    assert_eq!(permits.public_key(ED25519, [0; 32]).err(), Some(Error::ClassicalOnly));
}

/// A key in every combination of places, under a demand of every combination: what is answered is
/// worked out here in other words.
#[test]
fn custody_is_compared_place_by_place() {
    let every = || PLACES.into_iter().map(Some).chain([None]);
    let (mut good, mut leaky, mut weak) = (0, 0, 0);
    for (pq, classical, combined) in combinations(every) {
        let held = at(pq, classical, combined);
        for (least_pq, least_classical, least_combined) in combinations(every) {
            let demand = at(least_pq, least_classical, least_combined);
            for hazmat in [false, true] {
                let mut policy = Policy::STRICT.demand(demand);
                if hazmat {
                    policy = policy.permit_hazmat();
                }
                let places = [pq, classical, Some(combined)];
                let leaks = places.contains(&Some(Place::LeakyMemory));
                // What leaks, once that is permitted, counts as memory: the third from below.
                let rank = |place| PLACES.iter().position(|known| *known == place).unwrap();
                let held_rank = |place| if rank(place) == 0 { 2 } else { rank(place) };
                let short = |held: Option<Place>, least: Option<Place>| match (held, least) {
                    (Some(held), Some(least)) => held_rank(held) < rank(least),
                    _ => false,
                };
                let falls_short = short(pq, least_pq)
                    || short(classical, least_classical)
                    || short(Some(combined), Some(least_combined));
                let expected = match (leaks && !hazmat, falls_short) {
                    (true, _) => Err(Error::LeakyCustody),
                    (false, true) => Err(Error::WeakCustody),
                    (false, false) => Ok(()),
                };
                assert_eq!(policy.check_custody(held), expected, "{held:?} {demand:?} {hazmat}");
                match expected {
                    Ok(()) => good += 1,
                    Err(Error::LeakyCustody) => leaky += 1,
                    Err(_) => weak += 1,
                }
            }
        }
    }
    assert!(good > 500 && leaky > 500 && weak > 500, "{good} {leaky} {weak}");
}

fn combinations<I: Iterator<Item = Option<Place>>>(
    every: impl Fn() -> I + Copy,
) -> impl Iterator<Item = (Option<Place>, Option<Place>, Place)> {
    every().flat_map(move |pq| {
        every().flat_map(move |classical| PLACES.map(|combined| (pq, classical, combined)))
    })
}

fn at(pq: Option<Place>, classical: Option<Place>, combined: Place) -> Custody {
    let mut custody = Custody::hybrid(combined, combined, combined);
    (custody.pq, custody.classical) = (pq, classical);
    custody
}

#[test]
fn the_views_go_by_the_strict_policy() {
    for (pq, classical, combined) in combinations(|| PLACES.into_iter().map(Some).chain([None])) {
        let custody = at(pq, classical, combined);
        let expected = Policy::STRICT.check_custody(custody).err();
        let is_at = |place| [pq, classical, Some(combined)].contains(&Some(place));
        let wrapped = is_at(Place::WrappedClassically);
        let refused = if is_at(Place::LeakyMemory) {
            Some(Error::LeakyCustody)
        } else {
            wrapped.then_some(Error::WeakCustody)
        };
        assert_eq!(expected, refused);
        assert_eq!(DecapsulationKey::new(Held(X_WING, custody)).err(), expected);
        assert_eq!(SigningKey::new(Held(ML_DSA_65, custody)).err(), expected);
        let permits = Policy::STRICT.permit_hazmat();
        assert_eq!(permits.decapsulation_key(Held(X_WING, custody)).is_err(), wrapped);
        assert_eq!(permits.signing_key(Held(ML_DSA_65, custody)).is_err(), wrapped);
        // A demand holds for both kinds of key.
        let demands = permits.demand(Custody::hybrid(Place::Device, Place::Device, Place::Device));
        let short = demands.check_custody(custody).err();
        assert_eq!(demands.decapsulation_key(Held(X_WING, custody)).err(), short);
        assert_eq!(demands.signing_key(Held(ML_DSA_65, custody)).err(), short);
    }
}

#[test]
fn what_a_file_says_of_itself_goes_to_the_policy() {
    for marked in [false, true] {
        let mut text = [0; 200];
        let text = pem::encode(pem::Label::PublicKey, marked, &[1, 2, 3], &mut text).unwrap();
        let mut der = [0; 200];
        let document = pem::decode(text.as_bytes(), &mut der).unwrap();
        let refused = marked.then_some(Error::TestOnly);
        assert_eq!(Policy::STRICT.check_mark(document.test_only).err(), refused);
        assert_eq!(Policy::STRICT.permit_test_keys().check_mark(document.test_only), Ok(()));
    }
}

/// Room is left between the places, for those that tokens bring; their order is what counts.
#[test]
fn places_are_in_order() {
    assert!(PLACES.is_sorted());
}
