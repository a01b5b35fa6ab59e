//! Loads vectors, counts cases and holds the counts against `test-vectors/EXPECTED.toml`.

use khoalai::{Algorithm, Class, Error};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

#[cfg(target_family = "wasm")]
use crate::wasm as stored;

/// The folder with the vectors.
#[cfg(not(target_family = "wasm"))]
pub(crate) mod stored {
    use std::path::{Path, PathBuf};

    pub(crate) fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors")
    }

    pub(crate) fn read(name: &str) -> Option<Vec<u8>> {
        let path = folder().join(name);
        path.exists().then(|| std::fs::read(path).unwrap())
    }
}

/// What a case comes to: nothing, or what went wrong.
pub(crate) type Outcome = Result<(), String>;

/// The contents of `name`, which may be stored as `name.gz`.
pub(crate) fn read(name: &str) -> Vec<u8> {
    if let Some(plain) = stored::read(name) {
        return plain;
    }
    let packed = stored::read(&format!("{name}.gz")).unwrap_or_else(|| panic!("no {name}"));
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// `name` as text.
pub(crate) fn text(name: &str) -> String {
    String::from_utf8(read(name)).unwrap()
}

/// `name` as JSON.
pub(crate) fn json(name: &str) -> Value {
    serde_json::from_slice(&read(name)).unwrap()
}

/// The array in member `key`.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap()
}

/// The string in member `key`.
pub(crate) fn string<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key}"))
}

/// The bytes in member `key`, written in hexadecimal.
pub(crate) fn hex(value: &Value, key: &str) -> Vec<u8> {
    unhex(string(value, key))
}

/// The bytes that `text` writes in hexadecimal.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(text).unwrap()
}

/// The number in `tcId`, as an id.
pub(crate) fn id(case: &Value) -> String {
    case["tcId"].to_string()
}

/// One entry of `EXPECTED.toml`: files that are run together.
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) files: Vec<String>,
    /// The algorithms that its cases are about.
    pub(crate) algorithms: BTreeSet<String>,
    cases: usize,
    run: usize,
    skip: BTreeMap<String, String>,
}

/// The parsed `EXPECTED.toml`.
pub(crate) struct Expected {
    pub(crate) sets: Vec<Set>,
    #[cfg_attr(not(test), expect(dead_code, reason = "only the test harness lists files"))]
    pub(crate) documents: Vec<String>,
}

pub(crate) fn expected() -> Expected {
    let table: toml::Table = text("EXPECTED.toml").parse().unwrap();
    let strings = |value: &toml::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
    };
    let count = |value: &toml::Value| usize::try_from(value.as_integer().unwrap()).unwrap();
    let reasons = strings(&table["reasons"]);
    let sets = table["set"].as_array().unwrap().iter().map(|set| {
        let (mut skip, mut run) = (BTreeMap::new(), count(&set["run"]));
        for group in set.get("skip").and_then(toml::Value::as_array).into_iter().flatten() {
            let reason = group["reason"].as_str().unwrap().to_owned();
            assert!(reasons.contains(&reason), "{reason:?} is no reason to leave a case out");
            let ids: Vec<String> = strings(&group["ids"]).iter().flat_map(|ids| range(ids)).collect();
            if group.get("unless").is_some_and(|features| strings(features).iter().all(|name| enabled(name)))
            {
                run += ids.len();
                continue;
            }
            for id in ids {
                let before = skip.insert(id.clone(), reason.clone());
                assert!(before.is_none(), "{id} is listed twice");
            }
        }
        let files = strings(&set["files"]);
        let name = files[0].clone();
        let algorithms = strings(&set["algorithms"]).into_iter().collect();
        Set { name, files, algorithms, cases: count(&set["cases"]), run, skip }
    });
    Expected { sets: sets.collect(), documents: strings(&table["documents"]) }
}

/// The features that `unless` may name, and whether they are on.
const FEATURES: [(&str, bool); 7] = [
    ("draft-composite-kem", cfg!(feature = "draft-composite-kem")),
    ("hazmat-rsa-private", cfg!(feature = "hazmat-rsa-private")),
    ("pq-rustcrypto", cfg!(feature = "pq-rustcrypto")),
    ("pre-release-448", cfg!(feature = "pre-release-448")),
    ("pqclean", cfg!(feature = "pqclean")),
    ("rsa", cfg!(feature = "rsa")),
    ("slh-dsa", cfg!(feature = "slh-dsa")),
];

fn enabled(name: &str) -> bool {
    let feature = FEATURES.iter().find(|(feature, _)| *feature == name);
    feature.unwrap_or_else(|| panic!("EXPECTED.toml names the unknown feature {name}")).1
}

/// Whether this build has everything that vectors may ask for.
pub(crate) fn is_complete() -> bool {
    FEATURES.iter().all(|(_, enabled)| *enabled)
}

