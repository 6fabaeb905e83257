#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Ethereum's state tests: the selection that is part of the project, and the
# whole suite when BSN_ETHEREUM_TESTS names a checkout of ethereum/tests.
set -u

runner="$G_TEST_BUILDDIR/tests/evm/statetest"
number=0

# check NAME PATH...
check() {
	name=$1
	shift
	number=$((number + 1))
	if output=$("$runner" "$@"); then
		echo "ok $number - $name: $(echo "$output" | tail -n 1)"
	else
		echo "not ok $number - $name"
		echo "$output" | sed 's/^/# /'
	fi
}

check /evm/state-tests/selection-gives-its-roots "$G_TEST_SRCDIR/tests/evm/data"
if [ -n "${BSN_ETHEREUM_TESTS:-}" ]; then
	check /evm/state-tests/suite-gives-its-roots \
		"$BSN_ETHEREUM_TESTS/GeneralStateTests"
fi
echo "1..$number"
