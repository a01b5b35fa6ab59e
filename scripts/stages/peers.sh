# shellcheck shell=bash
# Against the implementations of others.
set -euo pipefail

stage_rsa_peer() {
    python3 -c 'import ensurepip' 2>/dev/null || [[ $(id -u) -ne 0 ]] || apt_install python3-venv || true
    scripts/rsa-peer --setup || not_run "the Python package cryptography could not be installed"
    scripts/rsa-peer
    [[ ${KHOALAI_SLOW-} != yes ]] || scripts/rsa-peer --prove
}