/// `"7"`, `"7-9"` (three ids), or any other word (itself).
fn range(ids: &str) -> Vec<String> {
    let bounds =
        ids.split_once('-').and_then(|(a, b)| Some((a.parse::<u64>().ok()?, b.parse::<u64>().ok()?)));
    match bounds {
        Some((first, last)) => (first..=last).map(|n| n.to_string()).collect(),
        None => vec![ids.to_owned()],
    }
}

/// What happened to the cases of one set.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) files: Vec<String>,
    algorithms: BTreeSet<String>,
    seen: BTreeSet<String>,
    skipped: BTreeMap<String, String>,
    wrong: Vec<String>,
}

impl Tally {
    /// A case about `algorithm` that was run, and what came of it.
    pub(crate) fn ran(&mut self, algorithm: Algorithm, id: impl ToString, outcome: Outcome) {
        let id = id.to_string();
        self.algorithms.insert(algorithm.name().to_owned());
        if let Err(text) = outcome {
            self.wrong.push(format!("{id}: {text}"));
        }
        assert!(self.seen.insert(id.clone()), "case {id} ran twice");
    }

    /// A case that was not run.
    pub(crate) fn skip(&mut self, id: impl ToString, reason: &str) {
        let id = id.to_string();
        self.skipped.insert(id.clone(), reason.to_owned());
        assert!(self.seen.insert(id.clone()), "case {id} ran twice");
    }
}

/// Runs the set whose first file is `name`, and fails if a case or a count is not as expected.
pub(crate) fn run(name: &str, cases: impl FnOnce(&mut Tally)) {
    let set = expected().sets.into_iter().find(|set| set.name == name).unwrap();
    let mut tally = Tally { files: set.files, ..Tally::default() };
    cases(&mut tally);
    assert!(tally.wrong.is_empty(), "{name}: {} wrong:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
    assert_eq!(tally.skipped, set.skip, "{name}: skipped (left) is not what EXPECTED.toml lists (right)");
    assert_eq!(tally.seen.len(), set.cases, "{name}: number of cases");
    assert_eq!(tally.seen.len() - tally.skipped.len(), set.run, "{name}: number of cases run");
    // Of a build that lacks something, fewer.
    assert!(
        if is_complete() {
            tally.algorithms == set.algorithms
        } else {
            tally.algorithms.is_subset(&set.algorithms)
        },
        "{name}: the cases are about {:?}, EXPECTED.toml lists {:?}",
        tally.algorithms,
        set.algorithms
    );
}

/// A set by its name, and what runs its cases.
pub(crate) type Runnable = (&'static str, fn(&mut Tally));

/// Fails unless `run` is every set of `EXPECTED.toml`, once.
pub(crate) fn all_are_run(run: &[Runnable]) {
    let expected = expected();
    let listed: BTreeSet<&str> = expected.sets.iter().map(|set| set.name.as_str()).collect();
    assert_eq!(run.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), listed);
    assert_eq!(run.len(), listed.len(), "a set is run twice");
}

/// Makes a `#[test]` of every set, and `SETS`, the list of them.
macro_rules! sets {
    ($($test:ident: $file:literal => $cases:expr;)+) => {
        $(#[test]
        fn $test() {
            crate::support::run($file, $cases);
        })+

        /// Every set that this module runs.
        pub(crate) const SETS: &[crate::support::Runnable] = &[$(($file, $cases)),+];
    };
}
pub(crate) use sets;

/// `Ok` if `true`.
pub(crate) fn ensure(is: bool, text: &str) -> Outcome {
    if is { Ok(()) } else { Err(text.to_owned()) }
}

/// `Ok` if both are the same bytes.
pub(crate) fn same(what: &str, got: &[u8], want: &[u8]) -> Outcome {
    ensure(got == want, &format!("{what} differs"))
}

/// Asks for an error that is about what was given: a failing generator or a missing feature would
/// make every bad case look refused.
pub(crate) fn refused<T>(what: &str, got: Result<T, Error>) -> Outcome {
    match got {
        Ok(_) => Err(format!("{what} was accepted")),
        Err(Error::Unsupported) => Err(format!("{what} was not looked at")),
        Err(error) if matches!(error.class(), Class::Input | Class::Refused) => Ok(()),
        Err(error) => Err(format!("{what} gave {}", error.code())),
    }
}

/// A generator that gives `bytes`, once, and then fails.
pub(crate) struct Replay<'a>(&'a [u8]);

impl<'a> Replay<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether every byte was used.
    pub(crate) fn is_spent(&self) -> bool {
        self.0.is_empty()
    }
}

/// There were no more bytes to give.
#[derive(Debug)]
pub(crate) struct Exhausted;

impl core::fmt::Display for Exhausted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("no more bytes")
    }
}

impl core::error::Error for Exhausted {}

impl TryRng for Replay<'_> {
    type Error = Exhausted;

    fn try_next_u32(&mut self) -> Result<u32, Exhausted> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Exhausted> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Exhausted> {
        let (now, later) = self.0.split_at_checked(out.len()).ok_or(Exhausted)?;
        out.copy_from_slice(now);
        self.0 = later;
        Ok(())
    }
}

impl TryCryptoRng for Replay<'_> {}
