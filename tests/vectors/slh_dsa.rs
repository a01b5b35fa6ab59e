//! SLH-DSA: keys by NIST, keys and self-signed certificates by OpenSSL.

use crate::certificate::{Certificate, algorithm_of};
use crate::ops::{export, import, pkcs8, public, sign, spki, text, verify};
use crate::support::{Outcome, Tally, ensure, hex, id, json, list, read, refused, same, string};
use khoalai::{Algorithm, Input};

crate::support::sets! {
    keys: "acvp/SLH-DSA-keyGen-FIPS205/prompt.json" => keys_cases;
    certificates: "pqc-certificates/slh-dsa-sha2-128f-2.16.840.1.101.3.4.3.21_priv.der" => certificates_cases;
}

/// Import works the public key out of the seeds, so a key that is accepted was made right.
fn keys_cases(tally: &mut Tally) {
    let (prompt, answers) = (json(&tally.files[0]), json(&tally.files[1]));
    for (group, answers) in list(&prompt, "testGroups").iter().zip(list(&answers, "testGroups")) {
        for (case, answer) in list(group, "tests").iter().zip(list(answers, "tests")) {
            assert_eq!(id(case), id(answer));
            let Some(algorithm) = Algorithm::named(string(group, "parameterSet")) else {
                tally.skip(id(case), "parameter set not built");
                continue;
            };
            let seeds = ["skSeed", "skPrf", "pkSeed"].map(|name| hex(case, name)).concat();
            tally.ran(algorithm, id(case), key(algorithm, &seeds, &hex(answer, "sk"), &hex(answer, "pk")));
        }
    }
}

fn key(algorithm: Algorithm, seeds: &[u8], private: &[u8], want: &[u8]) -> Outcome {
    ensure(private.starts_with(seeds), "another layout")?;
    let key = import(algorithm, private).map_err(text)?;
    same("public key", &public(&*key).map_err(text)?, want)?;
    same("private key written", &export(&*key).map_err(text)?, private)?;
    let mut other_root = private.to_vec();
    *other_root.last_mut().unwrap() ^= 1;
    refused("another root", import(algorithm, &other_root))
}

fn certificates_cases(tally: &mut Tally) {
    for name in tally.files.clone().iter().filter(|name| name.ends_with("_priv.der")) {
        let stem = name.strip_prefix("pqc-certificates/").unwrap().split("-2.16").next().unwrap();
        let named = stem.to_uppercase();
        let row = Algorithm::ALL.iter().find(|row| row.name().to_uppercase() == named);
        match row {
            Some(&row) => {
                tally.ran(row, stem, certificate(row, &read(name), &read(&name.replace("_priv", "_ta"))));
            }
            None => tally.skip(stem, "parameter set not built"),
        }
    }
}

fn certificate(algorithm: Algorithm, private: &[u8], der: &[u8]) -> Outcome {
    let (found, private) = pkcs8(Algorithm::ALL, private).map_err(text)?;
    ensure(found == algorithm, "another algorithm")?;
    let key = import(algorithm, &private).map_err(text)?;
    let certificate = Certificate::read(der);
    ensure(algorithm_of(certificate.spki) == certificate.algorithm, "not self-signed")?;
    let (found, certified) = spki(Algorithm::ALL, certificate.spki).map_err(text)?;
    ensure(found == algorithm, "another algorithm in the certificate")?;
    same("public key", &public(&*key).map_err(text)?, &certified)?;

    let input = Input::Message(&[certificate.tbs]);
    verify(algorithm, &certified, input, &[], certificate.signature).map_err(text)?;
    let (head, tail) = certificate.tbs.split_at(7);
    let parts = Input::Message(&[head, tail]);
    verify(algorithm, &certified, parts, &[], certificate.signature).map_err(text)?;
    refused("another context", verify(algorithm, &certified, input, b"x", certificate.signature))?;
    for place in [0, certificate.signature.len() / 2, certificate.signature.len() - 1] {
        let mut broken = certificate.signature.to_vec();
        broken[place] ^= 1;
        refused("a broken signature", verify(algorithm, &certified, input, &[], &broken))?;
    }
    let ours = sign(&*key, input, b"context", None).map_err(text)?;
    verify(algorithm, &certified, input, b"context", &ours).map_err(text)
}
