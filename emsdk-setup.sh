#!/usr/bin/env bash
# Finds or installs Emscripten (>= 3.1.6) and makes it usable.
#
#   ./emsdk-setup.sh      installs what is missing, prints the versions
#   . ./emsdk-setup.sh    the same, and leaves emcc's environment in the calling shell
#
# Order: an emcc that is on PATH; an emsdk from an earlier run; emsdk's pinned release, where the
# network allows; Debian's package. Installing the package needs root or sudo; with neither the one
# line to run as root is printed and the exit (or return) code is 1.

_auralis_emsdk_release=3.1.74 # emsdk's pinned release; the code also builds with 3.1.6
_auralis_emcc_floor=3.1.6
_auralis_emsdk_dir=${AURALIS_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/auralis}/emsdk

# Runs a command that takes minutes, shows that it is at work, and keeps its exit code.
_auralis_with_progress() {
  local progress
  progress=$(dirname "${BASH_SOURCE[0]}")/tools/setup/progress.sh
  (set -o pipefail; "$@" 2>&1 | "$progress" emsdk-setup)
}

# Prints emcc's version, e.g. 3.1.6; fails when there is none that works.
_auralis_emcc_version() {
  command -v emcc >/dev/null 2>&1 || return 1
  emcc --version 2>/dev/null | sed -n '1s/.* \([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' |
    grep .
}

_auralis_emcc_is_new_enough() {
  local version
  version=$(_auralis_emcc_version) || return 1
  [ "$(printf '%s\n%s\n' "$_auralis_emcc_floor" "$version" | sort -V | head -n 1)" = \
    "$_auralis_emcc_floor" ]
}

# Sets what this emcc needs from its surroundings.
_auralis_emcc_environment() {
  # CMakePresets.json reads the toolchain file's place from here.
  AURALIS_EMSCRIPTEN_TOOLCHAIN=$(em-config EMSCRIPTEN_ROOT)/cmake/Modules/Platform/Emscripten.cmake
  export AURALIS_EMSCRIPTEN_TOOLCHAIN
  if [ -z "${EM_CACHE:-}" ] && [ "$(em-config FROZEN_CACHE)" != True ] &&
    [ ! -w "$(em-config CACHE)" ]; then
    # An installation of root's: its system libraries are built into a cache of our own. (Debian's
    # brings them ready-made, and calls its cache frozen.)
    EM_CACHE=$(dirname "$_auralis_emsdk_dir")/em-cache
    export EM_CACHE
    mkdir -p "$EM_CACHE"
  fi
  if [ -d /usr/share/nodejs/acorn ] && [ "$(command -v emcc)" = /usr/bin/emcc ]; then
    # Debian's emcc runs a JavaScript optimiser that takes acorn from here; a Node.js that is not
    # Debian's does not look there by itself.
    case :${NODE_PATH:-}: in
      *:/usr/share/nodejs:*) ;;
      *) export NODE_PATH=/usr/share/nodejs${NODE_PATH:+:$NODE_PATH} ;;
    esac
  fi
}

_auralis_use_emsdk() {
  [ -f "$_auralis_emsdk_dir/emsdk_env.sh" ] || return 1
  # shellcheck disable=SC1091
  EMSDK_QUIET=1 . "$_auralis_emsdk_dir/emsdk_env.sh" >/dev/null 2>&1
  _auralis_emcc_is_new_enough
}

_auralis_install_emsdk() {
  local archive
  command -v curl >/dev/null && command -v python3 >/dev/null || return 1
  archive=https://github.com/emscripten-core/emsdk/archive/refs/tags/$_auralis_emsdk_release.tar.gz
  mkdir -p "$_auralis_emsdk_dir"
  echo "emsdk-setup: trying emsdk $_auralis_emsdk_release"
  curl -fsSL --connect-timeout 5 --max-time 60 "$archive" 2>/dev/null |
    tar -xz -C "$_auralis_emsdk_dir" --strip-components=1 2>/dev/null &&
    _auralis_with_progress timeout 900 "$_auralis_emsdk_dir/emsdk" install \
      "$_auralis_emsdk_release" &&
    "$_auralis_emsdk_dir/emsdk" activate "$_auralis_emsdk_release" >/dev/null 2>&1 &&
    _auralis_use_emsdk && return 0
  rm -rf "$_auralis_emsdk_dir"
  return 1
}

_auralis_install_debian_package() {
  local line='apt-get update && apt-get install -y --no-install-recommends emscripten'
  local as_root=
  command -v apt-get >/dev/null || {
    echo 'emsdk-setup: error: emsdk cannot be reached and this is no Debian system: install' \
      "Emscripten >= $_auralis_emcc_floor and put emcc on PATH" >&2
    return 1
  }
  if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then
      as_root='sudo -n'
    elif [ -t 0 ] && command -v sudo >/dev/null; then
      as_root=sudo
    else
      echo "emsdk-setup: error: no emcc; run as root: $line" >&2
      return 1
    fi
  fi
  echo 'emsdk-setup: installing the Debian package emscripten'
  # shellcheck disable=SC2086 # It is a command with its option, or nothing.
  _auralis_with_progress $as_root env DEBIAN_FRONTEND=noninteractive \
    sh -c "apt-get -q -o DPkg::Lock::Timeout=300 update && apt-get -q -y \
      -o APT::Status-Fd=1 -o DPkg::Lock::Timeout=300 install --no-install-recommends \
      emscripten" || {
    echo "emsdk-setup: error: the installation failed; run as root: $line" >&2
    return 1
  }
  hash -r
  _auralis_emcc_is_new_enough || {
    echo "emsdk-setup: error: Debian's emcc is older than $_auralis_emcc_floor" >&2
    return 1
  }
}

_auralis_emsdk_setup() {
  _auralis_emcc_is_new_enough || _auralis_use_emsdk || _auralis_install_emsdk ||
    _auralis_install_debian_package || return 1
  _auralis_emcc_environment
  echo "emsdk-setup: emcc $(_auralis_emcc_version) ($(command -v emcc)), node $(node --version)"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
fi
_auralis_emsdk_setup
