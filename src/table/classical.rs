//! The classical components: halves, never keys on their own.

use super::named;
use crate::algorithm::{Algorithm, Identifier, Kind, Row, Status, Wrapping};
#[cfg(feature = "pre-release-448")]
use crate::soft::{Ed448, X448};
use crate::soft::{
    BrainpoolP256, BrainpoolP384, EcdsaBrainpoolP256, EcdsaBrainpoolP384, EcdsaP256, EcdsaP384, EcdsaP521,
    Ed25519, Key, P256, P384, P521, Soft, X25519,
};

/// secp256r1, 1.2.840.10045.3.1.7.
const SECP256R1: &[u8] = b"\x2a\x86\x48\xce\x3d\x03\x01\x07";
/// secp384r1, 1.3.132.0.34.
const SECP384R1: &[u8] = b"\x2b\x81\x04\x00\x22";

/// secp521r1, 1.3.132.0.35.
const SECP521R1: &[u8] = b"\x2b\x81\x04\x00\x23";
/// brainpoolP256r1, 1.3.36.3.3.2.8.1.1.7 (RFC 5639 §4.1).
const BRAINPOOLP256R1: &[u8] = b"\x2b\x24\x03\x03\x02\x08\x01\x01\x07";
/// brainpoolP384r1, 1.3.36.3.3.2.8.1.1.11 (RFC 5639 §4.1).
const BRAINPOOLP384R1: &[u8] = b"\x2b\x24\x03\x03\x02\x08\x01\x01\x0b";

/// id-ecPublicKey, 1.2.840.10045.2.1 (RFC 5480 §2.1.1). ECDH and ECDSA keys share it.
const fn ec(curve: &'static [u8]) -> Option<Identifier> {
    Some(Identifier::new(b"\x2a\x86\x48\xce\x3d\x02\x01", Wrapping::EcPrivateKey).on_curve(curve))
}

const SIGNATURE: Row = Row::BLANK;
const SHARE: Row = Row { kind: Kind::Share, ..Row::BLANK };

table! {
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

    /// X448 as a half.
    #[cfg(feature = "pre-release-448")]
    X448_SHARE "X448": Key<X448>, 0xe53c_67d3_3e04_d5fb = Row {
        status: Status::Standard("RFC 7748"),
        public_key: 56,
        private_key: 56,
        ciphertext: 56,
        secret: 56,
        identifier: named(b"\x2b\x65\x6f", Wrapping::OctetString),
        software: &Soft::<X448>::NEW,
        ..SHARE
    };

    /// Diffie–Hellman on P-521 as a half. Points are uncompressed, the secret is the X coordinate.
    P521_SHARE "P-521": Key<P521>, 0x841f_61d1_5c5b_6792 = Row {
        status: Status::Standard("SP 800-56A"),
        public_key: 133,
        private_key: 66,
        ciphertext: 133,
        secret: 66,
        identifier: ec(SECP521R1),
        software: &Soft::<P521>::NEW,
        ..SHARE
    };

    /// Diffie–Hellman on brainpoolP256r1 as a half. Points are uncompressed, the secret is the X coordinate.
    BRAINPOOLP256R1_SHARE "brainpoolP256r1": Key<BrainpoolP256>, 0xe5d6_4cdd_c4a5_f98d = Row {
        status: Status::Standard("RFC 5639"),
        public_key: 65,
        private_key: 32,
        ciphertext: 65,
        secret: 32,
        identifier: ec(BRAINPOOLP256R1),
        software: &Soft::<BrainpoolP256>::NEW,
        ..SHARE
    };

    /// Diffie–Hellman on brainpoolP384r1 as a half. Points are uncompressed, the secret is the X coordinate.
    BRAINPOOLP384R1_SHARE "brainpoolP384r1": Key<BrainpoolP384>, 0x6c2d_e74c_24e5_2c81 = Row {
        status: Status::Standard("RFC 5639"),
        public_key: 97,
        private_key: 48,
        ciphertext: 97,
        secret: 48,
        identifier: ec(BRAINPOOLP384R1),
        software: &Soft::<BrainpoolP384>::NEW,
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
        ..SIGNATURE
    };

    /// Ed448, pure.
    #[cfg(feature = "pre-release-448")]
    ED448 "Ed448": Key<Ed448>, 0xb439_a76d_287c_d6f4 = Row {
        status: Status::Standard("RFC 8032"),
        public_key: 57,
        private_key: 57,
        signature: 114,
        identifier: named(b"\x2b\x65\x71", Wrapping::OctetString),
        software: &Soft::<Ed448>::NEW,
        ..SIGNATURE
    };

    /// ECDSA on P-256 with SHA-256. Signatures are DER.
    ECDSA_P256_SHA256 "ECDSA-P256-SHA256": Key<EcdsaP256>, 0xd22c_3c14_c9b2_7630 = Row {
        status: Status::Standard("FIPS 186-5"),
        public_key: 65,
        private_key: 32,
        signature: 72,
        identifier: ec(SECP256R1),
        software: &Soft::<EcdsaP256>::NEW,
        ..SIGNATURE
    };

    /// ECDSA on P-384 with SHA-384. Signatures are DER.
    ECDSA_P384_SHA384 "ECDSA-P384-SHA384": Key<EcdsaP384>, 0x1bc1_96fc_2249_f59d = Row {
        status: Status::Standard("FIPS 186-5"),
        public_key: 97,
        private_key: 48,
        signature: 104,
        identifier: ec(SECP384R1),
        software: &Soft::<EcdsaP384>::NEW,
        ..SIGNATURE
    };

    /// ECDSA on P-521 with SHA-512. Signatures are DER.
    ECDSA_P521_SHA512 "ECDSA-P521-SHA512": Key<EcdsaP521>, 0xe4b0_0025_df4d_be48 = Row {
        status: Status::Standard("FIPS 186-5"),
        public_key: 133,
        private_key: 66,
        signature: 139,
        identifier: ec(SECP521R1),
        software: &Soft::<EcdsaP521>::NEW,
        ..SIGNATURE
    };

    /// ECDSA on brainpoolP256r1 with SHA-256. Signatures are DER.
    ECDSA_BRAINPOOLP256R1_SHA256 "ECDSA-brainpoolP256r1-SHA256": Key<EcdsaBrainpoolP256>, 0xf9da_fc34_e559_48d5 = Row {
        status: Status::Standard("RFC 5639"),
        public_key: 65,
        private_key: 32,
        signature: 72,
        identifier: ec(BRAINPOOLP256R1),
        software: &Soft::<EcdsaBrainpoolP256>::NEW,
        ..SIGNATURE
    };

    /// ECDSA on brainpoolP384r1 with SHA-384. Signatures are DER.
    ECDSA_BRAINPOOLP384R1_SHA384 "ECDSA-brainpoolP384r1-SHA384": Key<EcdsaBrainpoolP384>, 0xd883_9308_2ac2_1302 = Row {
        status: Status::Standard("RFC 5639"),
        public_key: 97,
        private_key: 48,
        signature: 104,
        identifier: ec(BRAINPOOLP384R1),
        software: &Soft::<EcdsaBrainpoolP384>::NEW,
        ..SIGNATURE
    };
}
