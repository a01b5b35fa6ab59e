//! The published test vectors, through the public interface. What has to run is in
//! `test-vectors/EXPECTED.toml`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::indexing_slicing,
    clippy::unwrap_in_result,
    reason = "a vector that cannot be read is a failed test"
)]
#![allow(
    clippy::std_instead_of_alloc,
    clippy::needless_pass_by_value,
    reason = "it reads more easily in a test"
)]

mod acvp;
mod cctv;
mod certificate;
mod composite;
mod hybrid_kem;
mod ops;
mod protocols;
mod rfc;
mod rsa;
mod support;
mod wycheproof;

use khoalai::Algorithm;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

/// Every stored file, by its name without `.gz`, relative to the folder.
fn stored(folder: &Path, all: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            stored(&path, all);
        } else {
            let name = path.strip_prefix(support::folder()).unwrap().to_str().unwrap().replace('\\', "/");
            assert!(all.insert(name.trim_end_matches(".gz").to_owned()), "{name} is stored twice");
        }
    }
}

#[test]
fn every_file_is_listed() {
    let mut files = BTreeSet::new();
    stored(&support::folder(), &mut files);
    let expected = support::expected();
    let mut listed = BTreeSet::new();
    for name in expected.sets.iter().flat_map(|set| &set.files).chain(&expected.documents) {
        assert!(listed.insert(name.clone()), "EXPECTED.toml lists {name} twice");
    }
    assert_eq!(files, listed, "files (left) are not those of EXPECTED.toml (right)");
}

#[test]
fn every_set_is_run() {
    let run =
        [acvp::SETS, cctv::SETS, composite::SETS, hybrid_kem::SETS, rfc::SETS, wycheproof::SETS].concat();
    let expected = support::expected();
    let listed: BTreeSet<&str> = expected.sets.iter().map(|set| set.name.as_str()).collect();
    assert_eq!(run.iter().copied().collect::<BTreeSet<_>>(), listed);
    assert_eq!(run.len(), listed.len(), "a set is run twice");
}

/// A row without vectors is one that nothing outside this library has confirmed.
#[test]
fn every_algorithm_has_vectors() {
    let sets = support::expected().sets;
    let covered: BTreeSet<&str> = sets.iter().flat_map(|set| &set.algorithms).map(String::as_str).collect();
    let all: BTreeSet<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    let without: Vec<_> = all.difference(&covered).collect();
    assert!(without.is_empty(), "no vectors for {without:?}");
    let unknown: Vec<_> = covered.difference(&all).collect();
    assert!(!support::is_complete() || unknown.is_empty(), "vectors for {unknown:?}, which are no rows");
}

#[test]
fn every_file_is_as_published() {
    let sums = support::text("SHA256SUMS");
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert_eq!(Sha256::digest(support::read(name))[..], support::unhex(sum)[..], "{name}");
    }
    let summed: BTreeSet<&str> = sums.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    for set in support::expected().sets {
        set.files.iter().for_each(|name| assert!(summed.contains(name.as_str()), "no sum of {name}"));
    }
}
