#!/usr/bin/env bash
# usage: setup.sh [build|test|lint]...
#
# Installs the Debian packages of the named groups (packages.txt) that are missing, and checks
# Node.js. When nothing is missing it only asks dpkg, which takes a few milliseconds.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node_floor_major=18

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

# Prints Node.js's major version; fails when there is none or npm is missing.
node_major() {
  command -v npm >/dev/null && node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p' | grep .
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
node_major >/dev/null || missing+=(nodejs npm)
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
major=$(node_major) || fail "Node.js and npm are missing"
[ "$major" -ge "$node_floor_major" ] ||
  fail "Node.js $node_floor_major or newer is needed; this is $(node --version)"
say "packages for $* are in place"
