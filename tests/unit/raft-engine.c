/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/raft-engine.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-raft/agreement.h"
#include "plugins/consensus-raft/services.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"

#define ALGORITHM "ed25519"

/* A block, which is its own digest. */
typedef struct {
	guint64 height;
	guint64 txs;
	guint64 members; /* bits; 0: no change */
	guint64 total;   /* transactions up to and including it */
} Block;

typedef struct {
	Block block;
	GBytes *certificate;
} Kept;

struct bsn_ledger {
	bsn_proposer proposer;
	bsn_agreement *agreement;
	guint node;
};

typedef struct {
	bsn_chain *chain;
	bsn_ledger *ledger; /* NULL: closed */
	guint8 private_key[32], public_key[32];
	gboolean up;
	int32_t decision;
	GArray *chain_blocks; /* Kept, durable or not */
	guint64 durable;      /* height */
	guint fetched, verified;
} Node;

typedef struct {
	guint to, from;
	GBytes *bytes;
} Message;

static Node nodes[FLEET_MAX];
static bsn_member records[FLEET_MAX];
static guint founders;
static const char *settings;
static guint64 submitted;
static guint next_members;
static GQueue messages;
static guint64 sent;
static const bsn_signature *scheme;

static guint
node_of_chain(const bsn_chain *chain)
{
	for (guint i = 0; i < FLEET_MAX; i++)
		if (nodes[i].chain == chain)
			return i;
	g_assert_not_reached();
}

/* ---- services ------------------------------------------------------------ */

static int32_t
net_send(bsn_chain *chain, bsn_slice key, bsn_slice bytes)
{
	guint from = node_of_chain(chain);

	for (guint i = 0; i < FLEET_MAX; i++) {
		Message *message;

		if (!bsn_slice_equal(key, fleet_key(i)))
			continue;
		if (!nodes[i].up || !nodes[from].up || nodes[i].ledger == NULL)
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
	const Node *node = &nodes[node_of_chain(chain)];

	if (strcmp(algorithm, ALGORITHM) != 0)
		return bsn_fail(err, BSN_NOT_FOUND, "no such algorithm");
	return out->write(out, node->public_key, sizeof(node->public_key));
}

static int32_t
node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	  bsn_slice message, bsn_sink *out, bsn_err *err)
{
	const Node *node = &nodes[node_of_chain(chain)];
	guint8 signature[BSN_SIGNATURE_MAX];
	int32_t status = scheme->sign(node->private_key, convention,
				      bsn_slice_of(NULL, 0), message,
				      signature);

	g_assert_cmpstr(algorithm, ==, ALGORITHM);
	if (status != BSN_OK)
		return bsn_fail(err, status, "it cannot sign");
	return out->write(out, signature, scheme->signature_len);
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

static const bsn_host host = { .size = sizeof(bsn_host), .query = query };

/* ---- the engine ---------------------------------------------------------- */

static void
clear_kept(gpointer data)
{
	g_bytes_unref(((Kept *)data)->certificate);
}

static guint64
head_total(const Node *node)
{
	guint n = node->chain_blocks->len;

	return n == 0 ? 0
		      : g_array_index(node->chain_blocks, Kept, n - 1)
				.block.total;
}

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *out, bsn_id *digest)
{
	Node *node = &nodes[((bsn_ledger *)proposer)->node];
	Block block = { .height = height, .members = next_members };

	if (height != node->chain_blocks->len + 1)
		return BSN_BUSY;
	block.txs = submitted - head_total(node);
	if (block.txs == 0)
		return BSN_NOT_FOUND;
	block.total = submitted;
	*digest = bsn_id_of(&block, sizeof(block));
	return out->write(out, &block, sizeof(block));
}

static GArray *
members_of(guint bits)
{
	GArray *members = g_array_new(FALSE, FALSE, sizeof(bsn_member));

	for (guint i = 0; i < FLEET_MAX; i++) {
		bsn_member member = records[i];

		member.role = (bits & 1u << i) != 0 ? BSN_ROLE_CONSENSUS
						    : BSN_ROLE_OBSERVER;
		g_array_append_val(members, member);
	}
	return members;
}

