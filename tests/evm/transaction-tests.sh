#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Ethereum's transaction tests, when BSN_ETHEREUM_TESTS names a checkout of
# ethereum/tests. Nothing is left out: the suite has no blob transactions.
set -u

if [ -z "${BSN_ETHEREUM_TESTS:-}" ]; then
	echo "1..0 # SKIP BSN_ETHEREUM_TESTS does not name ethereum/tests"
	exit 0
fi
if output=$("$G_TEST_BUILDDIR/tests/evm/txtest" \
	"$BSN_ETHEREUM_TESTS/TransactionTests"); then
	echo "ok 1 - /evm/transaction-tests: $(echo "$output" | tail -n 1)"
else
	echo "not ok 1 - /evm/transaction-tests"
	echo "$output" | sed 's/^/# /'
fi
echo "1..1"
