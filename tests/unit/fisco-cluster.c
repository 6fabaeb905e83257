/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fisco-cluster.h"

#include <string.h>

#include "plugins/engine-fisco/net/sync.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

/* Time passes in steps of so many ms, with messages in between. */
#define STEP_MS 10u
#define SETTLE_MAX 100000u

/* ---- nodes --------------------------------------------------------------- */

static GByteArray *
make_genesis(FiscoCluster *cluster, guint observers, const char *config)
{
	static const char *const names[CLUSTER_MAX] = { "n0", "n1", "n2", "n3",
							"n4" };
	GByteArray *genesis = g_byte_array_new();
	BufferSink sink = buffer_sink(genesis, 1 << 20);
	bsn_member members[CLUSTER_MAX];
	bsn_err err = BSN_ERR_INIT;
	const bsn_genesis request = { .size = sizeof(request),
				      .member_count = cluster->n,
				      .name = bsn_slice_str("cluster"),
				      .config = bsn_slice_str(config),
				      .members = members,
				      .time_ms = FAKE_START_MS - 1000 };

	for (guint i = 0; i < cluster->n; i++)
		members[i] = (bsn_member){
			.size = sizeof(bsn_member),
			.role = i + observers < cluster->n ? BSN_ROLE_CONSENSUS
							   : BSN_ROLE_OBSERVER,
			.algorithm = cluster->algorithm,
			.public_key = fake_node_key(i, cluster->algorithm),
			.name = bsn_slice_str(names[i]),
		};
	if (fisco_engine()->chain->genesis(&request, &sink.sink, &err) !=
	    BSN_OK)
		g_error("%s", err.reason);
	return genesis;
}

static void
add_node(FiscoCluster *cluster, guint index, GByteArray *genesis)
{
	ClusterNode *node = &cluster->nodes[index];
	g_autofree char *name = g_strdup_printf("n%u", index);

	node->chain = g_new0(FiscoChain, 1);
	node->chain->engine = fisco_engine();
	node->chain->genesis = g_byte_array_ref(genesis);
	node->chain->scheme =
		bsn_host_crypto(fake_host())->signature(cluster->algorithm);
	node->chain->chain = fake_chain_new(name);
	fake_chain_set_node(node->chain->chain, index);
	cluster_reopen(cluster, index);
}

void
cluster_start(FiscoCluster *cluster, guint n, guint observers,
	      const char *config)
{
	g_autoptr(GByteArray) genesis = NULL;

	*cluster = (FiscoCluster){ .n = n };
	fake_net_offer();
	fisco_reset(2);
	manual_consensus_add();
	cluster->replies =
		g_ptr_array_new_with_free_func((GDestroyNotify)fake_reply_free);
	fisco_engine()->chain->member_algorithm(bsn_slice_str(config),
						&cluster->algorithm, NULL);
	genesis = make_genesis(cluster, observers, config);
	for (guint i = 0; i < n; i++)
		add_node(cluster, i, genesis);
	cluster->account = fisco_account(cluster->nodes[0].chain, 1);
}

static void
leave_all(FiscoCluster *cluster, guint node)
{
	for (guint i = 0; i < cluster->n; i++)
		if (i != node)
			cluster_join(cluster, node, i, FALSE);
	cluster->nodes[node].open = FALSE;
}

void
cluster_stop(FiscoCluster *cluster)
{
	for (guint i = 0; i < cluster->n; i++)
		leave_all(cluster, i);
	for (guint i = 0; i < cluster->n; i++)
		fisco_free(cluster->nodes[i].chain);
	g_ptr_array_unref(cluster->replies);
}

void
cluster_crash(FiscoCluster *cluster, guint node)
{
	leave_all(cluster, node);
	fake_chain_crash(cluster->nodes[node].chain->chain);
}

void
cluster_reopen(FiscoCluster *cluster, guint node)
{
	fisco_reopen(cluster->nodes[node].chain);
	cluster->nodes[node].agreement = manual_last();
	cluster->nodes[node].open = TRUE;
}

bsn_ledger *
cluster_ledger(const FiscoCluster *cluster, guint node)
{
	return fisco_ledger(cluster->nodes[node].chain);
}

guint64
cluster_height(const FiscoCluster *cluster, guint node)
{
	return cluster_ledger(cluster, node)->durable.number;
}

void
cluster_alike(const FiscoCluster *cluster, guint a, guint b)
{
	const Head *one = &cluster_ledger(cluster, a)->durable;
	const Head *two = &cluster_ledger(cluster, b)->durable;

	g_assert_cmpuint(one->number, ==, two->number);
	assert_bytes(one->hash, HASH_LEN, two->hash, HASH_LEN);
	assert_bytes(one->state_root, HASH_LEN, two->state_root, HASH_LEN);
}

/* ---- the network --------------------------------------------------------- */

void
cluster_join(FiscoCluster *cluster, guint a, guint b, gboolean joined)
{
	fake_net_join(cluster->nodes[a].chain->chain,
		      cluster->nodes[b].chain->chain, cluster->algorithm,
		      joined);
}