static guint
members_after(const Node *node, guint64 height)
{
	while (height-- > 0) {
		const Block *block =
			&g_array_index(node->chain_blocks, Kept, height).block;

		if (block->members != 0)
			return (guint)block->members;
	}
	return (1u << founders) - 1;
}

static void
verify(Node *node, const Block *block, bsn_slice certificate)
{
	g_autoptr(GArray) members =
		members_of(members_after(node, block->height - 1));
	bsn_err err = BSN_ERR_INIT;

	if (raft_consensus.verify((const void *)members->data, members->len,
				  block->height,
				  bsn_slice_of(block, sizeof(*block)),
				  certificate, &err) != BSN_OK)
		g_error("block %u: %s", (guint)block->height, err.reason);
	node->verified++;
}

static void
take_block(Node *node, const Block *block, bsn_slice certificate)
{
	guint64 height = GUINT64_TO_BE(block->height);
	guint8 key[9] = { 'b' };
	const bsn_write write = { .size = sizeof(write),
				  .op = BSN_WRITE_PUT,
				  .key = { key, sizeof(key) },
				  .value = bsn_slice_of(block,
							sizeof(*block)) };
	Kept kept = { *block,
		      g_bytes_new(certificate.data, certificate.len) };

	memcpy(key + 1, &height, sizeof(height));
	verify(node, block, certificate);
	g_array_append_val(node->chain_blocks, kept);
	g_assert_cmpint(raft_services.store->commit(node->chain, &write, 1,
						    block->height, NULL),
			==, BSN_OK);
	if (block->members != 0) {
		g_autoptr(GArray) members = members_of((guint)block->members);

		next_members = 0;
		g_assert_cmpint(raft_consensus.set_members(
					node->ledger->agreement,
					(const void *)members->data,
					members->len, NULL),
				==, BSN_OK);
	}
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	Node *node = &nodes[((bsn_ledger *)proposer)->node];
	Block block;

	g_assert_cmpuint(proposal.len, ==, sizeof(block));
	memcpy(&block, proposal.data, sizeof(block));
	if (node->decision != BSN_OK)
		return bsn_fail(err, node->decision, "the disk is on fire");
	if (height <= node->chain_blocks->len)
		return bsn_fail(err, BSN_DUPLICATE, "it is there");
	g_assert_cmpuint(height, ==, node->chain_blocks->len + 1);
	take_block(node, &block, certificate);
	return BSN_OK;
}

static void
behind(bsn_proposer *proposer, uint64_t height, bsn_slice from)
{
	Node *node = &nodes[((bsn_ledger *)proposer)->node];

	for (guint i = 0; i < FLEET_MAX; i++) {
		if (!bsn_slice_equal(from, fleet_key(i)))
			continue;
		g_assert_cmpuint(nodes[i].durable, >=, height);
		while (node->chain_blocks->len < nodes[i].durable) {
			const Kept *kept =
				&g_array_index(nodes[i].chain_blocks, Kept,
					       node->chain_blocks->len);

			take_block(node, &kept->block,
				   bytes_slice(kept->certificate));
			node->fetched++;
		}
	}
}

static guint64
stored_height(Node *node)
{
	guint64 height = 0;

	for (;; height++) {
		guint64 next = GUINT64_TO_BE(height + 1);
		guint8 key[9] = { 'b' };
		g_autoptr(GBytes) found = NULL;

		memcpy(key + 1, &next, sizeof(next));
		found = fake_chain_get(node->chain,
				       bsn_slice_of(key, sizeof(key)));
		if (found == NULL)
			return height;
	}
}

