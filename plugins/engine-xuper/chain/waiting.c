/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/waiting.h"

static guint
txid_hash(gconstpointer key)
{
	guint hash;

	memcpy(&hash, key, sizeof(hash));
	return hash;
}

static gboolean
txid_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, HASH_LEN) == 0;
}

void
waiting_open(bsn_ledger *ledger)
{
	ledger->waiting =
		g_hash_table_new_full(txid_hash, txid_equal, g_free, NULL);
}

void
waiting_close(bsn_ledger *ledger)
{
	GHashTableIter iter;
	gpointer reply;

	if (ledger->waiting == NULL)
		return;
	g_hash_table_iter_init(&iter, ledger->waiting);
	while (g_hash_table_iter_next(&iter, NULL, &reply))
		waiting_abandon(reply);
	g_clear_pointer(&ledger->waiting, g_hash_table_unref);
}

gboolean
waiting_has(const bsn_ledger *ledger, const guint8 txid[HASH_LEN])
{
	return g_hash_table_contains(ledger->waiting, txid);
}

void
waiting_add(bsn_ledger *ledger, const guint8 txid[HASH_LEN], bsn_reply *reply)
{
	g_hash_table_insert(ledger->waiting, g_memdup2(txid, HASH_LEN), reply);
}

bsn_reply *
waiting_take(bsn_ledger *ledger, const guint8 txid[HASH_LEN])
{
	bsn_reply *reply = g_hash_table_lookup(ledger->waiting, txid);

	if (reply != NULL)
		g_hash_table_remove(ledger->waiting, txid);
	return reply;
}

/* ---- answers ------------------------------------------------------------- */

void
waiting_abandon(bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;

	bsn_fail(&err, BSN_UNAVAILABLE,
		 "the chain closes, and the transaction is in no final block "
		 "on disk yet: look for it once the chain is open again");
	services.reply->fail(reply, BSN_UNAVAILABLE, &err);
}

/* Upon what is final alone. */
static gboolean
is_excluded_for_good(const bsn_ledger *ledger, Tx *tx)
{
	LedgerNode *root = ledger_root(ledger->ledger);
	bsn_err err = BSN_ERR_INIT;
	const gint code =
		verify_state(&ledger->verifier, root->layer, root,
			     root->block->height + 1, tx, NULL, &err);

	return code > 0 && code_status(code) == BSN_CONFLICT;
}

int32_t
waiting_status(const bsn_ledger *ledger, Tx *tx, gint code)
{
	const int32_t status = code_status(code);

	if (status != BSN_CONFLICT || is_excluded_for_good(ledger, tx))
		return status;
	return BSN_BUSY;
}

/* A code has its sentence also where nobody has written a longer one. */
void
waiting_refuse(const bsn_ledger *ledger, bsn_reply *reply, Tx *tx, gint code,
	       const bsn_err *err)
{
	const int32_t status = waiting_status(ledger, tx, code);
	bsn_err said = BSN_ERR_INIT;

	bsn_fail_native(&said, status, code, "%s",
			err != NULL && err->reason[0] != '\0'
				? err->reason
				: code_text(code));
	services.reply->fail(reply, status, &said);
}
