# shellcheck shell=bash
# The C interface. What it takes of tokens is there once the stage `tokens` has run.
set -euo pipefail

stage_ffi() {
    local modules
    need g++ g++
    need clang clang
    need readelf binutils
    modules=$(scripts/tokens env)
    eval "$modules"
    scripts/ffi
    [[ ${KHOALAI_SLOW-} == yes ]] || return 0
    need valgrind valgrind
    scripts/ffi --prove
    scripts/ffi --valgrind
    scripts/ffi --sanitize
    scripts/ffi --threads
}
