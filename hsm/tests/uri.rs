//! PKCS#11 URIs: what is read, what is refused and why, and that nothing of a query is printed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop anywhere"
)]

use khoalai_hsm::{LibraryFields, MAX_URI_LEN, ObjectType, Problem, SlotFields, TokenFields, Uri};

const EVERYTHING: &str = "pkcs11:library-manufacturer=Nh%c3%a0%20l%C3%A0m;library-description=Th%C6%B0;\
    library-version=3.14;slot-manufacturer=M(1);slot-description=Khe%20s%E1%BB%91%202;slot-id=7;model=T-1000;\
    manufacturer=A&B;serial=00:11;token=Kho%3B1;id=%00%fFab;object=kh%C3%B3a%2Fk%C3%BD;type=secret-key\
    ?pin-source=file:/etc/pin%2520x&module-name=thu&module-path=/opt/thu?.so&acme-hint=a|b";

fn refused(text: &str) -> (Problem, Option<String>) {
    let error = Uri::parse(text).expect_err(text);
    (error.problem().unwrap(), error.detail().map(str::to_owned))
}

#[test]
fn every_attribute_is_read() {
    let uri = Uri::parse(EVERYTHING).unwrap();
    assert_eq!(uri.library_manufacturer(), Some("Nhà làm"));
    assert_eq!(uri.library_description(), Some("Thư"));
    assert_eq!(uri.library_version(), Some((3, 14)));
    assert_eq!(uri.slot_manufacturer(), Some("M(1)"));
    assert_eq!(uri.slot_description(), Some("Khe số 2"));
    assert_eq!(uri.slot_id(), Some(7));
    assert_eq!(uri.model(), Some("T-1000"));
    assert_eq!(uri.manufacturer(), Some("A&B"));
    assert_eq!(uri.serial(), Some("00:11"));
    assert_eq!(uri.token(), Some("Kho;1"));
    assert_eq!(uri.id(), Some(&[0, 0xff, b'a', b'b'][..]));
    assert_eq!(uri.object(), Some("khóa/ký"));
    assert_eq!(uri.object_type(), Some(ObjectType::SecretKey));
    assert_eq!(uri.pin_source(), Some("file:/etc/pin%20x"));
    assert_eq!(uri.module_name(), Some("thu"));
    assert_eq!(uri.module_path(), Some("/opt/thu?.so"));
    assert_eq!(uri.ignored().collect::<Vec<_>>(), ["acme-hint"]);
    assert!(uri.has_query());

    for all in ["pkcs11:", "PKCS11:", "pkcs11:?"] {
        let uri = Uri::parse(all).unwrap();
        assert!(uri == Uri::new() && !uri.has_query(), "{all}");
    }
    let empty = Uri::parse("pkcs11:token=;id=").unwrap();
    assert_eq!((empty.token(), empty.id()), (Some(""), Some(&[][..])));
    for object_type in ObjectType::ALL {
        let uri = Uri::parse(&format!("pkcs11:type={}", object_type.name())).unwrap();
        assert_eq!(uri.object_type(), Some(object_type));
    }
    assert_eq!(Uri::parse("pkcs11:library-version=3").unwrap().library_version(), Some((3, 0)));
    assert_eq!(Uri::parse("pkcs11:library-version=255.255").unwrap().library_version(), Some((255, 255)));
    let highest = format!("pkcs11:slot-id={}", u64::MAX);
    assert_eq!(Uri::parse(&highest).unwrap().slot_id(), Some(u64::MAX));
}

#[test]
fn only_the_path_is_printed_and_in_one_form() {
    let uri = Uri::parse(EVERYTHING).unwrap();
    let canonical = "pkcs11:library-manufacturer=Nh%C3%A0%20l%C3%A0m;library-description=Th%C6%B0;\
        library-version=3.14;slot-manufacturer=M%281%29;slot-description=Khe%20s%E1%BB%91%202;slot-id=7;\
        model=T-1000;manufacturer=A%26B;serial=00%3A11;token=Kho%3B1;id=%00%FF%61%62;\
        object=kh%C3%B3a%2Fk%C3%BD;type=secret-key";
    assert_eq!(uri.to_string(), canonical);
    assert_eq!(format!("{uri:?}"), format!("Uri({canonical})"));
    assert_eq!(format!("{uri:#?}"), format!("Uri({canonical})"));
    assert_eq!(Uri::parse(canonical).unwrap(), uri.clone().without_query());
    assert_ne!(Uri::parse(canonical).unwrap(), uri);
    // Order and ways of encoding make no difference (section 2.6).
    let one = Uri::parse("pkcs11:token=a-b;library-version=2;object=x").unwrap();
    let other = Uri::parse("pkcs11:object=%78;library-version=02.00;token=a%2db").unwrap();
    assert_eq!((one.to_string(), &one), (other.to_string(), &other));
}

