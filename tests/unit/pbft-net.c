/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/pbft-net.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "plugins/consensus-pbft/pbft.h"
#include "plugins/consensus-pbft/services.h"
#include "plugins/kit/sink.h"

#define SYNC_MAX_MS 50

typedef enum { EVENT_MESSAGE, EVENT_TIMER, EVENT_DURABLE, EVENT_SYNC } EventKind;

typedef struct {
	guint64 at;
	guint64 sequence;
	EventKind kind;
	Node *node;
	guint incarnation;
	guint from;      /* EVENT_MESSAGE, EVENT_SYNC */
	GBytes *message; /* EVENT_MESSAGE */
	guint64 id;      /* EVENT_TIMER */
	guint generation;
} Event;

const bsn_id net_chain_id = { 5, "chain" };

/* ---- events --------------------------------------------------------------- */

static gint
compare_events(gconstpointer a, gconstpointer b, gpointer data)
{
	const Event *left = a, *right = b;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return left->sequence < right->sequence ? -1 : 1;
}

static void
event_free(Event *event)
{
	if (event->message != NULL)
		g_bytes_unref(event->message);
	g_free(event);
}

static void
free_event(gpointer event, gpointer data)
{
	event_free(event);
}

static void
later(PbftNet *net, guint64 delay, Event event)
{
	Event *own = g_memdup2(&event, sizeof(event));

	own->at = net->now + delay;
	own->sequence = net->sequence++;
	own->incarnation = event.node->incarnation;
	g_sequence_insert_sorted(net->events, own, compare_events, NULL);
}

static guint64
some(PbftNet *net, guint max)
{
	return (guint64)g_rand_int_range(net->rand, 1, (gint32)max + 1);
}

void
net_later_durable(Node *node)
{
	later(node->net, some(node->net, node->net->disk_max),
	      (Event){ .kind = EVENT_DURABLE, .node = node });
}

void
net_later_sync(Node *node, guint from)
{
	later(node->net, some(node->net, SYNC_MAX_MS),
	      (Event){ .kind = EVENT_SYNC, .node = node, .from = from });
}

static guint
generation(const Node *node, guint64 id)
{
	return GPOINTER_TO_UINT(
		g_hash_table_lookup(node->timers, GSIZE_TO_POINTER(id)));
}

static void
dispatch(PbftNet *net, const Event *event)
{
	Node *node = event->node;

	if (!node->up || event->incarnation != node->incarnation)
		return;
	switch (event->kind) {
	case EVENT_MESSAGE:
		net->messages++;
		pbft_consensus.message(node->agreement,
				       net->members[event->from].public_key,
				       bytes_slice(event->message));
		break;
	case EVENT_TIMER:
		if (generation(node, event->id) == event->generation)
			pbft_consensus.timer(node->agreement, event->id);
		break;
	case EVENT_DURABLE:
		disk_step(node);
		break;
	case EVENT_SYNC:
		engine_sync(node, net->nodes[event->from]);
		break;
	}
}

/* FALSE when nothing happens until `until`. */
static gboolean
step(PbftNet *net, guint64 until)
{
	GSequenceIter *first = g_sequence_get_begin_iter(net->events);
	Event *event;

	if (g_sequence_iter_is_end(first))
		return FALSE;
	event = g_sequence_get(first);
	if (event->at > until)
		return FALSE;
	net->now = event->at;
	g_sequence_remove(first);
	dispatch(net, event);
	event_free(event);
	return TRUE;
}

void
net_run(PbftNet *net, guint64 ms)
{
	guint64 until = net->now + ms;

	while (step(net, until))
		;
	net->now = until;
}

static gboolean
all_at(const PbftNet *net, guint64 height)
{
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up && !net->nodes[i]->byzantine &&
		    net_height(net->nodes[i]) < height)
			return FALSE;
	return TRUE;
}

gboolean
net_run_to(PbftNet *net, guint64 height, guint64 ms)
{
	guint64 until = net->now + ms;

	while (!all_at(net, height))
		if (!step(net, until))
			return FALSE;
	return TRUE;
}

static gboolean
is_dry(const PbftNet *net)
{
	for (guint i = 0; i < net->n; i++) {
		const Node *node = net->nodes[i];

		if (node->up && !node->byzantine &&
		    g_hash_table_size(node->pool) > 0)
			return FALSE;
	}
	return all_at(net, net->chosen->len);
}

gboolean
net_run_dry(PbftNet *net, guint64 ms)
{
	guint64 until = net->now + ms;

	while (!is_dry(net))
		if (!step(net, until))
			return FALSE;
	return TRUE;
}

/* ---- services ------------------------------------------------------------- */

static uint64_t
mono_ns(bsn_chain *chain)
{
	return chain->net->now * 1000000u;
}

