/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/cells.h"

#include <jansson.h>
#include <string.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* When a decided block is tried again. */
#define TIMER_LATE 1u
#define LATE_MS 100u
#define HELLO_FIRST_MS 200u

/* ---- the pool ----------------------------------------------------------- */

CellTx *
cells_pool_find(const bsn_ledger *ledger, const bsn_id *id)
{
	for (GList *link = ledger->pool.head; link != NULL; link = link->next) {
		CellTx *tx = link->data;

		if (memcmp(tx->id.bytes, id->bytes, HASH_LEN) == 0)
			return tx;
	}
	return NULL;
}

CellTx *
cells_pool_add(bsn_ledger *ledger, bsn_slice bytes)
{
	CellTx *tx = cells_tx_new(bytes);
	CellTx *known = cells_pool_find(ledger, &tx->id);

	if (known == NULL && ledger->pool.length < POOL_MAX) {
		g_queue_push_tail(&ledger->pool, tx);
		return tx;
	}
	cells_tx_free(tx);
	return known;
}

/* What a block holds leaves the pool; who waits is remembered with it. */
static void
take_from_pool(bsn_ledger *ledger, CellBlock *block)
{
	for (guint i = 0; i < block->txs->len; i++) {
		CellTx *tx = block->txs->pdata[i];
		CellTx *waiting = cells_pool_find(ledger, &tx->id);

		if (waiting == NULL)
			continue;
		tx->reply = waiting->reply;
		g_queue_remove(&ledger->pool, waiting);
		cells_tx_free(waiting);
	}
}

/* ---- what consensus asks for -------------------------------------------- */

bsn_ledger *
cells_ledger_of(bsn_proposer *proposer)
{
	return (bsn_ledger *)(void *)((char *)proposer -
				      offsetof(struct bsn_ledger, proposer));
}

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *proposal,
	bsn_id *digest)
{
	bsn_ledger *ledger = cells_ledger_of(proposer);
	CellBlock *block;
	bsn_slice bytes;
	int32_t status;

	if (height != ledger->head.number + 1 || ledger->late.length > 0)
		return BSN_BUSY;
	status = cells_host.store->writable(ledger->chain, NULL);
	if (status != BSN_OK)
		return status;
	block = cells_block_make(ledger);
	if (block == NULL)
		return BSN_NOT_FOUND;
	bytes = bytes_slice(block->bytes);
	*digest = bsn_id_of(block->head.hash, HASH_LEN);
	status = proposal->write(proposal, bytes.data, bytes.len);
	cells_block_free(block);
	return status;
}

static int32_t
check(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
      bsn_id *digest, bsn_err *err)
{
	bsn_ledger *ledger = cells_ledger_of(proposer);
	CellBlock *block;
	int32_t status;

	if (height != ledger->head.number + 1 || ledger->late.length > 0)
		return bsn_fail(err, BSN_UNAVAILABLE, "not at this height");
	block = cells_block_read(ledger, proposal, &status, err);
	if (block == NULL)
		return status;
	*digest = bsn_id_of(block->head.hash, HASH_LEN);
	cells_block_free(block);
	return BSN_OK;
}

static int32_t
apply(bsn_ledger *ledger, const CellLate *late, bsn_err *err)
{
	int32_t status;
	CellBlock *block = cells_block_read(ledger, bytes_slice(late->bytes),
					    &status, err);

	if (block == NULL)
		return status;
	block->certificate = g_bytes_ref(late->certificate);
	status = cells_block_commit(ledger, block, err);
	if (status != BSN_OK) {
		cells_block_free(block);
		return status;
	}
	ledger->head = block->head;
	take_from_pool(ledger, block);
	g_queue_push_tail(&ledger->committed, block);
	return BSN_OK;
}

static void
late_free(gpointer data)
{
	CellLate *late = data;

	g_bytes_unref(late->bytes);
	g_bytes_unref(late->certificate);
	g_free(late);
}

static int32_t
work_off(bsn_ledger *ledger, bsn_err *err)
{
	int32_t status = BSN_OK;

	while (status == BSN_OK && ledger->late.length > 0) {
		status = apply(ledger, g_queue_peek_head(&ledger->late), err);
		if (status == BSN_BUSY || status == BSN_FULL)
			return cells_host.timer->set(ledger->chain,
						     TIMER_LATE, LATE_MS);
		late_free(g_queue_pop_head(&ledger->late));
	}
	return status;
}

int32_t
cells_take(bsn_ledger *ledger, bsn_slice bytes, bsn_slice certificate,
	   bsn_err *err)
{
	CellLate *late = g_new(CellLate, 1);

	late->bytes = g_bytes_new(bytes.data, bytes.len);
	late->certificate = g_bytes_new(certificate.data, certificate.len);
	g_queue_push_tail(&ledger->late, late);
	return ledger->late.length == 1 ? work_off(ledger, err) : BSN_OK;
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	bsn_ledger *ledger = cells_ledger_of(proposer);
	guint64 next = ledger->head.number + 1 + ledger->late.length;

	if (height < next)
		return BSN_DUPLICATE;
	if (height > next)
		return bsn_fail(err, BSN_E_STATE, "it is not the next height");
	return cells_take(ledger, proposal, certificate, err);
}

