#!/usr/bin/env bash
# Makes a Debian package of what is built already (build/native/bin, web/dist):
#   tools/package/make-deb.sh [FOLDER]
# puts auralis_VERSION_ARCHITECTURE.deb into FOLDER (build/deb) and prints its path. The version is
# that of CMake's project(), the dependencies are those that dpkg-shlibdeps finds, and the manual
# page is what --help says.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=${1:-build/deb}
packaging=server-min/packaging
bin=build/native/bin

fail() {
  echo "make-deb.sh: $1" >&2
  exit 1
}

for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
  command -v "$tool" >/dev/null || fail "$tool is missing (Debian: dpkg-dev, binutils, gzip)"
done
for file in "$bin/auralis" "$bin/auralis-server" web/dist/index.html; do
  [ -f "$file" ] || fail "$file is not built yet: make build"
done
version=$(sed -n 's/^project(auralis VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
[ -n "$version" ] || fail "CMakeLists.txt names no version"
architecture=$(dpkg --print-architecture)

mkdir -p "$folder"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
root=$stage/root
# The same modes whatever the umask of who packs.
umask 022

install -d "$root/DEBIAN" "$root/usr/share/auralis/web"
install -D -m 755 -s "$bin/auralis" "$root/usr/bin/auralis"
install -D -m 755 -s "$bin/auralis-server" "$root/usr/bin/auralis-server"
cp -r web/dist/. "$root/usr/share/auralis/web/"
chmod -R u=rwX,go=rX "$root/usr/share/auralis"
install -D -m 644 "$packaging/auralis-server.service" \
  "$root/lib/systemd/system/auralis-server.service"
install -D -m 644 "$packaging/auralis-server.default" "$root/etc/default/auralis-server"
install -D -m 644 "$packaging/auralis-server.logrotate" "$root/etc/logrotate.d/auralis-server"
install -D -m 644 "$packaging/README.Debian" "$root/usr/share/doc/auralis/README.Debian"
cat LICENSE THIRD_PARTY_NOTICES.md >"$root/usr/share/doc/auralis/copyright"
gzip -9n <CHANGELOG.md >"$root/usr/share/doc/auralis/changelog.gz"

# Backslashes, and dots and quotes at the beginning of a line, are troff's own.
install -d "$root/usr/share/man/man8"
{
  printf '.TH AURALIS-SERVER 8 "" "auralis %s" ""\n' "$version"
  printf '.SH NAME\nauralis-server \\- serve a music library and the page that plays it enhanced\n'
  printf '.SH DESCRIPTION\n.nf\n'
  "$bin/auralis-server" --help | sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"
  printf '.fi\n.SH FILES\n/etc/default/auralis\\-server, /usr/share/doc/auralis/README.Debian\n'
} | gzip -9n >"$root/usr/share/man/man8/auralis-server.8.gz"

# dpkg-shlibdeps wants to stand in a source package.
mkdir "$stage/debian"
printf 'Source: auralis\n\nPackage: auralis\nArchitecture: any\n' >"$stage/debian/control"
depends=$(cd "$stage" && dpkg-shlibdeps -O root/usr/bin/auralis root/usr/bin/auralis-server \
  2>shlibdeps.log | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { cat "$stage/shlibdeps.log" >&2; fail "the dependencies cannot be found"; }

for script in postinst prerm postrm; do
  install -m 755 "$packaging/$script" "$root/DEBIAN/$script"
done
printf '%s\n' /etc/default/auralis-server /etc/logrotate.d/auralis-server >"$root/DEBIAN/conffiles"
(cd "$root" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | sort -z |
  xargs -0 md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<CONTROL
Package: auralis
Version: $version
Architecture: $architecture
Maintainer: The Auralis authors <auralis@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: $depends
Section: sound
Priority: optional
Description: music library that is played enhanced, in the browser
 A small server points at a music folder; the page decodes the original file,
 masters it with the preset of your choice and plays it, all inside the
 browser. The same engine is the command line program auralis.
 .
 The service listens on this machine alone, and is not started before it is
 told what to serve (/etc/default/auralis-server).
CONTROL
package=$folder/auralis_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >"$stage/build.log"
echo "$package"
