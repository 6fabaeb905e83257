/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-snapshots.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/chain.h"
#include "plugins/kit/codec/der.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/ledger/origin.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/order/record.h"
#include "plugins/kit/sink.h"

Services services;
Snap *the_snap;

static guint
index_of(const bsn_chain *chain)
{
	guint i = 0;

	while (the_snap->nodes[i].ledger->chain != chain)
		i++;
	return i;
}

static SnapNode *
node_of(const bsn_chain *chain)
{
	return &the_snap->nodes[index_of(chain)];
}

/* ---- services ------------------------------------------------------------ */

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(the_snap->log, format, args);
	va_end(args);
	g_string_append_c(the_snap->log, '\n');
}

guint64
services_mono_ms(bsn_chain *chain)
{
	return the_snap->now_ms;
}

static uint64_t
wall_ms(bsn_chain *chain)
{
	return (uint64_t)FABRIC_CA_BEGIN_S * 1000 + the_snap->now_ms;
}

static const bsn_clock snap_clock = { .size = sizeof(bsn_clock),
				      .wall_ms = wall_ms };

static int32_t
set_timer(bsn_chain *chain, uint64_t id, uint64_t delay_ms)
{
	g_assert_cmpuint(id, ==, TIMER_SNAPSHOT);
	node_of(chain)->wake_ms = the_snap->now_ms + delay_ms;
	return BSN_OK;
}

static void
cancel_timer(bsn_chain *chain, uint64_t id)
{
	node_of(chain)->wake_ms = 0;
}

static const bsn_timer timer = { .size = sizeof(bsn_timer),
				 .set = set_timer,
				 .cancel = cancel_timer };

static int32_t
node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	  bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	const Issued *who = the_snap->orgs->peers[MIN(index_of(chain), 2u)];
	const Suite *suite = &the_snap->orgs->suite;
	g_autoptr(GByteArray) der = fabric_sign(suite, who, message);
	guint8 raw[SIGNATURE_RAW_LEN];

	g_assert_true(der_read_signature(buffer_slice(der), raw));
	return signature->write(signature, raw, sizeof(raw));
}

static const bsn_keys keys = { .size = sizeof(bsn_keys), .node_sign = node_sign };

/* A node that is dead accepts nothing any more. */
static int32_t
commit(bsn_chain *chain, const bsn_write *writes, uint64_t n, uint64_t cookie,
       bsn_err *err)
{
	SnapNode *node = node_of(chain);
	int32_t status = node->refuses;

	if (node->dead)
		status = BSN_E_IO;
	if (status != BSN_OK)
		return bsn_fail(err, status, "the store refuses it");
	node->dead = ++node->commits == node->dies_at;
	if (cookie == SNAPSHOT_COOKIE)
		node->durable++;
	return bsn_host_store(fake_host())->commit(chain, writes, n, 0, err);
}

static bsn_store store;

static void
offer(void)
{
	store = *bsn_host_store(fake_host());
	store.commit = commit;
	services = (Services){ .clock = &snap_clock,
			       .timer = &timer,
			       .store = &store,
			       .keys = &keys,
			       .crypto = bsn_host_crypto(fake_host()),
			       .reply = bsn_host_reply(fake_host()) };
}

/* ---- other parts of the engine ------------------------------------------- */

const bsn_member *
members_find(const Channel *channel, bsn_slice public_key)
{
	return NULL;
}

guint64
order_block_time(const Channel *channel, guint64 number)
{
	guint64 time_ms = 0;

	g_assert_cmpint(record_get(&channel->ledger->state.store, number,
				   &time_ms, NULL, NULL),
			==, BSN_OK);
	return time_ms;
}

guint64
order_pending_count(const Channel *channel)
{
	return 0;
}

int32_t
channel_begin_again(Channel *channel, GBytes *genesis, bsn_err *err)
{
	SnapNode *node = node_of(channel->chain);

	if (node->unreadable > 0) {
		node->unreadable--;
		return bsn_fail(err, BSN_E_IO, "the disk cannot be read");
	}
	node->again = TRUE;
	if (genesis != NULL)
		node->genesis = g_bytes_ref(genesis);
	return BSN_OK;
}

void
net_goes_on(Channel *channel)
{
}

NetPeer *
net_peer_at(const Channel *channel, guint index)
{
	const guint self = index_of(channel->chain);
	const guint other = index < self ? index : index + 1;

	return other < SNAP_NODES ? &the_snap->nodes[other].peer : NULL;
}

NetPeer *
net_peer_find(const Channel *channel, bsn_slice public_key)
{
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(channel, i)) != NULL; i++)
		if (bsn_slice_equal(bytes_slice(peer->key), public_key))
			return peer;
	return NULL;
}

