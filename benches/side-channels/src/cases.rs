//! Which operations are looked at.

use crate::input::Input;
use crate::{keys, others};
use khoalai::{
    Algorithm, ECDSA_P256_SHA256, ED25519, ML_DSA_65, ML_KEM_768, ML_KEM_1024, MLDSA65_ECDSA_P256_SHA512,
    MLDSA65_ED25519_SHA512, MLKEM768_P256, MLKEM1024_P384, P256_SHARE, P384_SHARE, X_WING, X25519_SHARE,
};

/// An operation that is ready to run. It writes what comes out to the front of the buffer.
pub type Run<'a> = Box<dyn FnMut(&mut [u8]) + 'a>;
type MakeInput = Box<dyn Fn(u64) -> Input>;
type Load = Box<dyn for<'a> Fn(&'a Input) -> Run<'a>>;

/// One operation.
pub struct Case {
    pub name: String,
    /// Whether it works with secrets.
    pub is_secret: bool,
    /// Whether its instructions are counted.
    pub is_counted: bool,
    /// Whether the operation draws by rejection, by its standard: then no two secrets take the same way.
    pub rejects: bool,
    /// The input with this number. Number 0 is the one that others are compared with.
    pub input: MakeInput,
    /// Makes the operation ready: everything that comes before what is looked at.
    pub load: Load,
}

impl Case {
    pub fn new(
        name: impl Into<String>,
        input: impl Fn(u64) -> Input + 'static,
        load: impl for<'a> Fn(&'a Input) -> Run<'a> + 'static,
    ) -> Self {
        let name = name.into();
        Self {
            name,
            is_secret: true,
            is_counted: false,
            rejects: false,
            input: Box::new(input),
            load: Box::new(load),
        }
    }

    pub fn public(self) -> Self {
        Self { is_secret: false, ..self }
    }

    pub fn counted(self) -> Self {
        Self { is_counted: true, ..self }
    }

    pub fn rejecting(self, rejects: bool) -> Self {
        Self { rejects, ..self }
    }
}

/// For the compiler, where a closure is not passed on at once: it is good for every lifetime.
pub fn as_load<F: for<'a> Fn(&'a Input) -> Run<'a>>(load: F) -> F {
    load
}

/// KEMs and what they are made of.
const EXCHANGES: [Algorithm; 8] =
    [X_WING, MLKEM768_P256, MLKEM1024_P384, ML_KEM_768, ML_KEM_1024, X25519_SHARE, P256_SHARE, P384_SHARE];

const SIGNATURES: [Algorithm; 5] =
    [MLDSA65_ECDSA_P256_SHA512, MLDSA65_ED25519_SHA512, ML_DSA_65, ED25519, ECDSA_P256_SHA256];

pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for algorithm in EXCHANGES {
        cases.push(keys::load(algorithm).counted());
        cases.push(keys::encapsulate(algorithm).counted());
        cases.push(keys::encapsulate_prepared(algorithm).counted());
        cases.push(keys::decapsulate(algorithm).counted());
        if algorithm != X25519_SHARE && algorithm != P256_SHARE && algorithm != P384_SHARE {
            cases.push(keys::reject(algorithm));
        }
    }
    for algorithm in SIGNATURES {
        cases.push(keys::load(algorithm).counted());
        cases.push(keys::sign(algorithm).counted());
        cases.push(keys::verify(algorithm).counted().public());
        cases.push(keys::verify_prepared(algorithm).counted().public());
    }
    cases.extend([others::client().counted(), others::server().counted(), others::finish().counted()]);
    cases.extend([
        others::combine().counted(),
        others::decode().counted(),
        others::decode_bad(),
        others::hash(),
    ]);
    cases
}

/// Which code does the work here, for every row.
pub fn implementations() -> Vec<String> {
    let by = |row: &Algorithm| format!("{}: {}", row.name(), row.row().software.implementation());
    EXCHANGES.iter().chain(&SIGNATURES).map(by).collect()
}