static int32_t
open_ledger(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	    bsn_err *err)
{
	guint i = node_of_chain(chain);
	Node *node = &nodes[i];
	g_autoptr(GArray) members = NULL;
	int32_t status;

	(void)genesis;
	node->durable = stored_height(node);
	g_array_set_size(node->chain_blocks, (guint)node->durable);
	members = members_of(members_after(node, node->durable));
	*ledger = node->ledger = g_new0(bsn_ledger, 1);
	node->ledger->node = i;
	node->ledger->proposer = (bsn_proposer){
		.size = sizeof(bsn_proposer),
		.propose = propose,
		.decide = decide,
		.behind = behind,
	};
	status = raft_consensus.create(
		chain, &node->ledger->proposer, bsn_slice_str(settings),
		(const void *)members->data, members->len, node->durable,
		&node->ledger->agreement, err);
	if (status != BSN_OK)
		g_clear_pointer(&node->ledger, g_free);
	return status;
}

static void
close_ledger(bsn_ledger *ledger)
{
	nodes[ledger->node].ledger = NULL;
	raft_consensus.destroy(ledger->agreement);
	g_free(ledger);
}

static void
durable(bsn_ledger *ledger, uint64_t cookie)
{
	if ((cookie & BSN_CONSENSUS_BIT) != 0) {
		raft_consensus.durable(ledger->agreement, cookie);
		return;
	}
	nodes[ledger->node].durable = cookie;
	raft_consensus.applied(ledger->agreement, cookie);
}

static void
timer(bsn_ledger *ledger, uint64_t id)
{
	g_assert_true((id & BSN_CONSENSUS_BIT) != 0);
	raft_consensus.timer(ledger->agreement, id);
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(bsn_chain_ops),
	.open = open_ledger,
	.close = close_ledger,
	.durable = durable,
	.timer = timer,
};

static const bsn_engine engine = { .size = sizeof(bsn_engine),
				   .chain = &chain_ops };

/* ---- control ------------------------------------------------------------- */

static void
make_node(guint i)
{
	guint8 seed[48] = { (guint8)(i + 1) };
	g_autofree char *name = g_strdup_printf("node-%u", i);
	Node *node = &nodes[i];

	*node = (Node){ .up = TRUE, .chain = fake_chain_new(name) };
	node->chain_blocks = g_array_new(FALSE, FALSE, sizeof(Kept));
	g_array_set_clear_func(node->chain_blocks, clear_kept);
	g_assert_cmpint(scheme->generate(seed, node->private_key,
					 node->public_key),
			==, BSN_OK);
	records[i] = (bsn_member){
		.size = sizeof(bsn_member),
		.role = BSN_ROLE_CONSENSUS,
		.algorithm = ALGORITHM,
		.public_key = fleet_key(i),
	};
}

void
fleet_start(guint n, const char *config)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(1);
	(void)fake_host_load("crypto-std.so");
	raft_services_find(&host);
	scheme = raft_services.crypto->signature(ALGORITHM);
	founders = n;
	settings = config;
	submitted = sent = 0;
	next_members = 0;
	for (guint i = 0; i < FLEET_MAX; i++)
		make_node(i);
	for (guint i = 0; i < n; i++)
		if (fleet_open(i, &err) != BSN_OK)
			g_error("%s", err.reason);
}

static void
message_free(gpointer data)
{
	g_bytes_unref(((Message *)data)->bytes);
	g_free(data);
}

void
fleet_stop(void)
{
	for (guint i = 0; i < FLEET_MAX; i++) {
		if (nodes[i].ledger != NULL)
			fleet_close(i);
		fake_chain_free(nodes[i].chain);
		g_array_unref(nodes[i].chain_blocks);
	}
	g_queue_clear_full(&messages, message_free);
}

int32_t
fleet_open(guint i, bsn_err *err)
{
	int32_t status = fake_chain_open(nodes[i].chain, &engine,
					 bsn_slice_of(NULL, 0), err);

	if (status == BSN_OK && submitted > 0)
		raft_consensus.pending(fleet_agreement(i));
	return status;
}

void
fleet_close(guint i)
{
	fake_chain_close(nodes[i].chain);
}

void
fleet_crash(guint i)
{
	fake_chain_crash(nodes[i].chain);
}

bsn_chain *
fleet_chain(guint i)
{
	return nodes[i].chain;
}

bsn_agreement *
fleet_agreement(guint i)
{
	return nodes[i].ledger->agreement;
}

bsn_slice
fleet_key(guint i)
{
	return bsn_slice_of(nodes[i].public_key, sizeof(nodes[i].public_key));
}

