/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl as a user runs it, against a stand-in for a gateway.
 */
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/ctl_node.h"
#include "tools/ctl/hex.h"

#define TX_ID \
	"0x00000000000000000000000000000000000000000000000000000000000000aa"

static const char *
text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

static gboolean
asks(struct evhttp_request *request, const char *start)
{
	return g_str_has_prefix(evhttp_request_get_uri(request), start);
}

static void
refuse(struct evhttp_request *request, const char *reason)
{
	g_autofree char *text = g_strdup_printf(
		"{\"error\":{\"name\":\"bad-request\",\"reason\":\"%s\"}}",
		reason);

	tls_reply(request, 400, text);
}

/* ---- transactions ------------------------------------------------------- */

/* A chain that asks for signatures with one algorithm. */
typedef struct {
	const char *algorithm;
	const char *convention;
	guint signature_len;
	guint prepared;   /* requests seen */
	char *public_key; /* of the last prepare */
	json_t *request;  /* the last prepare */
} FakeChain;

static void
answer_prepare(FakeChain *chain, struct evhttp_request *request, json_t *body)
{
	g_autofree char *text = g_strdup_printf(
		"{\"round\":1,\"algorithm\":\"%s\",\"convention\":\"%s\","
		"\"message\":\"0x%064d\",\"state\":\"0x5a\",\"tx_id\":null}",
		chain->algorithm, chain->convention, 7);

	chain->prepared++;
	g_free(chain->public_key);
	chain->public_key = g_strdup(text_of(body, "public_key"));
	json_decref(chain->request);
	chain->request = json_incref(body);
	tls_reply(request, 200, text);
}

static void
answer_sign(const FakeChain *chain, struct evhttp_request *request,
	    json_t *body)
{
	gsize digits = strlen(text_of(body, "signature"));

	if (strcmp(text_of(body, "state"), "0x5a") != 0)
		refuse(request, "the state is another");
	else if (digits != 2 + 2 * (gsize)chain->signature_len)
		refuse(request, "the signature has another length");
	else
		tls_reply(request, 200,
			  "{\"tx\":\"0xbeef\",\"tx_id\":\"" TX_ID "\"}");
}

static void
answer_submit(struct evhttp_request *request, json_t *body)
{
	if (strcmp(text_of(body, "signer"), "poor") == 0)
		tls_reply(request, 422,
			  "{\"error\":{\"code\":11,\"name\":\"reverted\","
			  "\"reason\":\"AlreadyDeposited\",\"remedy\":"
			  "\"Deposit another.\"},\"tx\":{\"id\":\"" TX_ID
			  "\",\"stage\":\"invalid\",\"name\":\"reverted\","
			  "\"block\":9,\"detail\":{}}}");
	else if (strcmp(text_of(body, "signer"), "slow") == 0)
		tls_reply(request, 202,
			  "{\"id\":\"" TX_ID "\",\"stage\":\"accepted\"}");
	else if (strcmp(text_of(body, "tx"), "0xbeef") == 0)
		tls_reply(request, 200,
			  "{\"id\":\"" TX_ID "\",\"stage\":\"committed\","
			  "\"name\":\"ok\",\"native\":0,\"block\":7,\"index\":0"
			  ",\"detail\":{\"gas_used\":21000}}");
	else
		refuse(request, "what is it");
}

static void
answer_chain(CtlNode *node, struct evhttp_request *request,
	     const Identity *caller, json_t *body)
{
	FakeChain *chain = node->user;

	if (asks(request, "/v1/chains/c/txs/prepare"))
		answer_prepare(chain, request, body);
	else if (asks(request, "/v1/chains/c/txs/sign"))
		answer_sign(chain, request, body);
	else if (asks(request, "/v1/chains/c/txs?wait=committed"))
		answer_submit(request, body);
	else
		refuse(request, evhttp_request_get_uri(request));
}

static void
fake_chain_clear(FakeChain *chain)
{
	g_free(chain->public_key);
	json_decref(chain->request);
}

static void
assert_key_of(const CtlNode *node, const char *id, const char *public_key)
{
	g_auto(CtlRun) show = CTL_RUN(node, "id", "show", id, "--json");
	json_t *identity = json_loads(show.out, 0, NULL);

	g_assert_cmpstr(text_of(identity, "public_key"), ==, public_key);
	json_decref(identity);
}

