//! Nothing secret is ever printed: whatever a test knows of PINs, seeds and secrets is looked for in all
//! that it, and the crate under test, wrote.

use super::tokens::{DIRECTORY, SO_PIN, USER_PIN};
use base64ct::{Base64, Base64Url, Encoding};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const FILE: &str = "secrets";

/// From now on this must not be printed. Anything shorter than 16 bytes would be found by chance.
pub fn keep(secret: &[u8]) {
    assert!(secret.len() >= 16);
    let folder = PathBuf::from(std::env::var_os(DIRECTORY).unwrap());
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(FILE)).unwrap();
    // At once: several threads write.
    file.write_all(format!("{}\n", hex(secret)).as_bytes()).unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Every form in which a program might print these bytes. A part is enough: the first 16 bytes.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![secret[..16].to_vec()];
    let hex = hex(&secret[..16]);
    forms.push(hex.to_uppercase().into_bytes());
    forms.push(hex.into_bytes());
    // As `{:?}` prints a slice, in decimal and in hexadecimal.
    forms.push(secret[..16].iter().map(u8::to_string).collect::<Vec<_>>().join(", ").into_bytes());
    forms.push(
        secret[..16].iter().map(|byte| format!("{byte:x}")).collect::<Vec<_>>().join(", ").into_bytes(),
    );
    // In the middle of something that is encoded as a whole there are three ways to begin.
    for start in 0..3 {
        for encode in [Base64::encode_string, Base64Url::encode_string] {
            forms.push(encode(&secret[start..start + 12]).into_bytes());
        }
    }
    forms
}

/// What of it was printed.
pub(super) fn printed(folder: &Path, output: &[u8]) -> Vec<String> {
    let kept = std::fs::read_to_string(folder.join(FILE)).unwrap_or_default();
    let kept = kept.lines().map(|line| {
        (0..line.len())
            .step_by(2)
            .map(|place| u8::from_str_radix(&line[place..place + 2], 16).unwrap())
            .collect()
    });
    let pins = [USER_PIN, SO_PIN].map(|pin| pin.as_bytes().to_vec());
    let all: Vec<Vec<u8>> = kept.chain(pins).collect();
    all.iter()
        .enumerate()
        .filter(|(_, secret)| {
            forms(secret).iter().any(|form| output.windows(form.len()).any(|window| window == form))
        })
        .map(|(number, _)| format!("secret {number} of {}", all.len()))
        .collect()
}
