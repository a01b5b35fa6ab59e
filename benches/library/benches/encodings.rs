//! Keys to and from the bytes of files.

use criterion::{Criterion, criterion_group, criterion_main};
use khoalai::encode::pem::{self, Label};
use khoalai::encode::{pkcs8, spki};
use khoalai::{Algorithm, MLDSA65_ECDSA_P256_SHA512, MLKEM768_P256, X_WING};
use library::{key, private};
use std::hint::black_box;

fn encodings(criterion: &mut Criterion) {
    for algorithm in [X_WING, MLKEM768_P256, MLDSA65_ECDSA_P256_SHA512] {
        let (key, public) = key(algorithm);
        let private = private(&key);
        let mut group = criterion.benchmark_group(algorithm.name());
        let (mut der, mut text) = (vec![0; 4096], vec![0; 8192]);

        let mut out = der.clone();
        group.bench_function("public key to DER", |bench| {
            bench.iter(|| spki::encode(algorithm, black_box(&public), &mut out).unwrap().len());
        });
        let spki = spki::encode(algorithm, &public, &mut der).unwrap().to_vec();
        group.bench_function("public key from DER", |bench| {
            bench.iter(|| spki::decode(black_box(&spki), Algorithm::ALL).unwrap().0);
        });
        let mut out = text.clone();
        group.bench_function("public key to PEM", |bench| {
            bench.iter(|| pem::encode(Label::PublicKey, true, black_box(&spki), &mut out).unwrap().len());
        });
        let lines = pem::encode(Label::PublicKey, true, &spki, &mut text).unwrap().to_owned();
        let mut out = der.clone();
        group.bench_function("public key from PEM", |bench| {
            bench.iter(|| pem::decode(black_box(lines.as_bytes()), &mut out).unwrap().der.len());
        });
        let mut out = der.clone();
        group.bench_function("private key to DER", |bench| {
            bench.iter(|| pkcs8::encode(algorithm, black_box(&private), &mut out).unwrap().len());
        });
        let pkcs8 = pkcs8::encode(algorithm, &private, &mut der).unwrap().to_vec();
        group.bench_function("private key from DER", |bench| {
            bench.iter(|| pkcs8::decode(black_box(&pkcs8), Algorithm::ALL).unwrap().load_boxed().unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, encodings);
criterion_main!(benches);
