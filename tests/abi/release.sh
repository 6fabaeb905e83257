#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The plugins of each release of the ABI's major version, as they were built then,
# are loaded by this host, keep its rules, and run chains. Kept by make abi-release.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/abi/installation.sh"

major=$(sed -n 's/^#define BSN_ABI_MAJOR \([0-9]*\)u$/\1/p' \
	"$top/abi/bsn/base.h")
old=$work/old

unpack() { # VERSION_DIRECTORY
	rm -rf "$old"
	mkdir "$old" || return 1
	for packed in "$1"/*.so.xz; do
		module=${packed##*/}
		xz -dc "$packed" >"$old/${module%.xz}" || return 1
	done
	[ "$(find "$old" -name 'engine-*.so' | wc -l)" -ge 3 ]
}

# text_at FILE OFFSET: of a BSN note.
text_at() {
	dd if="$1" bs=1 skip="$2" count=64 2>/dev/null | tr -d '\0'
}

# The host's own scan, with what the note says (bsn/plugin.h: bsn_note).
is_scanned() {
	objcopy -O binary --only-section=.note.bsn "$1" "$work/note" &&
		scan "$1" "$(text_at "$work/note" 32)" \
			"$(text_at "$work/note" 96)" \
			"$(od -A n -t u4 -j 24 -N 4 "$work/note" | tr -d ' ')" ''
}

# What conformance asks of its file and of its loading.
loads() {
	workload=$top/plugins/$2/$2.workload.json
	[ -f "$workload" ] || workload=
	# shellcheck disable=SC2086
	"$build/bsn-conform" --plugin-dir "$old" --only load \
		${workload:+--workload "$workload"} "$1" >"$work/said" 2>&1 &&
		return 0
	grep -v '^ok' "$work/said"
	return 1
}

# The simulator has no input and output to give, and says so.
does_io() {
	"$build/bsn-conform" --plugin-dir "$old" --only load "$1" 2>&1 |
		grep -q BSN_PLUGIN_DOES_IO
}

check_module() { # VERSION FILE MODULE
	check "$3 of $1 passes the host's scan" is_scanned "$2"
	if does_io "$2"; then
		skip "$3 of $1 keeps the rules" "it does input and output, \
which bsn-conform does not offer"
	else
		check "$3 of $1 keeps the rules" loads "$2" "$3"
	fi
}

# Old engine, old companions.
conforms() {
	"$build/bsn-conform" "$old/$1.so" --plugin-dir "$old" --quick \
		--only tx --only block --only status \
		--workload "$top/plugins/$1/$1.workload.json" >"$work/said" 2>&1 &&
		return 0
	grep -v '^ok' "$work/said"
	return 1
}

versions=0
for version in "$top/tests/abi/release/$major".*; do
	[ -f "$version/machine" ] || continue
	name=${version##*/}
	versions=$((versions + 1))
	if [ "$(cat "$version/machine")" != "$(uname -m)" ] || ! have xz; then
		skip "the plugins of $name are loaded" \
			"they are for $(cat "$version/machine") and packed by \
xz; this is $(uname -m)"
		continue
	fi
	check "the plugins of $name are there" unpack "$version"
	for module in "$old"/*.so; do
		file=${module##*/}
		check_module "$name" "$module" "${file%.so}"
	done
	for engine in engine-fisco engine-xuper engine-fabric; do
		check "$engine of $name does what the standard asks" \
			conforms $engine
	done
done
[ $versions -gt 0 ] || skip "plugins of earlier releases are loaded" \
	"ABI $major has no release yet"
done_testing
