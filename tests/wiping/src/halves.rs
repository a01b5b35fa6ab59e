//! Hybrids from two halves, and what is refused on the way to one.

use crate::lab::{Lab, ROUNDS, Slot};
use crate::random::Tape;
use crate::rows::{Typed, exchange, sign};
use crate::secrets::Private;
use khoalai::algorithm::Kind;
#[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
use khoalai::soft::second;
use khoalai::soft::{self, Component, Key, SoftwareKey};
use khoalai::*;

pub(crate) fn drive(lab: &mut Lab) {
    hybrid::<soft::MlKem768, soft::P256>(lab, "Hybrid of MlKem768, P256", MLKEM768_P256);
    hybrid::<soft::MlDsa65, soft::EcdsaP256>(lab, "Hybrid of MlDsa65, EcdsaP256", MLDSA65_ECDSA_P256_SHA512);
    #[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
    hybrid::<second::MlKem768, soft::P256>(lab, "Hybrid of second::MlKem768, P256", MLKEM768_P256);
}

type Made<Q, C> = Result<Hybrid<Key<Q>, Key<C>>>;

fn hybrid<Q: Component, C: Component>(lab: &mut Lab, name: &str, algorithm: Algorithm) {
    if !lab.wants(name) {
        return;
    }
    lab.report.begin(name);
    let rounds = ROUNDS.map(|seed| {
        round::<Q, C>(lab, algorithm, seed);
        lab.next()
    });
    lab.compare(&rounds);
}

fn round<Q: Component, C: Component>(lab: &mut Lab, algorithm: Algorithm, seed: u64)
where
    Key<Q>: SoftwareKey,
    Whole<Q, C>: SoftwareKey,
{
    let (pq, classical) = algorithm.halves().expect("a hybrid");
    let mut tape = Tape::new(seed, "halves");
    let outside = [pq, classical].map(|half| generate(half, &mut tape).expect("a half"));
    let components = outside.iter().map(|key| (key.algorithm(), Private::of(key).raw)).collect();
    let private = Private { algorithm, raw: Vec::new(), components };
    private.add_to(&mut lab.needles);
    let public = outside.iter().flat_map(crate::secrets::public).collect::<Vec<_>>();
    let (raw_pq, raw_classical) = (&private.components[0].1, &private.components[1].1);

    // Each half by itself, made and read, and refused: one that was there before, one for which
    // there is no room.
    let mut tape = Tape::new(seed, "halves");
    let mut store = Memory::<Q, 1>::new();
    let half = lab.run_public("generate a half", || {
        Half::generate(algorithm, Side::PostQuantum, &mut store, "", &mut tape)
    });
    assert!(half.get().is_ok());
    lab.see_live();
    lab.finish("drop of a half", half);
    let refused = lab.run_public("import a half again", || {
        Half::import(algorithm, Side::PostQuantum, &mut store, "", raw_pq).err()
    });
    assert_eq!(*refused.get(), Some(Error::KeyReused));
    let mut other = Tape::new(seed, "other half");
    let refused = lab.run_public("generate a half without room", || {
        Half::generate(algorithm, Side::PostQuantum, &mut store, "", &mut other).err()
    });
    assert_eq!(*refused.get(), Some(Error::StoreFull));
    let mut dying = Tape::new(seed, "halves").failing_after(0);
    lab.run("generate a half, failing", || {
        Half::generate(algorithm, Side::PostQuantum, &mut Memory::<Q, 1>::new(), "", &mut dying).is_ok()
    });
    // Its public key is hashed, to know it again.
    let half = lab.run_public("import a half", || {
        Half::import(algorithm, Side::Classical, &mut Memory::<C, 1>::new(), "", raw_classical)
    });
    assert!(half.get().is_ok());
    lab.see_live();
    lab.finish("drop of a half", half);

    // Joined where the owner wipes what joining leaves.
    let mut tape = Tape::new(seed, "halves");
    let made: Slot<Made<Q, C>> = lab.run_public("join two halves", || {
        wipe_stack_after::<{ 96 << 10 }, _>(|| {
            let (mut one, mut other) = (Memory::<Q, 1>::new(), Memory::<C, 1>::new());
            let pq = Half::generate(algorithm, Side::PostQuantum, &mut one, "", &mut tape)?;
            let classical = Half::generate(algorithm, Side::Classical, &mut other, "", &mut tape)?;
            Hybrid::new(algorithm, pq, classical)
        })
    });
    lab.see_live();
    let refused = lab.run("join two halves of one side", || {
        wipe_stack_after::<{ 96 << 10 }, _>(|| {
            let mut store = Memory::<Q, 2>::new();
            let pq = Half::import(algorithm, Side::PostQuantum, &mut store, "", raw_pq)?;
            let mut store = Memory::<Q, 2>::new();
            let again = Half::import(algorithm, Side::PostQuantum, &mut store, "", raw_pq)?;
            Hybrid::new(algorithm, pq, again).map(|_| ())
        })
    });
    assert_eq!(*refused.get(), Err(Error::HalvesMismatch));
    let boxed = lab.run("boxed halves", || {
        wipe_stack_after::<{ 96 << 10 }, _>(|| {
            let pq = Half::import(algorithm, Side::PostQuantum, &mut Memory::<Q, 1>::new(), "", raw_pq)?;
            let classical =
                Half::import(algorithm, Side::Classical, &mut Memory::<C, 1>::new(), "", raw_classical)?;
            Hybrid::new(algorithm, pq.boxed(), classical.boxed())
        })
    });
    assert!(boxed.get().is_ok());
    lab.see_live();
    lab.finish("drop of boxed halves", boxed);

    let key = made.get().as_ref().expect("a hybrid");
    match algorithm.kind() {
        Kind::Signature => sign::<Typed<Whole<Q, C>>>(lab, key, &private, &public, seed),
        _ => exchange::<Typed<Whole<Q, C>>>(lab, key, &private, &public, seed),
    }
    lab.finish("drop", made);
}
