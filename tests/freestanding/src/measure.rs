//! What one suite takes of a chip: `scripts/bare-metal --measure` builds this with `KHOALAI_SUITE` set
//! to its name, so that nothing else is in the image, and runs it where QEMU counts instructions.
//!
//! Every line gives stack and instructions of one operation, the first time and the second. Keys and
//! buffers are the caller's and do not count.
#![cfg_attr(khoalai_freestanding, no_std, no_main)]

#[cfg(khoalai_freestanding)]
mod generator;
#[cfg(khoalai_freestanding)]
mod suites;

#[cfg(khoalai_freestanding)]
mod operations {
    use crate::generator::Generator;
    use crate::suites::{self, Visitor};
    use core::fmt::Write;
    use khoalai::algorithm::{Construction, Kind};
    use khoalai::limits::{MAX_CIPHERTEXT, MAX_HALF_SECRET, MAX_PRIVATE_KEY, MAX_PUBLIC_KEY, MAX_SIGNATURE};
    use khoalai::soft::SoftwareKey;
    use khoalai::{Algorithm, Error, Hedge, Input, Random, Result};
    use machine::{Out, used};

    pub(crate) fn run() -> Result<()> {
        suites::each(&mut Operations)
    }

    struct Operations;

    impl Visitor for Operations {
        fn visit<K: SoftwareKey>(&mut self, algorithm: Algorithm) -> Result<()> {
            let random = &mut Generator::new(algorithm.name());
            let (mut private, mut public) = ([0; MAX_PRIVATE_KEY], [0; MAX_PUBLIC_KEY]);
            let private = room(&mut private, algorithm.private_key_len())?;
            // A seed or a scalar may be any bytes. What a composite stores has a form.
            let has_form = matches!(algorithm.row().construction, Construction::Composite { .. });
            if has_form {
                twice("generate", || K::generate(algorithm, random)?.expose_private_key(private).map(drop))?;
            } else {
                random.fill(private)?;
            }
            let key = twice("import", || K::import(algorithm, private))?;
            let public = room(&mut public, algorithm.public_key_len())?;
            twice("public key", || key.public_key(public).map(drop))?;

            if algorithm.kind() == Kind::Signature {
                let input = Input::Message(&[b"32 bytes that are to be signed, no more"]);
                let mut signature = [0; MAX_SIGNATURE];
                let mut len = 0;
                twice("sign", || {
                    len = key.sign(input, b"", Hedge::Deterministic, random, &mut signature)?.len();
                    Ok(())
                })?;
                let signature = room(&mut signature, len)?;
                twice("verify", || algorithm.verify(public, input, b"", signature))?;
            } else {
                let (mut ciphertext, mut secret) = ([0; MAX_CIPHERTEXT], [0; MAX_HALF_SECRET]);
                let ciphertext = room(&mut ciphertext, algorithm.ciphertext_len())?;
                let secret = room(&mut secret, algorithm.secret_len())?;
                twice("encapsulate", || algorithm.encapsulate(public, random, ciphertext, secret))?;
                twice("decapsulate", || key.decapsulate(ciphertext, random, secret))?;
            }
            if !has_form {
                twice("generate", || K::generate(algorithm, random).map(drop))?;
            }
            Ok(())
        }
    }

    /// Runs `work` two times and prints one line; gives what came of the second.
    fn twice<T>(name: &str, mut work: impl FnMut() -> Result<T>) -> Result<T> {
        let (result, first) = used(&mut work);
        drop(result?);
        let (result, again) = used(work);
        let _ = writeln!(
            Out,
            "{name:<12} stack {:>7} {:>7}  instructions {:>12} {:>12}",
            first.stack, again.stack, first.instructions, again.instructions
        );
        result
    }

    fn room(out: &mut [u8], len: usize) -> Result<&mut [u8]> {
        out.get_mut(..len).ok_or(Error::BufferTooSmall)
    }
}

#[cfg(khoalai_freestanding)]
machine::start!(operations::run);

#[cfg(not(khoalai_freestanding))]
fn main() {
    println!("This is only the stub. Run scripts/bare-metal --measure, which builds the program itself.");
}
