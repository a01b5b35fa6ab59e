//! Where and with what was measured.

use harness::{Plan, Work, measure};
use serde::{Deserialize, Serialize};
use sha3::{Digest, Sha3_256};
use std::fs;
use std::hint::black_box;
use std::time::Duration;

/// Of the whole run.
#[derive(Serialize, Deserialize)]
pub struct About {
    pub quick: bool,
    processor: String,
    /// Microseconds that SHA3-256 of 1184 bytes takes: how fast the machine is now.
    pub yardstick: f64,
    built: String,
    versions: Vec<String>,
    when: String,
}

impl About {
    pub fn here(quick: bool) -> Self {
        let all = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let line = |name: &str| {
            let found = all.lines().find(|line| line.starts_with(name));
            found.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
        };
        let (flags, model) = (line("flags"), line("model name"));
        let has: Vec<&str> = ["adx", "avx2", "avx512f", "avx512_vbmi2", "avx512ifma"]
            .into_iter()
            .filter(|flag| flags.split(' ').any(|has| has == *flag))
            .collect();
        Self {
            quick,
            processor: format!("{model} ({})", has.join(", ")),
            yardstick: yardstick(),
            built: env!("BUILT").into(),
            versions: env!("VERSIONS").split(';').map(String::from).collect(),
            when: std::env::var("PEERS_WHEN").unwrap_or_default(),
        }
    }

    /// Whether it is a processor as the peers were measured on alone: Intel's, with AVX-512.
    pub fn is_same_kind(&self) -> bool {
        self.processor.contains("Intel") && self.processor.contains("avx512_vbmi2")
    }

    /// What the compiler was told that it may use.
    pub fn flags(&self) -> &str {
        self.built.rsplit(", ").next().unwrap_or_default()
    }

    pub fn text(&self) -> String {
        let quick = if self.quick { " **A quick look: these are no figures.**" } else { "" };
        format!(
            "{}{quick} Processor: {}. SHA3-256 of 1,184 bytes by `sha3`: {:.2} µs. Built by {}. {}.\n",
            self.when,
            self.processor,
            self.yardstick,
            self.built,
            self.versions.join(", ")
        )
    }
}

fn yardstick() -> f64 {
    let mut works = [Work::new(|| {
        black_box(Sha3_256::digest(black_box([1; 1184])));
    })];
    measure(&mut works, Plan { runs: 3, rounds: 50, batch: Duration::from_micros(300) })[0].least
}
