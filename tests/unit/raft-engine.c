/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-raft/agreement.h"
#include "plugins/consensus-raft/services.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/raft-engine-private.h"

FleetNode fleet_nodes[FLEET_MAX];
static bsn_member records[FLEET_MAX];
static guint founders;
static const char *settings;
static guint64 submitted;
static guint next_members;

/* ---- the engine ---------------------------------------------------------- */

static void
clear_kept(gpointer data)
{
	g_bytes_unref(((FleetKept *)data)->certificate);
}

static guint64
head_total(const FleetNode *node)
{
	guint n = node->chain_blocks->len;

	return n == 0 ? 0
		      : g_array_index(node->chain_blocks, FleetKept, n - 1)
				.block.total;
}

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *out, bsn_id *digest)
{
	FleetNode *node = &fleet_nodes[((bsn_ledger *)proposer)->node];
	FleetBlock block = { .height = height, .members = next_members };

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
members_after(const FleetNode *node, guint64 height)
{
	while (height-- > 0) {
		const FleetBlock *block =
			&g_array_index(node->chain_blocks, FleetKept, height)
				 .block;

		if (block->members != 0)
			return (guint)block->members;
	}
	return (1u << founders) - 1;
}

static void
verify(FleetNode *node, const FleetBlock *block, bsn_slice certificate)
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
take_block(FleetNode *node, const FleetBlock *block, bsn_slice certificate)
{
	guint64 height = GUINT64_TO_BE(block->height);
	guint8 key[9] = { 'b' };
	const bsn_write write = { .size = sizeof(write),
				  .op = BSN_WRITE_PUT,
				  .key = { key, sizeof(key) },
				  .value =
					  bsn_slice_of(block, sizeof(*block)) };
	FleetKept kept = { *block,
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
		g_assert_cmpint(
			raft_consensus.set_members(node->ledger->agreement,
						   block->height + 1,
						   (const void *)members->data,
						   members->len, NULL),
			==, BSN_OK);
	}
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	FleetNode *node = &fleet_nodes[((bsn_ledger *)proposer)->node];
	FleetBlock block;

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
	FleetNode *node = &fleet_nodes[((bsn_ledger *)proposer)->node];

	for (guint i = 0; i < FLEET_MAX; i++) {
		if (!bsn_slice_equal(from, fleet_key(i)))
			continue;
		g_assert_cmpuint(fleet_nodes[i].durable, >=, height);
		while (node->chain_blocks->len < fleet_nodes[i].durable) {
			const FleetKept *kept = &g_array_index(
				fleet_nodes[i].chain_blocks, FleetKept,
				node->chain_blocks->len);

			take_block(node, &kept->block,
				   bytes_slice(kept->certificate));
			node->fetched++;
		}
	}
}

static guint64
stored_height(FleetNode *node)
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
	guint i = fleet_node_of(chain);
	FleetNode *node = &fleet_nodes[i];
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
	fleet_nodes[ledger->node].ledger = NULL;
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
	fleet_nodes[ledger->node].durable = cookie;
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
	FleetNode *node = &fleet_nodes[i];

	*node = (FleetNode){ .up = TRUE, .chain = fake_chain_new(name) };
	node->chain_blocks = g_array_new(FALSE, FALSE, sizeof(FleetKept));
	g_array_set_clear_func(node->chain_blocks, clear_kept);
	g_assert_cmpint(fleet_scheme()->generate(seed, node->private_key,
						 node->public_key),
			==, BSN_OK);
	records[i] = (bsn_member){
		.size = sizeof(bsn_member),
		.role = BSN_ROLE_CONSENSUS,
		.algorithm = FLEET_ALGORITHM,
		.public_key = fleet_key(i),
	};
}

void
fleet_start(guint n, const char *config)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(1);
	raft_services_find(&fleet_host);
	founders = n;
	settings = config;
	submitted = 0;
	next_members = 0;
	for (guint i = 0; i < FLEET_MAX; i++)
		make_node(i);
	for (guint i = 0; i < n; i++)
		if (fleet_open(i, &err) != BSN_OK)
			g_error("%s", err.reason);
}

void
fleet_stop(void)
{
	for (guint i = 0; i < FLEET_MAX; i++) {
		if (fleet_nodes[i].ledger != NULL)
			fleet_close(i);
		fake_chain_free(fleet_nodes[i].chain);
		g_array_unref(fleet_nodes[i].chain_blocks);
	}
	fleet_lose_messages();
}