void
cluster_join_all(FiscoCluster *cluster)
{
	for (guint a = 0; a < cluster->n; a++)
		for (guint b = 0; b < a; b++)
			cluster_join(cluster, a, b, TRUE);
}

static guint
index_of(const FiscoCluster *cluster, const bsn_chain *chain)
{
	guint i = 0;

	while (cluster->nodes[i].chain->chain != chain)
		i++;
	return i;
}

static gboolean
deliver_one(FiscoCluster *cluster)
{
	g_autoptr(FakeMessage) message = fake_net_take();
	g_autoptr(GByteArray) bytes = NULL;
	guint from, to;

	if (message == NULL)
		return FALSE;
	from = index_of(cluster, message->from);
	to = index_of(cluster, message->to);
	bytes = g_bytes_unref_to_array(g_bytes_ref(message->bytes));
	if (cluster->spoil != NULL && !cluster->spoil(cluster, from, to, bytes))
		return TRUE;
	cluster->delivered[from][bytes->data[0]]++;
	fake_net_deliver(message->from, message->to, cluster->algorithm,
			 buffer_slice(bytes));
	return TRUE;
}

void
cluster_deliver(FiscoCluster *cluster, guint messages)
{
	for (guint i = 0; i < messages; i++) {
		fake_host_settle();
		if (!deliver_one(cluster))
			return;
	}
}

void
cluster_settle(FiscoCluster *cluster)
{
	guint i = 0;

	do {
		fake_host_settle();
		if (i++ > SETTLE_MAX)
			g_error("the nodes never have enough of talking");
	} while (deliver_one(cluster));
}

void
cluster_advance(FiscoCluster *cluster, guint64 ms)
{
	cluster_settle(cluster);
	for (guint64 passed = 0; passed < ms; passed += STEP_MS) {
		fake_host_advance(STEP_MS);
		cluster_settle(cluster);
	}
}

void
cluster_start_late(FiscoCluster *cluster, const char *config, guint blocks)
{
	cluster_start(cluster, 3, 0, config);
	for (guint i = 0; i < blocks; i++)
		cluster_block(cluster, 3);
	g_assert_cmpuint(cluster_height(cluster, 1), ==, blocks);
	g_assert_cmpuint(cluster_height(cluster, 2), ==, 0);
}

void
cluster_caught_up(const FiscoCluster *cluster, guint node)
{
	cluster_alike(cluster, 0, node);
	g_assert_cmpuint(cluster->nodes[node].agreement->applied, ==,
			 cluster_height(cluster, 0));
	g_assert_false(cluster_ledger(cluster, node)->net->sync->active);
}

/* ---- blocks -------------------------------------------------------------- */

GByteArray *
cluster_tx(FiscoCluster *cluster, guint node)
{
	const bsn_tx_request request = fisco_invoke(
		&cluster->account, "0x00000000000000000000000000000000000000aa",
		"", "", "{\"data\":\"0x0102\"}");
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	GByteArray *tx =
		fisco_build(cluster->nodes[node].chain, &cluster->account,
			    &request, &status, &err);

	if (tx == NULL)
		g_error("%s", err.reason);
	return tx;
}

int32_t
cluster_propose(FiscoCluster *cluster, guint node, GByteArray *proposal)
{
	bsn_proposer *proposer = cluster->nodes[node].agreement->proposer;
	BufferSink sink = buffer_sink(proposal, 64u << 20);
	bsn_id digest;

	g_byte_array_set_size(proposal, 0);
	return proposer->propose(proposer,
				 cluster_ledger(cluster, node)->head.number + 1,
				 &sink.sink, &digest);
}

int32_t
cluster_decide(FiscoCluster *cluster, guint node, guint64 height,
	       const GByteArray *proposal, bsn_err *err)
{
	bsn_proposer *proposer = cluster->nodes[node].agreement->proposer;

	const MemberList *members = &cluster_ledger(cluster, node)->members.list;
	g_autofree char *certificate =
		g_strdup_printf("certificate of %u", members->members->len);

	return proposer->decide(proposer, height, buffer_slice(proposal),
				bsn_slice_str(certificate), err);
}

void
cluster_block(FiscoCluster *cluster, guint nodes)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	g_autoptr(GByteArray) tx = cluster_tx(cluster, 0);
	const guint64 height = cluster_ledger(cluster, 0)->head.number + 1;
	bsn_err err = BSN_ERR_INIT;

	g_ptr_array_add(cluster->replies,
			fisco_submit(cluster->nodes[0].chain, tx));
	g_assert_cmpint(cluster_propose(cluster, 0, proposal), ==, BSN_OK);
	for (guint i = 0; i < cluster->n; i++)
		if ((nodes & (1u << i)) != 0 &&
		    cluster_decide(cluster, i, height, proposal, &err) !=
			    BSN_OK)
			g_error("%s", err.reason);
	fake_host_settle();
}

gboolean
cluster_logged(const char *text)
{
	const GPtrArray *lines = fake_host_log();

	for (guint i = 0; i < lines->len; i++)
		if (strstr(lines->pdata[i], text) != NULL)
			return TRUE;
	return FALSE;
}