char *
net_peer_name(const Channel *channel, const NetPeer *peer)
{
	const SnapNode *node =
		(const SnapNode *)((const char *)peer -
				   offsetof(SnapNode, peer));

	return g_strdup_printf("n%u", (guint)(node - the_snap->nodes));
}

guint64
net_highest(const Channel *channel)
{
	guint64 height = 0;

	for (guint i = 0; i < SNAP_NODES; i++)
		height = MAX(height,
			     the_snap->nodes[i].ledger->ledger->head.height);
	return height;
}

struct NetQuestion {
	guint64 id;
	guint from, to;
	GByteArray *bytes;
	NetAnswerFn answered;
	gpointer owner;
	guint what;
};

guint64
net_ask(Channel *channel, NetPeer *peer, guint kind, bsn_slice question,
	guint timeout_ms, NetAnswerFn answered, gpointer owner)
{
	NetQuestion *one = g_new0(NetQuestion, 1);
	SnapNode *to = (SnapNode *)((char *)peer - offsetof(SnapNode, peer));

	g_assert_cmpuint(kind, ==, NET_ASK_SNAPSHOT);
	one->id = ++the_snap->last_id;
	one->from = index_of(channel->chain);
	one->to = (guint)(to - the_snap->nodes);
	one->bytes = g_byte_array_new();
	g_byte_array_append(one->bytes, question.data, (guint)question.len);
	one->answered = answered;
	one->owner = owner;
	g_queue_push_tail(&the_snap->asked, one);
	return one->id;
}

static void
question_free(NetQuestion *question)
{
	g_byte_array_unref(question->bytes);
	g_free(question);
}

void
net_ask_cancel(Channel *channel, guint64 id)
{
	for (GList *link = the_snap->asked.head; link != NULL;
	     link = link->next)
		if (((NetQuestion *)link->data)->id == id) {
			question_free(link->data);
			g_queue_delete_link(&the_snap->asked, link);
			return;
		}
}

static guint
what_of(bsn_slice bytes)
{
	return bytes.len > 1 && bytes.data[0] == 0x08 ? bytes.data[1] : 0;
}

void
net_answer(Channel *channel, NetQuestion *question, int32_t status,
	   bsn_slice answer, const bsn_err *given)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	if (given != NULL)
		err = *given;
	g_byte_array_append(bytes, answer.data, (guint)answer.len);
	if (the_snap->spoil != NULL)
		the_snap->spoil(the_snap, question->to,
				what_of(buffer_slice(question->bytes)), bytes,
				&status);
	question->answered(question->owner, status, buffer_slice(bytes), &err);
	question_free(question);
}

static void
deliver(void)
{
	NetQuestion *question = g_queue_pop_head(&the_snap->asked);

	channel_snapshots_asked(&the_snap->nodes[question->to].channel,
				question, buffer_slice(question->bytes));
}

/* ---- nodes --------------------------------------------------------------- */

static void
put_record(SnapNode *node, guint64 number)
{
	const StoreKey key = record_key(number);
	g_autoptr(GByteArray) record = g_byte_array_new();

	/* Nodes may have other certificates of one block. */
	record_put(record, number * 1000, bsn_slice_of(node->key, 4));
	fake_chain_make_durable(node->ledger->chain, G_MAXUINT);
	fake_chain_put(node->ledger->chain, store_key_slice(&key),
		       buffer_slice(record));
}

static void
begin(SnapNode *node, bsn_slice genesis)
{
	if (node->ledger->ledger->head.height > 0)
		return;
	g_assert_cmpint(fabric_ledger_append(node->ledger, genesis, NULL), ==,
			BSN_OK);
	channel_ledger_durable(node->ledger->ledger, 1);
	put_record(node, 0);
}

static void
open_node(Snap *snap, SnapNode *node, bsn_slice bytes)
{
	const guint index = (guint)(node - snap->nodes);
	Channel *channel = &node->channel;
	g_auto(Genesis) genesis = { 0 };
	bsn_err err = BSN_ERR_INIT;

	node->ledger->ledger->state.store.table = &store;
	begin(node, bytes);
	g_assert_cmpint(genesis_read(bytes, &genesis, NULL), ==, BSN_OK);
	*channel = (Channel){ .chain = node->ledger->chain,
			      .suite = snap->orgs->suite,
			      .ledger = node->ledger->ledger,
			      .net = (struct FabricNet *)snap };
	channel->id = g_strdup("one");
	channel->config = g_steal_pointer(&genesis.config);
	memcpy(channel->genesis, genesis.hash, HASH_LEN);
	channel->public_key = g_bytes_new(node->key, PUBLIC_KEY_LEN);
	if (index < 2) {
		g_autoptr(GByteArray) self = fabric_serialize(
			fabric_org_id(index), snap->orgs->peers[index]);

		channel->identity = g_bytes_new(self->data, self->len);
	}
	node->commits = 0;
	node->dead = FALSE;
	if (channel_snapshots_open(channel, &err) != BSN_OK)
		g_error("%s", err.reason);
}

