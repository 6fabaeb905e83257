/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/code.h"
#include "plugins/engine-xuper/cross/cross.h"
#include "plugins/engine-xuper/net/net.h"
#include "plugins/engine-xuper/query/json.h"
#include "plugins/engine-xuper/query/query.h"
#include "plugins/engine-xuper/state/xmodel.h"
#include "plugins/kit/capabilities.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define CONSENSUS_TEXT_MAX (64u << 10)

/* The protocol's text is another plugin's: anything but an object is left out.
 */
static json_t *
consensus_json(const bsn_ledger *ledger)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, CONSENSUS_TEXT_MAX);
	json_t *json = NULL;

	if (ledger->protocol != NULL &&
	    ledger->consensus->status(ledger->protocol, &sink.sink) == BSN_OK)
		json = json_parse_object(buffer_slice(text), CONSENSUS_TEXT_MAX,
					 "consensus", NULL, NULL);
	if (json == NULL)
		json = json_object();
	json_object_set_new(json, "name",
			    json_string(ledger->agreement->protocol));
	return json;
}

/* The head, which may still be undone. */
static json_t *
trunk_json(const bsn_ledger *ledger)
{
	const Block *head = ledger_head(ledger->ledger)->block;

	return json_pack("{s:o, s:o}", "height", number_json(head->height),
			 "blockid",
			 bytes_json(bsn_slice_of(head->id, HASH_LEN)));
}

static json_t *
pool_json(const bsn_ledger *ledger)
{
	return json_pack("{s:o, s:o}", "txs",
			 number_json(pool_count(ledger->pool)), "bytes",
			 number_json(pool_bytes(ledger->pool)));
}

/* Whether a member of this node's key was there and is gone: the state keeps the
 * version of what was deleted. */
static gboolean
was_removed(const bsn_ledger *ledger)
{
	XVersion version;

	return xmodel_get(ledger_root(ledger->ledger)->layer,
			  bsn_slice_str(BUCKET_MEMBER),
			  bsn_slice_str(ledger->node_address), &version, NULL,
			  NULL) == BSN_OK &&
	       version.there;
}

static const char *
own_role(const bsn_ledger *ledger)
{
	const bsn_slice self = bsn_slice_of(ledger->node_key, PUBLIC_KEY_LEN);

	for (guint i = 0; i < chain_member_count(ledger); i++)
		if (bsn_slice_equal(chain_member(ledger, i)->public_key, self))
			return chain_member(ledger, i)->role ==
					       BSN_ROLE_CONSENSUS
				       ? "consensus"
				       : "observer";
	return was_removed(ledger) ? "removed" : "none";
}

/* Why nothing is taken, or NULL. */
static const char *
read_only(const bsn_ledger *ledger, bsn_err *err)
{
	if (ledger->stopped != NULL)
		return ledger->stopped;
	return services.store->writable(ledger->chain, err) != BSN_OK
		       ? err->reason
		       : NULL;
}

/* What is there of a list; takes it. */
static void
set_some(json_t *detail, const char *name, json_t *list)
{
	if (json_array_size(list) > 0)
		json_object_set(detail, name, list);
	json_decref(list);
}

static json_t *
detail_json(const bsn_ledger *ledger, const char *why)
{
	json_t *detail = json_object();

	json_object_set_new(detail, "trunk", trunk_json(ledger));
	json_object_set_new(detail, "pool", pool_json(ledger));
	json_object_set_new(detail, "consensus", consensus_json(ledger));
	json_object_set_new(detail, "crypto",
			    json_string(ledger->suite.sm ? "gm" : "default"));
	json_object_set_new(detail, "role", json_string(own_role(ledger)));
	/* What the chain's contracts call this node. */
	json_object_set_new(detail, "account",
			    json_string(ledger->node_address));
	if (ledger->config->parent != NULL)
		json_object_set_new(detail, "parent",
				    json_string(ledger->config->parent));
	set_some(detail, "parallel", cross_chains_json(ledger));
	set_some(detail, "outsideGroup", cross_outside_json(ledger));
	if (ledger->net != NULL)
		json_object_set_new(detail, "sync", net_json(ledger));
	if (why != NULL)
		json_object_set_new(detail, "readOnly", json_string(why));
	return detail;
}

/* What clients wait for: in the pool, and in blocks that may be undone. */
static guint64
count_pending(bsn_ledger *ledger)
{
	const LedgerNode *root = ledger_root(ledger->ledger);
	guint64 count = pool_count(ledger->pool);

	for (const LedgerNode *node = ledger_head(ledger->ledger);
	     node != root; node = node->parent)
		for (guint i = 0; i < node->block->n_txs; i++) {
			const Xldgpb__Transaction *msg =
				node->block->txs[i]->msg;

			count += !msg->autogen && !msg->coinbase;
		}
	return count;
}

/* A transaction's id covers what it writes and its events, and one without effect
 * is in no block. The only producer's signature is certificate enough. */
static bsn_capabilities
capabilities(const bsn_ledger *ledger)
{
	const Agreement *agreement = ledger->agreement;
	bsn_capabilities can = capabilities_of(
		ledger->consensus, bsn_slice_str(agreement->config));
	uint32_t certificate = capabilities_certificate(ledger->consensus);
	bsn_provable proven;

	if (can.finality == BSN_FINALITY_IMMEDIATE &&
	    agreement->n_validators == 1)
		certificate = BSN_CERTIFICATE_MEMBERS;
	proven = provable_by(certificate, BSN_PATH_BLOCK);
	can.can = BSN_CAN_LOCK;
	can.tx = proven;
	can.outcome = proven;
	can.event = proven;
	can.state = proven;
	return can;
}

int32_t
query_status(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	const bsn_capabilities can = capabilities(ledger);
	bsn_err unwritable = BSN_ERR_INIT;
	const char *why = read_only(ledger, &unwritable);
	g_autoptr(json_t) detail = detail_json(ledger, why);
	g_autofree char *text = json_text(detail);
	g_autoptr(json_t) list = code_languages(ledger->config);
	g_autofree char *languages = json_text(list);
	const gboolean syncing = ledger->net != NULL && net_is_syncing(ledger);
	const bsn_chain_status status = {
		.size = sizeof(status),
		.state = why != NULL ? BSN_CHAIN_READONLY
			 : syncing   ? BSN_CHAIN_SYNCING
				     : BSN_CHAIN_RUNNING,
		.height = ledger->durable,
		.pending_txs = count_pending(ledger),
		.members = chain_member_count(ledger),
		.connected = ledger->net != NULL ? net_connected(ledger) : 1,
		.detail = bsn_slice_str(text),
		.capabilities = &can,
		.languages = bsn_slice_str(languages),
	};

	services.reply->status(reply, &status);
	return BSN_OK;
}
