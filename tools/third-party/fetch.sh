#!/usr/bin/env bash
# Brings every archive of sources.tsv into the cache and prints "name<TAB>version<TAB>path" per line.
#
# Routes, in this order: the cache, upstream, the Debian source archive through the machine's own
# apt mirror. The last works with a private, temporary apt configuration: it can ask for suites
# that the machine does not list, it needs no root, and the system's package lists stay untouched.
# Whatever the route, an archive counts only when its SHA-256 is one of the table's two.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$here/sources.tsv
cache=${AURALIS_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/auralis}/sources
upstream_timeout_s=${AURALIS_UPSTREAM_TIMEOUT_S:-8}
private_apt=

say() { printf 'fetch: %s\n' "$*" >&2; }
fail() { printf 'fetch: error: %s\n' "$*" >&2; exit 1; }

cleanup() { [ -z "$private_apt" ] || rm -rf "$private_apt"; }
trap cleanup EXIT

sha256_of() { sha256sum -- "$1" | cut -d' ' -f1; }

# has_hash FILE SHA256: true when FILE is there and has that hash.
has_hash() { [ -f "$1" ] && [ "$(sha256_of "$1")" = "$2" ]; }

# Prints the first stanza of the machine's deb822 sources that offers "main"; a one-line
# sources.list entry is turned into such a stanza.
first_apt_stanza() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -r "$file" ] || continue
    awk 'BEGIN { RS = ""; found = 0 }
         /(^|\n)Types:[^\n]*deb/ && /(^|\n)URIs:/ && /(^|\n)Components:[^\n]*main/ {
           print; found = 1; exit }
         END { exit !found }' "$file" && return 0
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -r "$file" ] || continue
    sed -n -E 's/\[[^]]*\]//; s/^deb +([^ ]+) +[^ ]+ .*main.*$/Types: deb\nURIs: \1\nSuites: x\nComponents: main/p' \
      "$file" | head -n 4 | grep . && return 0
  done
  return 1
}

private_apt_get() {
  apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$private_apt/parts" \
    -o Dir::State::Lists="$private_apt/lists" -o Dir::Cache="$private_apt/cache" \
    -o Acquire::http::Timeout=20 -o Acquire::Retries=2 -o Acquire::Languages=none \
    -o APT::Sandbox::User=root "$@" >>"$private_apt/log" 2>&1
}

# Makes the private configuration once, for all suites of the table.
prepare_private_apt() {
  [ -z "$private_apt" ] || return 0
  command -v apt-get >/dev/null || return 1
  private_apt=$(mktemp -d)
  mkdir -p "$private_apt"/{parts,lists/partial,cache/archives/partial,download}
  local suites
  suites=$(awk -F'\t' '!/^#/ { print $7 }' "$table" | sort -u | tr '\n' ' ')
  first_apt_stanza | sed -E -e '/^#/d' -e 's/^Types:.*/Types: deb-src/' \
    -e "s/^Suites:.*/Suites: $suites/" >"$private_apt/parts/source.sources"
  [ -s "$private_apt/parts/source.sources" ] || return 1
  say "reading the Debian source index ($suites)"
  private_apt_get update || return 1
}

# from_debian SOURCE SUITE SHA256 TARGET
from_debian() {
  local source=$1 suite=$2 sha256=$3 target=$4 archive
  prepare_private_apt || return 1
  (cd "$private_apt/download" &&
    private_apt_get source --download-only --tar-only "$source/$suite") || return 1
  for archive in "$private_apt/download/${source}"_*.orig.tar.*; do
    if has_hash "$archive" "$sha256"; then
      mv -f -- "$archive" "$target"
      return 0
    fi
    say "$source from $suite: $(basename "$archive") has SHA-256 $(sha256_of "$archive")"
  done
  return 1
}

# from_upstream URL SHA256 TARGET
from_upstream() {
  local partial=$3.partial.$$
  command -v curl >/dev/null || return 1
  if curl -fsSL --connect-timeout "$upstream_timeout_s" --max-time 120 -o "$partial" "$1" \
      2>/dev/null && has_hash "$partial" "$2"; then
    mv -f -- "$partial" "$3"
    return 0
  fi
  rm -f -- "$partial"
  return 1
}

mkdir -p "$cache"
upstream_reachable=yes
while IFS=$'\t' read -r name version _ upstream_sha256 url source suite debian_sha256; do
  case $name in '#'* | '') continue ;; esac
  path=$cache/$name-$version.tar
  if has_hash "$path" "$upstream_sha256" || has_hash "$path" "$debian_sha256"; then
    :
  elif [ "$upstream_reachable" = yes ] && from_upstream "$url" "$upstream_sha256" "$path"; then
    say "$name $version from upstream"
  else
    # One failure is enough: on a machine without the internet the others would only cost time.
    upstream_reachable=no
    from_debian "$source" "$suite" "$debian_sha256" "$path" || {
      [ -z "$private_apt" ] || tail -n 5 "$private_apt/log" >&2 || true
      fail "$name $version: neither upstream nor Debian's $suite gave an archive of the pinned hash"
    }
    say "$name $version from Debian's source archive ($suite)"
  fi
  printf '%s\t%s\t%s\n' "$name" "$version" "$path"
done <"$table"