static int32_t
chain_id(bsn_proposer *proposer, bsn_id *id)
{
	*id = bsn_id_of(cells_ledger_of(proposer)->genesis_hash, HASH_LEN);
	return BSN_OK;
}

static int32_t
waiting(bsn_proposer *proposer)
{
	return cells_ledger_of(proposer)->pool.length > 0 ? BSN_OK
							  : BSN_NOT_FOUND;
}

/* ---- the chain ---------------------------------------------------------- */

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = "ed25519";
	return BSN_OK;
}

static json_t *
member_json(const bsn_member *member)
{
	g_autoptr(GString) key = g_string_new(NULL);

	for (guint64 i = 0; i < member->public_key.len; i++)
		g_string_append_printf(key, "%02x", member->public_key.data[i]);
	return json_pack("{s:s,s:i}", "key", key->str, "role",
			 (int)member->role);
}

/* {"config": ..., "members": [...]}, in block 0's place. */
static int32_t
genesis(const bsn_genesis *in, bsn_sink *out, bsn_err *err)
{
	json_t *members = json_array();
	json_t *config = json_loadb((const char *)in->config.data,
				    in->config.len, 0, NULL);
	g_autoptr(json_t) root = json_pack("{s:o?,s:o}", "config", config,
					   "members", members);

	if (!json_is_object(config))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"config: give an object with \"consensus\"");
	for (uint32_t i = 0; i < in->member_count; i++)
		json_array_append_new(members, member_json(&in->members[i]));
	return json_write(root, out);
}

static void
read_members(bsn_ledger *ledger, json_t *list)
{
	ledger->n_members = (guint)json_array_size(list);
	ledger->members = g_new0(bsn_member, ledger->n_members);
	for (guint i = 0; i < ledger->n_members; i++) {
		json_t *object = json_array_get(list, i);
		const char *hex =
			json_string_value(json_object_get(object, "key"));
		guint8 *key = g_malloc0(SIGNER_LEN);

		for (guint at = 0; at < SIGNER_LEN; at++)
			key[at] = (guint8)(g_ascii_xdigit_value(hex[2 * at]) *
						   16 +
					   g_ascii_xdigit_value(
						   hex[2 * at + 1]));
		ledger->members[i] = (bsn_member){
			.size = sizeof(bsn_member),
			.role = (uint32_t)json_integer_value(
				json_object_get(object, "role")),
			.algorithm = "ed25519",
			.public_key = bsn_slice_of(key, SIGNER_LEN),
		};
	}
}

