# shellcheck shell=bash
# Where the code of others comes from, and that a copy of it is enough.
set -euo pipefail

cargo_deny_version=0.20.2

need_cargo_deny() {
    if [[ $(cargo deny --version 2>/dev/null) != *" $cargo_deny_version" ]]; then
        # Apart from our own target directory, and gone afterwards: it is built once.
        CARGO_TARGET_DIR=${tools:?}/build cargo install cargo-deny --debug --locked --version "$cargo_deny_version" --root "${tools:?}"
        rm -rf "${tools:?}/build"
    fi
    cargo deny --version
}

stage_licences() {
    await licences
    need_cargo_deny
    cargo deny --locked --workspace check bans licenses sources
}

stage_advisories() {
    scripts/advisories
    scripts/advisories --prove
}

# KHOALAI_ADVISORY_DB: a copy of the RustSec database (a git repository), made elsewhere.
stage_advisory_database() {
    [[ -n ${KHOALAI_ADVISORY_DB-} ]] || not_run "no copy of the database: KHOALAI_ADVISORY_DB is not set"
    need_cargo_deny
    # cargo-deny looks for the database in a folder named after its address.
    local home=${work:?}/advisories
    mkdir -p "$home"
    ln -s "$(realpath "$KHOALAI_ADVISORY_DB")" "$home/advisory-db-3157b0e258782691"
    sed "s|^\[advisories\]|&\ndb-path = \"$home\"|" deny.toml >"${work:?}/deny.toml"
    cargo deny --offline --locked --workspace --config "${work:?}/deny.toml" check advisories
}

# From the archive that a release would be, with the vendored sources and an empty cargo home: so
# the lock, the archive and the vendored sources are all there is to it.
stage_offline() {
    local place=target/vendor-check
    rm -rf "$place"
    mkdir -p "$place/source/.cargo" "$place/home"
    git archive HEAD | tar -x -C "$place/source"
    cargo vendor --locked --quiet "$place/vendor" >/dev/null
    printf '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "%s"\n' \
        "$PWD/$place/vendor" >"$place/source/.cargo/config.toml"
    du -sh "$place/vendor"
    (
        export CARGO_HOME=$PWD/$place/home CARGO_TARGET_DIR=$PWD/$place/target
        cd "$place/source"
        # Whether it builds is the question, not how fast the result is.
        cargo build --offline --frozen -p khoalai -p khoalai-cli \
            --config profile.dev.opt-level=0 --config 'profile.dev.package."*".opt-level=0'
    )
}