static void
close_node(SnapNode *node)
{
	Channel *channel = &node->channel;

	channel_snapshots_close(channel);
	channel_config_free(channel->config);
	g_clear_pointer(&channel->identity, g_bytes_unref);
	g_clear_pointer(&channel->public_key, g_bytes_unref);
	g_free(channel->id);
	node->again = FALSE;
	node->durable = 0;
}

static void
reopen(Snap *snap, guint index, gboolean crash)
{
	SnapNode *node = &snap->nodes[index];
	g_autoptr(GBytes) genesis = g_steal_pointer(&node->genesis);

	close_node(node);
	g_assert_cmpint(fabric_ledger_reopen(node->ledger, crash), ==, BSN_OK);
	open_node(snap, node,
		  genesis != NULL ? bytes_slice(genesis)
				  : buffer_slice(snap->genesis));
}

void
snap_reopen(Snap *snap, guint node)
{
	reopen(snap, node, FALSE);
}

void
snap_kill(Snap *snap, guint node)
{
	reopen(snap, node, TRUE);
}

static GByteArray *
make_genesis(const FabricOrgs *orgs)
{
	json_t *founding = fabric_founding(orgs, 2);
	g_auto(Arena) arena = ARENA_INIT;
	const Founding others = { &orgs->suite, "raft", { NULL, 0 } };
	GByteArray *block = g_byte_array_new();
	Common__Config *config = NULL;

	g_assert_cmpint(
		founding_config(&arena, &others, founding, &config, NULL), ==,
		BSN_OK);
	g_assert_cmpint(founding_block(&orgs->suite, "one", config, 0, block),
			==, BSN_OK);
	json_decref(founding);
	return block;
}

Snap *
snap_new(gboolean sm)
{
	Snap *snap = the_snap = g_new0(Snap, 1);

	snap->orgs = fabric_orgs_new(sm);
	snap->genesis = make_genesis(snap->orgs);
	snap->log = g_string_new(NULL);
	snap->now_ms = 1000;
	offer();
	for (guint i = 0; i < SNAP_NODES; i++) {
		SnapNode *node = &snap->nodes[i];

		memset(node->key, 0x40 + (int)i, sizeof(node->key));
		node->ledger = fabric_ledger_new_of(&snap->orgs->suite, TRUE);
		node->peer.key = g_bytes_new(node->key, PUBLIC_KEY_LEN);
		node->peer.reachable = TRUE;
	}
	for (guint i = 0; i < SNAP_NODES; i++)
		open_node(snap, &snap->nodes[i], buffer_slice(snap->genesis));
	return snap;
}

void
snap_free(Snap *snap)
{
	NetQuestion *question;

	for (guint i = 0; i < SNAP_NODES; i++)
		close_node(&snap->nodes[i]);
	while ((question = g_queue_pop_head(&snap->asked)) != NULL)
		question_free(question);
	for (guint i = 0; i < SNAP_NODES; i++) {
		g_bytes_unref(snap->nodes[i].peer.key);
		fabric_ledger_free(snap->nodes[i].ledger);
	}
	g_byte_array_unref(snap->genesis);
	g_string_free(snap->log, TRUE);
	fabric_orgs_free(snap->orgs);
	g_free(snap);
}

/* ---- blocks -------------------------------------------------------------- */

void
snap_block(Snap *snap, guint nodes, const char *const *writes, guint n)
{
	SnapNode *first = NULL;
	g_autoptr(GByteArray) block = NULL;

	for (guint i = SNAP_NODES; i > 0; i--)
		if (nodes & 1u << (i - 1))
			first = &snap->nodes[i - 1];
	for (guint i = 0; i < n; i++) {
		Simulator *simulator = simulator_new(first->ledger->ledger);
		g_auto(GStrv) parts = g_strsplit(writes[i], "=", 2);
		g_autoptr(GByteArray) results = NULL;
		g_autofree char *nonce =
			g_strdup_printf("once-%u", snap->nonces++);
		LedgerTx tx = { .nonce = nonce };

		g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
					      TEXT(parts[0]), TEXT(parts[1]),
					      NULL),
				==, BSN_OK);
		results = fabric_finish(simulator);
		tx.results = buffer_slice(results);
		fabric_ledger_add(first->ledger,
				  fabric_ledger_tx(first->ledger, &tx));
	}
	block = fabric_ledger_block(first->ledger);
	for (guint i = 0; i < SNAP_NODES; i++) {
		FabricLedger *ledger = snap->nodes[i].ledger;
		bsn_err err = BSN_ERR_INIT;

		if ((nodes & 1u << i) == 0)
			continue;
		if (fabric_ledger_append(ledger, buffer_slice(block), &err) !=
		    BSN_OK)
			g_error("%s", err.reason);
		for (guint j = 0; j < n; j++)
			g_assert_cmpuint(ledger->codes[j], ==, TX_CODE(VALID));
		put_record(&snap->nodes[i], ledger->ledger->head.height - 1);
		channel_ledger_durable(ledger->ledger,
				       ledger->ledger->head.height);
		channel_snapshots_committed(&snap->nodes[i].channel);
		fake_chain_make_durable(ledger->chain, G_MAXUINT);
	}
}