static void
assert_certificate_of(const CtlNode *node, const char *id, const char *pem)
{
	g_autofree char *file =
		node_identity_path(&node->node, id, "cert.pem", NULL);
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	g_assert_cmpstr(pem, ==, text);
}

static void
test_send(void)
{
	FakeChain chain = { .algorithm = "sm2",
			    .convention = "standard",
			    .signature_len = 64 };
	CtlNode *node = ctl_node_start(answer_chain, &chain);
	g_auto(CtlRun) run =
		CTL_RUN(node, "tx", "send", "c", "evidence", "deposit", "0x01",
			"5", "plain text", "[1,\"2\"]", "\"7\"");
	json_t *args;
	json_t *expected = json_pack("[s,i,s,[i,s],s]", "0x01", 5, "plain text",
				     1, "2", "7");

	if (run.exit_code != 0)
		g_error("%s", run.err);
	ctl_assert_has(run.out, TX_ID);
	ctl_assert_has(run.out, "committed");
	ctl_assert_has(run.out, "gas_used  21000");
	g_assert_cmpuint(chain.prepared, ==, 1);
	args = json_object_get(chain.request, "args");
	g_assert_true(json_equal(args, expected));
	g_assert_cmpstr(text_of(chain.request, "kind"), ==, "invoke");
	g_assert_cmpstr(text_of(chain.request, "function"), ==, "deposit");
	assert_key_of(node, "admin", chain.public_key);
	assert_certificate_of(node, "admin",
			      text_of(chain.request, "certificate"));
	json_decref(expected);
	ctl_node_stop(node);
	fake_chain_clear(&chain);
}

/* The chain asks for another algorithm than the identity's own. */
static void
test_send_secp256k1(void)
{
	FakeChain chain = { .algorithm = "secp256k1",
			    .convention = "digest",
			    .signature_len = 65 };
	CtlNode *node = ctl_node_start(answer_chain, &chain);
	g_auto(CtlRun) without = CTL_RUN(node, "tx", "send", "c", "e", "f");
	g_auto(CtlRun) key =
		CTL_RUN(node, "id", "key", "admin", "--algorithm", "secp256k1");
	g_auto(CtlRun) with = CTL_RUN(node, "tx", "send", "c", "e", "f");
	g_autofree char *line = g_strndup(key.out, 130);

	g_assert_cmpint(without.exit_code, ==, 1);
	ctl_assert_has(without.err, "id key");
	if (with.exit_code != 0)
		g_error("%s", with.err);
	g_assert_cmpuint(chain.prepared, ==, 3);
	/* The certificate is of another key. */
	g_assert_null(json_object_get(chain.request, "certificate"));
	g_assert_cmpstr(chain.public_key, ==, line);
	ctl_node_stop(node);
	fake_chain_clear(&chain);
}

static void
test_send_hosted(void)
{
	FakeChain chain = { .algorithm = "sm2" };
	CtlNode *node = ctl_node_start(answer_chain, &chain);
	g_auto(CtlRun) poor =
		CTL_RUN(node, "tx", "send", "c", "e", "f", "--signer", "poor");
	g_auto(CtlRun) json = CTL_RUN(node, "tx", "send", "c", "e", "f",
				      "--signer", "poor", "--json");
	g_auto(CtlRun) slow =
		CTL_RUN(node, "tx", "send", "c", "e", "f", "--signer", "slow");

	g_assert_cmpint(poor.exit_code, ==, 1);
	ctl_assert_has(poor.out, "invalid");
	g_assert_cmpstr(poor.err, ==,
			"bsnctl: AlreadyDeposited\n  Deposit another.\n");
	g_assert_cmpint(json.exit_code, ==, 1);
	g_assert_cmpstr(json.out, ==, "");
	ctl_assert_has(json.err, "\"name\":\"reverted\"");
	g_assert_cmpint(slow.exit_code, ==, 1);
	ctl_assert_has(slow.err, "was not committed in time");
	g_assert_cmpuint(chain.prepared, ==, 0);
	ctl_node_stop(node);
}

/* ---- nodes -------------------------------------------------------------- */

#define NODE_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NODE_KEY "0x" NODE_A NODE_A
#define NODE_OTHER "0xbbbbbbbb" NODE_A

