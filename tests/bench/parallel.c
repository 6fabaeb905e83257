/* SPDX-License-Identifier: Apache-2.0
 *
 * What parallel execution gains: blocks of transfers, made of what waits in the
 * pool: executed and digested, not stored. One after the other and on two
 * threads, in turn, in one process and of the same transactions; the shortest
 * times count. In the end the block is decided by a node that runs them ahead
 * and one that does not, which must agree. By tests/bench/parallel.mjs.
 *
 *   parallel FILE [RUNS]   FILE: code of an ERC-20 contract in hex, whose
 *                          constructor takes the holders of its supply
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-eth.h"
#include "tests/unit/fisco-pair.h"

#define USERS 250u
#define BLOCK_TXS 2000u
#define DAG "0x0000000000000000000000000000000000005002"
#define HOT 0xffffffu

static FiscoPair pair;
static EthUser users[USERS];
static guint8 token[20];

/* ---- cores -------------------------------------------------------------- */

/* Threads that the scheduler leaves on one core would be measured as one. They
 * have the core of whoever makes them. */
static void
stay_on(guint core)
{
	cpu_set_t cores;

	CPU_ZERO(&cores);
	CPU_SET(core, &cores);
	(void)pthread_setaffinity_np(pthread_self(), sizeof(cores), &cores);
}

/* ---- the chain ---------------------------------------------------------- */

static void
make_users(void)
{
	FiscoChain *chain;

	fisco_reset(1);
	chain = fisco_new("keys", ETH_CONFIG);
	for (guint8 i = 0; i < USERS; i++)
		users[i] = eth_user(chain, i);
	fisco_free(chain);
}

static void
start(void)
{
	GString *balances = g_string_new(NULL);
	g_autofree char *config = NULL;

	make_users();
	for (guint i = 0; i < USERS; i++)
		g_string_append_printf(balances, "%s\"%s\":1000000",
				       i > 0 ? "," : "", users[i].hex);
	config = g_strdup_printf(
		"{\"crypto\":\"std\",\"chain_id\":20001,"
		"\"consensus\":{\"name\":\"manual\"},"
		"\"block_tx_max\":%u,\"block_gas_max\":1000000000,"
		"\"balances\":{%s}}",
		BLOCK_TXS, balances->str);
	g_string_free(balances, TRUE);
	stay_on(1);
	pair_start(&pair, config, 1);
	stay_on(0);
}

static GByteArray *
send(EthUser *user, bsn_slice to, bsn_slice data, guint64 value, guint64 gas)
{
	EthTx tx = eth_tx(user->nonce++, to, data);
	GByteArray *raw;

	tx.value = value;
	tx.gas = gas;
	raw = eth_tx_sign(&tx, user->account.private_key);
	pair_submit(&pair, raw);
	return raw;
}

static void
deploy_token(const char *file)
{
	GString *words = g_string_new(NULL);
	g_autofree char *code = NULL;
	g_autofree char *hash = NULL;
	g_autoptr(GByteArray) input = g_byte_array_new();
	g_autoptr(GByteArray) raw = NULL;
	g_autoptr(json_t) receipt = NULL;
	const char *made;
	guint8 digest[32];

	if (!g_file_get_contents(file, &code, NULL, NULL))
		g_error("%s cannot be read", file);
	g_string_append_printf(words, "%s%064x%064x", g_strstrip(code), 32,
			       USERS);
	for (guint i = 0; i < USERS; i++)
		g_string_append_printf(words, "%024x%s", 0, users[i].hex + 2);
	g_assert_true(hex_decode(words->str, words->len, input));
	g_string_free(words, TRUE);
	raw = send(&users[0], bsn_slice_of(NULL, 0), buffer_slice(input), 0,
		   50000000);
	pair_agree(&pair);
	eth_keccak(buffer_slice(raw), digest);
	hash = hex_encode(bsn_slice_of(digest, 32));
	receipt = eth_receipt_of(pair.ahead.chain, hash);
	made = text_of(receipt, "contractAddress");
	g_assert_cmpstr(text_of(receipt, "status"), ==, "0x1");
	g_assert_true(hex_decode_fixed(made, strlen(made), token, 20));
}

/* ---- transfers ---------------------------------------------------------- */

/* Number `to` of the receivers. */
static void
receiver(guint to, guint8 *address)
{
	memset(address, 0x77, 20);
	address[17] = (guint8)(to >> 16);
	address[18] = (guint8)(to >> 8);
	address[19] = (guint8)to;
}

