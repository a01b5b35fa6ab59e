# shellcheck shell=bash
# Properties of the whole, each with the proof that its check can fail.
set -euo pipefail

stage_freestanding() {
    scripts/freestanding
    [[ ${KHOALAI_SLOW-} != yes ]] || scripts/freestanding --prove
}

# Less than the script does by itself, for time. The other looks are for people.
stage_wiping() {
    scripts/wiping --short
    [[ ${KHOALAI_SLOW-} != yes ]] || scripts/wiping --prove
}

stage_floors() {
    scripts/floors
    scripts/floors --prove
}

stage_faults() {
    scripts/faults
}