static uint64_t
wall_ms(bsn_chain *chain)
{
	return chain->net->now;
}

static int32_t
timer_set(bsn_chain *chain, uint64_t id, uint64_t delay_ms)
{
	guint next = ++chain->net->timers_set;

	g_hash_table_replace(chain->timers, GSIZE_TO_POINTER(id),
			     GUINT_TO_POINTER(next));
	later(chain->net, delay_ms,
	      (Event){ .kind = EVENT_TIMER, .node = chain, .id = id,
		       .generation = next });
	return BSN_OK;
}

static void
timer_cancel(bsn_chain *chain, uint64_t id)
{
	g_hash_table_remove(chain->timers, GSIZE_TO_POINTER(id));
}

static gboolean
happens(PbftNet *net, guint per_mille)
{
	return (guint)g_rand_int_range(net->rand, 0, 1000) < per_mille;
}

static void
deliver(PbftNet *net, Node *from, Node *to, GBytes *bytes)
{
	const guint8 *message = g_bytes_get_data(bytes, NULL);
	guint copies = 1;

	if (happens(net, net->drop) || happens(net, net->drop_kind[message[1]]))
		copies = 0;
	if (happens(net, net->duplicate))
		copies++;
	for (guint i = 0; i < copies; i++)
		later(net, some(net, net->delay_max),
		      (Event){ .kind = EVENT_MESSAGE, .node = to,
			       .from = from->index,
			       .message = g_bytes_ref(bytes) });
}

static void
check_message(Node *from, bsn_slice bytes)
{
	Message message;

	g_assert_true(message_read(bytes, &message));
	if (message.kind >= MESSAGE_PROPOSAL &&
	    message.kind <= MESSAGE_VIEW_CHANGE)
		disk_check_vote(from, &message);
}

static int32_t
net_send(bsn_chain *chain, bsn_slice key, bsn_slice message)
{
	PbftNet *net = chain->net;
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
	if (!chain->byzantine)
		check_message(chain, message);
	if (net->filter != NULL)
		net->filter(net, chain, to, &bytes);
	if (bytes != NULL)
		deliver(net, chain, to, bytes);
	g_clear_pointer(&bytes, g_bytes_unref);
	return BSN_OK;
}

static void
log_write(bsn_chain *chain, uint32_t level, const char *text)
{
	g_test_message("%6u ms, node %u: %s", (guint)chain->net->now,
		       chain->index, text);
}

/* ---- signatures: a digest with the signer's key, cheap ---------------------- */

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
net_sign(const PbftNet *net, guint signer, const Statement *statement,
	 Signature *signature)
{
	g_autoptr(GByteArray) text = g_byte_array_new();

	statement_put(statement, &net_chain_id, text);
	make_signature(net->members[signer].public_key, buffer_slice(text),
		       signature->bytes);
	signature->len = 32;
}

/* ---- the host ------------------------------------------------------------- */

static const void *
host_query(const char *id)
{
	static const bsn_clock clock = { sizeof(clock), 0, wall_ms, mono_ns };
	static const bsn_timer timer = { sizeof(timer), 0, timer_set,
					 timer_cancel };
	static const bsn_net transport = { .size = sizeof(transport),
					   .send = net_send };
	static const bsn_log log = { sizeof(log), 0, log_write };
	static const bsn_keys keys = { sizeof(keys), 0, node_public_key,
				       node_sign };
	static const bsn_crypto_by_name crypto = {
		.size = sizeof(crypto), .signature = find_signature
	};
	const struct {
		const char *id;
		const void *table;
	} tables[] = {
		{ BSN_CLOCK_ID, &clock }, { BSN_TIMER_ID, &timer },
		{ BSN_NET_ID, &transport }, { BSN_LOG_ID, &log },
		{ BSN_KEYS_ID, &keys }, { BSN_STORE_ID, &net_store },
		{ BSN_CRYPTO_BY_NAME_ID, &crypto },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		if (strcmp(tables[i].id, id) == 0)
			return tables[i].table;
	return NULL;
}

static const bsn_host host = { sizeof(host), 0, "test", "1", host_query };

/* ---- nodes ---------------------------------------------------------------- */

void
net_start(Node *node)
{
	PbftNet *net = node->net;
	bsn_err err = BSN_ERR_INIT;

	g_assert_false(node->up);
	node->up = TRUE;
	node->incarnation++;
	if (pbft_consensus.create(node, &node->proposer,
				  bsn_slice_str(net->config), net->members,
				  net->n, node->durable_blocks,
				  &node->agreement, &err) != BSN_OK)
		g_error("%s", err.reason);
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i] != NULL && net->nodes[i]->up &&
		    i != node->index)
			pbft_consensus.peer(
				net->nodes[i]->agreement,
				net->members[node->index].public_key, 1);
}

