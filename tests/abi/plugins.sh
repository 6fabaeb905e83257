#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each plugin of the build exports bsn_plugin_open and nothing else, and carries
# a note that the ELF tools accept, before and after strip.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

exports_one_symbol() {
	nm -D --defined-only "$1" | awk '{ print $NF }' >"$work/symbols"
	echo bsn_plugin_open | diff -u - "$work/symbols"
}

# One BSN note, and not a word of complaint.
has_sound_note() {
	readelf -nW "$1" >"$work/notes" 2>"$work/complaints" &&
		[ ! -s "$work/complaints" ] &&
		! grep -i -e corrupt -e warning "$work/notes" &&
		[ "$(grep -c '^ *BSN  ' "$work/notes")" -eq 1 ] && return 0
	cat "$work/notes" "$work/complaints"
	return 1
}

survives_strip() {
	cp "$1" "$work/stripped.so" && strip --strip-all "$work/stripped.so" &&
		has_sound_note "$work/stripped.so" &&
		exports_one_symbol "$work/stripped.so"
}

for module in $BSN_PLUGINS; do
	file=$build/$module name=$(basename "$module" .so)
	check "$name exports bsn_plugin_open alone" exports_one_symbol "$file"
	check "$name has a sound note" has_sound_note "$file"
	check "$name keeps it when stripped" survives_strip "$file"
done
check "a shared object without a note is told apart" sh -c "
	! readelf -nW $build/tests/bad-plugins/modules/no-note.so |
		grep '^ *BSN  '"
done_testing