static void
find_own_role(bsn_ledger *ledger)
{
	guint8 mine[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(mine, sizeof(mine));

	(void)cells_host.keys->node_public_key(ledger->chain, "ed25519",
					       &sink.sink, NULL);
	for (guint i = 0; i < ledger->n_members; i++)
		if (bsn_slice_equal(ledger->members[i].public_key,
				    bsn_slice_of(mine, sink.len)))
			ledger->observes = ledger->members[i].role ==
					   BSN_ROLE_OBSERVER;
}

static int32_t
join(bsn_ledger *ledger, bsn_err *err)
{
	bsn_slice text = bytes_slice(ledger->genesis);
	g_autoptr(json_t) root =
		json_loadb((const char *)text.data, text.len, 0, NULL);
	json_t *config = json_object_get(root, "config");
	const char *name =
		json_string_value(json_object_get(config, "consensus"));

	ledger->consensus =
		name != NULL ? cells_host.consensuses->find(name) : NULL;
	if (ledger->consensus == NULL)
		return bsn_fail(err, BSN_E_VERSION, "there is no consensus %s",
				name != NULL ? name : "(none)");
	read_members(ledger, json_object_get(root, "members"));
	find_own_role(ledger);
	cells_host.timer->set(ledger->chain, TIMER_HELLO, HELLO_FIRST_MS);
	ledger->proposer = (bsn_proposer){ .size = sizeof(bsn_proposer),
					   .propose = propose,
					   .check = check,
					   .decide = decide,
					   .chain_id = chain_id,
					   .behind = cells_sync_behind,
					   .waiting = waiting };
	return ledger->consensus->create(
		ledger->chain, &ledger->proposer, bsn_slice_str("{}"),
		ledger->members, ledger->n_members, ledger->head.number,
		&ledger->agreement, err);
}

static void
ledger_free(bsn_ledger *ledger)
{
	for (guint i = 0; i < ledger->n_members; i++)
		g_free((void *)ledger->members[i].public_key.data);
	g_free(ledger->members);
	g_bytes_unref(ledger->genesis);
	g_queue_clear_full(&ledger->pool, cells_tx_free);
	g_queue_clear_full(&ledger->committed, cells_block_free);
	g_queue_clear_full(&ledger->late, late_free);
	g_free(ledger);
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice genesis_bytes, bsn_ledger **out,
	   bsn_err *err)
{
	bsn_ledger *ledger = g_new0(bsn_ledger, 1);
	int32_t status;

	ledger->chain = chain;
	ledger->genesis = g_bytes_new(genesis_bytes.data, genesis_bytes.len);
	cells_host.sha256 = cells_host.crypto->hash("sha-256");
	cells_host.ed25519 = cells_host.crypto->signature("ed25519");
	status = cells_load(ledger, err);
	if (status == BSN_OK)
		status = join(ledger, err);
	if (status == BSN_OK)
		*out = ledger;
	else
		ledger_free(ledger);
	return status;
}

static void
refuse_all(GQueue *txs, const bsn_err *err)
{
	for (GList *link = txs->head; link != NULL; link = link->next) {
		CellTx *tx = link->data;

		if (tx->reply != NULL)
			cells_host.reply->fail(tx->reply, BSN_UNAVAILABLE,
					       err);
	}
}

static void
chain_close(bsn_ledger *ledger)
{
	bsn_err err = BSN_ERR_INIT;

	if (ledger == NULL)
		return;
	bsn_fail(&err, BSN_UNAVAILABLE, "the chain closes");
	ledger->consensus->destroy(ledger->agreement);
	refuse_all(&ledger->pool, &err);
	cells_drafts_refuse(ledger, &err);
	for (GList *link = ledger->committed.head; link != NULL;
	     link = link->next) {
		const CellBlock *block = link->data;

		for (guint i = 0; i < block->txs->len; i++) {
			const CellTx *tx = block->txs->pdata[i];

			if (tx->reply != NULL)
				cells_host.reply->fail(
					tx->reply, BSN_UNAVAILABLE, &err);
		}
	}
	ledger_free(ledger);
}

static void
answer_block(const CellBlock *block)
{
	for (guint i = 0; i < block->txs->len; i++) {
		const CellTx *tx = block->txs->pdata[i];

		if (tx->reply != NULL)
			cells_answer(tx->reply, BSN_TX_COMMITTED, &tx->id,
				     block->head.number, i);
	}
}

static void
chain_durable(bsn_ledger *ledger, uint64_t cookie)
{
	const CellBlock *block;

	if ((cookie & BSN_CONSENSUS_BIT) != 0) {
		if (BSN_HAS(ledger->consensus, durable))
			ledger->consensus->durable(ledger->agreement, cookie);
		return;
	}
	while ((block = g_queue_peek_head(&ledger->committed)) != NULL &&
	       block->head.number <= cookie) {
		guint64 number = block->head.number;

		ledger->durable = number;
		answer_block(block);
		cells_block_free(g_queue_pop_head(&ledger->committed));
		cells_host.events->block(ledger->chain, number);
		ledger->consensus->applied(ledger->agreement, number);
		cells_sync_hello(ledger);
	}
}

static void
chain_timer(bsn_ledger *ledger, uint64_t id)
{
	if ((id & BSN_CONSENSUS_BIT) != 0 && BSN_HAS(ledger->consensus, timer))
		ledger->consensus->timer(ledger->agreement, id);
	else if (id == TIMER_HELLO)
		cells_sync_hello(ledger);
	else if (id == TIMER_SYNC)
		cells_sync_timer(ledger);
	else if (id == TIMER_DRAFTS)
		cells_drafts_timer(ledger);
	else if (id == TIMER_LATE)
		(void)work_off(ledger, NULL);
}

static void
take_gossip(bsn_ledger *ledger, bsn_slice tx)
{
	guint64 number;
	guint32 index;
	bsn_id id;

	if (cells_tx_check(ledger, tx, NULL) != BSN_OK)
		return;
	id = cells_digest(bsn_slice_of(tx.data, tx.len - SIGNATURE_LEN));
	if (cells_find_tx(ledger, &id, &number, &index) != BSN_NOT_FOUND)
		return;
	cells_pool_add(ledger, tx);
	ledger->consensus->pending(ledger->agreement);
}

static void
chain_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	if (message.len == 0)
		return;
	if (message.data[0] == BSN_CONSENSUS_BYTE &&
	    BSN_HAS(ledger->consensus, message))
		ledger->consensus->message(ledger->agreement, from, message);
	else if (message.data[0] == MESSAGE_TX)
		take_gossip(ledger, bsn_slice_of(message.data + 1,
						 message.len - 1));
	else
		cells_sync_message(ledger, from, message);
}

static void
chain_peer(bsn_ledger *ledger, bsn_slice public_key, uint32_t reachable)
{
	if (BSN_HAS(ledger->consensus, peer))
		ledger->consensus->peer(ledger->agreement, public_key,
					reachable);
}

static int32_t
members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	cells_host.reply->value(reply, bsn_slice_str("[]"));
	return BSN_OK;
}

const bsn_chain_ops cells_chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = chain_durable,
	.timer = chain_timer,
	.message = chain_message,
	.peer = chain_peer,
	.members = members,
};
