/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions as they come: what is taken leniently is, in its only encoding,
 * taken strictly, and the same.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/tx.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Suite suite;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_slice bytes = bsn_slice_of(data, size);
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(Tx) strict = NULL;
	g_autoptr(Tx) tx = NULL;
	g_autoptr(Tx) again = NULL;

	if (suite.hash == NULL)
		suite = xuper_suite(FALSE);
	tx = tx_decode(&suite, bytes, TRUE, NULL, &err);
	g_assert_true((tx == NULL) == (err.reason[0] != '\0'));
	strict = tx_decode(&suite, bytes, FALSE, NULL, &err);
	g_assert_true(strict == NULL || bsn_slice_equal(strict->bytes, bytes));
	g_assert_true(strict == NULL || tx != NULL);
	if (tx == NULL)
		return 0;
	again = tx_decode(&suite, tx->bytes, FALSE, NULL, &err);
	g_assert_nonnull(again);
	assert_bytes(again->id, HASH_LEN, tx->id, HASH_LEN);
	return 0;
}
