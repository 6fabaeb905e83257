/* SPDX-License-Identifier: Apache-2.0
 *
 * Logs searched, filters and subscriptions over Ethereum's JSON-RPC.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "tests/unit/fake-session.h"
#include "tests/unit/fisco-eth.h"

/* Deposits in blocks 2 to 5, of ids 1 to 4; the contract is of block 1. */
#define DEPOSITS 4u

static FiscoChain *chain;
static EthUser user;
static guint8 contract[20];
static char *address;
static char *deposited; /* the event's topic */

static char *
id_topic(guint8 id)
{
	guint8 bytes[32];

	memset(bytes, id, sizeof(bytes));
	return hex_encode(bsn_slice_of(bytes, sizeof(bytes)));
}

static void
begin(guint deposits)
{
	guint8 digest[32];

	fisco_reset(1);
	chain = fisco_new("feeds", ETH_CONFIG);
	user = eth_user(chain, 1);
	eth_deploy(chain, &user, contract);
	address = hex_encode(bsn_slice_of(contract, 20));
	eth_keccak(bsn_slice_str("Deposited(bytes32,address,string)"), digest);
	deposited = hex_encode(bsn_slice_of(digest, 32));
	for (guint i = 1; i <= deposits; i++)
		g_free(eth_deposit(chain, &user, contract, (guint8)i));
}

static void
end(void)
{
	rpc_use_session(NULL);
	fisco_free(chain);
	g_clear_pointer(&address, g_free);
	g_clear_pointer(&deposited, g_free);
}

/* ---- searches ----------------------------------------------------------- */

static void
expect_logs(const char *filter, guint n)
{
	g_autofree char *params = g_strdup_printf("[%s]", filter);
	g_autoptr(json_t) logs = rpc_result(chain, "eth_getLogs", params);

	g_assert_cmpuint(json_array_size(logs), ==, n);
}

static void
test_range(void)
{
	begin(DEPOSITS);
	expect_logs("{\"fromBlock\":\"0x0\",\"toBlock\":\"latest\"}", 4);
	expect_logs("{\"fromBlock\":\"earliest\"}", 4);
	expect_logs("{\"fromBlock\":\"0x3\",\"toBlock\":\"0x4\"}", 2);
	expect_logs("{\"fromBlock\":\"0x3\",\"toBlock\":\"0x99\"}", 3);
	expect_logs("{\"fromBlock\":\"0x98\",\"toBlock\":\"0x99\"}", 0);
	expect_logs("{}", 1);
	rpc_expect_error(chain, "eth_getLogs",
			 "[{\"fromBlock\":\"0x4\",\"toBlock\":\"0x3\"}]",
			 -32602, "after toBlock");
	rpc_expect_error(chain, "eth_getLogs", "[{\"fromBlock\":5}]", -32602,
			 "fromBlock must be");
	end();
}

static void
test_criteria(void)
{
	g_autofree char *two = id_topic(2);
	g_autofree char *three = id_topic(3);
	g_autofree char *nine = id_topic(9);
	g_autofree char *by_address = NULL;
	g_autofree char *by_topic = NULL;
	g_autofree char *by_either = NULL;
	g_autofree char *by_none = NULL;
	g_autofree char *by_second = NULL;
	g_autofree char *by_list = NULL;

	begin(DEPOSITS);
	by_address = g_strdup_printf("{\"fromBlock\":\"0x0\",\"address\":"
				     "\"%s\"}",
				     address);
	by_topic = g_strdup_printf("{\"fromBlock\":\"0x0\",\"topics\":"
				   "[\"%s\"]}",
				   deposited);
	by_second = g_strdup_printf("{\"fromBlock\":\"0x0\",\"topics\":"
				    "[null,\"%s\"]}",
				    two);
	by_either = g_strdup_printf("{\"fromBlock\":\"0x0\",\"topics\":"
				    "[[],[\"%s\",\"%s\",\"%s\"]]}",
				    two, three, nine);
	by_none = g_strdup_printf("{\"fromBlock\":\"0x0\",\"topics\":"
				  "[\"%s\"]}",
				  two);
	by_list = g_strdup_printf("{\"fromBlock\":\"0x0\",\"address\":"
				  "[\"%s\",\"%s\"]}",
				  user.hex, address);
	expect_logs(by_address, 4);
	expect_logs(by_topic, 4);
	expect_logs(by_second, 1);
	expect_logs(by_either, 2);
	expect_logs(by_none, 0);
	expect_logs(by_list, 4);
	expect_logs("{\"fromBlock\":\"0x0\",\"address\":"
		    "\"0x0000000000000000000000000000000000000001\"}",
		    0);
	expect_logs("{\"fromBlock\":\"0x0\",\"topics\":"
		    "[null,null,null,null]}",
		    0);
	rpc_expect_error(chain, "eth_getLogs",
			 "[{\"topics\":[\"0x12\"]}]", -32602, "32 bytes");
	rpc_expect_error(chain, "eth_getLogs",
			 "[{\"topics\":[null,null,null,null,null]}]", -32602,
			 "at most 4");
	end();
}