static void
answer_nodes(CtlNode *node, struct evhttp_request *request,
	     const Identity *caller, json_t *body)
{
	if (strcmp(evhttp_request_get_uri(request),
		   "/v1/chains/c/nodes") == 0)
		tls_reply(request, 200,
			  "{\"nodes\":[{\"name\":\"city-b\",\"role\":"
			  "\"observer\",\"public_key\":\"" NODE_KEY "\"},"
			  "{\"name\":\"city-c\",\"role\":\"observer\","
			  "\"public_key\":\"" NODE_OTHER "\"},{\"name\":"
			  "\"city-c\",\"public_key\":\"0xcc\"}]}");
	else if (asks(request, "/v1/chains/c/nodes/proposals"))
		tls_reply(request, 200,
			  "{\"proposals\":[{\"public_key\":\"" NODE_KEY
			  "\",\"role\":\"none\",\"name\":\"\",\"address\":"
			  "\"\",\"weight\":1,\"needed\":2,\"total\":3,"
			  "\"votes\":[{\"account\":\"0x01\",\"weight\":1}],"
			  "\"missing\":[{\"account\":\"0x02\",\"weight\":"
			  "2}]}]}");
	else
		answer_chain(node, request, caller, body);
}

static void
test_node_changes(void)
{
	FakeChain chain = { .algorithm = "sm2",
			    .convention = "standard",
			    .signature_len = 64 };
	CtlNode *node = ctl_node_start(answer_nodes, &chain);
	g_auto(CtlRun) remove =
		CTL_RUN(node, "node", "remove", "c", "city-b", "--yes");
	json_t *args = json_incref(json_object_get(chain.request, "args"));
	g_auto(CtlRun) add =
		CTL_RUN(node, "node", "add", "c", NODE_KEY, "--address", "b:1");
	json_t *added = json_object_get(chain.request, "args");

	if (remove.exit_code != 0)
		g_error("%s", remove.err);
	g_assert_cmpstr(text_of(args, "public_key"), ==, NODE_KEY);
	g_assert_cmpstr(text_of(args, "role"), ==, "none");
	ctl_assert_has(remove.out, "weight 1 of 3 is there, 2 is needed");
	ctl_assert_has(remove.out, "signed  0x01");
	ctl_assert_has(remove.out, "missing 0x02, weight 2");
	if (add.exit_code != 0)
		g_error("%s", add.err);
	g_assert_cmpstr(text_of(chain.request, "kind"), ==, "member");
	g_assert_cmpstr(text_of(added, "role"), ==, "observer");
	g_assert_cmpstr(text_of(added, "address"), ==, "b:1");
	json_decref(args);
	ctl_node_stop(node);
	fake_chain_clear(&chain);
}

static void
test_node_names(void)
{
	FakeChain chain = { .algorithm = "sm2" };
	CtlNode *node = ctl_node_start(answer_nodes, &chain);
	g_auto(CtlRun) two =
		CTL_RUN(node, "node", "role", "c", "city-c", "consensus");
	g_auto(CtlRun) none =
		CTL_RUN(node, "node", "role", "c", "aaaaaaa", "consensus");
	g_auto(CtlRun) role =
		CTL_RUN(node, "node", "role", "c", "city-b", "leader");
	g_auto(CtlRun) key = CTL_RUN(node, "node", "add", "c", "0x12");
	g_auto(CtlRun) list = CTL_RUN(node, "node", "list", "c");

	ctl_assert_has(two.err, "several nodes");
	ctl_assert_has(none.err, "c has no node aaaaaaa");
	ctl_assert_has(role.err, "leader is no role");
	ctl_assert_has(key.err, "128 hexadecimal digits");
	g_assert_cmpuint(chain.prepared, ==, 0);
	ctl_assert_has(list.out, "city-b");
	ctl_assert_has(list.out, "Waits for signatures");
	ctl_node_stop(node);
}

/* ---- batches ------------------------------------------------------------ */

