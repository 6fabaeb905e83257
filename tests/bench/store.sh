#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The store of this tree against that of an earlier revision, in turn:
#
#     tests/bench/store.sh BUILD REVISION DIRECTORY KEYS SECONDS DEPTH ROUNDS [chain]
#
# BUILD is a configured build directory. DIRECTORY is made, filled once by the
# earlier store and copied for each; it needs room for both.
set -eu
build=$1 revision=$2 work=$3 keys=$4 seconds=$5 depth=$6 rounds=$7
kind=${8:-random}
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$build" && pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)

# make_bench SOURCES PROGRAM
make_bench() {
	# shellcheck disable=SC2046
	${CC:-cc} -std=gnu11 -O2 -g -DHAVE_CONFIG_H -I"$build" -I"$1" -I"$1/abi" \
		$(pkg-config --cflags glib-2.0 lmdb) -o "$2" \
		"$top/tests/bench/store.c" "$1"/host/service/store*.c \
		"$1/host/ops/log.c" "$1/host/ops/cpu.c" "$1/host/ops/metrics.c" \
		$(pkg-config --libs glib-2.0 lmdb)
}

mkdir -p "$work/source"
git -C "$top" archive "$revision" abi host | tar x -C "$work/source"
make_bench "$work/source" "$work/before"
make_bench "$top" "$work/after"
[ -d "$work/filled" ] || "$work/before" "$work/filled" "$keys" 0 1
for which in before after; do
	rm -rf "$work/$which.store"
	cp -r --sparse=always "$work/filled" "$work/$which.store"
done
sync
for round in $(seq "$rounds"); do
	for which in before after; do
		printf '%s: ' "$which"
		"$work/$which" "$work/$which.store" "$keys" "$seconds" "$depth" \
			"$kind" 2>"$work/$which.$round.seconds"
	done
done
