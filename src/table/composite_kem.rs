//! Composite ML-KEM in X.509 (draft-ietf-lamps-pq-composite-kem), still a draft. The published
//! vectors are of its version -17; what they test is said to be unchanged through -21.

#[cfg(feature = "pre-release-448")]
use super::X448_SHARE;
#[cfg(feature = "rsa")]
use super::rsa::{RSA2048_OAEP_SHA256, RSA3072_OAEP_SHA256, RSA4096_OAEP_SHA256, private};
use super::{
    BRAINPOOLP256R1_SHARE, BRAINPOOLP384R1_SHARE, ML_KEM_768, ML_KEM_1024, P256_SHARE, P384_SHARE, P521_SHARE,
    X25519_SHARE, named,
};
use crate::algorithm::{Algorithm, Construction, Kind, Row, Status, Wrapping};
use crate::combine::HybridKem;
#[cfg(feature = "pre-release-448")]
use crate::soft::X448;
use crate::soft::{BrainpoolP256, BrainpoolP384, MlKem768, MlKem1024, P256, P384, P521, X25519};
#[cfg(feature = "rsa")]
use crate::soft::{Rsa2048OaepSha256, Rsa3072OaepSha256, Rsa4096OaepSha256};
use crate::whole::Whole;

/// The private key is `d ‖ z` of ML-KEM, then the classical one as in its own file.
const KEM: Row = Row {
    kind: Kind::Kem,
    status: Status::Draft("draft-ietf-lamps-pq-composite-kem-21"),
    secret: 32,
    software: &HybridKem,
    ..Row::BLANK
};

/// The same with RSA: `RSAPublicKey` and `RSAPrivateKey` in DER stand behind the parts of ML-KEM.
#[cfg(feature = "rsa")]
const RSA: Row = Row { varies: true, ..KEM };

