# shellcheck shell=bash
# Everything that cargo itself can say.
set -euo pipefail

# Everything at once: the same words in every stage, so that cargo builds the dependencies once.
whole=(--workspace --all-features)
# One implementation alone, as firmware takes it: the other must not be needed anywhere.
small=(--no-default-features --features "pq-rustcrypto,alloc,getrandom,encrypted,openssh")

stage_format() {
    cargo fmt --all --check -- --color never
    cargo fmt --manifest-path fuzz/Cargo.toml --check -- --color never
    cargo fmt --manifest-path benches/side-channels/Cargo.toml --check -- --color never
    cargo fmt --manifest-path hsm/tokens/kryoptic/Cargo.toml --check -- --color never
    cargo fmt --all --manifest-path benches/Cargo.toml --check -- --color never
}

stage_clippy() {
    cargo clippy --locked "${whole[@]}" --all-targets -- -D warnings
    # For time: as it is built for people. The stage features looks at the library so.
    [[ ${KHOALAI_SLOW-} != yes ]] || cargo clippy --locked --workspace --all-targets -- -D warnings
    cargo clippy --locked -p khoalai --all-targets "${small[@]}" -- -D warnings
    scripts/freestanding --lint
}

stage_features() {
    local set
    for set in pq-libcrux pq-rustcrypto pq-libcrux,pq-rustcrypto pq-rustcrypto,tables \
        pq-rustcrypto,pre-release-448,draft-composite-kem,slh-dsa pq-libcrux,alloc \
        pq-rustcrypto,alloc pq-libcrux,getrandom pq-libcrux,alloc,getrandom,tables \
        pq-libcrux,encrypted pq-libcrux,openssh pq-libcrux,expanded pq-libcrux,accelerated \
        accelerated-ml-kem; do
        echo "-- $set"
        cargo clippy --locked --quiet -p khoalai --no-default-features --features "$set" -- -D warnings
    done
    echo "-- all"
    cargo clippy --locked --quiet -p khoalai --all-features -- -D warnings
    # Without an implementation there is nothing; the build says so instead of failing somewhere.
    if cargo check --locked --quiet -p khoalai --no-default-features 2>"${work:?}/log"; then
        echo "built without any implementation" >&2
        return 1
    fi
    grep --max-count 1 '^error: khoalai needs an implementation' "${work:?}/log"
}

# test_targets: the library's, all but the vectors, which are a stage of their own.
test_targets() {
    cargo metadata --locked --no-deps --format-version 1 | python3 -c '
import json, sys
for package in json.load(sys.stdin)["packages"]:
    for target in package["targets"]:
        if package["name"] == "khoalai" and target["kind"] == ["test"] and target["name"] != "vectors":
            print("--test", target["name"])'
}

stage_tests() {
    local library
    read -r -d '' -a library <<<"$(test_targets)" || true
    cargo test --locked -p khoalai --all-features --lib "${library[@]}"
    cargo test --locked -p khoalai "${small[@]}" --lib "${library[@]}"
    # As it is built for people: with no feature but its own.
    cargo test --locked -p khoalai-cli
    # For time: every row of the table through the command, those that have to be asked for too.
    [[ ${KHOALAI_SLOW-} != yes ]] || cargo test --locked -p khoalai-cli --all-features --test cli story::
}

stage_vectors() {
    cargo test --locked -p khoalai --all-features --test vectors
    cargo test --locked -p khoalai "${small[@]}" --test vectors
    # For time: each path of the processor, a build of its own.
    [[ ${KHOALAI_SLOW-} != yes ]] || scripts/paths portable vectors
    # For time: where both are there, libcrux does the work.
    [[ ${KHOALAI_SLOW-} != yes ]] ||
        cargo test --locked -p khoalai --no-default-features --features "pq-libcrux,alloc,getrandom" --test vectors
}

stage_doctests() {
    cargo test --locked -p khoalai --all-features --doc
    [[ ${KHOALAI_SLOW-} != yes ]] || cargo test --locked -p khoalai "${small[@]}" --doc
    # Those of khoalai-hsm are run by the stage tokens, which builds it anyway.
}

stage_docs() {
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps -p khoalai -p khoalai-cli -p khoalai-hsm --all-features
}
