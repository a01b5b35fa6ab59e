//! The first half of the story: An and Bình agree on a secret, and nobody may break either half of it.

use super::{Story, flipped};
use crate::failure::Failure;
use crate::text::fill;
use khoalai::{DecapsulationKey, Error, MLKEM768_P256, PublicKey, SharedSecret, SystemRandom, X_WING};
use sha3::{Digest, Sha3_256};
use subtle::ConstantTimeEq;

pub(super) fn tell(story: &Story<'_>) -> Result<(), Failure> {
    let text = story.session.text;
    story.chapter(text.demo_exchange);

    let binh = DecapsulationKey::new(khoalai::generate(X_WING, &mut SystemRandom)?)?;
    let mut public = vec![0; X_WING.public_key_len()];
    let public = PublicKey::new(X_WING, binh.public_key(&mut public)?)?;
    let length = public.as_bytes().len().to_string();
    story.step("keygen", &fill(text.demo_key, &[X_WING.name(), &length]), true);

    let mut ciphertext = vec![0; X_WING.ciphertext_len()];
    let an_has = public.encapsulate(&mut SystemRandom, &mut ciphertext)?;
    story.step("encapsulate", &fill(text.demo_encapsulate, &[&ciphertext.len().to_string()]), true);

    // A changed ML-KEM ciphertext gives another secret and no error (FIPS 203 §6.3), so An confirms:
    // she sends a hash over the secret and the ciphertext, which Bình compares with his own.
    let confirmation = confirm(&an_has, &ciphertext);
    let accepts = |ciphertext: &[u8]| match binh.decapsulate(ciphertext, &mut SystemRandom) {
        Ok(secret) => Ok(bool::from(confirm(&secret, ciphertext).ct_eq(&confirmation))),
        Err(Error::DecapsulationFailed | Error::Malformed) => Ok(false),
        Err(other) => Err(other),
    };
    story.step("agree", text.demo_agree, accepts(&ciphertext)?);

    // X-Wing: the ciphertext of ML-KEM-768, then the share of X25519.
    let (pq, classical) = X_WING.halves().ok_or(Error::Unsupported)?;
    let broken_pq = flipped(&ciphertext, pq.ciphertext_len() / 2);
    story.step("break_post_quantum", &fill(text.demo_break_pq, &[pq.name()]), !accepts(&broken_pq)?);
    let broken_classical = flipped(&ciphertext, pq.ciphertext_len());
    let line = fill(text.demo_break_classical, &[classical.name()]);
    story.step("break_classical", &line, !accepts(&broken_classical)?);

    // A share that would make the classical half worthless: its secret is zero with every key.
    let mut zero_share = ciphertext.clone();
    zero_share.iter_mut().skip(pq.ciphertext_len()).for_each(|byte| *byte = 0);
    let refused = binh.decapsulate(&zero_share, &mut SystemRandom).err();
    story.step("zero_share", text.demo_zero_share, refused.is_some_and(|error| error != Error::RandomFailed));

    story.step("off_curve", text.demo_off_curve, off_curve_is_refused()?);
    Ok(())
}

/// A share that is no point of its curve is refused before any key is asked.
fn off_curve_is_refused() -> Result<bool, Error> {
    let key = DecapsulationKey::new(khoalai::generate(MLKEM768_P256, &mut SystemRandom)?)?;
    let mut public = vec![0; MLKEM768_P256.public_key_len()];
    let public = PublicKey::new(MLKEM768_P256, key.public_key(&mut public)?)?;
    let mut ciphertext = vec![0; MLKEM768_P256.ciphertext_len()];
    public.encapsulate(&mut SystemRandom, &mut ciphertext)?;
    let bad = flipped(&ciphertext, ciphertext.len() - 1);
    Ok(key.decapsulate(&bad, &mut SystemRandom).err() == Some(Error::Malformed))
}

/// What An sends along. It tells nothing of the secret.
fn confirm(secret: &SharedSecret, ciphertext: &[u8]) -> [u8; 32] {
    let mut hash = Sha3_256::new();
    for part in [b"khoalai demo confirmation", &secret.expose()[..], ciphertext] {
        hash.update(part);
    }
    hash.finalize().into()
}
