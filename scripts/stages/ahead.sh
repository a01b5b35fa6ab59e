# shellcheck shell=bash
# What takes long to build and needs none of the stages before it: begun in CI at the very start, with the
# processor time that they leave over.
set -euo pipefail

ahead=${KHOALAI_TOOLS:-$PWD/target/tools}/ahead

# In the order in which it is needed. What fails here is made again by its stage, and fails there.
begin_ahead() {
    [[ ${CI-} == true ]] || return 0
    mkdir -p "$ahead"
    # A group of its own, with none of the stage's files open.
    # shellcheck disable=SC2016 # the inner shell's own variables
    setsid nice -n 19 bash -c '
        begin() { "${@:2}" >"$ahead/$1" 2>&1; touch "$ahead/$1.done"; }
        licences() { source scripts/stages/setup.sh && source scripts/stages/supply.sh && need_cargo_deny; }
        ahead=$1
        begin tokens scripts/tokens kryoptic
        begin fuzz scripts/fuzz build
        begin licences licences
    ' ahead "$ahead" </dev/null >/dev/null 2>&1 &
    echo $! >"$ahead/group"
}

# await NAME: until what was begun under this name is there, from now on as fast as the machine can.
await() {
    [[ -e $ahead/group && ! -e $ahead/$1.done ]] || return 0
    echo "waiting for what was begun ahead"
    renice -n 0 --pgrp "$(<"$ahead/group")" >/dev/null || true
    while [[ ! -e $ahead/$1.done ]] && kill -0 -- "-$(<"$ahead/group")" 2>/dev/null; do sleep 1; done
    [[ ! -e $ahead/$1 ]] || cat "$ahead/$1"
}
