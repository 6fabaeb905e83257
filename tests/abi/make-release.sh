#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: CFLAGS=... make-release.sh DIRECTORY MODULE.so...
# Keeps these plugins, of the build in the current directory, as they are on disk
# after an installation: stripped, and packed. It takes no other build than one that
# could be released: optimised, and for a place that is nobody's own.
set -eu
directory=$1
shift
source=$(cd "$(dirname "$0")/../.." && pwd)

refuse() {
	echo "$0: $1: use a build of ./configure CFLAGS=-O2" >&2
	exit 1
}

case " $CFLAGS " in
*-fsanitize=*) refuse 'this build has sanitizers' ;;
*' -O2 '*) ;;
*) refuse "this build's CFLAGS are $CFLAGS" ;;
esac
mkdir -p "$directory"
rm -f "$directory"/*.so.xz
for module; do
	module=${module##*/}
	strip --strip-all -o "$directory/$module" "modules/$module"
	for own in "$(pwd)" "$source"; do
		grep -qaF "$own" "$directory/$module" || continue
		rm -rf "$directory"
		refuse "$module is for $own"
	done
	chmod 644 "$directory/$module"
	xz -9e "$directory/$module"
done
uname -m >"$directory/machine"