#[test]
fn what_is_written_is_read_again() {
    let mut random = Random(7);
    for _ in 0..2_000 {
        let mut uri = Uri::new();
        type With = fn(Uri, &str) -> khoalai_hsm::Result<Uri>;
        let setters: [With; 9] = [
            Uri::with_library_manufacturer,
            Uri::with_library_description,
            Uri::with_slot_manufacturer,
            Uri::with_slot_description,
            Uri::with_model,
            Uri::with_manufacturer,
            Uri::with_serial,
            Uri::with_token,
            Uri::with_object,
        ];
        for with in setters {
            if random.below(2) == 0 {
                uri = with(uri, &random.text()).unwrap();
            }
        }
        if random.below(2) == 0 {
            let id: Vec<_> = (0..random.below(20)).map(|_| random.byte()).collect();
            uri = uri.with_id(&id).unwrap();
            assert_eq!(uri.id(), Some(&id[..]));
        }
        if random.below(2) == 0 {
            uri = uri.with_library_version(random.byte(), random.byte()).unwrap();
            uri = uri.with_slot_id(random.next() >> random.below(64)).unwrap();
            uri = uri.with_object_type(ObjectType::ALL[random.below(5)]).unwrap();
        }
        let text = uri.to_string();
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text}");
        assert_eq!(Uri::parse(&text).unwrap(), uri, "{text}");
    }
}

#[test]
fn what_the_grammar_does_not_have_is_refused() {
    for text in [
        "",
        "pkcs11",
        "pkcs12:token=a",
        "pkcs11;token=a",
        " pkcs11:token=a",
        "pkcs11:token=a ",
        "pkcs11:token",
        "pkcs11:;",
        "pkcs11:token=a;",
        "pkcs11:;token=a",
        "pkcs11:token=a;;object=b",
        "pkcs11:=a",
        "pkcs11:t k=a",
        "pkcs11:token=a#b",
        "pkcs11:token=a/b",
        "pkcs11://token=a",
        "pkcs11:token=a b",
        "pkcs11:token=a\"b",
        "pkcs11:token=a|b",
        "pkcs11:token=khóa",
        "pkcs11:tokén=a",
        "pkcs11:token=a\n",
        "pkcs11:token=a\0",
        "pkcs11:token=%",
        "pkcs11:token=%4",
        "pkcs11:token=%4g",
        "pkcs11:token=%zz",
        "pkcs11:token=%+4",
        "pkcs11:token=%%34",
        "pkcs11:id=%1",
        "pkcs11:id=a/b",
        "pkcs11:?&",
        "pkcs11:?a",
        "pkcs11:?a=b&",
        "pkcs11:?a=b;c=d",
        "pkcs11:?a=%g0",
        "pkcs11:?module-name=a#b",
        "pkcs11:?Module-Path=/a",
        "pkcs11:?PIN-SOURCE=/a",
        "pkcs11:?a=<",
        "pkcs11:?a=ă",
    ] {
        let (problem, detail) = refused(text);
        assert_eq!(problem, Problem::UriMalformed, "{text:?}");
        assert!(detail.is_none_or(|detail| detail.starts_with("byte ")), "{text:?}");
    }
    let at = |text, place: usize| assert_eq!(refused(text).1, Some(format!("byte {place}")), "{text}");
    at("pkcs11:token=a;object=b%zz", 23);
    at("pkcs11:token=a;object", 15);
    at("pkcs11:token=a?module-name=a&module-path=b;", 42);
}

