//! The two implementations of ML-DSA against each other: they take the same private keys, as seeds and
//! in expanded form, and public keys and signatures are the same.
//!
//! Input: tag of the row, private key (length in front), randomness, context (length in front), message.
#![no_main]

use khoalai::algorithm::Kind;
use khoalai::soft::{self, Component, second};
use khoalai::{Algorithm, Hedge, Input, Random, Result};
use khoalai_fuzz::{Pieces, long, short, tag};

khoalai_fuzz::target!();

fn is_ml_dsa(row: Algorithm) -> bool {
    row.kind() == Kind::Signature && row.name().starts_with("ML-DSA-")
}

fn run(data: &[u8]) -> Option<&'static str> {
    let mut pieces = Pieces(data);
    let row = pieces.row(is_ml_dsa)?;
    match row.name() {
        "ML-DSA-44" => both::<soft::MlDsa44, second::MlDsa44>(pieces),
        "ML-DSA-65" => both::<soft::MlDsa65, second::MlDsa65>(pieces),
        "ML-DSA-87" => both::<soft::MlDsa87, second::MlDsa87>(pieces),
        other => panic!("{other} is compared with nothing"),
    }
}

/// FIPS 204's `rnd`, as it stands in the input.
struct Given([u8; 32]);

impl rand_core::TryRng for Given {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> std::result::Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> std::result::Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> std::result::Result<(), Self::Error> {
        out.copy_from_slice(&self.0[..out.len()]);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Given {}

fn both<A: Component, B: Component>(mut pieces: Pieces<'_>) -> Option<&'static str> {
    assert_ne!(A::IMPLEMENTATION, B::IMPLEMENTATION);
    let (private, rnd, context) = (pieces.long()?, *pieces.array()?, pieces.short()?);
    let message = pieces.rest();
    let first = sign::<A>(private, &mut Given(rnd), context, message);
    let second = sign::<B>(private, &mut Given(rnd), context, message);
    assert!(first == second, "{}: keys or signatures differ", A::NAME);
    let (public, signature) = first.ok()?;
    let input = Input::Message(&[message]);
    assert_eq!(A::verify(&public, input, context, &signature), Ok(()));
    assert_eq!(B::verify(&public, input, context, &signature), Ok(()));
    Some(A::NAME)
}

fn sign<C: Component>(
    private: &[u8],
    random: &mut dyn Random,
    context: &[u8],
    message: &[u8],
) -> Result<(Vec<u8>, Vec<u8>)> {
    let loaded = if private.len() == C::PRIVATE { C::load(private)? } else { C::load_expanded(private)? };
    let (mut public, mut signature) = (vec![0; C::PUBLIC], vec![0; C::SIGNATURE]);
    C::public(&loaded, &mut public)?;
    C::sign(&loaded, Input::Message(&[message]), context, Hedge::Required, random, &mut signature)?;
    Ok((public, signature))
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let rows = Algorithm::ALL.iter().filter(|row| is_ml_dsa(**row));
    rows.map(|row| {
        let input =
            [&tag(row.name())[..], &long(&[1; 32]), &[2; 32], &short(b"context"), b"message"].concat();
        (row.name().to_owned(), input)
    })
    .collect()
}

fn rows(row: Algorithm) -> bool {
    is_ml_dsa(row)
}
