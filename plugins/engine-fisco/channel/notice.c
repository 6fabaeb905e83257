/* SPDX-License-Identifier: Apache-2.0
 *
 * Notice of blocks, and of transactions to whoever sent them.
 */
#include "plugins/engine-fisco/channel/events.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/rpc/fisco.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define MESSAGE_MAX (4u << 20)

/* Who waits for a transaction. */
typedef struct {
	guint8 hash[HASH_LEN];
	guint8 seq[FRAME_SEQ];
	Client *client;
	gboolean proofs; /* are wanted, too */
	guint64 last;    /* block that may have it */
} Sent;

static guint
sent_hash(gconstpointer sent)
{
	return table_hash(sent, HASH_LEN);
}

static gboolean
sent_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, HASH_LEN) == 0;
}

static void
sent_free(gpointer data)
{
	Sent *sent = data;

	sent->client->sent--;
	g_free(sent);
}

GHashTable *
notice_table(void)
{
	return g_hash_table_new_full(sent_hash, sent_equal, sent_free, NULL);
}

/* ---- sending ----------------------------------------------------------- */

static json_t *
read_object(bsn_slice text)
{
	return json_parse_object(text, MESSAGE_MAX, "message", NULL, NULL);
}

/* The last block that may have a transaction. One that does not wait in the pool
 * is on its way into a block already. */
static guint64
last_block(const Ledger *ledger, const guint8 *hash)
{
	const PoolEntry *entry = pool_find(&ledger->pool, hash);

	if (entry == NULL)
		return ledger->head.number + 1;
	return tx_is_ethereum(entry->tx) ? entry->last_block
					 : entry->tx->block_limit;
}

static void
wait_for(Ledger *ledger, Client *client, Sent *sent)
{
	Channels *channels = ledger->channels;

	sent->client = client;
	sent->last = last_block(ledger, sent->hash);
	client->sent++;
	channels->expire_at = g_hash_table_size(channels->sent) == 0
				      ? sent->last
				      : MIN(channels->expire_at, sent->last);
	g_hash_table_add(channels->sent, sent);
}

void
notice_sent(Ledger *ledger, Client *client, const Frame *request,
	    bsn_slice answer)
{
	g_autoptr(json_t) asked = read_object(request->data);
	g_autoptr(json_t) told = NULL;
	const char *method =
		json_string_value(json_object_get(asked, "method"));
	const json_t *hash;
	Sent *sent;

	if (method == NULL || !g_str_has_prefix(method, "sendRawTransaction"))
		return;
	told = read_object(answer);
	hash = json_object_get(told, "result");
	if (!json_is_string(hash) || client->sent >= SENT_PER_CLIENT)
		return;
	sent = g_new0(Sent, 1);
	if (!hex_decode_fixed(json_string_value(hash),
			      json_string_length(hash), sent->hash,
			      HASH_LEN)) {
		g_free(sent);
		return;
	}
	memcpy(sent->seq, request->seq, FRAME_SEQ);
	sent->proofs = g_str_has_suffix(method, "AndGetProof");
	wait_for(ledger, client, sent);
}

static gboolean
is_of(gpointer key, gpointer value, gpointer client)
{
	return ((const Sent *)key)->client == client;
}

void
notice_leave(Ledger *ledger, const Client *client)
{
	(void)g_hash_table_foreach_remove(ledger->channels->sent, is_of,
					  (gpointer)client);
}

/* ---- transactions ------------------------------------------------------ */

static json_t *
notice_json(Ledger *ledger, const Sent *sent, const Tx *tx,
	    const StoredBlock *block, const BlockCursor *cursor)
{
	json_t *json = fisco_receipt_json(tx, block, cursor);
	RpcCall call = { .ledger = ledger };

	if (!sent->proofs)
		return json;
	json_object_set_new(json, "txProof",
			    fisco_tx_proof(&call, block, cursor->index));
	json_object_set_new(json, "receiptProof",
			    fisco_receipt_proof(&call, block, cursor->index));
	g_free(call.message);
	return json;
}

