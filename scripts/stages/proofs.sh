# shellcheck shell=bash
# Properties of the whole, each with the proof that its check can fail.
set -euo pipefail

stage_freestanding() {
    scripts/freestanding
    scripts/freestanding --prove
}

stage_wiping() {
    slow
    scripts/wiping
    scripts/wiping --prove
}

stage_floors() {
    scripts/floors
    scripts/floors --prove
}

stage_faults() {
    scripts/faults
}
