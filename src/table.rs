//! The algorithms of this library: one row each. Lengths in bytes, from the documents named.

use crate::algorithm::{Algorithm, Construction, Identifier, Kind, Prehash, Row, Status, Wrapping};
use crate::combine::HybridKem;
use crate::composite::Composite;
use crate::error::Result;
use crate::gate::Gate;
#[cfg(feature = "alloc")]
use crate::maker::{Make, Maker};
#[cfg(feature = "slh-dsa")]
use crate::soft::slh_dsa;
use crate::soft::trial::known_answer;
use crate::soft::{
    EcdsaP256, EcdsaP384, Ed25519, Key, MlDsa44, MlDsa65, MlDsa87, MlKem512, MlKem768, MlKem1024, P256, P384,
    Soft, X25519,
};
use crate::whole::Whole;

const CFRG: Status = Status::Draft("draft-irtf-cfrg-concrete-hybrid-kems-04");
const COMPOSITE: Status = Status::Draft("draft-ietf-lamps-pq-composite-sigs-19");
const FIPS_203: Status = Status::Standard("FIPS 203");
const FIPS_204: Status = Status::Standard("FIPS 204");

/// secp256r1, 1.2.840.10045.3.1.7.
const SECP256R1: &[u8] = b"\x2a\x86\x48\xce\x3d\x03\x01\x07";
/// secp384r1, 1.3.132.0.34.
const SECP384R1: &[u8] = b"\x2b\x81\x04\x00\x22";

const fn named(oid: &'static [u8], wrapping: Wrapping) -> Option<Identifier> {
    Some(Identifier::new(oid, wrapping))
}

/// id-ecPublicKey, 1.2.840.10045.2.1 (RFC 5480 §2.1.1). ECDH and ECDSA keys share it.
const fn ec(curve: &'static [u8]) -> Option<Identifier> {
    Some(Identifier::new(b"\x2a\x86\x48\xce\x3d\x02\x01", Wrapping::EcPrivateKey).on_curve(curve))
}

/// What the table knows of an algorithm beside its row.
#[cfg(feature = "alloc")]
pub(crate) struct Known {
    pub(crate) algorithm: Algorithm,
    /// Makes its software keys.
    pub(crate) maker: &'static dyn Maker,
}

