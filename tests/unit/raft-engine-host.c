/* SPDX-License-Identifier: Apache-2.0
 *
 * raft-engine: what the nodes find below them.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-raft/agreement.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/raft-engine-private.h"

typedef struct {
	guint to, from;
	GBytes *bytes;
} Message;

static GQueue messages; /* Message */
static guint64 sent;

guint
fleet_node_of(const bsn_chain *chain)
{
	for (guint i = 0; i < FLEET_MAX; i++)
		if (fleet_nodes[i].chain == chain)
			return i;
	g_assert_not_reached();
}

static int32_t
net_send(bsn_chain *chain, bsn_slice key, bsn_slice bytes)
{
	guint from = fleet_node_of(chain);

	for (guint i = 0; i < FLEET_MAX; i++) {
		Message *message;

		if (!bsn_slice_equal(key, fleet_key(i)))
			continue;
		if (!fleet_nodes[i].up || !fleet_nodes[from].up ||
		    fleet_nodes[i].ledger == NULL)
			return BSN_UNAVAILABLE;
		message = g_new(Message, 1);
		*message = (Message){ i, from,
				      g_bytes_new(bytes.data, bytes.len) };
		g_queue_push_tail(&messages, message);
		sent++;
		return BSN_OK;
	}
	return BSN_NOT_FOUND;
}

static const bsn_net net = { .size = sizeof(bsn_net), .send = net_send };

static int32_t
node_public_key(bsn_chain *chain, const char *algorithm, bsn_sink *out,
		bsn_err *err)
{
	const FleetNode *node = &fleet_nodes[fleet_node_of(chain)];

	if (strcmp(algorithm, FLEET_ALGORITHM) != 0)
		return bsn_fail(err, BSN_NOT_FOUND, "no such algorithm");
	return out->write(out, node->public_key, sizeof(node->public_key));
}

static int32_t
node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	  bsn_slice message, bsn_sink *out, bsn_err *err)
{
	const FleetNode *node = &fleet_nodes[fleet_node_of(chain)];
	guint8 signature[BSN_SIGNATURE_MAX];
	int32_t status =
		fleet_scheme()->sign(node->private_key, convention,
				     bsn_slice_of(NULL, 0), message, signature);

	g_assert_cmpstr(algorithm, ==, FLEET_ALGORITHM);
	if (status != BSN_OK)
		return bsn_fail(err, status, "it cannot sign");
	return out->write(out, signature, fleet_scheme()->signature_len);
}

static const bsn_keys keys = {
	.size = sizeof(bsn_keys),
	.node_public_key = node_public_key,
	.node_sign = node_sign,
};

static const void *
query(const char *id)
{
	if (strcmp(id, BSN_NET_ID) == 0)
		return &net;
	if (strcmp(id, BSN_KEYS_ID) == 0)
		return &keys;
	return fake_host()->query(id);
}

const bsn_host fleet_host = { .size = sizeof(bsn_host), .query = query };

static void
message_free(gpointer data)
{
	g_bytes_unref(((Message *)data)->bytes);
	g_free(data);
}

gboolean
fleet_deliver(void)
{
	Message *message = g_queue_pop_head(&messages);

	if (message == NULL)
		return FALSE;
	if (fleet_nodes[message->to].ledger != NULL &&
	    fleet_nodes[message->to].up)
		raft_consensus.message(fleet_agreement(message->to),
				       fleet_key(message->from),
				       bytes_slice(message->bytes));
	message_free(message);
	return TRUE;
}

void
fleet_lose_messages(void)
{
	g_queue_clear_full(&messages, message_free);
}

const bsn_signature *
fleet_scheme(void)
{
	const bsn_crypto_by_name *crypto = bsn_host_crypto(fake_host());

	(void)fake_host_load("crypto-std.so");
	return crypto->signature(FLEET_ALGORITHM);
}

guint64
fleet_messages(void)
{
	return sent;
}