void
fleet_link(guint i, gboolean up)
{
	nodes[i].up = up;
}

void
fleet_set_decision(guint i, int32_t status)
{
	nodes[i].decision = status;
}

void
fleet_submit(guint n)
{
	submitted += n;
	for (guint i = 0; i < FLEET_MAX; i++)
		if (nodes[i].ledger != NULL)
			raft_consensus.pending(fleet_agreement(i));
}

void
fleet_submit_members(guint bits)
{
	next_members = bits;
	fleet_submit(1);
}

void
fleet_message(guint to, guint from, const void *data, gsize len)
{
	raft_consensus.message(fleet_agreement(to), fleet_key(from),
			       bsn_slice_of(data, len));
}

static gboolean
deliver(void)
{
	Message *message = g_queue_pop_head(&messages);

	if (message == NULL)
		return FALSE;
	if (nodes[message->to].ledger != NULL && nodes[message->to].up)
		raft_consensus.message(fleet_agreement(message->to),
				       fleet_key(message->from),
				       bytes_slice(message->bytes));
	message_free(message);
	return TRUE;
}

void
fleet_advance(guint64 ms)
{
	for (guint64 passed = 0; passed <= ms; passed += 5) {
		do
			fake_host_settle();
		while (deliver());
		if (passed < ms)
			fake_host_advance(5);
	}
}

guint64
fleet_messages(void)
{
	return sent;
}

/* ---- how it stands ------------------------------------------------------- */

guint64
fleet_height(guint i)
{
	return nodes[i].durable;
}

guint64
fleet_txs(guint i)
{
	return nodes[i].durable == 0
		       ? 0
		       : g_array_index(nodes[i].chain_blocks, Kept,
				       nodes[i].durable - 1)
				 .block.total;
}

guint
fleet_fetched(guint i)
{
	return nodes[i].fetched;
}

guint
fleet_verified(guint i)
{
	return nodes[i].verified;
}

static gboolean
have_same(const Node *a, const Node *b)
{
	if (a->durable != b->durable)
		return FALSE;
	for (guint i = 0; i < a->durable; i++) {
		const Kept *x = &g_array_index(a->chain_blocks, Kept, i);
		const Kept *y = &g_array_index(b->chain_blocks, Kept, i);

		if (memcmp(&x->block, &y->block, sizeof(Block)) != 0 ||
		    !g_bytes_equal(x->certificate, y->certificate))
			return FALSE;
	}
	return TRUE;
}

gboolean
fleet_agrees(guint64 txs)
{
	const Node *first = NULL;

	for (guint i = 0; i < FLEET_MAX; i++) {
		if (nodes[i].ledger == NULL)
			continue;
		if (first == NULL)
			first = &nodes[i];
		if (fleet_txs(i) != txs || !have_same(first, &nodes[i]))
			return FALSE;
	}
	return first != NULL;
}

bsn_slice
fleet_certificate(guint i, guint64 height, bsn_id *digest)
{
	const Kept *kept =
		&g_array_index(nodes[i].chain_blocks, Kept, height - 1);

	*digest = bsn_id_of(&kept->block, sizeof(kept->block));
	return bytes_slice(kept->certificate);
}

const bsn_member *
fleet_members(guint *n)
{
	*n = founders;
	return records;
}

json_t *
fleet_status(guint i)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, 16384);
	json_t *status;

	g_assert_cmpint(raft_consensus.status(fleet_agreement(i), &sink.sink),
			==, BSN_OK);
	status = json_loadb((const char *)bytes->data, bytes->len, 0, NULL);
	g_assert_true(json_is_object(status));
	return status;
}

gint
fleet_leader(void)
{
	gint leader = -1;

	for (guint i = 0; i < FLEET_MAX; i++) {
		json_t *status;

		if (nodes[i].ledger == NULL)
			continue;
		status = fleet_status(i);
		if (strcmp(json_string_value(json_object_get(status, "role")),
			   "leader") == 0)
			leader = (gint)i;
		json_decref(status);
	}
	return leader;
}
