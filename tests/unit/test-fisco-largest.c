/* SPDX-License-Identifier: Apache-2.0
 *
 * The largest block that a chain may be made for is proposed, decided and
 * fetched, by messages that a host carries.
 */
#include <string.h>

#include "plugins/engine-fisco/config.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "tests/unit/fisco-cluster.h"

#define TX_BYTES (1u << 20)
#define TXS (CONFIG_BLOCK_BYTES_MAX / TX_BYTES)
#define CONFIG_OF(consensus, bytes)                                            \
	"{\"crypto\":\"std\",\"chain_id\":1,"                                  \
	"\"consensus\":{\"name\":\"" consensus "\"},"                          \
	"\"block_bytes_max\":" G_STRINGIFY(bytes) "}"

G_STATIC_ASSERT(CONFIG_BLOCK_BYTES_MAX == 13631488);

static FiscoCluster cluster;

static GByteArray *
build(guint len)
{
	GString *options = g_string_new("{\"data\":\"0x");
	g_autofree char *text = NULL;
	bsn_err err = BSN_ERR_INIT;
	bsn_tx_request request;
	GByteArray *tx;
	int32_t status;

	for (guint i = 0; i < len; i++)
		g_string_append(options, "00");
	g_string_append(options, "\",\"gas\":100000000}");
	text = g_string_free(options, FALSE);
	request = fisco_invoke(&cluster.account,
			       "0x00000000000000000000000000000000000000aa",
			       "", "", text);
	tx = fisco_build(cluster.nodes[0].chain, &cluster.account, &request,
			 &status, &err);
	if (tx == NULL)
		g_error("%s", err.reason);
	return tx;
}

/* A transaction of TX_BYTES; its random nonce may begin with a zero, which
 * takes a byte less. */
static void
submit(void)
{
	g_autoptr(GByteArray) tx = build(TX_BYTES - 512);

	while (tx->len != TX_BYTES) {
		guint data = TX_BYTES - 512 + TX_BYTES - tx->len;

		g_byte_array_unref(tx);
		tx = build(data);
		if (tx->len < TX_BYTES && tx->len + 2 >= TX_BYTES)
			break;
	}
	g_assert_cmpuint(tx->len, <=, TX_BYTES);
	g_ptr_array_add(cluster.replies,
			fisco_submit(cluster.nodes[0].chain, tx));
}

/* The most transactions of a block. */
static guint64
most(guint node)
{
	guint64 most = 0;

	for (guint64 i = 1; i <= cluster_height(&cluster, node); i++) {
		g_autoptr(GByteArray) memory = g_byte_array_new();
		BlockInfo info;

		g_assert_cmpint(info_load(cluster_ledger(&cluster, node)->chain,
					  i, memory, &info),
				==, BSN_OK);
		most = MAX(most, info.txs);
	}
	return most;
}

/* The last node comes when all is decided. */
static void
run(guint n, const char *config)
{
	bsn_err err = BSN_ERR_INIT;

	cluster_start(&cluster, n, 0, config);
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	for (guint a = 0; a + 1 < n; a++)
		for (guint b = 0; b < a; b++)
			cluster_join(&cluster, a, b, TRUE);
	cluster_advance(&cluster, 5000);
	for (guint i = 0; i < TXS + 2; i++)
		submit();
	cluster_advance(&cluster, 5000);
	for (guint i = 0; i < TXS + 2; i++) {
		const bsn_reply *reply = cluster.replies->pdata[i];

		g_assert_cmpint(reply->status, ==, BSN_OK);
	}
	g_assert_cmpuint(most(0), ==, TXS);
	cluster_join_all(&cluster);
	cluster_advance(&cluster, 5000);
	for (guint i = 1; i < n; i++)
		cluster_alike(&cluster, 0, i);
	cluster_stop(&cluster);
}

static void
test_pbft(void)
{
	run(4, CONFIG_OF("pbft", 13631488));
}

static void
test_raft(void)
{
	run(3, CONFIG_OF("raft", 13631488));
}

static void
test_refused(void)
{
	g_autoptr(GByteArray) genesis = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	fisco_reset(2);
	g_assert_cmpint(fisco_genesis("too-large", CONFIG_OF("solo", 14680065),
				      genesis, &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "must not be over 13631488"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-largest/pbft-proposes-and-syncs-it", test_pbft);
	g_test_add_func("/fisco-largest/raft-proposes-and-syncs-it", test_raft);
	g_test_add_func("/fisco-largest/a-larger-one-is-refused",
			test_refused);
	return g_test_run();
}
