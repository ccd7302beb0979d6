#!/usr/bin/env bash
# usage: setup.sh [build|test|lint]...
#
# Installs the Debian packages of the named groups (packages.txt) that are missing, and checks
# Node.js. When nothing is missing it only asks dpkg, which takes a few milliseconds.
#
# The web tools need a newer Node.js than Debian 12 has. Where the one on PATH is older, a pinned
# one comes from the npm registry into the cache; the Makefile puts <cache>/node/bin on PATH first.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node_floor=20.19.0
node_pinned=20.19.5
cache=${AURALIS_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/auralis}

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }

# Prints the packages of the group $1, one a line.
packages_of() { awk -v group="$1" '$1 == group { print $2 }' "$here/packages.txt"; }

# Prints the arguments that dpkg does not know as installed.
not_installed() {
  local installed
  installed=$(dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
    sed -n 's/^\([^: ]*\)[^ ]* installed$/\1/p' || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed" | sort -u)
}

# True when the program $1 is a Node.js of at least the floor.
is_new_enough() {
  local version
  version=$("$1" --version 2>/dev/null) || return 1
  [ "$(printf '%s\n%s\n' "$node_floor" "${version#v}" | sort -V | head -n 1)" = "$node_floor" ]
}

# Brings the pinned Node.js into the cache, with whatever npm there is.
install_node() {
  local machine package
  case $(uname -m) in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) fail "Node.js $node_floor or newer is needed and none is packaged for $(uname -m)" ;;
  esac
  package=node-linux-$machine
  say "Node.js $node_pinned into the cache (found: $(node --version 2>/dev/null || echo none))"
  mkdir -p "$cache/node"
  npm install --prefix "$cache/node" --no-audit --no-fund --loglevel=error \
    "$package@$node_pinned" >/dev/null || fail "npm could not fetch $package@$node_pinned"
  ln -sfn "$cache/node/node_modules/$package/bin" "$cache/node/bin"
  is_new_enough "$cache/node/bin/node" || fail "the Node.js in $cache/node does not run"
}

# Sets as_root to the command that makes root of us, or fails with the line for root to run.
find_root() {
  if [ "$(id -u)" -eq 0 ]; then
    as_root=()
  elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  elif [ -t 0 ] && command -v sudo >/dev/null; then
    as_root=(sudo)
  else
    fail "missing packages; run as root: apt-get update && apt-get install -y" \
      "--no-install-recommends ${missing[*]}"
  fi
}

apt_install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
    install --no-install-recommends "${missing[@]}" >"$log" 2>&1
}

[ $# -gt 0 ] || set -- build
wanted=()
for group in "$@"; do
  mapfile -t names < <(packages_of "$group")
  [ ${#names[@]} -gt 0 ] || { echo "usage: setup.sh [build|test|lint]..." >&2; exit 2; }
  wanted+=("${names[@]}")
done
command -v dpkg-query >/dev/null ||
  fail "this is no Debian system; install by hand what tools/setup/packages.txt lists"

mapfile -t missing < <(not_installed "${wanted[@]}")
command -v npm >/dev/null || missing+=(nodejs npm)
if [ ${#missing[@]} -gt 0 ]; then
  find_root
  say "installing ${missing[*]}"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  # The lists may be absent or old: only then are they read anew.
  apt_install || {
    "${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update >"$log" 2>&1 && apt_install
  } || {
    tail -n 8 "$log" >&2
    fail "apt could not install: ${missing[*]}"
  }
fi
is_new_enough node || is_new_enough "$cache/node/bin/node" || install_node
say "packages for $* are in place"
