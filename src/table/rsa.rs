//! RSA: composites whose classical half it is, and the halves. Private lengths are 0 where software
//! holds no private keys: the two halves are then made apart, RSA's in a token.

use super::{ML_DSA_44, ML_DSA_65, ML_DSA_87, named};
use crate::algorithm::{Algorithm, Construction, Kind, Prehash, Row, Status, Wrapping};
use crate::composite::Composite;
use crate::soft::{
    Key, MlDsa44, MlDsa65, MlDsa87, Rsa2048OaepSha256, Rsa2048Pkcs15Sha256, Rsa2048PssSha256,
    Rsa3072OaepSha256, Rsa3072Pkcs15Sha256, Rsa3072PssSha256, Rsa4096OaepSha256, Rsa4096Pkcs15Sha384,
    Rsa4096PssSha384, Soft,
};
use crate::whole::Whole;

pub(super) const fn private(len: usize) -> usize {
    if cfg!(feature = "hazmat-rsa-private") { len } else { 0 }
}

const SIGNATURE: Row = Row {
    status: Status::Draft("draft-ietf-lamps-pq-composite-sigs-19"),
    varies: true,
    software: &Composite,
    ..Row::BLANK
};
const RSA: Row = Row { status: Status::Standard("RFC 8017"), varies: true, ..Row::BLANK };
const SHARE: Row = Row { kind: Kind::Share, secret: 32, ..RSA };

/// 1.3.6.1.5.5.7.6.x, the arc of the composites.
macro_rules! composite {
    ($last:literal) => {
        named(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x06, $last], Wrapping::Raw)
    };
}