static void
test_by_hash(void)
{
	g_autoptr(json_t) block = NULL;
	g_autofree char *filter = NULL;

	begin(DEPOSITS);
	block = rpc_result(chain, "eth_getBlockByNumber", "[\"0x3\",false]");
	filter = g_strdup_printf("{\"blockHash\":\"%s\"}",
				 text_of(block, "hash"));
	expect_logs(filter, 1);
	rpc_expect_error(chain, "eth_getLogs",
			 "[{\"blockHash\":\"0x00000000000000000000000000000000"
			 "00000000000000000000000000000000\"}]",
			 -32000, "unknown block");
	end();
}

/* ---- filters ------------------------------------------------------------ */

static char *
new_filter(const char *method, const char *params)
{
	g_autoptr(json_t) id = rpc_result(chain, method, params);

	return g_strdup_printf("[\"%s\"]", json_string_value(id));
}

static guint
count_changes(const char *id)
{
	g_autoptr(json_t) changes =
		rpc_result(chain, "eth_getFilterChanges", id);

	return (guint)json_array_size(changes);
}

static void
test_filters(void)
{
	g_autofree char *logs = NULL;
	g_autofree char *blocks = NULL;
	g_autofree char *waiting = NULL;
	g_autoptr(json_t) all = NULL;

	begin(2);
	logs = new_filter("eth_newFilter", "[{\"fromBlock\":\"0x0\"}]");
	blocks = new_filter("eth_newBlockFilter", "[]");
	waiting = new_filter("eth_newPendingTransactionFilter", "[]");
	g_assert_cmpuint(count_changes(logs), ==, 0);
	for (guint8 id = 10; id < 13; id++)
		g_free(eth_deposit(chain, &user, contract, id));
	g_assert_cmpuint(count_changes(logs), ==, 3);
	g_assert_cmpuint(count_changes(logs), ==, 0);
	g_assert_cmpuint(count_changes(blocks), ==, 3);
	g_assert_cmpuint(count_changes(waiting), ==, 3);
	g_assert_cmpuint(count_changes(waiting), ==, 0);
	all = rpc_result(chain, "eth_getFilterLogs", logs);
	g_assert_cmpuint(json_array_size(all), ==, 5);
	rpc_expect_error(chain, "eth_getFilterLogs", blocks, -32000,
			 "not of logs");
	rpc_expect(chain, "eth_uninstallFilter", logs, "true");
	rpc_expect(chain, "eth_uninstallFilter", logs, "false");
	rpc_expect_error(chain, "eth_getFilterChanges", logs, -32000,
			 "filter not found");
	end();
}

static void
test_idle(void)
{
	g_autofree char *asked = NULL;
	g_autofree char *idle = NULL;

	begin(0);
	asked = new_filter("eth_newBlockFilter", "[]");
	idle = new_filter("eth_newBlockFilter", "[]");
	for (guint i = 0; i < 3; i++) {
		fake_host_advance(200000);
		g_assert_cmpuint(count_changes(asked), ==, 0);
	}
	rpc_expect_error(chain, "eth_getFilterChanges", idle, -32000,
			 "nobody asked");
	end();
}

/* ---- subscriptions ------------------------------------------------------ */

static char *
subscribe(const char *params)
{
	g_autoptr(json_t) id = rpc_result(chain, "eth_subscribe", params);

	return g_strdup(json_string_value(id));
}

/* What was pushed, one after the other: how often the text is in it. */
static guint
count_pushed(const bsn_session *session, const char *text)
{
	g_autofree char *all = g_strndup((const char *)session->pushed->data,
					 session->pushed->len);
	guint n = 0;

	for (const char *at = strstr(all, text); at != NULL;
	     at = strstr(at + 1, text))
		n++;
	return n;
}

