#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# engine-fisco.workload.json is what its sources make: compiled again it is the
# same, byte for byte. Needs the packages of tests/npm: `npm ci` there first.
. "$G_TEST_SRCDIR/tests/abi/tap.sh"
title="the workload is what its contract compiles to"

if have node && [ -d "$top/tests/npm/node_modules/solc" ]; then
	check "$title" node \
		"$top/plugins/engine-fisco/conform/make-workload.mjs" --check
else
	skip "$title" "there is no node, or no packages in tests/npm"
fi
done_testing