table! {
    /// id-MLKEM768-X25519-SHA3-256: X-Wing but for the private key; recommended.
    MLKEM768_X25519_SHA3_256 "MLKEM768-X25519-SHA3-256": Whole<MlKem768, X25519>, 0x998a_0703_1ff0_a9bd = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_768,
            classical: X25519_SHARE,
            label: br"\.//^\",
        },
        category: 3,
        public_key: 1216,
        private_key: 96,
        ciphertext: 1120,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x3a", Wrapping::Raw),
        ..KEM
    };

    /// id-MLKEM768-ECDH-P256-SHA3-256: recommended.
    MLKEM768_ECDH_P256_SHA3_256 "MLKEM768-ECDH-P256-SHA3-256": Whole<MlKem768, P256>, 0xa182_910a_b3a2_db2a = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_768,
            classical: P256_SHARE,
            label: b"MLKEM768-P256",
        },
        category: 3,
        public_key: 1249,
        private_key: 115,
        ciphertext: 1153,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x3b", Wrapping::Raw),
        ..KEM
    };

    /// id-MLKEM1024-ECDH-P384-SHA3-256: security category 5; recommended.
    MLKEM1024_ECDH_P384_SHA3_256 "MLKEM1024-ECDH-P384-SHA3-256": Whole<MlKem1024, P384>, 0x7236_7177_f8e5_77a4 = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_1024,
            classical: P384_SHARE,
            label: b"MLKEM1024-P384",
        },
        category: 5,
        public_key: 1665,
        private_key: 128,
        ciphertext: 1665,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x3f", Wrapping::Raw),
        ..KEM
    };

    /// id-MLKEM768-ECDH-P384-SHA3-256.
    MLKEM768_ECDH_P384_SHA3_256 "MLKEM768-ECDH-P384-SHA3-256": Whole<MlKem768, P384>, 0xa331_73ef_c549_1f9d = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_768,
            classical: P384_SHARE,
            label: b"MLKEM768-P384",
        },
        category: 3,
        public_key: 1281,
        private_key: 128,
        ciphertext: 1185,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x3c", Wrapping::Raw),
        ..KEM
    };

    /// id-MLKEM768-ECDH-brainpoolP256r1-SHA3-256.
    MLKEM768_ECDH_BRAINPOOLP256R1_SHA3_256 "MLKEM768-ECDH-brainpoolP256r1-SHA3-256": Whole<MlKem768, BrainpoolP256>, 0xad72_f730_ccc9_65f0 = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_768,
            classical: BRAINPOOLP256R1_SHARE,
            label: b"MLKEM768-BP256",
        },
        category: 3,
        public_key: 1249,
        private_key: 116,
        ciphertext: 1153,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x3d", Wrapping::Raw),
        ..KEM
    };

    /// id-MLKEM1024-ECDH-brainpoolP384r1-SHA3-256.
    MLKEM1024_ECDH_BRAINPOOLP384R1_SHA3_256 "MLKEM1024-ECDH-brainpoolP384r1-SHA3-256": Whole<MlKem1024, BrainpoolP384>, 0x1d65_e76d_4f6c_1221 = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_1024,
            classical: BRAINPOOLP384R1_SHARE,
            label: b"MLKEM1024-BP384",
        },
        category: 5,
        public_key: 1665,
        private_key: 132,
        ciphertext: 1665,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x40", Wrapping::Raw),
        ..KEM
    };

    /// id-MLKEM1024-X448-SHA3-256.
    #[cfg(feature = "pre-release-448")]
    MLKEM1024_X448_SHA3_256 "MLKEM1024-X448-SHA3-256": Whole<MlKem1024, X448>, 0x0556_83b7_bab4_b5ad = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_1024,
            classical: X448_SHARE,
            label: b"MLKEM1024-X448",
        },
        category: 5,
        public_key: 1624,
        private_key: 120,
        ciphertext: 1624,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x41", Wrapping::Raw),
        ..KEM
    };

    /// id-MLKEM1024-ECDH-P521-SHA3-256.
    MLKEM1024_ECDH_P521_SHA3_256 "MLKEM1024-ECDH-P521-SHA3-256": Whole<MlKem1024, P521>, 0x0c22_1dbf_dd21_e6ee = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_1024,
            classical: P521_SHARE,
            label: b"MLKEM1024-P521",
        },
        category: 5,
        public_key: 1701,
        private_key: 146,
        ciphertext: 1701,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x42", Wrapping::Raw),
        ..KEM
    };

    /// id-MLKEM768-RSA2048-SHA3-256.
    #[cfg(feature = "rsa")]
    MLKEM768_RSA2048_SHA3_256 "MLKEM768-RSA2048-SHA3-256": Whole<MlKem768, Rsa2048OaepSha256>, 0xf63f_e501_0a43_1ae6 = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_768,
            classical: RSA2048_OAEP_SHA256,
            label: b"MLKEM768-RSAOAEP2048",
        },
        category: 3,
        public_key: 1454,
        private_key: private(1258),
        ciphertext: 1344,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x37", Wrapping::Raw),
        ..RSA
    };

    /// id-MLKEM768-RSA3072-SHA3-256.
    #[cfg(feature = "rsa")]
    MLKEM768_RSA3072_SHA3_256 "MLKEM768-RSA3072-SHA3-256": Whole<MlKem768, Rsa3072OaepSha256>, 0x7a7a_fab4_7bf2_226b = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_768,
            classical: RSA3072_OAEP_SHA256,
            label: b"MLKEM768-RSAOAEP3072",
        },
        category: 3,
        public_key: 1582,
        private_key: private(1834),
        ciphertext: 1472,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x38", Wrapping::Raw),
        ..RSA
    };

    /// id-MLKEM768-RSA4096-SHA3-256.
    #[cfg(feature = "rsa")]
    MLKEM768_RSA4096_SHA3_256 "MLKEM768-RSA4096-SHA3-256": Whole<MlKem768, Rsa4096OaepSha256>, 0x1c5e_467e_17a4_d8f4 = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_768,
            classical: RSA4096_OAEP_SHA256,
            label: b"MLKEM768-RSAOAEP4096",
        },
        category: 3,
        public_key: 1710,
        private_key: private(2415),
        ciphertext: 1600,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x39", Wrapping::Raw),
        ..RSA
    };

    /// id-MLKEM1024-RSA3072-SHA3-256.
    #[cfg(feature = "rsa")]
    MLKEM1024_RSA3072_SHA3_256 "MLKEM1024-RSA3072-SHA3-256": Whole<MlKem1024, Rsa3072OaepSha256>, 0x672c_80ec_aae9_3c87 = Row {
        construction: Construction::HybridKem {
            pq: ML_KEM_1024,
            classical: RSA3072_OAEP_SHA256,
            label: b"MLKEM1024-RSAOAEP3072",
        },
        category: 5,
        public_key: 1966,
        private_key: private(1834),
        ciphertext: 1952,
        identifier: named(b"\x2b\x06\x01\x05\x05\x07\x06\x3e", Wrapping::Raw),
        ..RSA
    };
}