// Each row: the constant, the name, the type of its software keys, the first 8 bytes of its known
// answer (`selftest`), and the row. The test uses a twin of the row that has no gate, so that it is
// not itself waiting for its own end.
macro_rules! table {
    ($(
        $(#[doc = $doc:literal])*
        $(#[cfg($cfg:meta)])*
        $constant:ident $name:literal: $key:ty, $answer:literal = $row:expr;
    )+) => {
        $(
            $(#[doc = $doc])*
            $(#[cfg($cfg)])*
            pub const $constant: Algorithm = {
                fn answer() -> Result<[u8; 32]> {
                    static TWIN: Row = Row { name: $name, ..$row };
                    known_answer::<$key>(Algorithm::new(&TWIN))
                }
                const FAULT: u64 = if cfg!(khoalai_fault = $name) { 1 } else { 0 };
                static GATE: Gate = Gate::new(answer, $answer ^ FAULT);
                static ROW: Row = Row { name: $name, gate: Some(&GATE), ..$row };
                Algorithm::new(&ROW)
            };
        )+

        impl Algorithm {
            /// Every algorithm of this library, hybrids first.
            pub const ALL: &'static [Self] = &[$($(#[cfg($cfg)])* $constant,)+];

            /// The algorithm of this library with this name, in its one spelling.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
            }
        }

        /// What else is known of each.
        #[cfg(feature = "alloc")]
        pub(crate) const KNOWN: &[Known] = &[$(
            $(#[cfg($cfg)])*
            Known { algorithm: $constant, maker: &Make::<$key>::NEW },
        )+];
    };
}

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

    /// ML-KEM-512. Category 1: the hybrids here all take a larger one.
    ML_KEM_512 "ML-KEM-512": Key<MlKem512>, 0x9f43_aa66_775c_c776 = Row {
        category: 1,
        public_key: 800,
        ciphertext: 768,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x04\x01", Wrapping::Seed),
        hpke: Some(0x0040),
        software: &Soft::<MlKem512>::NEW,
        ..ML_KEM
    };

    /// ML-KEM-768.
    ML_KEM_768 "ML-KEM-768": Key<MlKem768>, 0x50cd_bcd5_e536_c5fc = Row {
        category: 3,
        public_key: 1184,
        ciphertext: 1088,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x04\x02", Wrapping::Seed),
        hpke: Some(0x0041),
        software: &Soft::<MlKem768>::NEW,
        ..ML_KEM
    };

    /// ML-KEM-1024.
    ML_KEM_1024 "ML-KEM-1024": Key<MlKem1024>, 0x5946_0166_9721_6e99 = Row {
        category: 5,
        public_key: 1568,
        ciphertext: 1568,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x04\x03", Wrapping::Seed),
        hpke: Some(0x0042),
        software: &Soft::<MlKem1024>::NEW,
        ..ML_KEM
    };

    /// ML-DSA-44, pure.
    ML_DSA_44 "ML-DSA-44": Key<MlDsa44>, 0x422e_797e_260a_7bf9 = Row {
        category: 2,
        public_key: 1312,
        signature: 2420,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x11", Wrapping::Seed),
        software: &Soft::<MlDsa44>::NEW,
        ..ML_DSA
    };

    /// ML-DSA-65, pure.
    ML_DSA_65 "ML-DSA-65": Key<MlDsa65>, 0x5102_ee3b_d838_c20f = Row {
        category: 3,
        public_key: 1952,
        signature: 3309,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x12", Wrapping::Seed),
        software: &Soft::<MlDsa65>::NEW,
        ..ML_DSA
    };

    /// ML-DSA-87, pure.
    ML_DSA_87 "ML-DSA-87": Key<MlDsa87>, 0x9ff9_ebf0_c584_25ba = Row {
        category: 5,
        public_key: 2592,
        signature: 4627,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x13", Wrapping::Seed),
        software: &Soft::<MlDsa87>::NEW,
        ..ML_DSA
    };

    /// SLH-DSA-SHA2-128s, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_128S "SLH-DSA-SHA2-128s": Key<slh_dsa::SlhDsaSha2_128s>, 0xa887_ffc6_656d_ab55 = Row {
        category: 1,
        public_key: 32,
        private_key: 64,
        signature: 7856,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x14", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaSha2_128s>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHA2-128f, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_128F "SLH-DSA-SHA2-128f": Key<slh_dsa::SlhDsaSha2_128f>, 0x70cb_fb1f_8fe5_29c6 = Row {
        category: 1,
        public_key: 32,
        private_key: 64,
        signature: 17088,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x15", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaSha2_128f>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHA2-192s, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_192S "SLH-DSA-SHA2-192s": Key<slh_dsa::SlhDsaSha2_192s>, 0x2560_7dd5_e229_11fa = Row {
        category: 3,
        public_key: 48,
        private_key: 96,
        signature: 16224,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x16", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaSha2_192s>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHA2-192f, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_192F "SLH-DSA-SHA2-192f": Key<slh_dsa::SlhDsaSha2_192f>, 0x0223_eec4_ead0_15ec = Row {
        category: 3,
        public_key: 48,
        private_key: 96,
        signature: 35664,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x17", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaSha2_192f>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHA2-256s, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_256S "SLH-DSA-SHA2-256s": Key<slh_dsa::SlhDsaSha2_256s>, 0xbf26_d82d_bd17_377a = Row {
        category: 5,
        public_key: 64,
        private_key: 128,
        signature: 29792,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x18", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaSha2_256s>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHA2-256f, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHA2_256F "SLH-DSA-SHA2-256f": Key<slh_dsa::SlhDsaSha2_256f>, 0x2add_0734_d8f2_8f99 = Row {
        category: 5,
        public_key: 64,
        private_key: 128,
        signature: 49856,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x19", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaSha2_256f>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHAKE-128s, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_128S "SLH-DSA-SHAKE-128s": Key<slh_dsa::SlhDsaShake128s>, 0x1ce8_098b_7e71_05a2 = Row {
        category: 1,
        public_key: 32,
        private_key: 64,
        signature: 7856,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x1a", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaShake128s>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHAKE-128f, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_128F "SLH-DSA-SHAKE-128f": Key<slh_dsa::SlhDsaShake128f>, 0xb22d_0a42_4f3d_350f = Row {
        category: 1,
        public_key: 32,
        private_key: 64,
        signature: 17088,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x1b", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaShake128f>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHAKE-192s, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_192S "SLH-DSA-SHAKE-192s": Key<slh_dsa::SlhDsaShake192s>, 0x1342_e379_d684_1deb = Row {
        category: 3,
        public_key: 48,
        private_key: 96,
        signature: 16224,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x1c", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaShake192s>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHAKE-192f, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_192F "SLH-DSA-SHAKE-192f": Key<slh_dsa::SlhDsaShake192f>, 0xc51d_beec_1825_efcd = Row {
        category: 3,
        public_key: 48,
        private_key: 96,
        signature: 35664,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x1d", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaShake192f>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHAKE-256s, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_256S "SLH-DSA-SHAKE-256s": Key<slh_dsa::SlhDsaShake256s>, 0xcdf9_c0c7_ea86_6b58 = Row {
        category: 5,
        public_key: 64,
        private_key: 128,
        signature: 29792,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x1e", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaShake256s>::NEW,
        ..SLH_DSA
    };

    /// SLH-DSA-SHAKE-256f, pure.
    #[cfg(feature = "slh-dsa")]
    SLH_DSA_SHAKE_256F "SLH-DSA-SHAKE-256f": Key<slh_dsa::SlhDsaShake256f>, 0xd28c_cf8b_df93_0ffa = Row {
        category: 5,
        public_key: 64,
        private_key: 128,
        signature: 49856,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x1f", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaShake256f>::NEW,
        ..SLH_DSA
    };

    /// X25519 as a half.
    X25519_SHARE "X25519": Key<X25519>, 0x83a6_b44f_1ed6_b086 = Row {
        status: Status::Standard("RFC 7748"),
        public_key: 32,
        private_key: 32,
        ciphertext: 32,
        secret: 32,
        identifier: named(b"\x2b\x65\x6e", Wrapping::OctetString),
        software: &Soft::<X25519>::NEW,
        ..SHARE
    };

    /// Diffie–Hellman on P-256 as a half. Points are uncompressed, the secret is the X coordinate.
    P256_SHARE "P-256": Key<P256>, 0x8ad3_ae0c_5496_eec8 = Row {
        status: Status::Standard("SP 800-56A"),
        public_key: 65,
        private_key: 32,
        ciphertext: 65,
        secret: 32,
        identifier: ec(SECP256R1),
        software: &Soft::<P256>::NEW,
        ..SHARE
    };

    /// Diffie–Hellman on P-384 as a half. Points are uncompressed, the secret is the X coordinate.
    P384_SHARE "P-384": Key<P384>, 0x774e_def7_a67e_4d3b = Row {
        status: Status::Standard("SP 800-56A"),
        public_key: 97,
        private_key: 48,
        ciphertext: 97,
        secret: 48,
        identifier: ec(SECP384R1),
        software: &Soft::<P384>::NEW,
        ..SHARE
    };

    /// Ed25519, pure.
    ED25519 "Ed25519": Key<Ed25519>, 0xec56_2d73_982b_b039 = Row {
        status: Status::Standard("RFC 8032"),
        public_key: 32,
        private_key: 32,
        signature: 64,
        identifier: named(b"\x2b\x65\x70", Wrapping::OctetString),
        software: &Soft::<Ed25519>::NEW,
        ..CLASSICAL_SIGNATURE
    };

    /// ECDSA on P-256 with SHA-256. Signatures are DER.
    ECDSA_P256_SHA256 "ECDSA-P256-SHA256": Key<EcdsaP256>, 0xd22c_3c14_c9b2_7630 = Row {
        status: Status::Standard("FIPS 186-5"),
        public_key: 65,
        private_key: 32,
        signature: 72,
        identifier: ec(SECP256R1),
        software: &Soft::<EcdsaP256>::NEW,
        ..CLASSICAL_SIGNATURE
    };

    /// ECDSA on P-384 with SHA-384. Signatures are DER.
    ECDSA_P384_SHA384 "ECDSA-P384-SHA384": Key<EcdsaP384>, 0x1bc1_96fc_2249_f59d = Row {
        status: Status::Standard("FIPS 186-5"),
        public_key: 97,
        private_key: 48,
        signature: 104,
        identifier: ec(SECP384R1),
        software: &Soft::<EcdsaP384>::NEW,
        ..CLASSICAL_SIGNATURE
    };
}

const SIGNATURE: Row = Row { status: COMPOSITE, software: &Composite, ..Row::BLANK };
const CLASSICAL_SIGNATURE: Row = Row::BLANK;
const SHARE: Row = Row { kind: Kind::Share, ..Row::BLANK };
const ML_KEM: Row = Row {
    kind: Kind::Kem,
    construction: Construction::PostQuantum,
    status: FIPS_203,
    private_key: 64,
    secret: 32,
    ..Row::BLANK
};
const ML_DSA: Row =
    Row { construction: Construction::PostQuantum, status: FIPS_204, private_key: 32, ..Row::BLANK };
#[cfg(feature = "slh-dsa")]
const SLH_DSA: Row =
    Row { construction: Construction::PostQuantum, status: Status::Standard("FIPS 205"), ..Row::BLANK };
