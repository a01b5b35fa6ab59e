//! Holds both READMEs against the code: the algorithm table, the example, and every number.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use khoalai::Algorithm;
use khoalai::algorithm::{Construction, Kind, Status};

const EN: &str = include_str!("../README.md");
const VI: &str = include_str!("../README.vi.md");
const DOCS_EN: &str = include_str!("../docs/algorithms.md");
const DOCS_VI: &str = include_str!("../docs/algorithms.vi.md");

struct Words {
    signature: &'static str,
    half: &'static str,
    two_halves: &'static str,
    draft: &'static str,
    legacy: &'static str,
    standard: &'static str,
}

const ENGLISH: Words = Words {
    signature: "signature",
    half: "half",
    two_halves: "two halves",
    draft: "draft",
    legacy: "legacy",
    standard: "standard",
};
const VIETNAMESE: Words = Words {
    signature: "chữ ký",
    half: "nửa khóa",
    two_halves: "hai nửa",
    draft: "dự thảo",
    legacy: "đời cũ",
    standard: "tiêu chuẩn",
};

fn row(algorithm: Algorithm, words: &Words) -> String {
    let row = algorithm.row();
    let usage = match (row.construction, row.kind) {
        (Construction::Classical, _) => words.half,
        (_, Kind::Signature) => words.signature,
        _ => "KEM",
    };
    let private = match row.private_key {
        0 if algorithm.halves().is_some() => words.two_halves.to_owned(),
        0 => "-".to_owned(),
        length => length.to_string(),
    };
    let (document, status) = match row.status {
        Status::Standard(document) => (document, words.standard),
        Status::Draft(document) => (document, words.draft),
        Status::Legacy(program) => (program, words.legacy),
        other => panic!("no row of ours is {other:?}"),
    };
    let sent = row.ciphertext.max(row.signature);
    format!(
        "| {} | {usage} | {} | {} | {private} | {sent} | {document} | {status} |",
        row.name, row.category, row.public_key
    )
}

fn table(document: &str) -> &str {
    let (_, rest) = document.split_once("<!-- table").expect("the table's start");
    rest.split_once("<!-- end of table -->").expect("the table's end").0
}

/// The rows of the table, without its heading.
fn rows(document: &str) -> impl Iterator<Item = &str> {
    table(document).lines().skip(3)
}

/// Whether the features that the last column names are on.
fn feature(line: &str) -> bool {
    let column = line.rsplit('|').nth(1).expect("a last column").trim();
    column.split_terminator(", ").all(|feature| match feature.trim_matches('`') {
        "draft-composite-kem" => cfg!(feature = "draft-composite-kem"),
        "pqclean" => cfg!(feature = "pqclean"),
        "pre-release-448" => cfg!(feature = "pre-release-448"),
        "rsa" => cfg!(feature = "rsa"),
        "slh-dsa" => cfg!(feature = "slh-dsa"),
        other => panic!("the table names the unknown feature {other}"),
    })
}

/// docs/algorithms.md has every row, in this order; those whose feature is off are not there.
#[test]
fn the_whole_table_is_the_table() {
    for (document, words) in [(DOCS_EN, &ENGLISH), (DOCS_VI, &VIETNAMESE)] {
        let built: Vec<&str> = rows(document).filter(|line| feature(line)).collect();
        let expected: Vec<_> = Algorithm::ALL.iter().map(|algorithm| row(*algorithm, words)).collect();
        let same = |(built, row): (&&str, &String)| built.starts_with(row.as_str());
        assert!(
            built.len() == expected.len() && built.iter().zip(&expected).all(same),
            "docs/algorithms: the rows of this build are\n{}",
            expected.join("\n")
        );
    }
}

#[test]
fn the_readme_has_rows_of_the_table() {
    for (readme, words) in [(EN, &ENGLISH), (VI, &VIETNAMESE)] {
        for line in rows(readme) {
            let found = Algorithm::ALL.iter().any(|algorithm| row(*algorithm, words) == line);
            assert!(found, "no row of the table is {line}");
        }
        assert!(rows(readme).count() >= 6);
    }
}

fn example(readme: &str) -> Vec<&str> {
    let (_, rest) = readme.split_once("```rust\n").expect("an example");
    rest.split_once("```").expect("its end").0.lines().collect()
}

#[test]
fn the_example_fits_in_fifteen_lines_and_is_the_same_in_both_languages() {
    let code = |readme| -> Vec<_> {
        example(readme).into_iter().filter(|line| !line.trim_start().starts_with("//")).collect()
    };
    assert_eq!(code(EN), code(VI));
    assert!(example(EN).len() <= 15, "{} lines", example(EN).len());
}

/// Every number outside the table stands here, with what holds it.
#[test]
fn no_number_is_loose() {
    for readme in [EN, VI] {
        let outside = readme.replace(table(readme), "");
        let mut numbers: Vec<&str> = outside
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .filter(|word| has_number(word))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let name = Algorithm::ALL.iter().any(|algorithm| algorithm.name() == number);
            let held = match number {
                "333" | "2026" => readme.contains("333/2026/NĐ-CP"),
                // Minutes, and an article.
                "10" => file("scripts/stages/tree.sh").contains("timeout 600"),
                "Apache-2" | "0" => {
                    readme.contains("Apache-2.0") && file("LICENSE-APACHE").contains("Version 2.0")
                }
                "8" => readme.contains("PKCS#8"),
                "11" => readme.contains("PKCS#11"),
                "1" | "3" => readme.contains("TLS 1.3"),
                "10024" => file("src/tls.rs").contains("RFC 10024"),
                "mlkem768x25519-sha256" => file("src/ssh.rs").contains(number),
                "667" => readme.contains("X.667"),
                "x86-64" => file("Cargo.toml").contains(r#"target_arch = "x86_64""#),
                "x86-64-v3" => file("benches/README.md").contains("`-C target-cpu=x86-64-v3`"),
                "P-256" | "P256" => readme.contains("P-256"),
                _ => name,
            };
            assert!(held, "the README says {number} and no test holds it");
        }
    }
}

fn has_number(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

fn file(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
