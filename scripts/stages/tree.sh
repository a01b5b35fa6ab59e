# shellcheck shell=bash
# The tree as others get it.
set -euo pipefail

stage_hygiene() {
    scripts/hygiene
    scripts/hygiene --prove
}

stage_shell() {
    need shellcheck shellcheck
    local file scripts=()
    while read -r file; do
        # By its first line, or by its name where it is only ever sourced.
        if [[ $file == *.sh ]] || head -n 1 "$file" | grep -q '^#!.*\b\(ba\)\?sh$'; then scripts+=("$file"); fi
    done < <(git ls-files .ci scripts)
    shellcheck --severity=style "${scripts[@]}"
    printf '%s scripts are clean\n' "${#scripts[@]}"
}

# The first command of the README's block "Two commands", word for word, as a newcomer would run it.
stage_readme() {
    local command clone=target/readme-check
    # shellcheck disable=SC2016 # the backticks are Markdown's
    command=$(sed -n '/^```sh$/,/^```$/p' README.md | sed -n '2s/ *#.*//p')
    grep -qx './scripts/test *\(#.*\)\?' README.md || { echo "README.md does not name ./scripts/test" >&2; return 1; }
    rm -rf "$clone"
    git clone --quiet --no-hardlinks . "$clone"
    echo "\$ $command"
    cd "$clone"
    # The README promises ten minutes; this stage's budget is half of that. Processor time tells a slow
    # build from a busy machine.
    local TIMEFORMAT='%R s by the clock, %U s of processor time'
    time env -u CARGO_TARGET_DIR timeout 600 bash -euo pipefail -c "$command"
}

stage_clean() {
    git status --porcelain >"${work:?}/after"
    diff "${work:?}/before" "${work:?}/after"
    # A fresh clone starts clean; a developer's tree may hold unfinished work.
    [[ ${CI-} != true || ! -s ${work:?}/after ]] || { cat "${work:?}/after"; return 1; }
}
