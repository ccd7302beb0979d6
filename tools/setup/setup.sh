#!/usr/bin/env bash
# usage: setup.sh [build|deb|test|lint]...
#
# Installs the Debian packages of the named groups (packages.txt) that are missing, all in one go,
# and checks Node.js and npm. When nothing is missing it only asks dpkg, which takes a few
# milliseconds. Packages of a group NAME-unpacked are not installed but unpacked to
# <cache>/unpacked/PACKAGE: theirs are servers, which Debian starts as soon as they are installed.
#
# The web tools need a newer Node.js than Debian 12 has, and Debian's npm comes in 376 packages. So
# <cache>/bin, which the Makefile puts on PATH first, gets a pinned npm where there is none, and a
# pinned Node.js where the one on PATH is older than the floor; both from the npm registry.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node_floor=20.19.0
node_pinned=20.19.5
npm_pinned=10.9.4
npm_sha256=4bfba8a0c823024d1926ec9d97a37a00eb60fd2adf44b3d34a686fc32e8f51e4
cache=${AURALIS_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/auralis}
export PATH="$cache/bin:$PATH"

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

# True when there is an Emscripten, or a Node.js, that need not be Debian's. emsdk-setup.sh checks
# the version of the first, the end of this script that of the second.
is_at_hand() {
  case $1 in
    emscripten) command -v emcc >/dev/null || [ -f "$cache/emsdk/emsdk_env.sh" ] ;;
    nodejs) command -v node >/dev/null ;;
    *) false ;;
  esac
}

# True when the program $1 is a Node.js of at least the floor.
is_new_enough() {
  local version
  version=$("$1" --version 2>/dev/null) || return 1
  [ "$(printf '%s\n%s\n' "$node_floor" "${version#v}" | sort -V | head -n 1)" = "$node_floor" ]
}

# Brings the pinned npm into the cache; it runs under Node.js 18, too.
install_npm() {
  local registry=${npm_config_registry:-https://registry.npmjs.org} archive=$cache/npm.tgz
  say "npm $npm_pinned into the cache"
  mkdir -p "$cache/npm" "$cache/bin"
  curl -fsSL --connect-timeout 20 --max-time 300 -o "$archive" \
    "${registry%/}/npm/-/npm-$npm_pinned.tgz" || fail "npm $npm_pinned cannot be fetched from" \
    "${registry%/}; install npm by hand (apt-get install npm) and try again"
  [ "$(sha256sum -- "$archive" | cut -d' ' -f1)" = "$npm_sha256" ] ||
    fail "npm $npm_pinned from ${registry%/} has not the pinned SHA-256"
  tar -xzf "$archive" -C "$cache/npm" --strip-components=1
  rm -f -- "$archive"
  ln -sfn ../npm/bin/npm-cli.js "$cache/bin/npm"
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
  mkdir -p "$cache/node" "$cache/bin"
  npm install --prefix "$cache/node" --no-audit --no-fund --loglevel=error \
    "$package@$node_pinned" 2>&1 | "$here/progress.sh" node ||
    fail "npm could not fetch $package@$node_pinned"
  ln -sfn "../node/node_modules/$package/bin/node" "$cache/bin/node"
  hash -r
  is_new_enough node || fail "the Node.js in $cache/node does not run"
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

# dpkg waits for the disk after every file, which a container that is thrown away need not: there a
# power cut costs nothing.
dpkg_options=()
[ -d /run/systemd/system ] || dpkg_options=(-o Dpkg::Options::=--force-unsafe-io)

# apt ARGUMENTS: everything goes to the log, how far it is to the terminal.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -q -y \
    -o DPkg::Lock::Timeout=300 -o APT::Status-Fd=1 "${dpkg_options[@]}" "$@" \
    2>&1 | tee "$log" | "$here/progress.sh" packages --progress-only
}

# attempt WHAT ARGUMENTS: has apt do it. The lists may be absent or old: then they are read anew.
attempt() {
  local what=$1
  shift
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  apt "$@" || {
    say "reading the package lists"
    apt update && apt "$@"
  } || {
    grep -vE '^(dl|pm)status:' "$log" | tail -n 8 >&2
    fail "apt could not $what"
  }
  rm -f "$log"
}

# Unpacks the package $1 into the cache.
unpack() {
  local name=$1 folder=$cache/unpacked
  mkdir -p "$folder"
  rm -rf "${folder:?}/$name" "$folder/$name"_*.deb
  find_root
  say "unpacking $name into the cache"
  (cd "$folder" && attempt "download $name" download "$name")
  dpkg-deb -x "$folder/$name"_*.deb "$folder/$name"
  rm -f "$folder/$name"_*.deb
  touch "$folder/$name.done"
}

[ $# -gt 0 ] || set -- build
wanted=()
unpacked=()
for group in "$@"; do
  mapfile -t names < <(packages_of "$group")
  [ ${#names[@]} -gt 0 ] || { echo "usage: setup.sh [build|test|lint]..." >&2; exit 2; }
  for name in "${names[@]}"; do is_at_hand "$name" || wanted+=("$name"); done
  mapfile -t -O ${#unpacked[@]} unpacked < <(packages_of "$group-unpacked")
done
command -v dpkg-query >/dev/null ||
  fail "this is no Debian system; install by hand what tools/setup/packages.txt lists"

mapfile -t missing < <(not_installed "${wanted[@]}")
if [ ${#missing[@]} -gt 0 ]; then
  find_root
  say "installing ${missing[*]} and what they need"
  attempt "install: ${missing[*]}" install --no-install-recommends "${missing[@]}"
fi
for name in "${unpacked[@]}"; do [ -f "$cache/unpacked/$name.done" ] || unpack "$name"; done
command -v npm >/dev/null || install_npm
is_new_enough node || install_node
say "packages for $* are in place"
