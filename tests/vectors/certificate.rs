//! As much of X.509 as it takes to check a certificate's signature.

/// The parts of a certificate, each with its DER tag and length unless said otherwise.
pub(crate) struct Certificate<'a> {
    /// What is signed.
    pub(crate) tbs: &'a [u8],
    /// The algorithm it says it is signed with.
    pub(crate) algorithm: &'a [u8],
    /// The public key it is about.
    pub(crate) spki: &'a [u8],
    /// The signature's bytes alone.
    pub(crate) signature: &'a [u8],
}

impl<'a> Certificate<'a> {
    pub(crate) fn read(der: &'a [u8]) -> Self {
        let [tbs, algorithm, signature] = elements(element(der).1)[..] else { panic!("not a certificate") };
        let (tag, bits) = element(signature);
        assert_eq!((tag, bits[0]), (0x03, 0), "a BIT STRING without unused bits");
        // version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
        let fields = elements(element(tbs).1);
        assert_eq!(fields[2], algorithm, "the algorithm inside and outside");
        Self { tbs, algorithm, spki: fields[6], signature: &bits[1..] }
    }
}

/// Tag and contents of the element at the front.
fn element(der: &[u8]) -> (u8, &[u8]) {
    let (header, len) = lengths(der);
    (der[0], &der[header..header + len])
}

/// The elements in `der`, one after the other, with their tags and lengths.
fn elements(mut der: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    while !der.is_empty() {
        let (header, len) = lengths(der);
        let (one, rest) = der.split_at(header + len);
        all.push(one);
        der = rest;
    }
    all
}

/// Lengths of the header and the contents of the element at the front.
fn lengths(der: &[u8]) -> (usize, usize) {
    match der[1] {
        short @ 0..0x80 => (2, short.into()),
        long => {
            let bytes = usize::from(long & 0x7F);
            (2 + bytes, der[2..2 + bytes].iter().fold(0, |len, &byte| (len << 8) | usize::from(byte)))
        }
    }
}

/// The algorithm identifier inside a SubjectPublicKeyInfo.
pub(crate) fn algorithm_of(spki: &[u8]) -> &[u8] {
    elements(element(spki).1)[0]
}
