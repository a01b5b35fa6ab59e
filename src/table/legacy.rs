//! What early adopters signed with: verified by policy only, and named in no file.

use crate::algorithm::{Algorithm, Construction, Row, Status};
use crate::soft::pqclean::{Dilithium2, Dilithium3, Dilithium5};
use crate::soft::{Key, Soft};

/// No object identifier: nothing in a file may be taken for it.
const DILITHIUM: Row = Row {
    construction: Construction::PostQuantum,
    status: Status::Legacy("pqcrypto-dilithium 0.5.0"),
    ..Row::BLANK
};

table! {
    /// Dilithium2 of the initial public draft of FIPS 204: signatures that `pqcrypto-dilithium` 0.5.0
    /// made. Every length is that of ML-DSA-44, and nothing else is: neither verifies as the other.
    DILITHIUM2_IPD "Dilithium2-ipd": Key<Dilithium2>, 0x4fc9_998b_4462_c24c = Row {
        category: 2,
        public_key: 1312,
        signature: 2420,
        software: &Soft::<Dilithium2>::NEW,
        ..DILITHIUM
    };

    /// Dilithium3 of the initial public draft of FIPS 204, which is not ML-DSA-65: see [`DILITHIUM2_IPD`].
    DILITHIUM3_IPD "Dilithium3-ipd": Key<Dilithium3>, 0xe68d_1f78_ac10_98bd = Row {
        category: 3,
        public_key: 1952,
        signature: 3309,
        software: &Soft::<Dilithium3>::NEW,
        ..DILITHIUM
    };

    /// Dilithium5 of the initial public draft of FIPS 204, which is not ML-DSA-87: see [`DILITHIUM2_IPD`].
    DILITHIUM5_IPD "Dilithium5-ipd": Key<Dilithium5>, 0xcdfc_22e5_45ee_67c9 = Row {
        category: 5,
        public_key: 2592,
        signature: 4627,
        software: &Soft::<Dilithium5>::NEW,
        ..DILITHIUM
    };
}
