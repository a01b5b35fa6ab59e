# shellcheck shell=bash
# Machines other than this one.
set -euo pipefail

# Both run less here than the scripts do by themselves, and say what they leave out.
stage_bare_metal() {
    scripts/bare-metal --short
    scripts/bare-metal --prove
}

stage_wasm() {
    scripts/wasm --short
    scripts/wasm --prove
}
