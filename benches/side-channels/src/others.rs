//! The handshake of TLS, the combiner, and the OAEP decoding of khoalai-hsm.

use crate::cases::{Case, as_load};
use crate::input::{Given, Input, bytes};
use crate::oaep;
use core::hint::black_box;
use khoalai::tls::{X25519MLKEM768 as GROUP, X25519MlKem768Share as Share};
use sha2::{Digest, Sha256};

/// More randomness than either side draws.
const RANDOM: usize = 128;

fn generate(secret: &[u8]) -> Share {
    Share::generate(GROUP, &mut Given(secret)).expect("a share")
}

fn client_share(secret: &[u8]) -> Vec<u8> {
    let mut share = vec![0; GROUP.client_share_len()];
    generate(secret).client_share(&mut share).expect("a share");
    share
}

/// A client's keys. Those of ML-KEM draw their matrix by rejection.
pub fn client() -> Case {
    let input = |number| Input { secret: bytes(number, RANDOM), ..Input::default() };
    let load = as_load(|input| {
        let mut kept = None;
        Box::new(move |_| *black_box(&mut kept) = Share::generate(GROUP, &mut Given(&input.secret)).ok())
    });
    Case::new("X25519MLKEM768 generate", input, load).rejecting(true)
}

/// A server's answer.
pub fn server() -> Case {
    let input = |number| Input {
        secret: bytes(number, RANDOM),
        public: vec![client_share(&bytes(1 << 40, RANDOM))],
        ..Input::default()
    };
    let load = as_load(|input| {
        Box::new(move |out| {
            let (share, rest) = out.split_at_mut(GROUP.server_share_len());
            let made = GROUP.respond(&input.public[0], &mut Given(&input.secret), share);
            if let Ok(secret) = &made {
                rest[..secret.expose().len()].copy_from_slice(secret.expose());
            }
            let _ = black_box(made);
        })
    });
    Case::new("X25519MLKEM768 respond", input, load)
}

/// A client's end.
pub fn finish() -> Case {
    let input = |number| {
        let secret = bytes(number, RANDOM);
        let mut share = vec![0; GROUP.server_share_len()];
        let random = bytes(number ^ 1 << 32, RANDOM);
        GROUP.respond(&client_share(&secret), &mut Given(&random), &mut share).expect("an answer");
        Input { secret, public: vec![share], ..Input::default() }
    };
    let load = as_load(|input| {
        let mut keys = Some(generate(&input.secret));
        Box::new(move |out| {
            let keys = keys.take().expect("it runs once");
            let made = keys.finish(&input.public[0], &mut Given(&[]));
            if let Ok(secret) = &made {
                out[..secret.expose().len()].copy_from_slice(secret.expose());
            }
            let _ = black_box(made);
        })
    });
    Case::new("X25519MLKEM768 finish", input, load)
}

/// The one combiner, on two secrets of 32 bytes, as for X-Wing.
pub fn combine() -> Case {
    let input = |number| Input {
        secret: bytes(number, 64),
        public: vec![bytes(1 << 40, 32), bytes(2 << 40, 32)],
        ..Input::default()
    };
    let load = as_load(|input| {
        Box::new(move |out| {
            let (pq, classical) = input.secret.split_at(32);
            let out = out.first_chunk_mut().expect("there is room");
            khoalai::combine::combine(pq, classical, &input.public[0], &input.public[1], b"\\.//^\\", out);
        })
    });
    Case::new("combine", input, load)
}

/// Of a modulus of 2,048 bits.
const MODULUS: usize = 256;

/// `EM` of RFC 8017 §7.1.1 step 2, without a label.
fn encoded(seed: &[u8], secret: &[u8], first: u8, one: u8) -> Vec<u8> {
    let hash = Sha256::digest(b"");
    let mut data = vec![0; MODULUS - 33];
    let end = data.len() - secret.len();
    data[..32].copy_from_slice(&hash);
    data[end - 1] = one;
    data[end..].copy_from_slice(secret);
    let mut seed = seed.to_vec();
    mask(&seed, &mut data);
    mask(&data, &mut seed);
    [&[first], &seed[..], &data].concat()
}

fn mask(seed: &[u8], target: &mut [u8]) {
    for (counter, chunk) in (0_u32..).zip(target.chunks_mut(32)) {
        let block = Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
        chunk.iter_mut().zip(&block).for_each(|(byte, mask)| *byte ^= mask);
    }
}

fn decoding(name: &str, input: impl Fn(u64) -> Input + 'static) -> Case {
    let load = as_load(|input| {
        Box::new(move |out| {
            let out = out.first_chunk_mut().expect("there is room");
            let _ = black_box(oaep::decode(&input.secret, out));
        })
    });
    Case::new(name, input, load)
}

/// Other secrets in a right padding.
pub fn decode() -> Case {
    decoding("OAEP decode", |number| {
        let secret = encoded(&bytes(number, 32), &bytes(number ^ 1 << 32, 32), 0, 1);
        Input { secret, ..Input::default() }
    })
}

/// What the decoding mostly is: to tell what it does from what its hash does.
pub fn hash() -> Case {
    let input = |number| Input { secret: bytes(number, MODULUS), ..Input::default() };
    let load = as_load(|input| {
        Box::new(move |out| {
            for (block, out) in input.secret.chunks(32).zip(out.chunks_mut(32)) {
                out.copy_from_slice(&Sha256::digest(block));
            }
        })
    });
    Case::new("SHA-256 of 32 bytes, eight times", input, load)
}

/// But for number 0 the padding is wrong, each kind in turn: what Manger's and Bleichenbacher's attacks
/// would have to tell apart. (That it is wrong is not hidden: the call fails.)
pub fn decode_bad() -> Case {
    decoding("OAEP decode, bad padding", |number| {
        let (seed, secret) = (bytes(number, 32), bytes(number ^ 1 << 32, 32));
        let secret = match number {
            0 => encoded(&seed, &secret, 0, 1),
            _ if number % 3 == 0 => encoded(&seed, &secret, 1, 1),
            _ if number % 3 == 1 => encoded(&seed, &secret, 0, 2),
            _ => bytes(number, MODULUS),
        };
        Input { secret, ..Input::default() }
    })
}
