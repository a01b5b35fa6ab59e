# shellcheck shell=bash
# Machines other than this one.
set -euo pipefail

# Both run less here than the scripts do by themselves, and say what they leave out.
stage_bare_metal() {
    slow
    scripts/bare-metal --short
    scripts/bare-metal --prove
}

stage_wasm() {
    slow
    scripts/wasm --short
    scripts/wasm --prove
}

stage_windows() {
    slow
    scripts/windows
    scripts/windows --prove
}