static void
test_subscriptions(void)
{
	const bsn_engine_jsonrpc *table;
	bsn_session *session = fake_session_new();
	bsn_session *other = fake_session_new();
	g_autofree char *two = id_topic(2);
	g_autofree char *logs_params = NULL;
	g_autofree char *heads = NULL;
	g_autofree char *logs = NULL;
	g_autofree char *waiting = NULL;
	g_autofree char *cancel = NULL;

	begin(1);
	table = bsn_engine_jsonrpc_of(fisco_engine());
	rpc_expect_error(chain, "eth_subscribe", "[\"newHeads\"]", -32000,
			 "WebSocket");
	rpc_use_session(session);
	logs_params = g_strdup_printf(
		"[\"logs\",{\"address\":\"%s\",\"topics\":[null,\"%s\"]}]",
		address, two);
	heads = subscribe("[\"newHeads\"]");
	logs = subscribe(logs_params);
	waiting = subscribe("[\"newPendingTransactions\"]");
	rpc_expect_error(chain, "eth_subscribe", "[\"oldHeads\"]", -32602,
			 "newHeads");
	g_free(eth_deposit(chain, &user, contract, 2));
	g_free(eth_deposit(chain, &user, contract, 3));
	g_assert_cmpuint(count_pushed(session, heads), ==, 2);
	g_assert_cmpuint(count_pushed(session, logs), ==, 1);
	g_assert_cmpuint(count_pushed(session, waiting), ==, 2);
	g_assert_cmpuint(count_pushed(session, "\"number\":\"0x3\""), ==, 1);
	g_assert_cmpuint(count_pushed(session, "eth_subscription"), ==, 5);
	/* Another session cannot end it. */
	cancel = g_strdup_printf("[\"%s\"]", heads);
	rpc_use_session(other);
	rpc_expect(chain, "eth_unsubscribe", cancel, "false");
	rpc_use_session(session);
	rpc_expect(chain, "eth_unsubscribe", cancel, "true");
	g_free(eth_deposit(chain, &user, contract, 4));
	g_assert_cmpuint(count_pushed(session, heads), ==, 2);
	table->closed(fisco_ledger(chain), session);
	g_free(eth_deposit(chain, &user, contract, 5));
	g_assert_cmpuint(count_pushed(session, waiting), ==, 3);
	end();
	fake_session_free(session);
	fake_session_free(other);
}

/* Nobody is told of what a crash could take back. */
static void
test_durable(void)
{
	bsn_session *session = fake_session_new();
	g_autofree char *heads = NULL;

	begin(1);
	rpc_use_session(session);
	heads = subscribe("[\"newHeads\"]");
	fake_chain_set_automatic(chain->chain, FALSE);
	g_free(eth_deposit(chain, &user, contract, 2));
	g_assert_cmpuint(session->pushed->len, ==, 0);
	fake_chain_set_automatic(chain->chain, TRUE);
	fake_host_settle();
	g_assert_cmpuint(count_pushed(session, heads), ==, 1);
	end();
	fake_session_free(session);
}

static void
test_slow(void)
{
	bsn_session *session = fake_session_new();

	begin(1);
	rpc_use_session(session);
	g_free(subscribe("[\"newHeads\"]"));
	g_byte_array_set_size(session->pushed, BSN_SESSION_QUEUE_MAX);
	memset(session->pushed->data, 0, session->pushed->len);
	g_free(eth_deposit(chain, &user, contract, 2));
	g_assert_true(session->closed);
	end();
	fake_session_free(session);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-feeds/logs/are-found-over-ranges", test_range);
	g_test_add_func("/fisco-feeds/logs/are-found-by-address-and-topics",
			test_criteria);
	g_test_add_func("/fisco-feeds/logs/are-found-in-one-block",
			test_by_hash);
	g_test_add_func("/fisco-feeds/filters/tell-what-is-new", test_filters);
	g_test_add_func("/fisco-feeds/filters/go-when-nobody-asks", test_idle);
	g_test_add_func("/fisco-feeds/subscriptions/are-told-as-it-happens",
			test_subscriptions);
	g_test_add_func("/fisco-feeds/subscriptions/are-told-what-is-durable",
			test_durable);
	g_test_add_func("/fisco-feeds/subscriptions/a-slow-client-is-let-go",
			test_slow);
	return g_test_run();
}