#[test]
fn each_wrong_value_has_its_own_error() {
    for text in [
        "pkcs11:Token=a",
        "pkcs11:acme-slot=1",
        "pkcs11:pin-source=/a",
        "pkcs11:module-name=a",
        "pkcs11:x=%61",
    ] {
        assert_eq!(refused(text), (Problem::UriUnknownAttribute, Some("byte 7".into())), "{text}");
    }
    for attribute in
        ["token", "manufacturer", "serial", "model", "object", "slot-description", "library-description"]
    {
        for value in ["%ff", "%C3", "a%80", "%ED%A0%80", "%C0%AF"] {
            let found = refused(&format!("pkcs11:{attribute}={value}"));
            assert_eq!(found, (Problem::UriNotText, Some(attribute.into())), "{value}");
        }
        let found = refused(&format!("pkcs11:{attribute}=a;{attribute}=a"));
        assert_eq!(found, (Problem::UriDuplicate, Some(attribute.into())));
    }
    for twice in
        ["id=a;id=b", "type=data;type=data", "slot-id=1;slot-id=1", "library-version=1;library-version=1"]
    {
        assert_eq!(refused(&format!("pkcs11:{twice}")).0, Problem::UriDuplicate, "{twice}");
    }
    for twice in [
        "pin-source=/a&pin-source=/a",
        "module-name=a&module-name=b",
        "module-path=/a&module-path=/a",
        "x=1&x=2",
    ] {
        assert_eq!(refused(&format!("pkcs11:?{twice}")).0, Problem::UriDuplicate, "{twice}");
    }
    for (attribute, values) in [
        ("type", &["", "Public", "key", "privat%65", "private "][..]),
        (
            "library-version",
            &["", "3.", ".3", "3.1.4", "256", "3.256", "+3", "-1", "3.+1", "a", "%33", "99999999999"],
        ),
        ("slot-id", &["", "-1", "+1", "0x1", "1.0", "18446744073709551616", "%31", "a"]),
    ] {
        for value in values {
            let found = refused(&format!("pkcs11:{attribute}={value}"));
            assert_eq!(found, (Problem::UriValue, Some(attribute.into())), "{value}");
        }
    }
}

