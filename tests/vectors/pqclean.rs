//! What early adopters have: keys and ciphertexts of `pqcrypto-kyber`, which are ML-KEM's, and signatures
//! of `pqcrypto-dilithium`, which are not ML-DSA's.

use crate::ops::{check, decapsulate, encapsulate, import_expanded, public, text, verify};
use crate::support::{Outcome, ensure, hex, json, list, refused, same, string};
use khoalai::encode::pkcs8;
use khoalai::{Algorithm, Error, Input, Policy, PrivateKey};
use serde_json::Value;

crate::support::sets! {
    kyber: "pqclean/kyber.json" => |tally| for case in list(&json(&tally.files[0]), "cases") {
        let algorithm = Algorithm::named(string(case, "algorithm")).unwrap();
        tally.ran(algorithm, string(case, "id"), opens(algorithm, case));
    };
    dilithium: "pqclean/dilithium.json" => |tally| for case in list(&json(&tally.files[0]), "cases") {
        let (id, mistaken) = (string(case, "id"), Algorithm::named(string(case, "not")).unwrap());
        tally.ran(mistaken, format!("{id} is not {mistaken}"), is_not(mistaken, case));
        match Algorithm::named(string(case, "algorithm")) {
            Some(algorithm) => tally.ran(algorithm, id, verifies(algorithm, case)),
            None => tally.skip(id, "feature pqclean is off"),
        }
    };
}

/// Private keys open in expanded form, with no policy that says so, by every implementation built in.
fn opens(algorithm: Algorithm, case: &Value) -> Outcome {
    let (bytes, private) = (hex(case, "public_key"), hex(case, "private_key"));
    check(algorithm, &bytes).map_err(text)?;
    let mut keys: Vec<Box<dyn PrivateKey>> = vec![
        Box::new(import_expanded(algorithm, &private).map_err(text)?),
        Box::new(in_a_file(algorithm, &private).map_err(text)?),
    ];
    keys.extend(others(algorithm, &private).map_err(text)?);
    let (sent, to_send) = (hex(case, "secret"), encapsulate(algorithm, &bytes, &[7; 32]).map_err(text)?);
    for key in keys {
        same("public key", &public(&*key).map_err(text)?, &bytes)?;
        same("secret", &decapsulate(&*key, &hex(case, "ciphertext")).map_err(text)?, &sent)?;
        let rejected = decapsulate(&*key, &hex(case, "altered_ciphertext")).map_err(text)?;
        same("rejection secret", &rejected, &hex(case, "rejection_secret"))?;
        ensure(rejected != sent, "what was altered was opened")?;
        same("what we send", &decapsulate(&*key, &to_send.0).map_err(text)?, &to_send.1)?;
    }
    Ok(())
}

/// The key as RFC 9935 §6 wraps it in expanded form: SEQUENCE { 0, { oid }, OCTET STRING { OCTET STRING } }.
fn in_a_file(algorithm: Algorithm, private: &[u8]) -> Result<khoalai::BoxedKey, Error> {
    let octets = |tag: u8, content: &[u8]| {
        let len = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &len[..], content].concat()
    };
    let oid = algorithm.row().identifier.unwrap().oid;
    let len = u8::try_from(oid.len()).unwrap();
    let head = [&[2, 1, 0, 0x30, len + 2, 6, len], oid].concat();
    let key = octets(4, &octets(4, private));
    pkcs8::decode(&octets(0x30, &[head, key].concat()), Algorithm::ALL)?.load_boxed()
}

#[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
fn others(algorithm: Algorithm, private: &[u8]) -> Result<Vec<Box<dyn PrivateKey>>, Error> {
    use khoalai::soft::{Component, Key, second};
    fn of<C: Component>(algorithm: Algorithm, private: &[u8]) -> Result<Box<dyn PrivateKey>, Error> {
        Ok(Box::new(Key::<C>::import_expanded(algorithm, private)?))
    }
    let mut others = vec![match algorithm.name() {
        "ML-KEM-512" => of::<second::MlKem512>(algorithm, private)?,
        "ML-KEM-768" => of::<second::MlKem768>(algorithm, private)?,
        _ => of::<second::MlKem1024>(algorithm, private)?,
    }];
    #[cfg(feature = "pqclean")]
    {
        use khoalai::soft::pqclean::{Kyber512, Kyber768, Kyber1024};
        others.push(match algorithm.name() {
            "ML-KEM-512" => of::<Kyber512>(algorithm, private)?,
            "ML-KEM-768" => of::<Kyber768>(algorithm, private)?,
            _ => of::<Kyber1024>(algorithm, private)?,
        });
    }
    Ok(core::mem::take(&mut others))
}

/// One implementation is built in.
#[cfg(not(all(feature = "pq-libcrux", feature = "pq-rustcrypto")))]
fn others(_algorithm: Algorithm, _private: &[u8]) -> Result<Vec<Box<dyn PrivateKey>>, Error> {
    Ok(Vec::new())
}

/// Every length is right, and the public key is one: the signature is refused all the same, after it
/// was looked at, under no context and some.
fn is_not(mistaken: Algorithm, case: &Value) -> Outcome {
    let (bytes, message, signature) = (hex(case, "public_key"), hex(case, "message"), hex(case, "signature"));
    check(mistaken, &bytes).map_err(text)?;
    ensure(signature.len() == mistaken.signature_len(), "another length")?;
    for context in [&b""[..], b"context"] {
        let got = verify(mistaken, &bytes, Input::Message(&[&message]), context, &signature);
        ensure(got == Err(Error::VerificationFailed), &format!("verification gave {got:?}"))?;
    }
    Ok(())
}

/// Under its own name and a policy it verifies.
fn verifies(algorithm: Algorithm, case: &Value) -> Outcome {
    let (message, mut signature) = (hex(case, "message"), hex(case, "signature"));
    let bytes = hex(case, "public_key");
    let strict = Policy::STRICT.public_key(algorithm, &bytes).err();
    ensure(strict == Some(Error::LegacyAlgorithm), "it needs no policy")?;
    let key = Policy::STRICT.permit_legacy().public_key(algorithm, &bytes).map_err(text)?;
    key.verify(&message, b"", &signature).map_err(text)?;
    refused("another message", key.verify(&[&message[..], b"."].concat(), b"", &signature))?;
    signature[40] ^= 1;
    refused("another signature", key.verify(&message, b"", &signature))
}