int32_t
fleet_open(guint i, bsn_err *err)
{
	int32_t status = fake_chain_open(fleet_nodes[i].chain, &engine,
					 bsn_slice_of(NULL, 0), err);

	if (status == BSN_OK && submitted > 0)
		raft_consensus.pending(fleet_agreement(i));
	return status;
}

void
fleet_copy_blocks(guint to, guint from)
{
	for (guint64 i = 0; i < fleet_nodes[from].durable; i++) {
		FleetKept kept = g_array_index(fleet_nodes[from].chain_blocks,
					       FleetKept, i);
		guint64 height = GUINT64_TO_BE(i + 1);
		guint8 key[9] = { 'b' };

		memcpy(key + 1, &height, sizeof(height));
		g_bytes_ref(kept.certificate);
		g_array_append_val(fleet_nodes[to].chain_blocks, kept);
		fake_chain_put(fleet_nodes[to].chain,
			       bsn_slice_of(key, sizeof(key)),
			       bsn_slice_of(&kept.block, sizeof(kept.block)));
	}
}

void
fleet_close(guint i)
{
	fake_chain_close(fleet_nodes[i].chain);
}

void
fleet_crash(guint i)
{
	fake_chain_crash(fleet_nodes[i].chain);
}

bsn_chain *
fleet_chain(guint i)
{
	return fleet_nodes[i].chain;
}

bsn_agreement *
fleet_agreement(guint i)
{
	return fleet_nodes[i].ledger->agreement;
}

bsn_slice
fleet_key(guint i)
{
	return bsn_slice_of(fleet_nodes[i].public_key,
			    sizeof(fleet_nodes[i].public_key));
}

void
fleet_link(guint i, gboolean up)
{
	fleet_nodes[i].up = up;
}

void
fleet_set_decision(guint i, int32_t status)
{
	fleet_nodes[i].decision = status;
}

void
fleet_submit(guint n)
{
	submitted += n;
	for (guint i = 0; i < FLEET_MAX; i++)
		if (fleet_nodes[i].ledger != NULL)
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

void
fleet_advance(guint64 ms)
{
	for (guint64 passed = 0; passed <= ms; passed += 5) {
		do
			fake_host_settle();
		while (fleet_deliver());
		if (passed < ms)
			fake_host_advance(5);
	}
}

/* ---- how it stands ------------------------------------------------------- */

guint64
fleet_height(guint i)
{
	return fleet_nodes[i].durable;
}

guint64
fleet_txs(guint i)
{
	return fleet_nodes[i].durable == 0
		       ? 0
		       : g_array_index(fleet_nodes[i].chain_blocks, FleetKept,
				       fleet_nodes[i].durable - 1)
				 .block.total;
}

guint
fleet_fetched(guint i)
{
	return fleet_nodes[i].fetched;
}

guint
fleet_verified(guint i)
{
	return fleet_nodes[i].verified;
}

static gboolean
have_same(const FleetNode *a, const FleetNode *b)
{
	if (a->durable != b->durable)
		return FALSE;
	for (guint i = 0; i < a->durable; i++) {
		const FleetKept *x =
			&g_array_index(a->chain_blocks, FleetKept, i);
		const FleetKept *y =
			&g_array_index(b->chain_blocks, FleetKept, i);

		if (memcmp(&x->block, &y->block, sizeof(FleetBlock)) != 0 ||
		    !g_bytes_equal(x->certificate, y->certificate))
			return FALSE;
	}
	return TRUE;
}

gboolean
fleet_agrees(guint64 txs)
{
	const FleetNode *first = NULL;

	for (guint i = 0; i < FLEET_MAX; i++) {
		if (fleet_nodes[i].ledger == NULL)
			continue;
		if (first == NULL)
			first = &fleet_nodes[i];
		if (fleet_txs(i) != txs || !have_same(first, &fleet_nodes[i]))
			return FALSE;
	}
	return first != NULL;
}

bsn_slice
fleet_certificate(guint i, guint64 height, bsn_id *digest)
{
	const FleetKept *kept = &g_array_index(fleet_nodes[i].chain_blocks,
					       FleetKept, height - 1);

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

		if (fleet_nodes[i].ledger == NULL)
			continue;
		status = fleet_status(i);
		if (strcmp(json_string_value(json_object_get(status, "role")),
			   "leader") == 0)
			leader = (gint)i;
		json_decref(status);
	}
	return leader;
}
