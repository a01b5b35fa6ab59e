//! What is stored, what is listed and what is run are the same.

use crate::support;
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
            let name =
                path.strip_prefix(support::stored::folder()).unwrap().to_str().unwrap().replace('\\', "/");
            assert!(all.insert(name.trim_end_matches(".gz").to_owned()), "{name} is stored twice");
        }
    }
}

#[test]
fn every_file_is_listed() {
    let mut files = BTreeSet::new();
    stored(&support::stored::folder(), &mut files);
    let expected = support::expected();
    let mut listed = BTreeSet::new();
    for name in expected.sets.iter().flat_map(|set| &set.files).chain(&expected.documents) {
        assert!(listed.insert(name.clone()), "EXPECTED.toml lists {name} twice");
    }
    assert_eq!(files, listed, "files (left) are not those of EXPECTED.toml (right)");
}

#[test]
fn every_set_is_run() {
    support::all_are_run(&crate::sets());
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