static void
answer_batch(CtlNode *node, struct evhttp_request *request,
	     const Identity *caller, json_t *body)
{
	json_t *txs = json_object_get(body, "txs");
	json_t *results = json_array();
	json_t *answer = json_pack("{s:o}", "results", results);
	json_t *tx;
	size_t at;
	char *text;

	json_array_foreach(txs, at, tx)
		json_array_append_new(
			results,
			strcmp(json_string_value(tx), "0x02") == 0
				? json_pack("{s:{s:s,s:s}}", "error", "name",
					    "duplicate", "reason", "known")
				: json_pack("{s:O,s:s,s:s}", "id", tx, "stage",
					    "committed", "name", "ok"));
	text = json_dumps(answer, 0);
	tls_reply(request, 200, text);
	free(text);
	json_decref(answer);
}

static CtlRun
submit(const CtlNode *node, const char *lines, const char *batch)
{
	g_autofree char *file = node_path(&node->node, "txs.hex");

	g_assert_true(g_file_set_contents(file, lines, -1, NULL));
	return CTL_RUN(node, "tx", "submit", "c", file, "--batch", batch,
		       "--json");
}

static void
test_submit(void)
{
	CtlNode *node = ctl_node_start(answer_batch, NULL);
	g_auto(CtlRun) good = submit(node, "0x01\n\n03\r\n0x04", "2");
	g_auto(CtlRun) mixed = submit(node, "01\n02\n03\n", "100");
	g_auto(CtlRun) bad = submit(node, "01\nzz\n", "1");
	json_t *answer = json_loads(good.out, 0, NULL);

	g_assert_cmpint(good.exit_code, ==, 0);
	g_assert_cmpuint(json_array_size(json_object_get(answer, "results")),
			 ==, 3);
	g_assert_cmpint(mixed.exit_code, ==, 1);
	ctl_assert_has(mixed.err, "1 of 3 transactions");
	g_assert_cmpint(bad.exit_code, ==, 1);
	ctl_assert_has(bad.err, "transaction 2 is not hexadecimal");
	g_assert_cmpint(g_atomic_int_get(&node->requests), ==, 3);
	json_decref(answer);
	ctl_node_stop(node);
}

/* ---- messages ----------------------------------------------------------- */

/* By the topic: what became of the message. */
static void
answer_message(CtlNode *node, struct evhttp_request *request,
	       const Identity *caller, json_t *body)
{
	json_t **seen = node->user;
	g_autofree char *text = g_strdup_printf(
		"{\"status\":\"%s\",\"text\":\"thanks\"}",
		text_of(body, "topic"));

	g_assert_true(asks(request, "/v1/chains/c/messages"));
	json_decref(*seen);
	*seen = json_incref(body);
	tls_reply(request, 200, text);
}

static void
test_message(void)
{
	json_t *seen = NULL;
	CtlNode *node = ctl_node_start(answer_message, &seen);
	g_auto(CtlRun) given = CTL_RUN(node, "message", "send", "c",
				       "delivered", "hello", "--wait", "7");
	g_auto(CtlRun) silent = { 0 };
	g_auto(CtlRun) wrong = { 0 };

	g_assert_cmpint(given.exit_code, ==, 0);
	ctl_assert_has(given.out, "thanks");
	g_assert_cmpstr(text_of(seen, "text"), ==, "hello");
	g_assert_cmpstr(text_of(seen, "mode"), ==, "unicast");
	g_assert_cmpint(
		json_integer_value(json_object_get(seen, "timeout_ms")), ==,
		7000);
	silent = CTL_RUN(node, "message", "send", "c", "timed-out", "x",
			 "--all", "--private");
	g_assert_cmpint(silent.exit_code, ==, 1);
	ctl_assert_has(silent.err, "timed-out");
	g_assert_cmpstr(text_of(seen, "mode"), ==, "multicast");
	g_assert_true(json_is_true(json_object_get(seen, "private")));
	wrong = CTL_RUN(node, "message", "send", "c", "delivered", "x",
			"--wait", "61");
	g_assert_cmpint(wrong.exit_code, ==, 2);
	json_decref(seen);
	ctl_node_stop(node);
}

/* ---- events ------------------------------------------------------------- */

