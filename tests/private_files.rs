//! PKCS#8 that is not DER, or says something else than its row, is refused; a public key beside the
//! private one has to be its own.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::encode::pkcs8;
use khoalai::{Algorithm, Error};
use support::der::{header, longer, pieces, tlv};
use support::{export, key, named_rows};

fn write_pkcs8(algorithm: Algorithm, key: &[u8]) -> Vec<u8> {
    let mut out = vec![0; key.len() + 64];
    pkcs8::encode(algorithm, key, &mut out).unwrap().to_vec()
}

#[test]
fn a_private_key_in_any_other_form() {
    for algorithm in named_rows() {
        let (oid, parameters, _, wrapped) = pieces(algorithm);
        let (version, identifier) = (tlv(2, &[&[0]]), tlv(0x30, &[&oid, &parameters]));
        let file =
            |identifier: &[u8], wrapped: &[u8]| tlv(0x30, &[&version, identifier, &tlv(4, &[wrapped])]);
        let read = |der: &[u8]| pkcs8::decode(der, Algorithm::ALL).map(|_| ()).err();
        let good = file(&identifier, &wrapped);
        assert_eq!(read(&good), None);
        assert!(good == write_pkcs8(algorithm, &export(&*key(algorithm, 1))), "{algorithm}");

        let null = file(&tlv(0x30, &[&oid, &[5, 0]]), &wrapped);
        let wrong = [
            ("NULL", null),
            ("short", file(&identifier, &wrapped[..wrapped.len() - 1])),
            ("long", file(&identifier, &[&wrapped[..], &[0]].concat())),
            ("empty", file(&identifier, &[])),
            ("wrapped once more", file(&identifier, &tlv(4, &[&wrapped]))),
            ("trailing byte", [&good[..], &[0]].concat()),
            ("indefinite length", [&[0x30, 0x80], &good[header(&good)..], &[0, 0]].concat()),
            ("length in one byte more", longer(&good)),
            ("version 2", tlv(0x30, &[&tlv(2, &[&[2]]), &identifier, &tlv(4, &[&wrapped])])),
            ("version -1", tlv(0x30, &[&tlv(2, &[&[0xff]]), &identifier, &tlv(4, &[&wrapped])])),
            ("version 00 00", tlv(0x30, &[&tlv(2, &[&[0, 0]]), &identifier, &tlv(4, &[&wrapped])])),
            ("no version", tlv(0x30, &[&identifier, &tlv(4, &[&wrapped])])),
            ("BIT STRING", tlv(0x30, &[&version, &identifier, &tlv(3, &[&wrapped])])),
        ];
        for (what, der) in wrong {
            // An ML-DSA or ML-KEM key that is wrapped once more looks like the expanded form, until its
            // length is seen.
            let expanded = what == "wrapped once more" && matches!(wrapped[0], 0x80);
            let seen = pkcs8::decode(&der, &[algorithm]).and_then(|read| read.load_boxed()).map(drop);
            assert_eq!(seen, Err(Error::Malformed), "{algorithm}: {what}");
            // Where lengths vary, they are held against what is inside.
            let inside = algorithm.row().varies && matches!(what, "short" | "long" | "wrapped once more");
            let refused = read(&der) == Some(Error::Malformed);
            assert!(refused != expanded || inside, "{algorithm}: {what}");
        }
        let unknown = file(&tlv(0x30, &[&tlv(6, &[b"\x2a\x03"])]), &wrapped);
        assert_eq!(read(&unknown), Some(Error::UnknownAlgorithm), "{algorithm}");
    }
}

