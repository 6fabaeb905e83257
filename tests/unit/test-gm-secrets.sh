#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No branch and no address depends on a secret of SM2: private keys, nonces, seeds,
# texts, what two parties share. Memcheck looks for them while keys are made,
# messages signed, texts encrypted and decrypted and keys agreed upon, by each way
# of arithmetic that it can run (it has no AVX-512). GM_COMPILERS: by which
# compilers; otherwise the one that all is built with.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

area=$top/plugins/crypto-gm

# compile COMPILER
compile() {
	sources=$(find "$area" -name '*.[cS]' ! -name plugin.c)
	# shellcheck disable=SC2046,SC2086
	"$1" -std=gnu11 -O2 -g1 -gdwarf-4 -Wall -Wextra -Werror -Wno-unused-parameter \
		-Wno-pass-failed -DGM_FIND_LEAKS -DHAVE_CONFIG_H -I"$build" \
		-I"$top" -I"$top/abi" $(pkg-config --cflags glib-2.0 libcrypto) \
		"$top/tests/unit/gm-secrets.c" "$top/tests/unit/gm-paths.c" \
		$sources -o "$work/$1" $(pkg-config --libs glib-2.0 libcrypto)
}

# under COMPILER JOB [adx]: 7 when memcheck has something to report.
under() {
	compiler=$1
	shift
	valgrind --quiet --error-exitcode=7 "$work/$compiler" "$@" 2>&1
}

finds() {
	under "$@"
	[ $? -eq 7 ]
}

# What memcheck would not tell of itself.
has_adx() {
	"$work/$1" none | grep -q '^x86-64-adx'
}

if ! have valgrind || [ ! -e /usr/include/valgrind/memcheck.h ]; then
	skip "SM2 shows nothing of its secrets" "there is no valgrind"
	done_testing
	exit 0
fi
for compiler in ${GM_COMPILERS:-${CC##* }}; do
	have $compiler || continue
	check "the algorithms build with $compiler, marked" compile $compiler
	check "a branch that depends on a secret is found" \
		finds $compiler branch
	check "an address that depends on a secret is found" \
		finds $compiler address
	check "a mark comes through all of the arithmetic" \
		finds $compiler result
	check "nothing depends on a secret ($compiler)" \
		under $compiler everything
	if has_adx $compiler; then
		check "a mark comes through mulx, adcx and adox" \
			finds $compiler result adx
		check "nothing there depends on a secret ($compiler)" \
			under $compiler everything adx
	else
		skip "nothing depends on a secret with mulx, adcx and adox" \
			"this processor has none"
	fi
done
done_testing