/* Two events a connection, from after Last-Event-ID on. */
static void
answer_events(CtlNode *node, struct evhttp_request *request,
	      const Identity *caller, json_t *body)
{
	struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
	const char *last = evhttp_find_header(headers, "Last-Event-ID");
	guint block = last != NULL ? (guint)atoi(last) : 4;
	struct evbuffer *piece = evbuffer_new();

	if (asks(request, "/v1/chains/c/ledger")) {
		tls_reply(request, 200, "{\"height\":4}");
		evbuffer_free(piece);
		return;
	}
	g_assert_true(asks(request, "/v1/chains/c/events?from=5") ||
		      asks(request, "/v1/chains/c/events?from=5"
				    "&where.by.whom=A%20B&where.to=x%3Dy"));
	evhttp_send_reply_start(request, 200, "OK");
	evbuffer_add_printf(piece,
			    "retry: 1\n\nid: %u.0\nevent: block\ndata: "
			    "{\"block\":%u,\"payload\":{}}\n\nid: %u.0\nevent: "
			    "block\ndata: {\"block\":%u,\"payload\":{}}\n\n"
			    "id: %u.0\ndata: {\"half",
			    block + 1, block + 1, block + 2, block + 2,
			    block + 3);
	evhttp_send_reply_chunk(request, piece);
	evhttp_send_reply_end(request);
	evbuffer_free(piece);
}

static void
test_watch(void)
{
	CtlNode *node = ctl_node_start(answer_events, NULL);
	g_auto(CtlRun) run =
		CTL_RUN(node, "event", "watch", "c", "--count", "5", "--json");
	g_auto(GStrv) lines = g_strsplit(run.out, "\n", -1);

	g_assert_cmpint(run.exit_code, ==, 0);
	g_assert_cmpuint(g_strv_length(lines), ==, 6);
	for (gsize i = 0; i < 5; i++) {
		json_t *line = json_loads(lines[i], 0, NULL);
		g_autofree char *id = g_strdup_printf("%zu.0", 5 + i);

		g_assert_cmpstr(text_of(line, "id"), ==, id);
		json_decref(line);
	}
	/* The height, and three connections. */
	g_assert_cmpint(g_atomic_int_get(&node->requests), ==, 4);
	ctl_node_stop(node);
}

static void
test_watch_where(void)
{
	CtlNode *node = ctl_node_start(answer_events, NULL);
	g_auto(CtlRun) run =
		CTL_RUN(node, "event", "watch", "c", "--count", "1", "--where",
			"by.whom=A B", "--where", "to=x=y");
	g_auto(CtlRun) wrong =
		CTL_RUN(node, "event", "watch", "c", "--where", "whom");

	g_assert_cmpint(run.exit_code, ==, 0);
	g_assert_cmpint(wrong.exit_code, ==, 2);
	ctl_assert_has(wrong.err, "--where whom is not NAME=VALUE");
	ctl_node_stop(node);
}

/* ---- others ------------------------------------------------------------- */

static void
answer_with_request(CtlNode *node, struct evhttp_request *request,
		    const Identity *caller, json_t *body)
{
	json_t *said =
		json_pack("{s:s, s:s, s:O?}", "caller", caller->name, "target",
			  evhttp_request_get_uri(request), "body", body);
	char *text = json_dumps(said, 0);

	tls_reply(request, asks(request, "/v1/chains/gone") ? 204 : 200, text);
	free(text);
	json_decref(said);
}

static void
assert_asks(const CtlRun *run, const char *target, const char *body)
{
	json_t *answer = json_loads(run->out, 0, NULL);
	json_t *expected =
		body != NULL ? json_loads(body, 0, NULL) : json_null();

	g_assert_cmpint(run->exit_code, ==, 0);
	g_assert_cmpstr(text_of(answer, "target"), ==, target);
	g_assert_true(json_equal(json_object_get(answer, "body"), expected));
	json_decref(answer);
	json_decref(expected);
}

static void
test_create(void)
{
	CtlNode *node = ctl_node_start(answer_with_request, NULL);
	g_auto(CtlRun) run =
		CTL_RUN(node, "chain", "create", "x", "-f", "fisco", "--config",
			"{\"a\":{\"b\":1},\"c\":2}", "--set", "a.d=true",
			"--set", "c=std", "--json");
	g_auto(CtlRun) bad = CTL_RUN(node, "chain", "create", "x", "-f",
				     "fisco", "--set", "c", "--json");
	g_auto(CtlRun) way = CTL_RUN(node, "chain", "create", "x", "-f",
				     "fisco", "--set", "c=1", "--set", "c.d=1");

	assert_asks(&run, "/v1/chains",
		    "{\"name\":\"x\",\"framework\":\"fisco\",\"config\":"
		    "{\"a\":{\"b\":1,\"d\":true},\"c\":\"std\"}}");
	g_assert_cmpint(bad.exit_code, ==, 2);
	ctl_assert_has(bad.err, "\"usage\"");
	g_assert_cmpint(way.exit_code, ==, 2);
	ctl_node_stop(node);
}