void
net_crash(Node *node)
{
	if (!node->up)
		return;
	/* What destroy would still do must not have an effect. */
	disk_crash(node);
	pbft_consensus.destroy(node->agreement);
	node->agreement = NULL;
	node->up = FALSE;
	g_hash_table_remove_all(node->timers);
	engine_lose(node);
}

static Node *
node_new(PbftNet *net, guint index)
{
	Node *node = g_new0(Node, 1);

	node->net = net;
	node->index = index;
	node->timers = g_hash_table_new(NULL, NULL);
	disk_init(node);
	engine_init(node);
	return node;
}

PbftNet *
net_new(guint n, guint64 seed, const char *config)
{
	PbftNet *net = g_new0(PbftNet, 1);

	services_open(&host);
	net->n = n;
	net->rand = g_rand_new_with_seed((guint32)seed);
	net->config = g_strdup(config);
	net->events = g_sequence_new(NULL);
	net->voted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					   g_free);
	net->submitted = g_hash_table_new(NULL, NULL);
	net->chosen = g_ptr_array_new_with_free_func(g_free);
	net->delay_max = 5;
	net->disk_max = 10;
	net->pipelined = seed % 2 == 1;
	for (guint i = 0; i < n; i++) {
		memset(net->keys[i], (gint)i + 1, NET_KEY_LEN);
		net->members[i] = (bsn_member){
			.size = sizeof(bsn_member),
			.role = BSN_ROLE_CONSENSUS,
			.algorithm = "test",
			.public_key = { net->keys[i], NET_KEY_LEN },
			.name = bsn_slice_str("a node"),
		};
	}
	for (guint i = 0; i < n; i++)
		net->nodes[i] = node_new(net, i);
	for (guint i = 0; i < n; i++)
		net_start(net->nodes[i]);
	return net;
}

void
net_free(PbftNet *net)
{
	for (guint i = 0; i < net->n; i++) {
		Node *node = net->nodes[i];

		if (!node->byzantine)
			engine_check_node(node);
		if (node->up)
			pbft_consensus.destroy(node->agreement);
		disk_clear(node);
		engine_clear(node);
		g_hash_table_unref(node->timers);
		g_free(node);
	}
	g_sequence_foreach(net->events, free_event, NULL);
	g_sequence_free(net->events);
	g_hash_table_unref(net->submitted);
	g_hash_table_unref(net->voted);
	g_ptr_array_unref(net->chosen);
	g_rand_free(net->rand);
	g_free(net->config);
	g_free(net);
}

/* ---- what a test does ----------------------------------------------------- */

void
net_submit_to(Node *node, guint tx)
{
	g_hash_table_add(node->net->submitted, GUINT_TO_POINTER(tx));
	if (!node->up)
		return;
	g_hash_table_add(node->pool, GUINT_TO_POINTER(tx));
	pbft_consensus.pending(node->agreement);
}

void
net_submit(PbftNet *net, guint tx)
{
	for (guint i = 0; i < net->n; i++)
		net_submit_to(net->nodes[i], tx);
}

void
net_resubmit(PbftNet *net)
{
	GHashTableIter iter;
	gpointer tx;

	g_hash_table_iter_init(&iter, net->submitted);
	while (g_hash_table_iter_next(&iter, &tx, NULL))
		for (guint i = 0; i < net->n; i++)
			engine_resubmit(net->nodes[i], GPOINTER_TO_UINT(tx));
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up)
			pbft_consensus.pending(net->nodes[i]->agreement);
}

void
net_isolate(Node *node, gboolean cut)
{
	for (guint i = 0; i < node->net->n; i++)
		node->net->cut[i][node->index] =
			node->net->cut[node->index][i] =
				cut && i != node->index;
}

void
net_heal(PbftNet *net)
{
	memset(net->cut, 0, sizeof(net->cut));
}

guint64
net_height(const Node *node)
{
	return node->durable_blocks;
}

gint64
net_status(Node *node, const char *member)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, 65536);
	json_t *status;
	json_t *value;
	gint64 number;

	g_assert_cmpint(pbft_consensus.status(node->agreement, &sink.sink), ==,
			BSN_OK);
	status = json_loadb((const char *)bytes->data, bytes->len, 0, NULL);
	value = json_object_get(status, member);
	if (value == NULL)
		value = json_object_get(json_object_get(status, "dropped"),
					member);
	g_assert_nonnull(value);
	number = json_is_boolean(value) ? json_is_true(value)
					: json_integer_value(value);
	json_decref(status);
	return number;
}

void
net_give(Node *to, const Node *from, const Message *message)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	message_put(message, bytes);
	pbft_consensus.message(to->agreement,
			       to->net->members[from->index].public_key,
			       buffer_slice(bytes));
}
