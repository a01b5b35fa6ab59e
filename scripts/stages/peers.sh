# shellcheck shell=bash
# Against the implementations of others.
set -euo pipefail

stage_rsa_peer() {
    python3 -c 'import ensurepip' 2>/dev/null || [[ $(id -u) -ne 0 ]] || apt_install python3-venv || true
    scripts/rsa-peer --setup || not_run "the Python package cryptography could not be installed"
    scripts/rsa-peer
    [[ ${KHOALAI_SLOW-} != yes ]] || scripts/rsa-peer --prove
}

# The figures are not looked at: nobody knows how busy this machine is.
stage_benches() {
    slow
    python3 -c 'import ensurepip' 2>/dev/null || [[ $(id -u) -ne 0 ]] || apt_install python3-venv || true
    need c++ g++
    cargo clippy --locked --manifest-path benches/Cargo.toml -p harness -p library --all-targets -- -D warnings
    cargo test --locked --manifest-path benches/Cargo.toml -p harness
    scripts/peers --quick
}