/* ---- members ------------------------------------------------------------- */

static char *
member_file(const CtlNode *node, const char *name, const char *text)
{
	char *file = node_path(&node->node, name);

	g_assert_true(g_file_set_contents(file, text, -1, NULL));
	return file;
}

#define CREATE(node, ...)                                                      \
	CTL_RUN(node, "chain", "create", "x", "-f", "fisco", "--json",         \
		__VA_ARGS__)

static void
assert_member_refused(const CtlRun *run, const char *reason)
{
	g_assert_cmpint(run->exit_code, !=, 0);
	g_assert_cmpstr(run->out, ==, "");
	ctl_assert_has(run->err, reason);
}

static void
test_create_members(void)
{
	CtlNode *node = ctl_node_start(answer_with_request, NULL);
	g_autofree char *a = member_file(node, "a.json",
					 "{\"public_key\":\"0xaa\"}");
	g_autofree char *b = member_file(node, "b.json",
					 "{\"public_key\":\"0xbb\"}");
	g_autofree char *again = member_file(node, "again.json",
					     "{\"public_key\":\"0xAA\"}");
	g_autofree char *keyless =
		member_file(node, "keyless.json", "{\"name\":\"a\"}");
	g_autofree char *list = member_file(node, "list.json", "[]");
	g_autofree char *bad = member_file(node, "bad.json", "{");
	g_autofree char *gone = node_path(&node->node, "gone.json");
	g_auto(CtlRun) both = CREATE(node, "--member", a, "--member", b);
	g_auto(CtlRun) twice = CREATE(node, "--member", a, "--member", again);
	g_auto(CtlRun) no_key = CREATE(node, "--member", keyless);
	g_auto(CtlRun) no_node = CREATE(node, "--member", list);
	g_auto(CtlRun) no_json = CREATE(node, "--member", bad);
	g_auto(CtlRun) no_file = CREATE(node, "--member", gone);
	g_auto(CtlRun) mixed =
		CREATE(node, "--member", a, "--members", "[]");

	assert_asks(&both, "/v1/chains",
		    "{\"name\":\"x\",\"framework\":\"fisco\",\"config\":{},"
		    "\"members\":[{\"public_key\":\"0xaa\"},"
		    "{\"public_key\":\"0xbb\"}]}");
	assert_member_refused(&twice, "another --member does, too");
	assert_member_refused(&no_key, "describes no node");
	assert_member_refused(&no_node, "describes no node");
	assert_member_refused(&no_json, "is not JSON");
	assert_member_refused(&no_file, "gone.json");
	assert_member_refused(&mixed, "do not go together");
	g_assert_cmpint(g_atomic_int_get(&node->requests), ==, 1);
	ctl_node_stop(node);
}

static void
answer_key(CtlNode *node, struct evhttp_request *request,
	   const Identity *caller, json_t *body)
{
	if (asks(request, "/v1/node/keys/sm2"))
		tls_reply(request, 200, "{\"public_key\":\"0xaa\"}");
	else
		tls_reply(request, 200, "{}");
}

static void
test_node_member(void)
{
	CtlNode *node = ctl_node_start(answer_key, NULL);
	g_auto(CtlRun) good =
		CTL_RUN(node, "node", "member", "--name", "city-a", "--address",
			"a:1", "--role", "observer");
	g_auto(CtlRun) keyless =
		CTL_RUN(node, "node", "member", "--name", "n", "--address",
			"a:1", "-a", "secp256k1");
	g_auto(CtlRun) role =
		CTL_RUN(node, "node", "member", "--name", "n", "--address",
			"a:1", "--role", "leader");
	g_auto(CtlRun) bytes = CTL_RUN(node, "node", "member", "--name", "\xff",
				       "--address", "a:1");
	json_t *expected = json_pack("{s:s, s:s, s:s, s:s}", "name", "city-a",
				     "role", "observer", "address", "a:1",
				     "public_key", "0xaa");
	json_t *member = json_loads(good.out, 0, NULL);

	g_assert_cmpint(good.exit_code, ==, 0);
	g_assert_true(json_equal(member, expected));
	assert_member_refused(&keyless, "has no key");
	assert_member_refused(&role, "leader");
	assert_member_refused(&bytes, "not UTF-8");
	json_decref(member);
	json_decref(expected);
	ctl_node_stop(node);
}

