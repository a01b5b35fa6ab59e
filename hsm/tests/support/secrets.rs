//! What a test must not print: it says so, and all that it printed is searched.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

const FILE: &str = "secrets-of-this-test";

/// From here on nobody may print this.
pub fn tell(directory: &Path, secret: &[u8]) {
    assert!(secret.len() >= 8, "too short to be looked for");
    let mut file = OpenOptions::new().create(true).append(true).open(directory.join(FILE)).unwrap();
    writeln!(file, "{}", hex(secret)).unwrap();
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The part of base64 that is the same wherever in a text the bytes stand, for each of three ways.
fn base64(bytes: &[u8]) -> Vec<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (0..3)
        .map(|skip| {
            let whole = bytes[skip..].chunks_exact(3).take(5);
            whole
                .flat_map(|chunk| {
                    let word = chunk.iter().fold(0_usize, |word, byte| word << 8 | usize::from(*byte));
                    [18, 12, 6, 0].map(|shift| char::from(ALPHABET[word >> shift & 63]))
                })
                .collect()
        })
        .collect()
}

/// The ways in which a secret can be found in a text.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let part = &secret[..secret.len().min(16)];
    let hex = hex(part);
    let list = format!("{part:?}");
    let mut forms = vec![part.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    forms.push(list.trim_matches(['[', ']']).as_bytes().to_vec());
    forms.extend(base64(part).into_iter().map(String::into_bytes));
    forms
}

/// How many secrets were told, and in what they were found.
pub fn search(directory: &Path, printed: &[&[u8]]) -> (usize, usize) {
    let told = std::fs::read_to_string(directory.join(FILE)).unwrap_or_default();
    let (mut all, mut found) = (0, 0);
    for line in told.lines() {
        let secret: Vec<u8> =
            (0..line.len()).step_by(2).map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap()).collect();
        all += 1;
        let forms = forms(&secret);
        let is_in = |text: &[u8]| {
            forms.iter().any(|form| text.windows(form.len()).any(|window| window == form.as_slice()))
        };
        found += usize::from(printed.iter().any(|text| is_in(text)));
    }
    (all, found)
}
