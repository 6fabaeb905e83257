#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Workloads are what their sources make: compiled again they are the same, byte
# for byte. Needs the packages of tests/npm: `npm ci` there first.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

# check_made TITLE SCRIPT ARGUMENTS...
check_made() {
	title=$1
	shift
	if have node && [ -d "$top/tests/npm/node_modules/solc" ]; then
		check "$title" node "$@" --check
	else
		skip "$title" "there is no node, or no packages in tests/npm"
	fi
}

for engine in engine-fisco engine-xuper; do
	check_made "the workload of $engine is what its contracts compile to" \
		"$top/plugins/kit/solidity/make-workload.mjs" \
		"$top/plugins/$engine"
done
check_made "the contract of bsn-bench's workloads is what its source compiles to" \
	"$top/configs/bench/contracts/make-bench.mjs"
done_testing
