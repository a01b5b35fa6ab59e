//! The algorithms of this library: one row each, one file for each family. Lengths in bytes, from
//! the documents named.

use crate::algorithm::{Algorithm, Identifier, Wrapping};
#[cfg(feature = "alloc")]
use crate::maker::Maker;

/// What the table knows of an algorithm beside its row.
#[cfg(feature = "alloc")]
pub(crate) struct Known {
    pub(crate) algorithm: Algorithm,
    /// Makes its software keys.
    pub(crate) maker: &'static dyn Maker,
}

// Each row: the constant, the name, the type of its software keys, the first 8 bytes of its known
// answer (`selftest`), and the row. The test uses a twin of the row that has no gate, so that it is
// not itself waiting for its own end.
macro_rules! table {
    ($(
        $(#[doc = $doc:literal])*
        $(#[cfg($cfg:meta)])*
        $constant:ident $name:literal: $key:ty, $answer:literal = $row:expr;
    )+) => {
        $(
            $(#[doc = $doc])*
            $(#[cfg($cfg)])*
            pub const $constant: Algorithm = {
                fn answer() -> $crate::error::Result<[u8; 32]> {
                    static TWIN: Row = Row { name: $name, ..$row };
                    $crate::soft::trial::known_answer::<$key>(Algorithm::new(&TWIN))
                }
                const FAULT: u64 = if cfg!(khoalai_fault = $name) { 1 } else { 0 };
                static GATE: $crate::gate::Gate = $crate::gate::Gate::new(answer, $answer ^ FAULT);
                static ROW: Row = Row { name: $name, gate: Some(&GATE), ..$row };
                Algorithm::new(&ROW)
            };
        )+

        /// Every row of this family.
        pub(super) const ROWS: &[Algorithm] = &[$($(#[cfg($cfg)])* $constant,)+];

        /// What else is known of each.
        #[cfg(feature = "alloc")]
        pub(super) const KNOWN: &[$crate::table::Known] = &[$(
            $(#[cfg($cfg)])*
            $crate::table::Known { algorithm: $constant, maker: &$crate::maker::Make::<$key>::NEW },
        )+];
    };
}

// The families, hybrids first.
macro_rules! families {
    ($($(#[cfg($cfg:meta)])* $family:ident)+) => {
        $($(#[cfg($cfg)])* mod $family;)+
        $($(#[cfg($cfg)])* pub use $family::*;)+

        const COUNT: usize = {
            let count = 0;
            $($(#[cfg($cfg)])* let count = count + $family::ROWS.len();)+
            count
        };
        const EVERY: [Algorithm; COUNT] = {
            let mut every = [X_WING; COUNT];
            let rest: &mut [Algorithm] = &mut every;
            $($(#[cfg($cfg)])* let rest = put($family::ROWS, rest);)+
            assert!(rest.is_empty());
            every
        };

        /// What else is known of each, by family.
        #[cfg(feature = "alloc")]
        pub(crate) const KNOWN: &[&[Known]] = &[$($(#[cfg($cfg)])* $family::KNOWN),+];
    };
}

/// Copies `rows` to the front of `to` and returns what is behind them. Only while compiling.
const fn put<'a>(rows: &[Algorithm], to: &'a mut [Algorithm]) -> &'a mut [Algorithm] {
    let (front, rest) = to.split_at_mut(rows.len());
    front.copy_from_slice(rows);
    rest
}

families! {
    hybrid_kem
    #[cfg(feature = "draft-composite-kem")]
    composite_kem
    composite_signature
    post_quantum
    #[cfg(feature = "slh-dsa")]
    slh_dsa
    #[cfg(feature = "pqclean")]
    legacy
    classical
    #[cfg(feature = "rsa")]
    rsa
}

impl Algorithm {
    /// Every algorithm of this library, hybrids first.
    pub const ALL: &'static [Self] = &EVERY;

    /// The algorithm of this library with this name, in its one spelling.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == name)
    }
}

const fn named(oid: &'static [u8], wrapping: Wrapping) -> Option<Identifier> {
    Some(Identifier::new(oid, wrapping))
}
