#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: make-release.sh DIRECTORY MODULE.so...
# Keeps these plugins, of the build in the current directory, as they are on disk
# after an installation: stripped, and packed.
set -eu
directory=$1
shift
mkdir -p "$directory"
rm -f "$directory"/*.so.xz
for module; do
	strip --strip-all -o "$directory/$module" ".libs/$module"
	chmod 644 "$directory/$module"
	xz -9e "$directory/$module"
done
uname -m >"$directory/machine"
