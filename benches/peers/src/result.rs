//! What is measured, and what came of it.

use harness::{Figures, Work, median};
use serde::{Deserialize, Serialize};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Op {
    /// A key from fresh randomness, and the bytes of its public key.
    Generate,
    /// From the bytes of a public key.
    Encapsulate,
    /// With a public key that was loaded before.
    EncapsulatePrepared,
    /// With a private key that was loaded before.
    Decapsulate,
    /// A client's key of TLS made, its public key sent, and an answer opened.
    Client,
    Sign,
    /// From the bytes of a public key.
    Verify,
    /// With a public key that was loaded before.
    VerifyPrepared,
}

impl Op {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Encapsulate => "encapsulate",
            Self::EncapsulatePrepared => "encapsulate, prepared",
            Self::Decapsulate => "decapsulate",
            Self::Client => "generate and decapsulate",
            Self::Sign => "sign",
            Self::Verify => "verify",
            Self::VerifyPrepared => "verify, prepared",
        }
    }
}

/// One operation of one peer.
pub struct Subject<'a> {
    pub row: &'static str,
    pub op: Op,
    pub peer: &'static str,
    pub work: Work<'a>,
}

/// What came of it. Times are microseconds.
#[derive(Clone, Serialize, Deserialize)]
pub struct Measured {
    pub row: String,
    pub op: Op,
    pub peer: String,
    pub least: f64,
    pub median: f64,
    pub mean: f64,
    pub spread: f64,
    /// How many times as long as ours it takes: by the least, and by the median of the runs, each the median of its
    /// rounds (for what repeats by chance, the quotient of means).
    pub ratio_of_least: f64,
    pub ratio: f64,
}

impl Measured {
    /// Of one subject, beside our own of the same row and operation.
    pub fn new(row: &str, op: Op, peer: &str, figures: &Figures, ours: &Figures) -> Self {
        let of_means = || {
            let ratios = figures.means.iter().zip(&ours.means).map(|(theirs, ours)| theirs / ours);
            median(&ratios.collect::<Vec<_>>())
        };
        Self {
            row: row.into(),
            op,
            peer: peer.into(),
            least: figures.least,
            median: figures.median(),
            mean: figures.mean(),
            spread: figures.spread(),
            ratio_of_least: figures.least / ours.least,
            ratio: if op == Op::Sign { of_means() } else { figures.times(ours) },
        }
    }

    /// The median, or the mean of what repeats by chance.
    pub fn time(&self) -> f64 {
        if self.op == Op::Sign { self.mean } else { self.median }
    }
}
