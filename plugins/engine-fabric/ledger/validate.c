/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which Fabric's peer finds things wrong decides which code a
 * transaction has. This is stricter where no honest client or endorser goes: an
 * entry of no bytes is NIL_ENVELOPE, a write set with a key twice or with an
 * empty one, at which a range query cannot stop, INVALID_WRITESET, one that
 * would take far more memory than it has bytes, or has a collection without a
 * name or with one that private values have, BAD_RWSET (writes.c), and range
 * queries are made anew within bounds (mvcc.c).
 */
#include "plugins/engine-fabric/ledger/validate.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "common/configtx.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/mvcc.h"

/* Where a peer keeps the channel's config: in a namespace without a name. */
#define CONFIG_KEY "resourcesconfigtx.CHANNEL_CONFIG_KEY"

typedef struct {
	const State *state;
	guint64 number;
	const IncomingBlock *block;
	const int32_t *verdicts;
	TxJudge *judge;
	BlockOutcome *outcome;
	bsn_err *err;
	GTree *described; /* state keys whose metadata the block has changed */
} Validation;

void
block_outcome_init(BlockOutcome *outcome, guint n_txs)
{
	outcome->codes = g_new(TxCode, n_txs + 1);
	memset(outcome->codes, TX_CODE(NOT_VALIDATED), n_txs);
	outcome->known = g_new0(gboolean, n_txs + 1);
	outcome->updates = state_tree_new();
	outcome->private_updates = state_tree_new();
	trail_init(&outcome->trail);
}

void
block_outcome_clear(BlockOutcome *outcome)
{
	g_clear_pointer(&outcome->codes, g_free);
	g_clear_pointer(&outcome->known, g_free);
	g_clear_pointer(&outcome->updates, g_tree_unref);
	g_clear_pointer(&outcome->private_updates, g_tree_unref);
	trail_clear(&outcome->trail);
}

/* ---- one transaction by itself ---- */

static int32_t
find_tx_id(const Validation *validation, const BlockTx *tx, gboolean *known)
{
	const StoreKey key = store_key_tx(&validation->state->suite, tx->tx_id);
	g_autoptr(GByteArray) nothing = g_byte_array_new();
	const int32_t status = ledger_store_get_part(
		&validation->state->store, store_key_slice(&key), 0, 0, nothing,
		validation->err);

	*known = status == BSN_OK;
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

static TxCode
judge_namespaces(const Validation *validation, const BlockTx *tx,
		 const gboolean *valid, int32_t *status)
{
	TxJudge *judge = validation->judge;
	TxCode code = judge->endorsed(judge, tx, block_tx_chaincode(tx), valid,
				      status);

	for (guint i = 0; i < tx->opened.n_namespaces && *status == BSN_OK &&
			  code == TX_CODE(VALID);
	     i++) {
		const TransactionNamespace *ns = &tx->opened.namespaces[i];
		const bsn_slice name = bsn_slice_str(ns->name);

		if (ns->writes &&
		    !bsn_slice_equal(name, block_tx_chaincode(tx)))
			code = judge->endorsed(judge, tx, name, valid, status);
	}
	return code;
}

static TxCode
judge_endorsements(const Validation *validation, const BlockTx *tx,
		   int32_t *status)
{
	gboolean valid[TRANSACTION_ENDORSEMENTS_MAX] = { FALSE };

	for (guint i = 0; i < tx->opened.n_endorsements; i++)
		valid[i] = validation->verdicts[tx->endorsements[i].index] ==
			   BSN_OK;
	return judge_namespaces(validation, tx, valid, status);
}

/* What the transaction is by itself and by what was there before the block. */
static TxCode
judge_alone(const Validation *validation, const BlockTx *tx, gboolean known,
	    int32_t *status)
{
	if (tx->header != TX_CODE(VALID))
		return tx->header;
	if (validation->verdicts[tx->creator.index] != BSN_OK)
		return TX_CODE(BAD_CREATOR_SIGNATURE);
	if (tx->body != TX_CODE(VALID))
		return tx->body;
	if (tx->is_config)
		return validation->judge->config(validation->judge, tx, status);
	if (known)
		return TX_CODE(DUPLICATE_TXID);
	if (tx->content != TX_CODE(VALID))
		return tx->content;
	return judge_endorsements(validation, tx, status);
}

static int32_t
judge_each_alone(const Validation *validation)
{
	BlockOutcome *outcome = validation->outcome;
	int32_t status = BSN_OK;

	for (guint i = 0; i < validation->block->n_txs && status == BSN_OK;
	     i++) {
		const BlockTx *tx = &validation->block->txs[i];

		if (tx->tx_id.len > 0)
			status = find_tx_id(validation, tx, &outcome->known[i]);
		if (status == BSN_OK)
			outcome->codes[i] = judge_alone(
				validation, tx, outcome->known[i], &status);
	}
	return status;
}

/* Of those that have passed so far, the first with an id has it. */
static void
mark_duplicates(const Validation *validation)
{
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < validation->block->n_txs; i++) {
		const BlockTx *tx = &validation->block->txs[i];

		if (validation->outcome->codes[i] != TX_CODE(VALID) ||
		    tx->is_config)
			continue;
		/* A string of protobuf-c's, which ends with a NUL. */
		if (!g_hash_table_add(ids, (char *)tx->tx_id.data))
			validation->outcome->codes[i] = TX_CODE(DUPLICATE_TXID);
	}
}

