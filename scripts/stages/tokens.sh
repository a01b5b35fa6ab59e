# shellcheck shell=bash
# Keys in real PKCS#11 modules: kryoptic, NSS and SoftHSM.
set -euo pipefail

stage_tokens() {
    local modules
    python3 -c 'import ensurepip' 2>/dev/null || [[ $(id -u) -ne 0 ]] || apt_install python3-venv || true
    need c++ g++
    await tokens
    modules=$(scripts/tokens env)
    eval "$modules"
    scripts/tokens versions
    cargo build --locked -p khoalai-cli # the command is tried on them too
    cargo test --locked -p khoalai-hsm
}
