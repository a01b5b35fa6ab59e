# shellcheck shell=bash
# Everything that cargo itself can say.
set -euo pipefail

# One implementation alone, as firmware takes it: the other must not be needed anywhere.
small=(--no-default-features --features "pq-rustcrypto,alloc,getrandom")

stage_format() {
    cargo fmt --all --check -- --color never
}

stage_clippy() {
    cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
    cargo clippy --locked --workspace --all-targets -- -D warnings
    cargo clippy --locked -p khoalai --all-targets "${small[@]}" -- -D warnings
    scripts/freestanding --lint
}

stage_features() {
    local set
    for set in pq-libcrux pq-rustcrypto pq-libcrux,pq-rustcrypto pq-rustcrypto,tables pq-libcrux,alloc \
        pq-rustcrypto,alloc pq-libcrux,getrandom pq-libcrux,alloc,getrandom,tables; do
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

# The test targets of the library, but for the vectors, which are a stage of their own.
tests_but_vectors() {
    cargo metadata --locked --no-deps --format-version 1 | python3 -c '
import json, sys
for package in json.load(sys.stdin)["packages"]:
    if package["name"] == "khoalai":
        for target in package["targets"]:
            if target["kind"] == ["test"] and target["name"] != "vectors":
                print("--test", target["name"])'
}

stage_tests() {
    local targets
    read -r -d '' -a targets <<<"$(tests_but_vectors)" || true
    cargo test --locked -p khoalai --all-features --lib "${targets[@]}"
    cargo test --locked -p khoalai "${small[@]}" --lib "${targets[@]}"
    # By name, so that features are those of each package as its users build it.
    cargo test --locked --workspace --exclude khoalai
}

stage_vectors() {
    cargo test --locked -p khoalai --all-features --test vectors
    cargo test --locked -p khoalai --no-default-features --features "pq-libcrux,alloc,getrandom" --test vectors
    cargo test --locked -p khoalai "${small[@]}" --test vectors
}

stage_doctests() {
    cargo test --locked -p khoalai --all-features --doc
    cargo test --locked -p khoalai "${small[@]}" --doc
}

stage_docs() {
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --workspace --all-features
}
