#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A host of a later minor version, in which every table and record is longer, takes
# the plugins of this one for what they are: bsn-conform, which is a host, compiled
# against such headers.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
. "$G_TEST_SRCDIR/tests/abi/mutations.sh"

later=$build/tests/abi/later

grow_headers() {
	rm -rf "$later"
	mkdir -p "$later" && cp -R "$top/abi/bsn" "$later/" &&
		chmod -R u+w "$later" || return 1
	for header in "$top"/abi/bsn/*.h "$top"/abi/bsn/ext/*.h; do
		awk -f "$top/tests/abi/later.awk" "$header" \
			>"$later/${header#"$top"/abi/}" || return 1
	done
	[ "$(grep -l 'const void \*later;' -r "$later" | wc -l)" -ge 15 ]
}

build_host() {
	MAKEFLAGS='' "$MAKE" -C "$build" -j2 CFLAGS='-O0 -w' \
		tests/abi/conform-later
}

# conforms ENGINE CHECKS...: an engine, a protocol, a machine and algorithms of today.
conforms() {
	module=$1
	shift
	"$build/tests/abi/conform-later" "$build/modules/$module.so" --quick \
		--plugin-dir "$build/modules" \
		--workload "$top/plugins/$module/$module.workload.json" "$@" \
		>"$work/said" 2>&1 && grep -q '^ok' "$work/said" && return 0
	grep -v '^ok' "$work/said"
	return 1
}

loads() {
	"$build/tests/abi/conform-later" "$build/modules/$1.so" --only load \
		--plugin-dir "$build/modules"
}

# So that what conforms has been measured with the longer ones.
is_longer() {
	echo '#include <bsn/bsn.h>
	char later[sizeof(bsn_tx_result)];' >"$work/size.c"
	for abi in "$top/abi" "$later"; do
		"${CC##* }" -c -o "$work/size.o" -I"$abi" "$work/size.c" &&
			nm -S "$work/size.o" >>"$work/sizes" || return 1
	done
	[ "$(sort -u "$work/sizes" | wc -l)" -eq 2 ]
}

check "the headers have grown" grow_headers
check "what there was is laid out as it was" compiles_layout "$later" "${CC##* }"
check "records are longer" is_longer
check "a host of the later version builds" build_host
for module in crypto-gm crypto-std consensus-raft runtime-wasm; do
	check "$module is loaded" loads $module
done
check "engine-fisco conforms" conforms engine-fisco --level L2
check "engine-xuper conforms, on a tree" conforms engine-xuper --only load \
	--only abi --only tx --only block --only status --only chain
check "engine-fabric conforms" conforms engine-fabric --only load --only abi \
	--only tx --only block --only status
done_testing