#[test]
fn a_pin_in_a_uri_is_refused_and_not_repeated() {
    for text in [
        "pkcs11:?pin-value=s3cr3t",
        "pkcs11:token=a?module-name=b&pin-value=s3cr3t",
        "pkcs11:?PIN-Value=s3cr3t",
        "pkcs11:token=a;pin-value=s3cr3t",
        "pkcs11:?x-pin-value=s3cr3t",
        "pkcs11:?pin_value=s3cr3t",
        "pkcs11:?pin-value=",
        "pkcs11:?pin-source=/a&pin-value=s3cr3t",
    ] {
        let error = Uri::parse(text).unwrap_err();
        assert_eq!(error, Problem::UriPinValue, "{text}");
        assert!(!format!("{error} {error:?} {error:#?}").contains("s3cr3t"), "{text}");
    }
    // Nor is it repeated where it went astray.
    for text in [
        "pkcs11:s3cr3t",
        "pkcs11:s3cr3t=1",
        "pkcs11:slot-id=s3cr3t",
        "pkcs11:type=s3cr3t",
        "s3cr3t",
        "pkcs11:token=%FFs3cr3t",
        "pkcs11:?s3cr3t",
        "pkcs11:?x=#s3cr3t",
    ] {
        let error = Uri::parse(text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{text}");
    }
    let ignored = Uri::parse("pkcs11:token=a?pin-valu=s3cr3t&pin-source=/s3cr3t").unwrap();
    assert!(!format!("{ignored} {ignored:?} {:?}", ignored.ignored().collect::<Vec<_>>()).contains("s3cr3t"));
}

#[test]
fn length_has_a_limit_in_reading_and_in_writing() {
    let of = |length: usize| format!("pkcs11:token={}", "a".repeat(length - 13));
    assert!(Uri::parse(&of(MAX_URI_LEN)).is_ok());
    assert_eq!(refused(&of(MAX_URI_LEN + 1)).0, Problem::UriTooLong);
    assert_eq!(refused(&"x".repeat(1 << 20)).0, Problem::UriTooLong);
    // As short as the limit, but not once it is printed.
    assert_eq!(refused(&format!("pkcs11:id={}", "a".repeat(2000))).0, Problem::UriTooLong);
    assert_eq!(Uri::new().with_token(&"ạ".repeat(1000)).unwrap_err(), Problem::UriTooLong);
    assert!(Uri::new().with_id(&[0; 1000]).is_ok());
    assert_eq!(Uri::new().with_id(&[0; 1400]).unwrap_err(), Problem::UriTooLong);
}

#[test]
fn any_changed_byte_is_read_or_refused() {
    let (mut read, mut refused) = (0, 0);
    for good in
        [EVERYTHING, "pkcs11:", "pkcs11:id=%01;type=private?module-path=/a", "pkcs11:library-version=1.2"]
    {
        for place in 0..good.len() {
            for byte in 0..=u8::MAX {
                let mut bytes = good.as_bytes().to_vec();
                bytes[place] = byte;
                // Bytes that cannot stand alone in a `str` stand for their character of Latin-1.
                let text = String::from_utf8(bytes)
                    .unwrap_or_else(|bad| bad.into_bytes().into_iter().map(char::from).collect());
                match Uri::parse(&text) {
                    Err(_) => refused += 1,
                    Ok(uri) => {
                        read += 1;
                        let again = Uri::parse(&uri.to_string()).unwrap();
                        assert!(again == uri.clone().without_query(), "{text}");
                        assert_eq!(again.to_string(), uri.to_string());
                    }
                }
            }
            assert!(
                Uri::parse(&good[..place]).is_ok_and(|uri| Uri::parse(&uri.to_string()).is_ok())
                    || Uri::parse(&good[..place]).is_err()
            );
        }
    }
    assert!(read > 10_000 && refused > 50_000, "{read} {refused}");
}

#[test]
fn what_a_uri_does_not_name_may_be_anything() {
    let token =
        TokenFields { label: "Kho khóa          ", manufacturer: "ACME\0\0", model: "", serial: "0042   " };
    let slot = SlotFields { id: 3, manufacturer: "ACME     ", description: "Khe 3" };
    let library = LibraryFields { manufacturer: "ACME", description: "Thư viện    ", version: (2, 40) };
    let all = Uri::new();
    assert!(all.matches_token(&token) && all.matches_slot(&slot) && all.matches_library(&library));

    let matches = |path: &str| {
        let uri = Uri::parse(&format!("pkcs11:{path}")).unwrap();
        (uri.matches_library(&library), uri.matches_slot(&slot), uri.matches_token(&token))
    };
    for path in [
        "token=Kho%20kh%C3%B3a",
        "token=Kho%20kh%C3%B3a%20%20",
        "manufacturer=ACME",
        "model=",
        "serial=0042",
        "slot-id=3;slot-manufacturer=ACME",
        "slot-description=Khe%203",
        "library-manufacturer=ACME",
        "library-description=Th%C6%B0%20vi%E1%BB%87n;library-version=2.40",
        "object=anything;id=%01;type=cert",
    ] {
        assert_eq!(matches(path), (true, true, true), "{path}");
    }
    for path in [
        "token=Kho",
        "token=kho%20kh%C3%B3a",
        "manufacturer=ACM",
        "model=x",
        "serial=42",
        "serial=%200042",
        "token=Kho%20kh%C3%B3a;serial=1",
    ] {
        assert_eq!(matches(path), (true, true, false), "{path}");
    }
    for path in ["slot-id=2", "slot-manufacturer=B", "slot-description=", "slot-id=3;slot-description=x"] {
        assert_eq!(matches(path), (true, false, true), "{path}");
    }
    for path in
        ["library-version=2", "library-version=2.4", "library-manufacturer=x", "library-description=x"]
    {
        assert_eq!(matches(path), (false, true, true), "{path}");
    }
}

/// xorshift64*: the same numbers in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    fn text(&mut self) -> String {
        let letters: Vec<char> = "aZ09-._~ ;=&?%/#|\\\"<>:@!$'()*+,[]{}^`\0\n\u{7f}ăệ€𝄞".chars().collect();
        (0..self.below(12)).map(|_| letters[self.below(letters.len())]).collect()
    }
}
