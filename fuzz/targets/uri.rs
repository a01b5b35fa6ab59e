//! Reads any text as a PKCS#11 URI (RFC 7512). What is read is written without its query, and that is read
//! as the same.
#![no_main]

use khoalai::Algorithm;
use khoalai_hsm::Uri;

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let uri = Uri::parse(core::str::from_utf8(data).ok()?).ok()?;
    let written = uri.to_string();
    assert!(written.is_ascii() && !written.contains('?'), "a query was written");
    let again = Uri::parse(&written).expect("what was written is read");
    assert!(!again.has_query());
    assert_eq!(again.to_string(), written);
    assert!(again == uri.clone().without_query(), "{written}");
    Some(if uri.has_query() { "with a query" } else { "a path" })
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    [
        "pkcs11:",
        "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=",
        "pkcs11:object=my-key;type=private;slot-id=327;slot-description=a;slot-manufacturer=b",
        "pkcs11:library-manufacturer=a;library-description=b;library-version=3.1;x-vendor=1",
        "pkcs11:token=Kho%20kh%C3%B3a;object=a?pin-source=file:/etc/token_pin&module-name=softhsm2",
        "pkcs11:object=a?module-path=/usr/lib/libmypkcs11.so.1&x-vendor=2",
        "pkcs11:object=a?pin-value=1234",
    ]
    .into_iter()
    .enumerate()
    .map(|(at, uri)| (at.to_string(), uri.into()))
    .collect()
}

fn rows(_: Algorithm) -> bool {
    false
}