/* ---- one after the other ---- */

static void
apply_config(GTree *updates, const BlockTx *tx, Version version)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice none = bsn_slice_of(NULL, 0);
	const Common__ConfigEnvelope *envelope = message_unpack(
		&arena, &common__config_envelope__descriptor,
		message_slice(tx->opened.payload->data), NULL, NULL);
	bsn_slice config;

	if (envelope == NULL || envelope->config == NULL)
		return;
	config = message_put(&arena, envelope->config);
	state_tree_take(updates,
			state_item_new(state_key(&arena, none, none,
						 bsn_slice_str(CONFIG_KEY)),
				       version, none, &config));
}

/* Whether it writes a key whose metadata an earlier one of the block has changed:
 * a key's own endorsement policy stands there, and the judge has seen that of
 * before the block. Fabric refuses it as well. */
static gboolean
was_judged_too_early(const Validation *validation, const BlockTx *tx)
{
	for (gsize i = 0; i < tx->writes.n; i++)
		if (g_tree_lookup(validation->described,
				  &tx->writes.writes[i].key) != NULL)
			return TRUE;
	return FALSE;
}

static void
note_described(const Validation *validation, const BlockTx *tx)
{
	for (gsize i = 0; i < tx->writes.n; i++) {
		TxWrite *write = &tx->writes.writes[i];

		if (write->describes)
			g_tree_replace(validation->described, &write->key,
				       write);
	}
}

static int32_t
judge_in_order(const Validation *validation, guint i)
{
	const BlockTx *tx = &validation->block->txs[i];
	const Version version = { validation->number, i };
	TxCode *code = &validation->outcome->codes[i];
	GTree *updates = validation->outcome->updates;
	int32_t status;

	if (*code != TX_CODE(VALID))
		return BSN_OK;
	if (tx->is_config) {
		apply_config(updates, tx, version);
		return BSN_OK;
	}
	if (tx->writes.illegal) {
		*code = TX_CODE(INVALID_WRITESET);
		return BSN_OK;
	}
	if (was_judged_too_early(validation, tx)) {
		*code = TX_CODE(ENDORSEMENT_POLICY_FAILURE);
		return BSN_OK;
	}
	status = mvcc_check(validation->state, updates, &tx->opened, code,
			    validation->err);
	if (status != BSN_OK || *code != TX_CODE(VALID))
		return status;
	note_described(validation, tx);
	return mvcc_apply(validation->state, updates,
			  &validation->outcome->trail, &tx->writes, version,
			  validation->err);
}

/* ---- all of it ---- */

static int32_t
check_verdicts(const Validation *validation)
{
	for (guint i = 0; i < validation->block->signatures->len; i++)
		if (validation->verdicts[i] < 0)
			return bsn_fail(validation->err,
					validation->verdicts[i],
					"a signature of the block could not be "
					"judged");
	return BSN_OK;
}

int32_t
block_validate(const State *state, guint64 number, const IncomingBlock *block,
	       const int32_t *verdicts, TxJudge *judge, BlockOutcome *outcome,
	       bsn_err *err)
{
	g_autoptr(GTree) described =
		g_tree_new_full(key_compare_data, NULL, NULL, NULL);
	const Validation validation = { state, number,	block, verdicts,
					judge, outcome, err,   described };
	int32_t status = check_verdicts(&validation);

	if (status == BSN_OK)
		status = judge_each_alone(&validation);
	if (status == BSN_OK)
		mark_duplicates(&validation);
	for (guint i = 0; i < block->n_txs && status == BSN_OK; i++)
		status = judge_in_order(&validation, i);
	return status;
}

int32_t
block_accept_genesis(const IncomingBlock *block, bsn_slice channel_id,
		     BlockOutcome *outcome, bsn_err *err)
{
	const BlockTx *tx = block->txs;

	if (block->n_txs != 1 || !tx->is_config ||
	    !bsn_slice_equal(bsn_slice_str(tx->opened.channel->channel_id),
			     channel_id))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a channel's first block must have one "
				"transaction, a config of that channel");
	apply_config(outcome->updates, tx, (Version){ 0, 0 });
	if (g_tree_nnodes(outcome->updates) != 1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the config of a channel's first block cannot "
				"be decoded");
	outcome->codes[0] = TX_CODE(VALID);
	return BSN_OK;
}
