//! Composite signatures (draft-ietf-lamps-pq-composite-sigs).

use super::{ECDSA_P256_SHA256, ECDSA_P384_SHA384, ED25519, ML_DSA_44, ML_DSA_65, ML_DSA_87, named};
use crate::algorithm::{Algorithm, Construction, Prehash, Row, Status, Wrapping};
use crate::composite::Composite;
use crate::soft::{EcdsaP256, EcdsaP384, Ed25519, MlDsa44, MlDsa65, MlDsa87};
use crate::whole::Whole;

const SIGNATURE: Row = Row {
    status: Status::Draft("draft-ietf-lamps-pq-composite-sigs-19"),
    software: &Composite,
    ..Row::BLANK
};

table! {
    /// id-MLDSA65-ECDSA-P256-SHA512: the recommended composite signature.
    MLDSA65_ECDSA_P256_SHA512 "MLDSA65-ECDSA-P256-SHA512": Whole<MlDsa65, EcdsaP256>, 0x0be0_80aa_f73e_031c = Row {
        construction: Construction::Composite {
            pq: ML_DSA_65,
            classical: ECDSA_P256_SHA256,
            label: b"COMPSIG-MLDSA65-ECDSA-P256-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 3,
        public_key: 2017,
        private_key: 83,
        signature: 3381,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x2d", Wrapping::Raw),
        ..SIGNATURE
    };

    /// id-MLDSA65-Ed25519-SHA512.
    MLDSA65_ED25519_SHA512 "MLDSA65-Ed25519-SHA512": Whole<MlDsa65, Ed25519>, 0x9b1a_77f6_1f50_aab1 = Row {
        construction: Construction::Composite {
            pq: ML_DSA_65,
            classical: ED25519,
            label: b"COMPSIG-MLDSA65-Ed25519-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 3,
        public_key: 1984,
        private_key: 64,
        signature: 3373,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x30", Wrapping::Raw),
        ..SIGNATURE
    };

    /// id-MLDSA87-ECDSA-P384-SHA512: security category 5.
    MLDSA87_ECDSA_P384_SHA512 "MLDSA87-ECDSA-P384-SHA512": Whole<MlDsa87, EcdsaP384>, 0xd102_b274_f4c0_3fa7 = Row {
        construction: Construction::Composite {
            pq: ML_DSA_87,
            classical: ECDSA_P384_SHA384,
            label: b"COMPSIG-MLDSA87-ECDSA-P384-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 5,
        public_key: 2689,
        private_key: 96,
        signature: 4731,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x31", Wrapping::Raw),
        ..SIGNATURE
    };

    /// id-MLDSA44-ECDSA-P256-SHA256: the smallest with ECDSA.
    MLDSA44_ECDSA_P256_SHA256 "MLDSA44-ECDSA-P256-SHA256": Whole<MlDsa44, EcdsaP256>, 0xc3f2_5fbc_7ac5_15ba = Row {
        construction: Construction::Composite {
            pq: ML_DSA_44,
            classical: ECDSA_P256_SHA256,
            label: b"COMPSIG-MLDSA44-ECDSA-P256-SHA256",
            prehash: Prehash::Sha256,
        },
        category: 2,
        public_key: 1377,
        private_key: 83,
        signature: 2492,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x28", Wrapping::Raw),
        ..SIGNATURE
    };

    /// id-MLDSA44-Ed25519-SHA512: the smallest.
    MLDSA44_ED25519_SHA512 "MLDSA44-Ed25519-SHA512": Whole<MlDsa44, Ed25519>, 0x4af6_fe52_8012_f6ee = Row {
        construction: Construction::Composite {
            pq: ML_DSA_44,
            classical: ED25519,
            label: b"COMPSIG-MLDSA44-Ed25519-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 2,
        public_key: 1344,
        private_key: 64,
        signature: 2484,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x27", Wrapping::Raw),
        ..SIGNATURE
    };
}