table! {
    /// id-MLDSA65-RSA3072-PSS-SHA512: the recommended one with RSA.
    MLDSA65_RSA3072_PSS_SHA512 "MLDSA65-RSA3072-PSS-SHA512": Whole<MlDsa65, Rsa3072PssSha256>, 0x8595_a5ea_5ae4_0fc2 = Row {
        construction: Construction::Composite {
            pq: ML_DSA_65,
            classical: RSA3072_PSS_SHA256,
            label: b"COMPSIG-MLDSA65-RSA3072-PSS-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 3,
        public_key: 2350,
        private_key: private(1802),
        signature: 3693,
        identifier: composite!(41),
        ..SIGNATURE
    };

    /// id-MLDSA65-RSA3072-PKCS15-SHA512.
    MLDSA65_RSA3072_PKCS15_SHA512 "MLDSA65-RSA3072-PKCS15-SHA512": Whole<MlDsa65, Rsa3072Pkcs15Sha256>, 0x19f2_1b57_2ea8_312e = Row {
        construction: Construction::Composite {
            pq: ML_DSA_65,
            classical: RSA3072_PKCS15_SHA256,
            label: b"COMPSIG-MLDSA65-RSA3072-PKCS15-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 3,
        public_key: 2350,
        private_key: private(1802),
        signature: 3693,
        identifier: composite!(42),
        ..SIGNATURE
    };

    /// id-MLDSA65-RSA4096-PSS-SHA512.
    MLDSA65_RSA4096_PSS_SHA512 "MLDSA65-RSA4096-PSS-SHA512": Whole<MlDsa65, Rsa4096PssSha384>, 0xc817_06ac_c84a_27ff = Row {
        construction: Construction::Composite {
            pq: ML_DSA_65,
            classical: RSA4096_PSS_SHA384,
            label: b"COMPSIG-MLDSA65-RSA4096-PSS-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 3,
        public_key: 2478,
        private_key: private(2383),
        signature: 3821,
        identifier: composite!(43),
        ..SIGNATURE
    };

    /// id-MLDSA65-RSA4096-PKCS15-SHA512.
    MLDSA65_RSA4096_PKCS15_SHA512 "MLDSA65-RSA4096-PKCS15-SHA512": Whole<MlDsa65, Rsa4096Pkcs15Sha384>, 0xbe60_7255_6e9c_75bf = Row {
        construction: Construction::Composite {
            pq: ML_DSA_65,
            classical: RSA4096_PKCS15_SHA384,
            label: b"COMPSIG-MLDSA65-RSA4096-PKCS15-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 3,
        public_key: 2478,
        private_key: private(2383),
        signature: 3821,
        identifier: composite!(44),
        ..SIGNATURE
    };

    /// id-MLDSA87-RSA3072-PSS-SHA512: security category 5.
    MLDSA87_RSA3072_PSS_SHA512 "MLDSA87-RSA3072-PSS-SHA512": Whole<MlDsa87, Rsa3072PssSha256>, 0x8c14_cd7d_b98f_44e1 = Row {
        construction: Construction::Composite {
            pq: ML_DSA_87,
            classical: RSA3072_PSS_SHA256,
            label: b"COMPSIG-MLDSA87-RSA3072-PSS-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 5,
        public_key: 2990,
        private_key: private(1802),
        signature: 5011,
        identifier: composite!(52),
        ..SIGNATURE
    };

    /// id-MLDSA87-RSA4096-PSS-SHA512: security category 5.
    MLDSA87_RSA4096_PSS_SHA512 "MLDSA87-RSA4096-PSS-SHA512": Whole<MlDsa87, Rsa4096PssSha384>, 0xf6fe_9bfb_ac5f_2b9a = Row {
        construction: Construction::Composite {
            pq: ML_DSA_87,
            classical: RSA4096_PSS_SHA384,
            label: b"COMPSIG-MLDSA87-RSA4096-PSS-SHA512",
            prehash: Prehash::Sha512,
        },
        category: 5,
        public_key: 3118,
        private_key: private(2383),
        signature: 5139,
        identifier: composite!(53),
        ..SIGNATURE
    };

    /// id-MLDSA44-RSA2048-PSS-SHA256: the smallest with RSA.
    MLDSA44_RSA2048_PSS_SHA256 "MLDSA44-RSA2048-PSS-SHA256": Whole<MlDsa44, Rsa2048PssSha256>, 0x57a9_b749_7f28_3ca9 = Row {
        construction: Construction::Composite {
            pq: ML_DSA_44,
            classical: RSA2048_PSS_SHA256,
            label: b"COMPSIG-MLDSA44-RSA2048-PSS-SHA256",
            prehash: Prehash::Sha256,
        },
        category: 2,
        public_key: 1582,
        private_key: private(1226),
        signature: 2676,
        identifier: composite!(37),
        ..SIGNATURE
    };

    /// id-MLDSA44-RSA2048-PKCS15-SHA256.
    MLDSA44_RSA2048_PKCS15_SHA256 "MLDSA44-RSA2048-PKCS15-SHA256": Whole<MlDsa44, Rsa2048Pkcs15Sha256>, 0x3358_27f5_d2e6_398b = Row {
        construction: Construction::Composite {
            pq: ML_DSA_44,
            classical: RSA2048_PKCS15_SHA256,
            label: b"COMPSIG-MLDSA44-RSA2048-PKCS15-SHA256",
            prehash: Prehash::Sha256,
        },
        category: 2,
        public_key: 1582,
        private_key: private(1226),
        signature: 2676,
        identifier: composite!(38),
        ..SIGNATURE
    };

    /// RSA-OAEP with 2048 bits as a half. The ciphertext carries a secret that the sender chose.
    RSA2048_OAEP_SHA256 "RSA2048-OAEP-SHA256": Key<Rsa2048OaepSha256>, 0xf853_af31_7bdd_ed66 = Row {
        public_key: 270,
        private_key: private(1194),
        ciphertext: 256,
        software: &Soft::<Rsa2048OaepSha256>::NEW,
        ..SHARE
    };

    /// RSA-OAEP with 3072 bits as a half.
    RSA3072_OAEP_SHA256 "RSA3072-OAEP-SHA256": Key<Rsa3072OaepSha256>, 0x45c1_0cbb_1d3e_779c = Row {
        public_key: 398,
        private_key: private(1770),
        ciphertext: 384,
        software: &Soft::<Rsa3072OaepSha256>::NEW,
        ..SHARE
    };

    /// RSA-OAEP with 4096 bits as a half.
    RSA4096_OAEP_SHA256 "RSA4096-OAEP-SHA256": Key<Rsa4096OaepSha256>, 0x23b0_1564_22a5_6090 = Row {
        public_key: 526,
        private_key: private(2351),
        ciphertext: 512,
        software: &Soft::<Rsa4096OaepSha256>::NEW,
        ..SHARE
    };

    /// RSASSA-PSS with 2048 bits, SHA-256 and a salt of 32 bytes.
    RSA2048_PSS_SHA256 "RSA2048-PSS-SHA256": Key<Rsa2048PssSha256>, 0xc078_9c23_9f1c_ce07 = Row {
        public_key: 270,
        private_key: private(1194),
        signature: 256,
        software: &Soft::<Rsa2048PssSha256>::NEW,
        ..RSA
    };

    /// RSASSA-PSS with 3072 bits, SHA-256 and a salt of 32 bytes.
    RSA3072_PSS_SHA256 "RSA3072-PSS-SHA256": Key<Rsa3072PssSha256>, 0xc66d_4caa_d5aa_afd5 = Row {
        public_key: 398,
        private_key: private(1770),
        signature: 384,
        software: &Soft::<Rsa3072PssSha256>::NEW,
        ..RSA
    };

    /// RSASSA-PSS with 4096 bits, SHA-384 and a salt of 48 bytes.
    RSA4096_PSS_SHA384 "RSA4096-PSS-SHA384": Key<Rsa4096PssSha384>, 0x2670_6ab1_0be5_29d5 = Row {
        public_key: 526,
        private_key: private(2351),
        signature: 512,
        software: &Soft::<Rsa4096PssSha384>::NEW,
        ..RSA
    };

    /// RSASSA-PKCS1-v1_5 with 2048 bits and SHA-256.
    RSA2048_PKCS15_SHA256 "RSA2048-PKCS15-SHA256": Key<Rsa2048Pkcs15Sha256>, 0x1afc_e521_a0f6_a7cc = Row {
        public_key: 270,
        private_key: private(1194),
        signature: 256,
        software: &Soft::<Rsa2048Pkcs15Sha256>::NEW,
        ..RSA
    };

    /// RSASSA-PKCS1-v1_5 with 3072 bits and SHA-256.
    RSA3072_PKCS15_SHA256 "RSA3072-PKCS15-SHA256": Key<Rsa3072Pkcs15Sha256>, 0x314d_e190_42f2_9dad = Row {
        public_key: 398,
        private_key: private(1770),
        signature: 384,
        software: &Soft::<Rsa3072Pkcs15Sha256>::NEW,
        ..RSA
    };

    /// RSASSA-PKCS1-v1_5 with 4096 bits and SHA-384.
    RSA4096_PKCS15_SHA384 "RSA4096-PKCS15-SHA384": Key<Rsa4096Pkcs15Sha384>, 0xa463_57a1_b1dd_c70a = Row {
        public_key: 526,
        private_key: private(2351),
        signature: 512,
        software: &Soft::<Rsa4096Pkcs15Sha384>::NEW,
        ..RSA
    };
}
