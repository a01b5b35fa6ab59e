# shellcheck shell=bash
# Fuzzing, for a short while: scripts/fuzz long is for people with an hour.
set -euo pipefail

stage_fuzz() {
    need c++ g++ # libFuzzer comes as source
    await fuzz
    scripts/fuzz smoke
    # For time: the proof is for whoever changes a target.
    [[ ${KHOALAI_SLOW-} != yes ]] || scripts/fuzz --prove
}
