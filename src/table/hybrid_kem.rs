//! Hybrid KEMs whose private key is one seed: X-Wing and the CFRG hybrids.

use super::{ML_KEM_768, ML_KEM_1024, P256_SHARE, P384_SHARE, X25519_SHARE, named};
use crate::algorithm::{Algorithm, Construction, Kind, Row, Status, Wrapping};
use crate::combine::HybridKem;
use crate::soft::{MlKem768, MlKem1024, P256, P384, X25519};
use crate::whole::Whole;

const CFRG: Status = Status::Draft("draft-irtf-cfrg-concrete-hybrid-kems-04");

table! {
    /// X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519, private key a 32-byte seed.
    /// CFRG calls the same construction MLKEM768-X25519. The recommended hybrid KEM.
    X_WING "X-Wing": Whole<MlKem768, X25519>, 0x48b0_f05c_7b7b_7321 = Row {
        kind: Kind::Kem,
        construction: Construction::HybridKem { pq: ML_KEM_768, classical: X25519_SHARE, label: br"\.//^\" },
        status: Status::Draft("draft-connolly-cfrg-xwing-kem-11"),
        category: 3,
        public_key: 1216,
        private_key: 32,
        ciphertext: 1120,
        secret: 32,
        // 1.3.6.1.4.1.62253.25722
        identifier: named(b"\x2b\x06\x01\x04\x01\x83\xe6\x2d\x81\xc8\x7a", Wrapping::Raw),
        hpke: Some(0x647a),
        whole_only: true,
        software: &HybridKem,
        ..Row::BLANK
    };

    /// MLKEM768-X25519 (draft-irtf-cfrg-concrete-hybrid-kems): X-Wing's bytes on the wire, for
    /// keys whose halves were made apart and so have no seed. Senders use the public key as X-Wing's.
    MLKEM768_X25519 "MLKEM768-X25519": Whole<MlKem768, X25519>, 0x039e_81c1_0538_3cb7 = Row {
        kind: Kind::Kem,
        construction: Construction::HybridKem { pq: ML_KEM_768, classical: X25519_SHARE, label: br"\.//^\" },
        status: CFRG,
        category: 3,
        public_key: 1216,
        private_key: 0,
        ciphertext: 1120,
        secret: 32,
        software: &HybridKem,
        ..Row::BLANK
    };

    /// MLKEM768-P256 (draft-irtf-cfrg-concrete-hybrid-kems): for tokens and rules that want a NIST curve.
    MLKEM768_P256 "MLKEM768-P256": Whole<MlKem768, P256>, 0xdbe1_b1d3_27b1_9b14 = Row {
        kind: Kind::Kem,
        construction: Construction::HybridKem { pq: ML_KEM_768, classical: P256_SHARE, label: b"MLKEM768-P256" },
        status: CFRG,
        category: 3,
        public_key: 1249,
        private_key: 32,
        ciphertext: 1153,
        secret: 32,
        // No document assigns one. Ours is 2.25.37861681922131111501309696281704259788, an OID
        // made from a UUID (ITU-T X.667), so it can clash with nobody's.
        identifier: named(
            b"\x69\xb8\xfb\xf2\xc2\xd9\x9d\xe2\xba\xb9\x88\xc7\xbd\x91\xde\xe2\xc7\xc1\x4c",
            Wrapping::Raw,
        ),
        hpke: Some(0x0050),
        software: &HybridKem,
        ..Row::BLANK
    };

    /// MLKEM1024-P384 (draft-irtf-cfrg-concrete-hybrid-kems): for records that must stay secret for decades.
    MLKEM1024_P384 "MLKEM1024-P384": Whole<MlKem1024, P384>, 0xf17f_34a0_ad2e_c657 = Row {
        kind: Kind::Kem,
        construction: Construction::HybridKem { pq: ML_KEM_1024, classical: P384_SHARE, label: b"MLKEM1024-P384" },
        status: CFRG,
        category: 5,
        public_key: 1665,
        private_key: 32,
        ciphertext: 1665,
        secret: 32,
        // As above: 2.25.269922098608082327785241932462008793720.
        identifier: named(
            b"\x69\x83\x96\x91\x8d\xbc\x98\x90\xc2\x9d\xa9\x85\x89\x81\xe6\xb9\x9d\xbd\xf4\x78",
            Wrapping::Raw,
        ),
        hpke: Some(0x0051),
        software: &HybridKem,
        ..Row::BLANK
    };
}
