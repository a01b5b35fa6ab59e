//! Every operation of every algorithm: once from bytes, with keys that are loaded, and with public keys that are
//! prepared.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use khoalai::algorithm::Kind;
use khoalai::{Algorithm, DecapsulationKey, PublicKey, SigningKey};
use library::{algorithms, key, private, rng};
use std::hint::black_box;
use std::time::Duration;

fn operations(criterion: &mut Criterion) {
    for algorithm in algorithms() {
        let mut group = criterion.benchmark_group(algorithm.name());
        group
            .sample_size(20)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1));
        let raw = private(&key(algorithm).0);
        // With the pairwise check.
        group.bench_function("generate", |bench| {
            bench.iter(|| khoalai::generate(black_box(algorithm), &mut rng()).unwrap());
        });
        group.bench_function("load the private key", |bench| {
            bench.iter(|| khoalai::import(algorithm, black_box(&raw)).unwrap());
        });
        group.finish();
        if algorithm.kind() == Kind::Kem {
            exchange(criterion, algorithm, &raw);
        } else {
            signature(criterion, algorithm, &raw);
        }
    }
}

fn exchange(criterion: &mut Criterion, algorithm: Algorithm, raw: &[u8]) {
    let mut group = criterion.benchmark_group(algorithm.name());
    group.sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    let (key, bytes) = key(algorithm);
    let key = DecapsulationKey::new(key).unwrap();
    let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
    let prepared = public.prepare().unwrap();
    let (mut random, mut out) = (rng(), vec![0; algorithm.ciphertext_len()]);
    let mut ciphertext = out.clone();
    public.encapsulate(&mut random, &mut ciphertext).unwrap();

    group.bench_function("encapsulate, from bytes", |bench| {
        bench.iter(|| {
            let public = PublicKey::new(algorithm, black_box(&bytes[..])).unwrap();
            public.encapsulate(&mut random, &mut out).unwrap()
        });
    });
    group.bench_function("encapsulate, checked key", |bench| {
        bench.iter(|| black_box(&public).encapsulate(&mut random, &mut out).unwrap());
    });
    group.bench_function("encapsulate, prepared key", |bench| {
        bench.iter(|| black_box(&prepared).encapsulate(&mut random, &mut out).unwrap());
    });
    group.bench_function("prepare", |bench| bench.iter(|| black_box(&public).prepare().unwrap()));
    group.bench_function("decapsulate, from bytes", |bench| {
        bench.iter(|| {
            let key = DecapsulationKey::new(khoalai::import(algorithm, black_box(raw)).unwrap()).unwrap();
            key.decapsulate(&ciphertext, &mut random).unwrap()
        });
    });
    group.bench_function("decapsulate, loaded key", |bench| {
        bench.iter(|| black_box(&key).decapsulate(&ciphertext, &mut random).unwrap());
    });
    group.finish();
}

fn signature(criterion: &mut Criterion, algorithm: Algorithm, raw: &[u8]) {
    let mut group = criterion.benchmark_group(algorithm.name());
    group.sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    let (key, bytes) = key(algorithm);
    let key = SigningKey::new(key).unwrap();
    let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
    let prepared = public.prepare().unwrap();
    let (mut random, mut out) = (rng(), vec![0; algorithm.signature_len()]);
    let signature = key.sign(b"TEST ONLY", b"", &mut random, &mut out).unwrap().to_vec();
    // Another message each time: some sign at the second attempt, some at the tenth.
    let mut count = 0_u64;
    let mut message = || {
        count += 1;
        count.to_le_bytes()
    };

    group.bench_function("sign, from bytes", |bench| {
        bench.iter_batched(
            &mut message,
            |message| {
                let key = SigningKey::new(khoalai::import(algorithm, black_box(raw)).unwrap()).unwrap();
                key.sign(&message, b"", &mut random, &mut out).unwrap().len()
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("sign, loaded key", |bench| {
        bench.iter_batched(
            &mut message,
            |message| key.sign(&message, b"", &mut random, &mut out).unwrap().len(),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("verify, from bytes", |bench| {
        bench.iter(|| {
            let public = PublicKey::new(algorithm, black_box(&bytes[..])).unwrap();
            public.verify(b"TEST ONLY", b"", &signature).unwrap();
        });
    });
    group.bench_function("verify, prepared key", |bench| {
        bench.iter(|| black_box(&prepared).verify(b"TEST ONLY", b"", &signature).unwrap());
    });
    group.bench_function("prepare", |bench| bench.iter(|| black_box(&public).prepare().unwrap()));
    group.finish();
}

criterion_group!(benches, operations);
criterion_main!(benches);