static void
tell_tx(Ledger *ledger, const StoredBlock *block, const BlockCursor *cursor)
{
	g_autoptr(Tx) tx = stored_tx(ledger, block, cursor);
	const Sent *sent =
		tx != NULL ? g_hash_table_lookup(ledger->channels->sent,
						 tx->hash)
			   : NULL;
	g_autoptr(json_t) json = NULL;
	g_autofree char *text = NULL;
	Frame frame = { .type = FRAME_TX_NOTIFY };

	if (sent == NULL)
		return;
	json = notice_json(ledger, sent, tx, block, cursor);
	text = json_text(json);
	memcpy(frame.seq, sent->seq, FRAME_SEQ);
	frame.data = bsn_slice_str(text);
	(void)client_push(sent->client, &frame);
	(void)g_hash_table_remove(ledger->channels->sent, tx->hash);
}

static void
tell_txs(Ledger *ledger, guint64 number)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	bsn_err err = BSN_ERR_INIT;
	BlockCursor cursor;

	if (g_hash_table_size(ledger->channels->sent) == 0)
		return;
	if (stored_load(ledger, number, &block, &err) != BSN_OK) {
		services_log(ledger->chain, BSN_LOG_WARNING,
			     "channel: nobody is told of block %"
			     G_GUINT64_FORMAT ": %s",
			     number, err.reason);
		return;
	}
	cursor = block_cursor(&block.view);
	while (block_cursor_next(&cursor))
		tell_tx(ledger, &block, &cursor);
}

/* ---- those that never come ---------------------------------------------- */

/* As the receipt of a refused transaction, which is in no block. */
static void
tell_expired(const Sent *sent)
{
	g_autofree char *hash = hex_encode(bsn_slice_of(sent->hash, HASH_LEN));
	g_autofree char *text = g_strdup_printf(
		"{\"transactionHash\":\"%s\",\"status\":\"0x%x\","
		"\"message\":\"it was in no block up to its block limit\"}",
		hash, FISCO_BLOCK_LIMIT);
	Frame frame = { .type = FRAME_TX_NOTIFY,
			.data = bsn_slice_str(text) };

	memcpy(frame.seq, sent->seq, FRAME_SEQ);
	(void)client_push(sent->client, &frame);
}

typedef struct {
	guint64 newest; /* block that is on disk */
	guint64 next;   /* that anything else expires with */
} Expiry;

static gboolean
expire_one(gpointer key, gpointer value, gpointer with)
{
	const Sent *sent = key;
	Expiry *expiry = with;

	if (sent->last > expiry->newest) {
		expiry->next = MIN(expiry->next, sent->last);
		return FALSE;
	}
	tell_expired(sent);
	return TRUE;
}

static void
expire(Channels *channels, guint64 newest)
{
	Expiry expiry = { newest, G_MAXUINT64 };

	if (channels->expire_at > newest)
		return;
	(void)g_hash_table_foreach_remove(channels->sent, expire_one, &expiry);
	channels->expire_at = expiry.next;
}

/* ---- blocks ------------------------------------------------------------ */

/* "1,17" in the first version of the protocol, later JSON; with the topic that
 * the client asked for. */
static void
tell_block(const Ledger *ledger, const Client *client, guint64 number)
{
	const guint64 group = ledger_config(ledger)->group_id;
	g_autofree char *topic = g_strdup_printf(
		"_block_notify_%" G_GUINT64_FORMAT, group);
	const gboolean old = client->protocol == 1;
	g_autofree char *text = g_strdup_printf(
		"%s%" G_GUINT64_FORMAT "%s%" G_GUINT64_FORMAT "%s",
		old ? "" : "{\"groupID\":", group,
		old ? "," : ",\"blockNumber\":", number, old ? "" : "}");
	g_autoptr(GByteArray) data = g_byte_array_new();
	Frame frame = { .type = FRAME_BLOCK_NOTIFY };

	memset(frame.seq, '0', FRAME_SEQ);
	frame_put_topic(bsn_slice_str(topic), bsn_slice_str(text), data);
	frame.data = buffer_slice(data);
	(void)client_push(client, &frame);
}

void
channel_durable(Ledger *ledger, guint64 first, guint64 last)
{
	if (ledger->channels == NULL ||
	    ledger->channels->clients.length == 0)
		return;
	for (guint64 number = first; number <= last; number++) {
		tell_txs(ledger, number);
		for (GList *link = ledger->channels->clients.head;
		     link != NULL; link = link->next) {
			const Client *client = link->data;

			if (client->blocks)
				tell_block(ledger, client, number);
		}
	}
	expire(ledger->channels, last);
	events_pump(ledger);
}