#[test]
fn a_public_key_beside_the_private_one() {
    for algorithm in named_rows() {
        let (oid, parameters, public, wrapped) = pieces(algorithm);
        let stranger = support::public(&*key(algorithm, 2));
        let identifier = tlv(0x30, &[&oid, &parameters]);
        let file = |version: u8, more: &[&[u8]]| {
            tlv(0x30, &[&tlv(2, &[&[version]]), &identifier, &tlv(4, &[&wrapped]), &more.concat()])
        };
        let beside = |public: &[u8]| tlv(0x81, &[&[0], public]);
        let check =
            |der: &[u8]| pkcs8::decode(der, &[algorithm]).and_then(|read| read.load_boxed()).map(drop);
        let attributes = tlv(0xa0, &[&[0x30, 0]]);

        assert_eq!(check(&file(1, &[])), Ok(()));
        assert_eq!(check(&file(1, &[&beside(&public)])), Ok(()), "{algorithm}");
        assert_eq!(check(&file(0, &[&attributes])), Ok(()));
        assert_eq!(check(&file(1, &[&attributes, &beside(&public)])), Ok(()));
        let refused = Err(Error::BadPrivateKey);
        assert_eq!(check(&file(1, &[&beside(&stranger)])), refused, "{algorithm}: another's public key");
        assert_eq!(check(&file(1, &[&attributes, &beside(&stranger)])), refused, "{algorithm}");
        assert_eq!(check(&file(1, &[&beside(&public[1..])])), refused, "{algorithm}: part of it");
        assert_eq!(check(&file(1, &[&beside(&[])])), refused, "{algorithm}: none of it");
        for more in [
            &[&beside(&public)[..], &attributes][..],
            &[&beside(&public), &beside(&public)],
            &[&attributes, &attributes],
            &[&tlv(0x81, &[&[7], &public])],
            &[&tlv(0x81, &[])],
            &[&tlv(0xa1, &[&tlv(3, &[&[0], &public])])],
            &[&[5, 0]],
        ] {
            assert_eq!(check(&file(1, more)), Err(Error::Malformed), "{algorithm}");
        }
        assert_eq!(check(&file(0, &[&beside(&public)])), Err(Error::Malformed), "version 1 has none");
    }
}

#[test]
fn what_may_be_inside_an_ec_private_key() {
    for algorithm in named_rows().filter(|row| row.row().identifier.unwrap().curve.is_some()) {
        let (oid, parameters, public, _) = pieces(algorithm);
        let key = key(algorithm, 1);
        let private = tlv(4, &[&export(&*key)]);
        let file = |version: u8, more: &[&[u8]], beside: &[u8]| {
            let inside = tlv(0x30, &[&tlv(2, &[&[version]]), &private, &more.concat()]);
            tlv(0x30, &[&tlv(2, &[&[1]]), &tlv(0x30, &[&oid, &parameters]), &tlv(4, &[&inside]), beside])
        };
        let check =
            |der: &[u8]| pkcs8::decode(der, &[algorithm]).and_then(|read| read.load_boxed()).map(drop);
        let stranger = support::public(&*support::key(algorithm, 2));
        let own = tlv(0xa1, &[&tlv(3, &[&[0], &public])]);
        let other = tlv(0xa1, &[&tlv(3, &[&[0], &stranger])]);
        let (curve, other_curve) =
            (tlv(0xa0, &[&parameters]), tlv(0xa0, &[&tlv(6, &[b"\x2b\x81\x04\x00\x0a"])]));

        for more in [&[][..], &[&curve[..]], &[&own], &[&curve, &own]] {
            assert_eq!(check(&file(1, more, &[])), Ok(()), "{algorithm}");
            assert_eq!(check(&file(1, more, &tlv(0x81, &[&[0], &public]))), Ok(()), "{algorithm}");
        }
        assert_eq!(check(&file(1, &[&other], &[])), Err(Error::BadPrivateKey), "{algorithm}");
        let disagree = file(1, &[&other], &tlv(0x81, &[&[0], &public]));
        assert_eq!(check(&disagree), Err(Error::BadPrivateKey), "{algorithm}");
        for more in [&[&other_curve[..]][..], &[&own, &curve], &[&curve, &curve], &[&[5, 0]]] {
            assert_eq!(check(&file(1, more, &[])), Err(Error::Malformed), "{algorithm}");
        }
        assert_eq!(
            check(&file(0, &[], &[])),
            Err(Error::Malformed),
            "{algorithm}: ECPrivateKey is version 1"
        );
        // A scalar of another length, which some programs write.
        let short = tlv(4, &[&export(&*key)[1..]]);
        let inside = tlv(0x30, &[&tlv(2, &[&[1]]), &short]);
        let der = tlv(0x30, &[&tlv(2, &[&[0]]), &tlv(0x30, &[&oid, &parameters]), &tlv(4, &[&inside])]);
        assert_eq!(check(&der), Err(Error::Malformed), "{algorithm}");
    }
}