static void
test_targets(void)
{
	CtlNode *node = ctl_node_start(answer_with_request, NULL);
	g_auto(CtlRun) block =
		CTL_RUN(node, "block", "show", "c", "7", "--txs", "--json");
	g_auto(CtlRun) list = CTL_RUN(node, "block", "list", "c", "--json");
	g_auto(CtlRun) tx = CTL_RUN(node, "tx", "show", "c", TX_ID, "--json");
	g_auto(CtlRun) call = CTL_RUN(node, "contract", "call", "c", "k", "f",
				      "1", "--json", "--id", "app1");

	assert_asks(&block, "/v1/chains/c/blocks/7?txs=1", NULL);
	assert_asks(&list, "/v1/chains/c/blocks?limit=20", NULL);
	assert_asks(&tx, "/v1/chains/c/txs/" TX_ID, NULL);
	assert_asks(&call, "/v1/chains/c/call",
		    "{\"kind\":\"invoke\",\"contract\":\"k\",\"function\":\"f\""
		    ",\"args\":[1]}");
	ctl_assert_has(call.out, "\"caller\": \"app1\"");
	ctl_node_stop(node);
}

static void
test_delete(void)
{
	CtlNode *node = ctl_node_start(answer_with_request, NULL);
	g_auto(CtlRun) asked = CTL_RUN(node, "chain", "delete", "gone");
	g_auto(CtlRun) yes = CTL_RUN(node, "chain", "delete", "gone", "--yes");

	g_assert_cmpint(asked.exit_code, ==, 2);
	ctl_assert_has(asked.err, "--yes");
	g_assert_cmpint(yes.exit_code, ==, 0);
	g_assert_cmpstr(yes.out, ==, "Chain gone is deleted.\n");
	g_assert_cmpint(g_atomic_int_get(&node->requests), ==, 1);
	ctl_node_stop(node);
}

static void
test_no_identity(void)
{
	CtlNode *node = ctl_node_start(answer_with_request, NULL);
	g_auto(CtlRun) nobody = CTL_RUN(node, "status", "--id", "nobody");
	g_auto(CtlRun) path = CTL_RUN(node, "status", "--id", "../admin");

	g_assert_cmpint(nobody.exit_code, ==, 1);
	ctl_assert_has(nobody.err, "id new nobody");
	g_assert_cmpint(path.exit_code, ==, 2);
	ctl_node_stop(node);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctl/tx/send-signs-with-the-own-key", test_send);
	g_test_add_func("/ctl/tx/send-signs-with-the-key-that-is-asked-for",
			test_send_secp256k1);
	g_test_add_func("/ctl/tx/a-failed-transaction-shows-why",
			test_send_hosted);
	g_test_add_func("/ctl/tx/submit-sends-batches", test_submit);
	g_test_add_func("/ctl/node/changes-are-signed-here",
			test_node_changes);
	g_test_add_func("/ctl/node/a-name-means-one-node", test_node_names);
	g_test_add_func("/ctl/message/send-tells-what-became-of-it",
			test_message);
	g_test_add_func("/ctl/event/watch-goes-on-where-it-was-cut",
			test_watch);
	g_test_add_func("/ctl/event/watch-where", test_watch_where);
	g_test_add_func("/ctl/chain/create-merges-settings", test_create);
	g_test_add_func("/ctl/chain/create-takes-members-from-files",
			test_create_members);
	g_test_add_func("/ctl/node/member-describes-this-host",
			test_node_member);
	g_test_add_func("/ctl/chain/delete-wants-a-yes", test_delete);
	g_test_add_func("/ctl/commands/ask-for-the-right-things", test_targets);
	g_test_add_func("/ctl/commands/a-missing-identity-is-explained",
			test_no_identity);
	return g_test_run();
}
