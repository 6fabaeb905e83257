#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Workloads are what their sources make: compiled again they are the same, byte
# for byte. Needs the packages of tests/npm: `npm ci` there first.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"

for engine in engine-fisco engine-xuper; do
	title="the workload of $engine is what its contracts compile to"
	if have node && [ -d "$top/tests/npm/node_modules/solc" ]; then
		check "$title" node \
			"$top/plugins/kit/solidity/make-workload.mjs" \
			"$top/plugins/$engine" --check
	else
		skip "$title" "there is no node, or no packages in tests/npm"
	fi
done
done_testing
