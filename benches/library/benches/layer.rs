//! What is ours alone: the combiner, and what composites sign (M').

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use khoalai::{MLDSA65_ECDSA_P256_SHA512, MessageStream, PublicKey};
use library::key;
use std::hint::black_box;

fn layer(criterion: &mut Criterion) {
    let mut secret = [0; 32];
    criterion.bench_function("combine", |bench| {
        bench.iter(|| {
            let parts = black_box([[1_u8; 32]; 4]);
            let [pq, classical, ct, ek] = &parts;
            khoalai::combine::combine(pq, classical, ct, ek, br"\.//^\", &mut secret);
        });
    });
    let (_, bytes) = key(MLDSA65_ECDSA_P256_SHA512);
    let public = PublicKey::new(MLDSA65_ECDSA_P256_SHA512, &bytes[..]).unwrap();
    let mut group = criterion.benchmark_group("a message on its way to M'");
    for len in [64, 1024, 65536] {
        let message = vec![7; len];
        group.throughput(Throughput::Bytes(len as u64));
        group.bench_function(len.to_string(), |bench| {
            bench.iter(|| {
                let mut stream = MessageStream::new(&public, b"").unwrap();
                stream.update(black_box(&message));
                stream
            });
        });
    }
    group.finish();
}

criterion_group!(benches, layer);
criterion_main!(benches);
