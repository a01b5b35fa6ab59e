//! Composite signatures (draft-ietf-lamps-pq-composite-sigs).

#[cfg(feature = "pre-release-448")]
use super::ED448;
use super::{
    ECDSA_BRAINPOOLP256R1_SHA256, ECDSA_BRAINPOOLP384R1_SHA384, ECDSA_P256_SHA256, ECDSA_P384_SHA384,
    ECDSA_P521_SHA512, ED25519, ML_DSA_44, ML_DSA_65, ML_DSA_87, named,
};
use crate::algorithm::{Algorithm, Construction, Prehash, Row, Status, Wrapping};
use crate::composite::Composite;
#[cfg(feature = "pre-release-448")]
use crate::soft::Ed448;
use crate::soft::{
    EcdsaBrainpoolP256, EcdsaBrainpoolP384, EcdsaP256, EcdsaP384, EcdsaP521, Ed25519, MlDsa44, MlDsa65, MlDsa87,
};
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

    /// id-MLDSA65-ECDSA-P384-SHA512.
    MLDSA65_ECDSA_P384_SHA512 "MLDSA65-ECDSA-P384-SHA512": Whole<MlDsa65, EcdsaP384>, 0xd187_f96d_d29b_0679 = Row {
        construction: Construction::Composite {
            pq: ML_DSA_65,
            classical: ECDSA_P384_SHA384,
            label: b"COMPSIG-MLDSA65-ECDSA-P384-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 3,
        public_key: 2049,
        private_key: 96,
        signature: 3413,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x2e", Wrapping::Raw),
        ..SIGNATURE
    };

    /// id-MLDSA65-ECDSA-brainpoolP256r1-SHA512.
    MLDSA65_ECDSA_BRAINPOOLP256R1_SHA512 "MLDSA65-ECDSA-brainpoolP256r1-SHA512":
        Whole<MlDsa65, EcdsaBrainpoolP256>, 0x5e14_e79b_7f21_59bd = Row {
        construction: Construction::Composite {
            pq: ML_DSA_65,
            classical: ECDSA_BRAINPOOLP256R1_SHA256,
            label: b"COMPSIG-MLDSA65-ECDSA-BP256-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 3,
        public_key: 2017,
        private_key: 84,
        signature: 3381,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x2f", Wrapping::Raw),
        ..SIGNATURE
    };

    /// id-MLDSA87-ECDSA-brainpoolP384r1-SHA512.
    MLDSA87_ECDSA_BRAINPOOLP384R1_SHA512 "MLDSA87-ECDSA-brainpoolP384r1-SHA512":
        Whole<MlDsa87, EcdsaBrainpoolP384>, 0xacab_b8f4_4184_6089 = Row {
        construction: Construction::Composite {
            pq: ML_DSA_87,
            classical: ECDSA_BRAINPOOLP384R1_SHA384,
            label: b"COMPSIG-MLDSA87-ECDSA-BP384-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 5,
        public_key: 2689,
        private_key: 100,
        signature: 4731,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x32", Wrapping::Raw),
        ..SIGNATURE
    };

    /// id-MLDSA87-ECDSA-P521-SHA512.
    MLDSA87_ECDSA_P521_SHA512 "MLDSA87-ECDSA-P521-SHA512": Whole<MlDsa87, EcdsaP521>, 0x7393_fd5b_7c33_c8df = Row {
        construction: Construction::Composite {
            pq: ML_DSA_87,
            classical: ECDSA_P521_SHA512,
            label: b"COMPSIG-MLDSA87-ECDSA-P521-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 5,
        public_key: 2725,
        private_key: 114,
        signature: 4766,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x36", Wrapping::Raw),
        ..SIGNATURE
    };

    /// id-MLDSA87-Ed448-SHAKE256.
    #[cfg(feature = "pre-release-448")]
    MLDSA87_ED448_SHAKE256 "MLDSA87-Ed448-SHAKE256": Whole<MlDsa87, Ed448>, 0x80f3_ee24_4d9e_761a = Row {
        construction: Construction::Composite {
            pq: ML_DSA_87,
            classical: ED448,
            label: b"COMPSIG-MLDSA87-Ed448-SHAKE256",
            prehash: Prehash::Shake256,
        },
        category: 5,
        public_key: 2649,
        private_key: 89,
        signature: 4741,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x33", Wrapping::Raw),
        ..SIGNATURE
    };
}
