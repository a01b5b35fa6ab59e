//! Reads any bytes as a key reference: as they are, in DER or PEM, or as header and body under a checksum
//! that fits, because no change of bytes finds one by itself. What is read is DER, has one encoding, and
//! answers every question about it; without its token it opens nothing.
//!
//! The first byte chooses: 0 DER, 1 PEM, others the content of the header (its length in two bytes in front)
//! and the body.
#![no_main]

use khoalai::{Algorithm, Error, Side};
use khoalai_fuzz::der::{is_der, tlv};
use khoalai_fuzz::{Pieces, long, public};
use khoalai_hsm::{Access, KeyReference, KeyState};
use sha3::{Digest, Sha3_256};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let mut pieces = Pieces(data);
    let read = match pieces.byte()? {
        0 => KeyReference::from_der(pieces.rest()),
        1 => KeyReference::from_pem(core::str::from_utf8(pieces.rest()).ok()?),
        _ => KeyReference::from_der(&whole(pieces.long()?, pieces.rest())),
    };
    let reference = read.ok()?;
    let der = reference.to_der().expect("what was read is written");
    assert!(is_der(&der, |_| false), "it is no DER");
    if data.first() == Some(&0) {
        assert_eq!(der, data.get(1..).unwrap_or_default(), "two encodings");
    }
    let pem = reference.to_pem().expect("what was read is written");
    if data.first() == Some(&1) {
        assert_eq!(pem.as_bytes(), data.get(1..).unwrap_or_default(), "two texts");
    }
    assert!(KeyReference::is_one(pem.as_bytes()));
    assert_eq!(KeyReference::from_pem(&pem).expect("PEM").to_der().expect("DER"), der);

    reference.public_key().expect("its public key was checked");
    let recovery = reference.recovery_key().expect("its recovery key was checked");
    assert_eq!(reference.recovery_spki().expect("as it stands").is_some(), recovery.is_some());
    for side in [Side::PostQuantum, Side::Classical] {
        let _ = format!("{:?}", reference.half(side));
    }
    let _ = format!("{reference:?} {:?} {}", reference.custody(), reference.created());
    // There is no token here.
    assert!(reference.open(Access::default()).is_err());
    assert!(reference.destroy(Access::default()).is_err());
    match reference.lost() {
        Ok(lost) => {
            assert_eq!(lost.state(), KeyState::Destroyed);
            assert_eq!(
                KeyReference::from_der(&lost.to_der().expect("DER")).expect("DER").name(),
                reference.name()
            );
        }
        Err(_) => assert_eq!(reference.state(), KeyState::Destroyed),
    }
    assert_eq!(reference.recipients().is_ok(), is_offered(&reference));
    Some(reference.algorithm().name())
}

fn is_offered(reference: &KeyReference) -> bool {
    reference.state() == KeyState::Active
        && reference.recipients().err().is_none_or(|error| error != Error::Unsupported)
}

fn whole(header: &[u8], body: &[u8]) -> Vec<u8> {
    let header = tlv(0x30, &[header]);
    let check = Sha3_256::new()
        .chain_update(b"khoalai key reference v1 check")
        .chain_update(&header)
        .chain_update(body)
        .finalize();
    tlv(0x30, &[&header, &tlv(4, &[body]), &tlv(4, &[&check])])
}

/// Both halves in a token; one of them sealed; destroyed.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let object = |id: u8, kind: &str| {
        let uri = format!("pkcs11:model=m;manufacturer=n;serial=1;token=t;id=%{id:02X};object=o;type={kind}");
        [tlv(0x0c, &[uri.as_bytes()]), tlv(0x0c, &[b"1"]), tlv(4, &[&[id]])].concat()
    };
    let sealed = [
        tlv(0x30, &[&object(3, "secret-key")]),
        tlv(0x0c, &[b"AES-256-KWP"]),
        tlv(0x80, &[&[5; 16]]),
        tlv(4, &[&[6; 40]]),
    ]
    .concat();
    let gone = (tlv(0x83, &[]), 2, [90, 90, 10], 0);
    let token = (tlv(0xa0, &[&object(1, "private")]), 0, [90, 90, 10], 0);
    let sealed = (tlv(0xa1, &[&sealed]), 1, [30, 90, 10], 64 + 16);
    let mut seeds = Vec::new();
    for row in Algorithm::ALL.iter().copied().filter(|row| rows(*row)) {
        let Some(halves) = halves(row) else { continue };
        for (kind, (pq, state, custody, body)) in [("gone", &gone), ("token", &token), ("sealed", &sealed)] {
            let classical = if kind == "gone" { tlv(0x83, &[]) } else { tlv(0xa4, &[&object(2, "private")]) };
            let purpose: &[u8] =
                if row.kind() == khoalai::algorithm::Kind::Kem { b"decapsulate" } else { b"sign" };
            // A seed of ML-DSA is half as long as one of ML-KEM.
            let body = if *body > 0 && purpose == b"sign" { body - 32 } else { *body };
            let oid = row.row().identifier.map(|identifier| tlv(0xa0, &[&tlv(6, &[identifier.oid])]));
            let header = [
                tlv(2, &[&[1]]),
                tlv(0x0c, &[row.name().as_bytes()]),
                oid.unwrap_or_default(),
                tlv(0x0c, &[purpose]),
                tlv(0x0c, &["khóa".as_bytes()]),
                tlv(0x0a, &[&[*state]]),
                tlv(0x18, &[b"20261126000000Z"]),
                tlv(4, &[&halves.0]),
                tlv(4, &[&halves.1]),
                pq.clone(),
                classical,
                tlv(0x30, &custody.map(|place| [2, 1, place]).each_ref().map(<[u8; 3]>::as_slice)),
                tlv(5, &[]),
            ]
            .concat();
            let body = vec![7; body];
            seeds.push((format!("{row}-{kind}"), [&[2][..], &long(&header), &body].concat()));
            seeds.push((format!("{row}-{kind}-der"), [&[0][..], &whole(&header, &body)].concat()));
            let pem = KeyReference::from_der(&whole(&header, &body)).and_then(|reference| reference.to_pem());
            seeds.extend(pem.map(|pem| (format!("{row}-{kind}-pem"), [&[1][..], pem.as_bytes()].concat())));
        }
    }
    seeds
}

/// The public keys of fresh halves.
fn halves(row: Algorithm) -> Option<(Vec<u8>, Vec<u8>)> {
    let (pq, classical) = row.halves()?;
    let made = |row| Some(public(&khoalai::generate(row, &mut khoalai_fuzz::random(1)).ok()?));
    Some((made(pq)?, made(classical)?))
}

/// Hybrids whose halves may live apart. RSA keys take seconds to make.
fn rows(row: Algorithm) -> bool {
    Side::Classical.of(row).is_ok() && !khoalai_fuzz::is_slow_to_make(row)
}
