//! Reads any text as a profile of a device's quirks.
#![no_main]

use khoalai::Algorithm;
use khoalai_hsm::{Profile, SHIPPED_PROFILES};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let profile = Profile::parse(core::str::from_utf8(data).ok()?).ok()?;
    let _ = format!("{} {:?}", profile.name(), profile.quirks());
    Some("a profile")
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let shipped = SHIPPED_PROFILES.iter();
    shipped.map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn rows(_: Algorithm) -> bool {
    false
}
