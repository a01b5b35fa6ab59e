//! The post-quantum components.

use super::named;
use crate::algorithm::{Algorithm, Construction, Kind, Row, Status, Wrapping};
use crate::soft::{Key, MlDsa44, MlDsa65, MlDsa87, MlKem512, MlKem768, MlKem1024, Soft};

const ML_KEM: Row = Row {
    kind: Kind::Kem,
    construction: Construction::PostQuantum,
    status: Status::Standard("FIPS 203"),
    private_key: 64,
    secret: 32,
    ..Row::BLANK
};
const ML_DSA: Row = Row {
    construction: Construction::PostQuantum,
    status: Status::Standard("FIPS 204"),
    private_key: 32,
    ..Row::BLANK
};

table! {
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
}
