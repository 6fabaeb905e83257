/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks as they come. The first byte says with which suite they are read. Ids
 * and signatures stop what is changed, so the seal is made right first: what
 * can be decoded as an InternalBlock gets the id, count and Merkle root that it
 * should have.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/block.h"
#include "plugins/engine-xuper/format/block_id.h"
#include "plugins/kit/codec/message.h"
#include "tests/unit/xuper-suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Suite suites[2];

static void
look(const Suite *suite, bsn_slice bytes)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(Block) block =
		block_decode(suite, bytes, FALSE, NULL, NULL, NULL, &err);
	bsn_seal seal;

	g_assert_true((block == NULL) == (err.reason[0] != '\0'));
	if (block == NULL)
		return;
	g_assert_true(bsn_slice_equal(block->bytes, bytes));
	block_seal(block, &seal);
	g_assert_true(bsn_slice_equal(seal.justify, block->justify));
}

static void
mend(const Suite *suite, Xldgpb__InternalBlock *msg)
{
	g_autofree Tx **txs = g_new0(Tx *, msg->n_transactions + 1);
	guint8 id[HASH_LEN], root[HASH_LEN];
	g_autoptr(GByteArray) bytes = NULL;
	guint n = 0;

	for (gsize i = 0; i < msg->n_transactions; i++) {
		g_autoptr(GByteArray) tx = message_pack(msg->transactions[i]);

		txs[n] = tx_decode(suite, bsn_slice_of(tx->data, tx->len), TRUE,
				   NULL, NULL);
		if (txs[n] != NULL)
			msg->transactions[n] =
				(Xldgpb__Transaction *)txs[n]->msg;
		n += txs[n] != NULL;
	}
	merkle_root(suite, txs, n, root);
	msg->n_transactions = n;
	msg->tx_count = (gint32)n;
	msg->merkle_root = message_bytes(bsn_slice_of(root, HASH_LEN));
	block_id(suite, msg, id);
	msg->blockid = message_bytes(bsn_slice_of(id, HASH_LEN));
	bytes = message_pack(msg);
	look(suite, bsn_slice_of(bytes->data, bytes->len));
	for (guint i = 0; i < n; i++)
		tx_unref(txs[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__InternalBlock *msg;
	const Suite *suite;
	bsn_slice bytes;

	if (suites[0].hash == NULL) {
		suites[0] = xuper_suite(FALSE);
		suites[1] = xuper_suite(TRUE);
	}
	if (size == 0)
		return 0;
	suite = &suites[data[0] & 1];
	bytes = bsn_slice_of(data + 1, size - 1);
	look(suite, bytes);
	msg = message_unpack(&arena, &xldgpb__internal_block__descriptor, bytes,
			     NULL, NULL);
	if (msg != NULL)
		mend(suite, msg);
	return 0;
}