void
snap_blocks(Snap *snap, guint nodes, guint n)
{
	for (guint i = 0; i < n; i++) {
		const guint number =
			(guint)snap->nodes[g_bit_nth_lsf(nodes, -1)]
				.ledger->ledger->head.height;
		g_autofree char *a =
			g_strdup_printf("k%u=v%u", number % 7, number);
		g_autofree char *b = g_strdup_printf("new%u=%03000u", number,
						     number);
		const char *writes[] = { a, b };

		snap_block(snap, nodes, writes, 2);
	}
}

/* ---- time ---------------------------------------------------------------- */

void
snap_step(Snap *snap, guint index)
{
	SnapNode *node = &snap->nodes[index];

	node->wake_ms = 0;
	channel_snapshots_timer(&node->channel);
}

static gboolean
something(Snap *snap)
{
	if (snap->asked.length > 0) {
		deliver();
		return TRUE;
	}
	for (guint i = 0; i < SNAP_NODES; i++) {
		SnapNode *node = &snap->nodes[i];

		if (node->dead)
			continue;
		if (node->durable > 0) {
			node->durable--;
			channel_snapshots_durable(&node->channel,
						  SNAPSHOT_COOKIE);
		} else if (node->again) {
			reopen(snap, i, FALSE);
		} else if (node->wake_ms != 0 &&
			   node->wake_ms <= snap->now_ms) {
			snap_step(snap, i);
		} else {
			continue;
		}
		return TRUE;
	}
	return FALSE;
}

void
snap_run(Snap *snap, guint64 ms)
{
	const guint64 end = snap->now_ms + ms;

	for (; snap->now_ms < end; snap->now_ms++)
		while (something(snap))
			;
}

/* ---- looking ------------------------------------------------------------- */

char *
snap_hash(Snap *snap, guint index, guint64 block)
{
	const Kept *kept =
		kept_find(snap->nodes[index].channel.snapshots, block);
	GString *text;

	if (kept == NULL)
		return NULL;
	text = g_string_new(NULL);
	for (guint i = 0; i < HASH_LEN; i++)
		g_string_append_printf(text, "%02x", kept->hash[i]);
	return g_string_free(text, FALSE);
}

char *
snap_take(Snap *snap, guint index, guint64 block)
{
	guint64 wanted = block;
	bsn_err err = BSN_ERR_INIT;

	if (request_take(snap->nodes[index].channel.snapshots, &wanted, &err) !=
	    BSN_OK)
		g_error("%s", err.reason);
	snap_run(snap, 200);
	return snap_hash(snap, index, wanted);
}

typedef struct {
	bsn_scan_sink sink;
	GString *text;
} Dump;

static int32_t
dump_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	GString *text = ((Dump *)sink)->text;

	for (guint64 i = 0; i < key.len; i++)
		g_string_append_printf(text, "%02x", key.data[i]);
	g_string_append_c(text, '=');
	for (guint64 i = 0; i < value.len; i++)
		g_string_append_printf(text, "%02x", value.data[i]);
	g_string_append_c(text, '\n');
	return BSN_OK;
}

char *
snap_dump(Snap *snap, guint index)
{
	static const guint8 kinds[] = { STORE_HEAD, STORE_STATE, STORE_TX };
	Dump dump = { { dump_entry }, g_string_new(NULL) };

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const guint8 to = kinds[i] + 1;

		g_assert_cmpint(
			store.scan(snap->nodes[index].ledger->chain,
				   bsn_slice_of(&kinds[i], 1),
				   bsn_slice_of(&to, 1), 0, &dump.sink, NULL),
			==, BSN_OK);
	}
	return g_string_free(dump.text, FALSE);
}

const char *
snap_problem(Snap *snap, guint index)
{
	const Join *join = snap->nodes[index].channel.snapshots->join;

	return join != NULL && join->problem != NULL ? join->problem : "";
}
