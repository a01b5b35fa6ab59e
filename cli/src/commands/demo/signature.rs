//! The second half of the story: a document is signed, and nothing else passes for it.

use super::{Story, flipped};
use crate::commands::verify::told;
use crate::failure::Failure;
use crate::message;
use crate::text::fill;
use khoalai::{
    Error, MLDSA65_ECDSA_P256_SHA512 as ALGORITHM, MessageStream, PublicKey, SigningKey, SystemRandom,
};
use std::path::Path;

/// What the confirmation of a real document would be bound to.
const CONTEXT: &[u8] = b"khoalai demo";

pub(super) fn tell(story: &Story<'_>, file: Option<&Path>) -> Result<(), Failure> {
    let text = story.session.text;
    story.chapter(text.demo_signature);

    let key = SigningKey::new(khoalai::generate(ALGORITHM, &mut SystemRandom)?)?;
    let mut public = vec![0; ALGORITHM.public_key_len()];
    let public = PublicKey::new(ALGORITHM, key.public_key(&mut public)?)?;
    let length = public.as_bytes().len().to_string();
    story.step("signing_key", &fill(text.demo_signing_key, &[ALGORITHM.name(), &length]), true);

    // The document and a copy with one bit changed, read once.
    let (mut document, mut tampered) =
        (MessageStream::new(&public, CONTEXT)?, MessageStream::new(&public, CONTEXT)?);
    let mut is_first = true;
    let mut take = |piece: &mut [u8]| {
        document.update(piece);
        if let Some(byte) = piece.first_mut().filter(|_| is_first) {
            *byte ^= 1;
            is_first = false;
        }
        tampered.update(piece);
    };
    let (name, length) = if let Some(file) = file {
        (file.display().to_string(), message::each_piece(story.session, file, &mut take)?)
    } else {
        let mut own = text.demo_document.as_bytes().to_vec();
        take(&mut own);
        (text.demo_own_document.to_owned(), u64::try_from(own.len()).unwrap_or_default())
    };
    if is_first {
        // An empty document has no bit to change: one byte more, then.
        tampered.update(b"!");
    }

    let mut signature = vec![0; ALGORITHM.signature_len()];
    let signature = document.clone().sign(&key, &mut SystemRandom, &mut signature)?;
    let line = fill(text.demo_signed, &[&name, &length.to_string(), &signature.len().to_string()]);
    story.step("sign", &line, true);

    let valid = |document: &MessageStream, signature: &[u8]| match document.clone().verify(&public, signature)
    {
        Ok(()) => Ok(true),
        Err(Error::VerificationFailed) => Ok(false),
        Err(other) => Err(other),
    };
    story.step("verify", text.demo_verified, valid(&document, signature)?);
    story.step("tampered", text.demo_tampered, !valid(&tampered, signature)?);

    // The composite: the ML-DSA-65 signature, then the ECDSA signature. One good half is not enough.
    let (pq, classical) = ALGORITHM.halves().ok_or(Error::Unsupported)?;
    for (step, half, at) in [
        ("signature_break_post_quantum", pq, pq.signature_len() / 2),
        // The last byte of s: the DER around it stays whole.
        ("signature_break_classical", classical, signature.len() - 1),
    ] {
        let broken = flipped(signature, at);
        let verdicts = document.clone().verdicts(&public, &broken)?;
        let as_told = verdicts.pq == (half != pq) && verdicts.classical == (half == pq);
        let line = fill(text.demo_break_half, &[half.name(), &told(text, verdicts)]);
        story.step(step, &line, as_told && !valid(&document, &broken)?);
    }
    Ok(())
}
