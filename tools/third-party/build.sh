#!/usr/bin/env bash
# usage: build.sh native|wasm
#
# Builds the libraries of sources.tsv and leaves them at build/third-party/<flavour> in the checkout
# (a link to a prefix in the cache). The prefix is named by a hash of everything that shapes it:
# this folder's files, the compiler, the machine. A second run only checks the link.
set -euo pipefail

flavour=${1:-}
case $flavour in
  native | wasm) ;;
  *) echo 'usage: build.sh native|wasm' >&2; exit 2 ;;
esac
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${AURALIS_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/auralis}/third-party

say() { printf 'third-party: %s\n' "$*"; }
fail() { printf 'third-party: error: %s\n' "$*" >&2; exit 1; }

# Prints the first line of what a command prints. (`| head` would end the command while it writes.)
first_line() {
  local text
  text=$("$@")
  printf '%s\n' "${text%%$'\n'*}"
}

if [ "$flavour" = wasm ]; then
  # shellcheck disable=SC1091
  . "$root/emsdk-setup.sh" >/dev/null
  compiler=$(first_line emcc --version)
  configure=(emcmake cmake)
  run_check=(node exact_math_check.js)
else
  compiler=$(first_line "${CC:-cc}" --version; first_line "${CXX:-c++}" --version; uname -m)
  configure=(cmake)
  run_check=(./exact_math_check)
fi
key=$( (printf '%s\n' "$compiler"; cd "$here"; sha256sum ./*) | sha256sum | cut -c1-16)
prefix=$cache/$flavour-$key
link=$root/build/third-party/$flavour

if [ ! -d "$prefix" ]; then
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.building-$flavour-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  archives=$("$here/fetch.sh")
  while IFS=$'\t' read -r name _ archive; do
    mkdir -p "$work/sources/$name"
    tar -xf "$archive" -C "$work/sources/$name" --strip-components=1
  done <<<"$archives"
  say "building $flavour libraries (once; cached outside the checkout)"
  {
    "${configure[@]}" -S "$here" -B "$work/build" -G Ninja -DSOURCES_DIR="$work/sources" \
      -DCMAKE_INSTALL_PREFIX="$work/prefix" &&
      cmake --build "$work/build" && (cd "$work/build" && "${run_check[@]}") &&
      cmake --install "$work/build"
  } 2>&1 | tee "$work/log" |
    "$root/tools/setup/progress.sh" "third-party $flavour" --progress-only || {
    tail -n 40 "$work/log" | cut -c1-300 >&2
    fail "the $flavour build failed (above)"
  }
  mkdir "$work/prefix/licenses"
  while IFS=$'\t' read -r name _ licence _; do
    case $name in '#'* | '') continue ;; esac
    cp -- "$work/sources/$name/$licence" "$work/prefix/licenses/$name.txt"
  done <"$here/sources.tsv"
  # Another build of the same key may have finished first: then its equal result stays.
  mv -T -n -- "$work/prefix" "$prefix"
fi
mkdir -p "$(dirname "$link")"
ln -sfn -- "$prefix" "$link"
say "$flavour libraries ready: build/third-party/$flavour"
