# shellcheck shell=bash
# Machines other than this one.
set -euo pipefail

# Two cases of every suite, not 50, and one implementation on each chip: scripts/bare-metal by itself
# runs them all.
stage_bare_metal() {
    scripts/bare-metal --short
    scripts/bare-metal --prove
}

stage_wasm() {
    scripts/wasm
    scripts/wasm --prove
}
