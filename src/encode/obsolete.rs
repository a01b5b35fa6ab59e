//! Object identifiers of superseded drafts and prototypes, so that their keys are refused by name.
//!
//! Their bytes mean something else than those of today, also where every length is the same; none is
//! ever read as what replaced it. The arcs are those that the drafts themselves, oqs-provider's
//! `oqs-template/generate.yml` and the mapping of the IETF's PQC-certificates hackathon published.
//! X-Wing has had one identifier in all of its drafts.

use super::asn1;

/// Arcs (DER content bytes), and what used them. Of those that begin alike, the longest comes first.
const ARCS: &[(&[u8], &str)] = &[
    // 2.16.840.1.114027.80.4.1
    (b"\x60\x86\x48\x01\x86\xfa\x6b\x50\x04\x01", "the composite keys of the first IETF hackathons"),
    // 2.16.840.1.114027.80.5.1
    (b"\x60\x86\x48\x01\x86\xfa\x6b\x50\x05\x01", "draft-ounsworth-pq-composite-sigs"),
    // 2.16.840.1.114027.80.5.2
    (b"\x60\x86\x48\x01\x86\xfa\x6b\x50\x05\x02", "draft-ietf-lamps-pq-composite-kem-03 to -10"),
    // 2.16.840.1.114027.80.7.1
    (
        b"\x60\x86\x48\x01\x86\xfa\x6b\x50\x07\x01",
        "composite signatures before draft-ietf-lamps-pq-composite-sigs",
    ),
    // 2.16.840.1.114027.80.8.1
    (b"\x60\x86\x48\x01\x86\xfa\x6b\x50\x08\x01", "draft-ietf-lamps-pq-composite-sigs-00 to -05"),
    // 2.16.840.1.114027.80.9.1
    (b"\x60\x86\x48\x01\x86\xfa\x6b\x50\x09\x01", "draft-ietf-lamps-pq-composite-sigs-06 to -12"),
    // 1.3.6.1.4.1.2.267.7
    (b"\x2b\x06\x01\x04\x01\x02\x82\x0b\x07", "Dilithium, NIST round 3"),
    // 1.3.6.1.4.1.2.267.8
    (b"\x2b\x06\x01\x04\x01\x02\x82\x0b\x08", "Kyber, NIST round 3"),
    // 1.3.6.1.4.1.2.267.11
    (b"\x2b\x06\x01\x04\x01\x02\x82\x0b\x0b", "Dilithium with AES, NIST round 3"),
    // 1.3.6.1.4.1.2.267.12
    (b"\x2b\x06\x01\x04\x01\x02\x82\x0b\x0c", "ML-DSA-ipd, the draft of FIPS 204"),
    // 1.3.6.1.4.1.22554.5.6
    (
        b"\x2b\x06\x01\x04\x01\x81\xb0\x1a\x05\x06",
        "Kyber, NIST round 3, or ML-KEM-ipd, the draft of FIPS 203",
    ),
    // 1.3.9999.2
    (b"\x2b\xce\x0f\x02", "Dilithium hybrids of oqs-provider"),
    // 1.3.9999.3
    (b"\x2b\xce\x0f\x03", "Falcon of oqs-provider"),
    // 1.3.9999.6
    (b"\x2b\xce\x0f\x06", "SPHINCS+ of oqs-provider"),
    // 1.3.9999.7
    (b"\x2b\xce\x0f\x07", "ML-DSA hybrids of oqs-provider"),
    // 1.3.9999
    (b"\x2b\xce\x0f", "a prototype of oqs-provider"),
];

/// The superseded draft or prototype that used an object identifier (DER content bytes), if it is
/// known to be one.
///
/// ```
/// use khoalai::encode::obsolete;
/// // 2.16.840.1.114027.80.8.1.4
/// let oid = b"\x60\x86\x48\x01\x86\xfa\x6b\x50\x08\x01\x04";
/// assert_eq!(obsolete::name(oid), Some("draft-ietf-lamps-pq-composite-sigs-00 to -05"));
/// assert_eq!(obsolete::name(khoalai::ML_DSA_65.row().identifier.unwrap().oid), None);
/// ```
#[must_use]
pub fn name(oid: &[u8]) -> Option<&'static str> {
    // An arc ends where a byte has no top bit, so what goes on behind it is a further arc.
    ARCS.iter().find(|(arc, _)| oid.starts_with(arc)).map(|(_, name)| *name)
}

/// The same for the algorithm of a `SubjectPublicKeyInfo` or a PKCS#8 private key.
#[must_use]
pub fn name_in(der: &[u8]) -> Option<&'static str> {
    name(asn1::named_in(der)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::Algorithm;

    #[test]
    fn no_arc_hides_a_longer_one_or_an_algorithm() {
        for (place, (arc, _)) in ARCS.iter().enumerate() {
            assert!(arc.last().is_some_and(|last| *last < 0x80), "{arc:02x?} is no whole arc");
            let hidden = ARCS.iter().skip(place + 1).find(|(later, _)| later.starts_with(arc));
            assert!(hidden.is_none(), "{arc:02x?} hides {hidden:02x?}");
        }
        for row in Algorithm::ALL {
            assert!(row.row().identifier.is_none_or(|identifier| name(identifier.oid).is_none()), "{row}");
        }
    }
}
