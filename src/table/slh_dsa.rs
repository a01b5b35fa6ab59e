//! SLH-DSA (FIPS 205): the conservative signatures, which rest on hashes alone.

use super::named;
use crate::algorithm::{Algorithm, Construction, Row, Status, Wrapping};
use crate::soft::{Key, Soft, slh_dsa};

const SLH_DSA: Row =
    Row { construction: Construction::PostQuantum, status: Status::Standard("FIPS 205"), ..Row::BLANK };

table! {
    /// SLH-DSA-SHA2-128s, pure.
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
    SLH_DSA_SHAKE_256F "SLH-DSA-SHAKE-256f": Key<slh_dsa::SlhDsaShake256f>, 0xd28c_cf8b_df93_0ffa = Row {
        category: 5,
        public_key: 64,
        private_key: 128,
        signature: 49856,
        identifier: named(b"\x60\x86\x48\x01\x65\x03\x04\x03\x1f", Wrapping::Raw),
        software: &Soft::<slh_dsa::SlhDsaShake256f>::NEW,
        ..SLH_DSA
    };
}
