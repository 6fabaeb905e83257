/* SPDX-License-Identifier: Apache-2.0
 *
 * What the network's nodes find at their host: clock, timers, transport, log,
 * keys, and signatures that cost next to nothing. The store is chained-disk.c's.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"
#include "tests/unit/chained-net.h"

const bsn_id net_chain_id = { 5, "chain" };

/* ---- services ---------------------------------------------------------- */

static uint64_t
mono_ns(bsn_chain *chain)
{
	return chain->net->now * 1000000u;
}

static uint64_t
wall_ms(bsn_chain *chain)
{
	return NET_BEGIN_MS + chain->net->now + (guint64)chain->skew;
}

static int32_t
timer_set(bsn_chain *chain, uint64_t id, uint64_t delay_ms)
{
	guint next = ++chain->net->timers_set;

	g_hash_table_replace(chain->timers, GSIZE_TO_POINTER(id),
			     GUINT_TO_POINTER(next));
	net_later_timer(chain, delay_ms, id, next);
	return BSN_OK;
}

static void
timer_cancel(bsn_chain *chain, uint64_t id)
{
	g_hash_table_remove(chain->timers, GSIZE_TO_POINTER(id));
}

static gboolean
happens(ChainedNet *net, guint per_mille)
{
	return (guint)g_rand_int_range(net->rand, 0, 1000) < per_mille;
}

static void
deliver(ChainedNet *net, Node *from, Node *to, GBytes *bytes)
{
	const guint8 *message = g_bytes_get_data(bytes, NULL);

	if (!happens(net, net->drop) &&
	    !happens(net, net->drop_kind[message[1] % 8]))
		net_later_message(to, from->index, bytes);
}

static void
check_message(Node *from, bsn_slice bytes)
{
	Message message;

	g_assert_true(message_read(bytes, &message));
	disk_check_message(from, &message);
}

static int32_t
net_send(bsn_chain *chain, bsn_slice key, bsn_slice message)
{
	ChainedNet *net = chain->net;
	GBytes *bytes = g_bytes_new(message.data, message.len);
	Node *to = NULL;

	g_assert_true(chain->up);
	for (guint i = 0; i < net->n; i++)
		if (bsn_slice_equal(net->members[i].public_key, key))
			to = net->nodes[i];
	g_assert_true(to != NULL && to != chain);
	if (!to->up || net->cut[chain->index][to->index]) {
		g_bytes_unref(bytes);
		return BSN_UNAVAILABLE;
	}
	if (!chain->byzantine && net_depth(net) == 0)
		check_message(chain, message);
	if (net->filter != NULL)
		net->filter(net, chain, to, &bytes);
	if (bytes != NULL)
		deliver(net, chain, to, bytes);
	g_clear_pointer(&bytes, g_bytes_unref);
	return BSN_OK;
}

static int32_t
net_broadcast(bsn_chain *chain, bsn_slice message)
{
	for (guint i = 0; i < chain->net->n; i++)
		if (i != chain->index)
			(void)net_send(chain,
				       chain->net->members[i].public_key,
				       message);
	return BSN_OK;
}

static void
log_write(bsn_chain *chain, uint32_t level, const char *text)
{
	g_test_message("%6u ms, node %u: %s", (guint)chain->net->now,
		       chain->index, text);
}

/* ---- signatures: a digest with the signer's key, cheap ----------------- */

static void
make_signature(bsn_slice key, bsn_slice message, guint8 *out)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len = 32;

	g_checksum_update(sum, key.data, (gssize)key.len);
	g_checksum_update(sum, message.data, (gssize)message.len);
	g_checksum_get_digest(sum, out, &len);
}

static int32_t
verify(const bsn_verify_item *item)
{
	guint8 good[32];

	make_signature(item->public_key, item->message, good);
	return bsn_slice_equal(item->signature, bsn_slice_of(good, 32))
		       ? BSN_OK
		       : BSN_BAD_SIGNATURE;
}

static const bsn_signature scheme = {
	.size = sizeof(bsn_signature),
	.name = "test",
	.public_key_len = NET_KEY_LEN,
	.signature_len = 32,
	.verify = verify,
};

static const bsn_signature *
find_signature(const char *name)
{
	return strcmp(name, "test") == 0 ? &scheme : NULL;
}

static int32_t
node_public_key(bsn_chain *chain, const char *algorithm, bsn_sink *out,
		bsn_err *err)
{
	return out->write(out, chain->net->keys[chain->index], NET_KEY_LEN);
}

static int32_t
node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	  bsn_slice message, bsn_sink *out, bsn_err *err)
{
	guint8 signature[32];

	make_signature(chain->net->members[chain->index].public_key, message,
		       signature);
	return out->write(out, signature, sizeof(signature));
}

void
net_sign(const ChainedNet *net, guint signer, bsn_slice text,
	 Signature *signature)
{
	make_signature(net->members[signer].public_key, text,
		       signature->bytes);
	signature->len = 32;
}

/* ---- the host ---------------------------------------------------------- */

static const void *
host_query(const char *id)
{
	static const bsn_clock clock = { sizeof(clock), 0, wall_ms, mono_ns };
	static const bsn_timer timer = { sizeof(timer), 0, timer_set,
					 timer_cancel };
	static const bsn_net transport = { .size = sizeof(transport),
					   .send = net_send,
					   .broadcast = net_broadcast };
	static const bsn_log log = { sizeof(log), 0, log_write };
	static const bsn_keys keys = { .size = sizeof(keys),
				       .node_public_key = node_public_key,
				       .node_sign = node_sign };
	static const bsn_crypto_by_name crypto = { .size = sizeof(crypto),
						   .signature =
							   find_signature };
	const struct {
		const char *id;
		const void *table;
	} tables[] = {
		{ BSN_CLOCK_ID, &clock },
		{ BSN_TIMER_ID, &timer },
		{ BSN_NET_ID, &transport },
		{ BSN_LOG_ID, &log },
		{ BSN_KEYS_ID, &keys },
		{ BSN_STORE_ID, &net_store },
		{ BSN_CRYPTO_BY_NAME_ID, &crypto },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		if (strcmp(tables[i].id, id) == 0)
			return tables[i].table;
	return NULL;
}

const bsn_host net_host = { sizeof(bsn_host), 0, "test", "1", host_query };