static void
send_token(guint from, guint to)
{
	guint8 address[20];
	g_autofree char *hex = NULL;
	g_autofree char *words = NULL;
	g_autoptr(GByteArray) input = NULL;

	receiver(to, address);
	hex = hex_encode(bsn_slice_of(address, 20));
	words = g_strdup_printf("%024x%s%064x", 0, hex + 2, 1);
	input = eth_input("transfer(address,uint256)", words);
	g_byte_array_unref(send(&users[from], bsn_slice_of(token, 20),
				buffer_slice(input), 0, 100000));
}

static void
send_value(guint from, guint to)
{
	guint8 address[20];

	receiver(to, address);
	g_byte_array_unref(send(&users[from], bsn_slice_of(address, 20),
				bsn_slice_of(NULL, 0), 1, 21000));
}

/* FISCO's own transactions, all by one account, as its own tools send them. */
static void
send_dag(const char *function, const char *args)
{
	const Account *by = &users[0].account;
	bsn_tx_request request = fisco_invoke(by, DAG, function, args,
					      "{\"gas\":100000}");
	int32_t status;
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(GByteArray) tx = fisco_build(pair.ahead.chain, by, &request,
					       &status, &err);

	if (tx == NULL)
		g_error("%s", err.reason);
	pair_submit(&pair, tx);
}

static void
send_named(guint from, guint to)
{
	g_autofree char *args =
		g_strdup_printf("[\"user %u\",\"user %u\",\"1\"]", from, to);

	send_dag("userTransfer", args);
}

static void
add_named(void)
{
	for (guint i = 0; i < BLOCK_TXS; i++) {
		g_autofree char *args = g_strdup_printf(
			"[\"user %u\",\"1000000\"]",
			i < USERS ? i : i == USERS ? HOT : USERS + i);

		send_dag("userAdd", args);
	}
	pair_agree(&pair);
}

/* ---- measuring ---------------------------------------------------------- */

/* Makes a block; milliseconds. */
static double
propose(gboolean parallel)
{
	bsn_proposer *proposer = pair.ahead.agreement->proposer;
	g_autoptr(GByteArray) block = g_byte_array_new();
	BufferSink sink = buffer_sink(block, 64u << 20);
	guint64 height = fisco_height(pair.ahead.chain) + 1;
	bsn_id digest;
	gint64 begin;

	pair_ledger(&pair.ahead)->genesis.config.parallel = parallel;
	begin = g_get_monotonic_time();
	g_assert_cmpint(proposer->propose(proposer, height, &sink.sink,
					  &digest), ==, BSN_OK);
	return (double)(g_get_monotonic_time() - begin) / 1000;
}

typedef void (*Transfer)(guint from, guint to);

/* A block before it makes the receivers, and warms up. */
static void
measure(const char *what, Transfer transfer, gboolean hot, guint runs)
{
	double serial = 1e9;
	double parallel = 1e9;

	for (guint i = 0; i < BLOCK_TXS; i++)
		transfer(i % USERS, hot ? HOT : USERS + i);
	pair_agree(&pair);
	for (guint i = 0; i < BLOCK_TXS; i++)
		transfer(i % USERS, hot ? HOT : USERS + i);
	for (guint i = 0; i < runs; i++) {
		serial = MIN(serial, propose(FALSE));
		parallel = MIN(parallel, propose(TRUE));
	}
	pair_agree(&pair);
	printf("%s\t%.2f\t%.2f\t%.2f\t%.0f\n", what, serial, parallel,
	       serial / parallel, BLOCK_TXS * 1000 / parallel);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	guint runs = argc > 2 ? (guint)atoi(argv[2]) : 200;

	if (argc < 2 || runs == 0) {
		fprintf(stderr, "usage: parallel FILE [RUNS]\n");
		return 2;
	}
	g_test_init(&argc, &argv, NULL);
	start();
	deploy_token(argv[1]);
	add_named();
	printf("%u transfers\tserial ms\tparallel ms\tratio\ta second\n",
	       BLOCK_TXS);
	measure("ERC-20, each to another", send_token, FALSE, runs);
	measure("ERC-20, all to one", send_token, TRUE, runs);
	measure("value, each to another", send_value, FALSE, runs);
	measure("value, all to one", send_value, TRUE, runs);
	measure("DagTransfer, each to another", send_named, FALSE, runs);
	measure("DagTransfer, all to one", send_named, TRUE, runs);
	pair_stop(&pair);
	return 0;
}
