/* SPDX-License-Identifier: Apache-2.0
 *
 * The gateway's resources: who may ask, and what is answered.
 */
#include <string.h>

#include "host/gateway/router.h"
#include "tests/unit/gateway_fixture.h"

#define C1 "/v1/chains/c1"
#define CALL "{\"contract\":\"c\",\"function\":\"%s\",\"args\":[1,\"0x02\"]}"

static Fixture fixture;

static Answer *
get(const char *path)
{
	return ask_as(&fixture, "auditor", "GET", path, NULL);
}

static Answer *
post(const char *path, const char *body)
{
	return ask_as(&fixture, "client", "POST", path, body);
}

/* ---- who asks ---- */

static void
test_health(void)
{
	g_autoptr(Answer) alive =
		ask_as(&fixture, NULL, "GET", "/healthz", NULL);
	g_autoptr(Answer) ready =
		ask_as(&fixture, NULL, "GET", "/readyz", NULL);

	g_assert_cmpint(alive->http, ==, 200);
	g_assert_cmpint(ready->http, ==, 200);
}

static void
test_certificate(void)
{
	g_autoptr(Answer) me = get("/v1/ids/me");

	g_assert_cmpint(me->http, ==, 200);
	g_assert_cmpstr(text_member(me, "name"), ==, "auditor");
	g_assert_cmpstr(text_member(me, "organisation"), ==, "Acme");
	g_assert_cmpstr(text_member(me, "role"), ==, "auditor");
	g_assert_cmpstr(text_member(me, "by"), ==, "certificate");
	g_assert_cmpuint(strlen(text_member(me, "public_key")), ==, 130);
}

static void
test_signature(void)
{
	g_autoptr(Answer) sm2 =
		ask_signed(&fixture, "sm2", "GET", "/v1/ids/me", NULL, NULL);
	g_autoptr(Answer) p256 =
		ask_signed(&fixture, "client", "POST", C1 "/txs?wait=committed",
			   "{\"tx\":\"0x61\"}", "{\"tx\":\"0x61\"}");

	g_assert_cmpint(sm2->http, ==, 200);
	g_assert_cmpstr(text_member(sm2, "by"), ==, "signature");
	g_assert_cmpstr(text_member(sm2, "algorithm"), ==, "sm2");
	g_assert_cmpint(p256->http, ==, 200);
}

static void
test_nobody(void)
{
	g_autoptr(Answer) answer =
		ask_as(&fixture, NULL, "GET", "/v1/chains", NULL);

	assert_error(answer, 401, "unauthenticated",
		     "there is neither a client certificate nor a signature");
	g_assert_nonnull(strstr(answer->headers, "WWW-Authenticate:"));
}

static void
test_stranger(void)
{
	g_autoptr(Answer) answer =
		ask_as(&fixture, "stranger", "GET", "/v1/chains", NULL);

	assert_error(answer, 401, "unauthenticated", NULL);
}

static void
test_replay(void)
{
	g_auto(GStrv) headers =
		sign_headers(&fixture, "sm2", "GET", "/v1/ids/me", NULL);
	g_autoptr(Answer) first = ask_with_headers(&fixture, NULL, "GET",
						   "/v1/ids/me", NULL, headers);
	g_autoptr(Answer) second = ask_with_headers(
		&fixture, NULL, "GET", "/v1/ids/me", NULL, headers);

	g_assert_cmpint(first->http, ==, 200);
	assert_error(second, 401, "unauthenticated", NULL);
}

static void
test_altered(void)
{
	g_autoptr(Answer) answer =
		ask_signed(&fixture, "sm2", "POST", C1 "/txs",
			   "{\"tx\":\"0x61\"}", "{\"tx\":\"0x62\"}");

	assert_error(answer, 401, "unauthenticated", NULL);
}

static void
test_half_signed(void)
{
	char *const headers[] = { (char *)"BSN-Nonce: 0123456789abcdef", NULL };
	g_autoptr(Answer) answer = ask_with_headers(
		&fixture, "admin", "GET", "/v1/ids/me", NULL, headers);

	assert_error(answer, 401, "unauthenticated",
		     "the request is signed, but header BSN-Certificate is "
		     "missing");
}

static void
test_roles(void)
{
	g_autoptr(Answer) auditor = ask_as(&fixture, "auditor", "POST",
					   C1 "/txs", "{\"tx\":\"0x61\"}");
	g_autoptr(Answer) client = post("/v1/chains", "{}");
	g_autoptr(Answer) admin = ask_as(&fixture, "admin", "POST", C1 "/txs",
					 "{\"tx\":\"0x61\"}");

	assert_error(auditor, 403, "denied",
		     "it takes the role client, and auditor has the role "
		     "auditor");
	assert_error(client, 403, "denied", NULL);
	g_assert_cmpint(admin->http, ==, 200);
}

/* ---- paths and methods ---- */

static void
test_unknown_path(void)
{
	g_autoptr(Answer) path = get("/v1/nothing");
	g_autoptr(Answer) chain = get("/v1/chains/nothing/ledger");
	g_autoptr(Answer) dots = get("/v1/chains/../status");

	assert_error(path, 404, "not-found", NULL);
	assert_error(chain, 404, "not-found", "there is no chain \"nothing\"");
	assert_error(dots, 400, "bad-request", NULL);
}

static void
test_methods(void)
{
	g_autoptr(Answer) put = ask_as(&fixture, "admin", "PUT", C1, "{}");
	g_autoptr(Answer) options = ask_as(&fixture, NULL, "OPTIONS", C1, NULL);

	assert_error(put, 405, "bad-request", NULL);
	g_assert_nonnull(strstr(put->headers,
				"Allow: GET, HEAD, PATCH, DELETE, OPTIONS"));
	g_assert_cmpint(options->http, ==, 204);
	g_assert_nonnull(strstr(options->headers, "Allow: GET, HEAD, PATCH"));
}

static void
test_head(void)
{
	g_autoptr(Answer) whole = get(C1);
	g_autoptr(Answer) head = ask_as(&fixture, "auditor", "HEAD", C1, NULL);
	g_autoptr(Answer) events =
		ask_as(&fixture, "auditor", "HEAD", C1 "/events", NULL);
	g_autofree char *length =
		g_strdup_printf("Content-Length: %zu", strlen(whole->text));

	g_assert_cmpint(head->http, ==, 200);
	g_assert_cmpstr(head->text, ==, "");
	g_assert_nonnull(strstr(head->headers, length));
	g_assert_cmpint(events->http, ==, 200);
}

static void
test_unknown_parameter(void)
{
	g_autoptr(Answer) answer = get(C1 "/blocks?form=1");
	g_autoptr(Answer) range = get(C1 "/blocks?limit=101");

	assert_error(answer, 400, "bad-request",
		     "there is no query parameter form here; did you mean "
		     "from");
	assert_error(range, 400, "bad-request",
		     "limit=101 is not a whole number from 1 to 100");
}

/* ---- the host ---- */

static void
test_host(void)
{
	g_autoptr(Answer) status = get("/v1/status");
	g_autoptr(Answer) plugins = get("/v1/plugins");

	g_assert_cmpstr(text_member(status, "node"), ==, "test");
	g_assert_cmpint(number_member(status, "chains.open"), ==, 1);
	g_assert_cmpstr(text_member(status, "store.health"), ==, "ok");
	g_assert_cmpstr(text_member(plugins, "plugins.0.verdict"), ==,
			"refused");
	g_assert_cmpstr(text_member(plugins, "plugins.0.rule"), ==, "not-elf");
	g_assert_cmpstr(text_member(plugins, "plugins.0.kinds.1"), ==,
			"crypto");
}

static void
test_keys(void)
{
	static const char bob[] = "{\"name\":\"bob\",\"algorithm\":\"sm2\"}";
	g_autoptr(Answer) made =
		ask_as(&fixture, "admin", "POST", "/v1/ids", bob);
	g_autoptr(Answer) again =
		ask_as(&fixture, "admin", "POST", "/v1/ids", bob);
	g_autoptr(Answer) list =
		ask_as(&fixture, "admin", "GET", "/v1/ids", NULL);
	g_autoptr(Answer) gone =
		ask_as(&fixture, "admin", "DELETE", "/v1/ids/bob", NULL);
	g_autoptr(Answer) none =
		ask_as(&fixture, "admin", "DELETE", "/v1/ids/bob", NULL);

	g_assert_cmpint(made->http, ==, 201);
	g_assert_cmpstr(text_member(made, "algorithm"), ==, "sm2");
	assert_error(again, 409, "conflict", "there is a key bob");
	g_assert_cmpint((gint64)json_array_size(member(list, "ids")), ==, 2);
	g_assert_cmpint(gone->http, ==, 204);
	assert_error(none, 404, "not-found", "there is no key bob");
}

/* ---- the description ---- */

/* "get /v1/chains/{c} auditor" for each operation of openapi.yaml. */
static GHashTable *
described(void)
{
	g_autofree char *file =
		g_test_build_filename(G_TEST_DIST, "docs/openapi.yaml", NULL);
	GHashTable *found =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	const char *path = NULL, *method = NULL;

	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		char *line = lines[i];
		gsize indent = strspn(line, " ");

		if (g_str_has_suffix(line, ":"))
			line[strlen(line) - 1] = '\0';
		if (indent == 2)
			path = line + 2;
		else if (indent == 4)
			method = line + 4;
		else if (g_str_has_prefix(line, "      x-bsn-role: "))
			g_hash_table_add(found,
					 g_strdup_printf("%s %s %s", method,
							 path, line + 18));
	}
	return found;
}

static void
test_description(void)
{
	g_autoptr(GHashTable) found = described();

	for (guint i = 0; i < route_count; i++) {
		g_autofree char *method =
			g_ascii_strdown(method_name(routes[i].method), -1);
		g_autofree char *wanted =
			g_strdup_printf("%s %s %s", method, routes[i].pattern,
					role_name(routes[i].role));

		if (!g_hash_table_remove(found, wanted))
			g_error("openapi.yaml lacks \"%s\"", wanted);
	}
	g_assert_cmpuint(g_hash_table_size(found), ==, 0);
}

/* ---- chains ---- */

static Answer *
admin(const char *method, const char *path, const char *body)
{
	return ask_as(&fixture, "admin", method, path, body);
}

static void
test_chain_wrong(void)
{
	g_autoptr(Answer) framework =
		admin("POST", "/v1/chains",
		      "{\"name\":\"c2\",\"framework\":\"acme\"}");
	g_autoptr(Answer) name =
		admin("POST", "/v1/chains",
		      "{\"name\":\"C 2\",\"framework\":\"fake\"}");
	g_autoptr(Answer) config =
		admin("POST", "/v1/chains",
		      "{\"name\":\"c2\",\"framework\":\"fake\","
		      "\"config\":{\"wrong\":1}}");
	g_autoptr(Answer) twice =
		admin("POST", "/v1/chains",
		      "{\"name\":\"c1\",\"framework\":\"fake\"}");
	g_autoptr(Answer) slip = admin("POST", "/v1/chains",
				       "{\"name\":\"c2\",\"framwork\":\"f\"}");

	g_assert_cmpint(framework->http, >=, 400);
	assert_error(name, 400, "bad-request", NULL);
	assert_error(config, 400, "bad-request", "config.wrong is wrong");
	g_assert_cmpint(twice->http, ==, 409);
	assert_error(slip, 400, "bad-request",
		     "framwork: there is no such member; did you mean "
		     "framework?");
}

static void
test_chain_life(void)
{
	g_autoptr(Answer) made = admin("POST", "/v1/chains",
				       "{\"name\":\"c2\",\"framework\":"
				       "\"fake\",\"config\":{\"a\":1}}");
	g_autoptr(Answer) list = get("/v1/chains");
	g_autoptr(Answer) closed =
		admin("PATCH", "/v1/chains/c2", "{\"state\":\"closed\"}");
	g_autoptr(Answer) status = get("/v1/chains/c2/status");
	g_autoptr(Answer) ledger = get("/v1/chains/c2/ledger");
	g_autoptr(Answer) events = get("/v1/chains/c2/events");
	g_autoptr(Answer) opened =
		admin("PATCH", "/v1/chains/c2", "{\"state\":\"open\"}");
	g_autoptr(Answer) ajar =
		admin("PATCH", "/v1/chains/c2", "{\"state\":\"ajar\"}");
	g_autoptr(Answer) gone = admin("DELETE", "/v1/chains/c2", NULL);
	g_autoptr(Answer) none = get("/v1/chains/c2");

	g_assert_cmpint(made->http, ==, 201);
	g_assert_cmpstr(text_member(made, "state"), ==, "open");
	g_assert_cmpint(number_member(made, "config.a"), ==, 1);
	g_assert_cmpstr(text_member(list, "chains.1.name"), ==, "c2");
	g_assert_cmpstr(text_member(closed, "state"), ==, "closed");
	g_assert_cmpstr(text_member(status, "state"), ==, "closed");
	assert_error(ledger, 503, "unavailable", NULL);
	assert_error(events, 503, "unavailable", NULL);
	g_assert_cmpstr(text_member(opened, "state"), ==, "open");
	assert_error(ajar, 400, "bad-request",
		     "state: \"ajar\" is neither open nor closed");
	g_assert_cmpint(gone->http, ==, 204);
	assert_error(none, 404, "not-found", NULL);
}

/* The fake engine's genesis is the config. */
static void
test_chain_from_elsewhere(void)
{
	g_autoptr(Answer) bad = admin("POST", "/v1/chains",
				     "{\"name\":\"x\",\"framework\":\"fake\","
				     "\"members\":[{\"public_key\":\"0x01\","
				     "\"role\":\"king\"}]}");
	g_autoptr(Answer) both =
		admin("POST", "/v1/chains", "{\"name\":\"x\",\"framework\":\"fake\","
				   "\"members\":[],\"genesis\":\"0x01\"}");
	g_autoptr(Answer) made = admin("POST", "/v1/chains",
				      "{\"name\":\"elsewhere\",\"framework\":"
				      "\"fake\",\"genesis\":\"0x0102\"}");
	g_autoptr(Answer) told = get("/v1/chains/elsewhere/genesis");

	assert_error(bad, 400, "bad-request",
		     "members[0].role: \"king\" is neither consensus nor "
		     "observer");
	assert_error(both, 400, "bad-request",
		     "members: give it or genesis, which names them, not both");
	g_assert_cmpint(made->http, ==, 201);
	g_assert_cmpstr(text_member(told, "genesis"), ==, "0x0102");
	g_assert_cmpstr(text_member(told, "framework"), ==, "fake");
}

static void
test_join_refused(void)
{
	g_autoptr(Answer) none =
		admin("POST", "/v1/chains/join", "{\"ticket\":\"x\"}");
	g_autoptr(Answer) ca =
		admin("POST", "/v1/chains/join",
		      "{\"ticket\":\"x\",\"ca\":\"no pem\"}");
	g_autoptr(Answer) unread =
		admin("POST", "/v1/chains/join",
		      "{\"ticket\":\"bsn-ticket-1.e30=.AAAA.AAAA\"}");
	g_autoptr(Answer) client =
		post("/v1/chains/join", "{\"ticket\":\"x\"}");

	assert_error(none, 400, "bad-request",
		     "ticket: this is no ticket of the form "
		     "bsn-ticket-1.PAYLOAD.CERTIFICATE.SIGNATURE");
	assert_error(ca, 400, "bad-request", NULL);
	assert_error(unread, 400, "bad-request", NULL);
	assert_error(client, 403, "denied", NULL);
}

static void
test_chain_reads(void)
{
	g_autoptr(Answer) status = get(C1 "/status");
	g_autoptr(Answer) nodes = get(C1 "/nodes");
	g_autoptr(Answer) proposals = get(C1 "/nodes/proposals");
	g_autoptr(Answer) ledger = get(C1 "/ledger");

	g_assert_cmpstr(text_member(status, "state"), ==, "running");
	g_assert_cmpint(number_member(status, "members"), ==, 1);
	g_assert_cmpstr(text_member(status, "languages.1"), ==, "c");
	g_assert_cmpstr(text_member(status, "capabilities.finality"), ==,
			"depth");
	g_assert_cmpint(number_member(status, "capabilities.depth"), ==, 6);
	g_assert_cmpstr(text_member(status, "capabilities.can.0"), ==, "lock");
	g_assert_cmpstr(text_member(status,
				    "capabilities.provable.tx.certificate"),
			==, "members");
	g_assert_cmpstr(text_member(status, "capabilities.provable.tx.path"),
			==, "merkle");
	g_assert_true(json_is_null(
		member(status, "capabilities.provable.state")));
	g_assert_cmpstr(text_member(nodes, "nodes.0.name"), ==, "self");
	g_assert_cmpstr(text_member(proposals, "proposals.0.role"), ==,
			"none");
	g_assert_cmpint(number_member(ledger, "bytes"), ==, 1000);
	g_assert_cmpstr(text_member(ledger, "block_hash"), ==, "0x0102");
	g_assert_true(json_is_null(member(ledger, "state_hash")));
}

static void
test_blocks(void)
{
	g_autoptr(Answer) made = submit_tx(&fixture, "b30", "");
	g_autoptr(Answer) newest = get(C1 "/blocks");
	g_autoptr(Answer) range = get(C1 "/blocks?from=2&limit=3");
	g_autoptr(Answer) beyond = get(C1 "/blocks?from=1000");
	gint64 height = number_member(newest, "height");

	g_assert_cmpint(made->http, ==, 200);
	g_assert_cmpint(height, >=, 30);
	g_assert_cmpint((gint64)json_array_size(member(newest, "blocks")), ==,
			20);
	g_assert_cmpint(number_member(newest, "blocks.0.number"), ==, height);
	g_assert_cmpint(number_member(newest, "blocks.1.number"), ==,
			height - 1);
	g_assert_cmpint(number_member(range, "blocks.0.number"), ==, 2);
	g_assert_cmpint(number_member(range, "blocks.2.number"), ==, 4);
	g_assert_cmpint(number_member(range, "next"), ==, 5);
	g_assert_cmpint((gint64)json_array_size(member(beyond, "blocks")), ==,
			0);
	g_assert_true(json_is_null(member(beyond, "next")));
}

static void
test_block(void)
{
	g_autoptr(Answer) number = get(C1 "/blocks/0?txs=1&raw=1");
	g_autoptr(Answer) latest = get(C1 "/blocks/latest");
	g_autoptr(Answer) hash = get(C1 "/blocks/0x00");
	g_autoptr(Answer) none = get(C1 "/blocks/100000");
	g_autoptr(Answer) wrong = get(C1 "/blocks/newest");

	g_assert_cmpint(number_member(number, "number"), ==, 0);
	g_assert_cmpstr(text_member(number, "detail.raw"), ==, "0x");
	g_assert_cmpint(latest->http, ==, 200);
	g_assert_cmpint(number_member(hash, "number"), ==, 0);
	assert_error(none, 404, "not-found", "no such block");
	assert_error(wrong, 400, "bad-request", "\"newest\" names no block");
}

static void
test_contracts(void)
{
	g_autoptr(Answer) list = get(C1 "/contracts?from=3&limit=7");
	g_autoptr(Answer) one = get(C1 "/contracts/evidence");
	g_autoptr(Answer) none = get(C1 "/contracts/none");
	g_autoptr(Answer) check =
		post(C1 "/contracts/check", "{\"code\":\"0x6080\"}");
	g_autoptr(Answer) wrong =
		post(C1 "/contracts/check", "{\"code\":\"6080\"}");

	g_assert_cmpint(number_member(list, "from"), ==, 3);
	g_assert_cmpint(number_member(list, "limit"), ==, 7);
	g_assert_cmpstr(text_member(one, "name"), ==, "evidence");
	assert_error(none, 404, "not-found", "no contract none");
	g_assert_true(json_is_true(member(check, "ok")));
	assert_error(wrong, 400, "bad-request",
		     "code: it does not begin with 0x");
}

/* ---- transactions ---- */

static void
test_submit(void)
{
	g_autoptr(Answer) done = submit_tx(&fixture, "a1", "?wait=committed");
	g_autoptr(Answer) accepted =
		submit_tx(&fixture, "a2", "?wait=accepted");
	g_autoptr(Answer) refused = submit_tx(&fixture, "r1", "");
	g_autoptr(Answer) invalid = submit_tx(&fixture, "i1", "");
	g_autoptr(Answer) wait = submit_tx(&fixture, "a1", "?wait=forever");

	g_assert_cmpint(done->http, ==, 200);
	g_assert_cmpstr(text_member(done, "stage"), ==, "committed");
	g_assert_cmpstr(text_member(done, "id"), ==, "0x6131");
	g_assert_cmpint(number_member(done, "detail.gas"), ==, 7);
	g_assert_cmpint(accepted->http, ==, 202);
	g_assert_cmpstr(text_member(accepted, "stage"), ==, "accepted");
	g_assert_true(json_is_null(member(accepted, "block")));
	assert_error(refused, 409, "duplicate", "it was seen before");
	g_assert_cmpint(number_member(refused, "error.native"), ==, 15);
	assert_error(invalid, 422, "reverted", "no money");
	g_assert_cmpstr(text_member(invalid, "tx.stage"), ==, "invalid");
	g_assert_cmpint(number_member(invalid, "tx.native"), ==, 22);
	assert_error(wait, 400, "bad-request",
		     "wait=forever is neither accepted nor committed");
}

static void
test_submit_timeout(void)
{
	g_autoptr(Answer) held = submit_tx(&fixture, "h1", "?timeout_ms=100");
	g_autoptr(Answer) unheard =
		submit_tx(&fixture, "u1", "?timeout_ms=100");
	g_autoptr(Answer) freed = submit_tx(&fixture, "c", "");

	g_assert_cmpint(held->http, ==, 202);
	g_assert_cmpstr(text_member(held, "stage"), ==, "accepted");
	g_assert_cmpstr(text_member(held, "id"), ==, "0x6831");
	g_assert_cmpint(unheard->http, ==, 202);
	g_assert_cmpstr(text_member(unheard, "stage"), ==, "submitted");
	g_assert_true(json_is_null(member(unheard, "id")));
	g_assert_cmpint(freed->http, ==, 200);
}

static void
test_batch(void)
{
	g_autoptr(Answer) answer =
		post(C1 "/txs", "{\"txs\":[\"0x6131\",\"0x7231\",\"0x6931\"]}");
	g_autoptr(Answer) many =
		post(C1 "/txs", "{\"txs\":[\"0x61\",\"0x61\",\"0x61\","
				"\"0x61\",\"0x61\"]}");

	g_assert_cmpint(answer->http, ==, 200);
	g_assert_cmpstr(text_member(answer, "results.0.stage"), ==,
			"committed");
	g_assert_cmpstr(text_member(answer, "results.1.error.name"), ==,
			"duplicate");
	g_assert_cmpstr(text_member(answer, "results.2.tx.stage"), ==,
			"invalid");
	assert_error(many, 413, "too-large", "txs: 5 items are more than 4");
}

static Answer *
hosted(const char *contract, const char *function, const char *signer)
{
	g_autofree char *body =
		g_strdup_printf("{\"contract\":\"%s\",\"function\":\"%s\","
				"\"signer\":\"%s\"}",
				contract, function, signer);

	return post(C1 "/txs", body);
}

/* The engine makes the transaction of the args: here an "a", to commit. */
static void
test_change_nodes(void)
{
	g_autoptr(Answer) changed = post(
		C1 "/nodes",
		"{\"signer\":\"alice\",\"args\":[\"observer\"]}");
	g_autoptr(Answer) other = post(
		C1 "/nodes", "{\"kind\":\"deploy\",\"signer\":\"alice\"}");

	g_assert_cmpstr(text_member(changed, "id"), ==,
			"0x5b226f62736572766572225d");
	assert_error(other, 400, "bad-request",
		     "kind: only member here; use txs");
}

static void
test_node_key(void)
{
	g_autoptr(Answer) key =
		admin("GET", "/v1/node/keys/sm2", NULL);
	g_autoptr(Answer) again =
		admin("GET", "/v1/node/keys/sm2", NULL);

	g_assert_cmpint(key->http, ==, 200);
	g_assert_cmpuint(strlen(text_member(key, "public_key")), ==, 130);
	g_assert_cmpstr(text_member(key, "public_key"), ==,
			text_member(again, "public_key"));
}

/* A request that hosted key alice signs, as somebody. */
static Answer *
signed_by_alice(const char *who)
{
	return ask_as(&fixture, who, "POST", C1 "/txs",
		      "{\"contract\":\"a-of\",\"function\":\"f\",\"signer\":"
		      "\"alice\"}");
}

static Answer *
change_alice(const char *who, const char *body)
{
	return ask_as(&fixture, who, "PATCH", "/v1/ids/alice", body);
}

static void
assert_signs(const char *who, gboolean may)
{
	g_autoptr(Answer) answer = signed_by_alice(who);

	g_assert_cmpint(answer->http, ==, may ? 200 : 403);
}

/* As an older version of the host made it. */
static void
test_no_owner(void)
{
	g_autoptr(Answer) client = signed_by_alice("client");
	g_autoptr(Answer) prepared =
		post(C1 "/txs/prepare", "{\"contract\":\"a\",\"function\":"
					"\"f\",\"signer\":\"alice\"}");
	g_autoptr(Answer) grant =
		change_alice("admin", "{\"grant\":{\"name\":\"client\"}}");

	assert_error(client, 403, "denied",
		     "signer: key alice has no owner, so only administrators "
		     "may sign with it; one of them can give it an owner "
		     "(bsnctl id hosted owner)");
	g_assert_cmpint(prepared->http, ==, 403);
	assert_signs("admin", TRUE);
	assert_error(grant, 409, "conflict",
		     "key alice has no owner: give it one first");
}

static void
test_owner(void)
{
	g_autoptr(Answer) given =
		change_alice("admin", "{\"owner\":{\"name\":\"client\"}}");
	g_autoptr(Answer) other = NULL;
	static const char request[] = "{\"contract\":\"a\",\"function\":"
				      "\"f\",\"signer\":\"alice\"}";

	g_assert_cmpint(given->http, ==, 200);
	g_assert_cmpstr(text_member(given, "owner.name"), ==, "client");
	g_assert_cmpstr(text_member(given, "owner.organisation"), ==, "Acme");
	assert_signs("client", TRUE);
	assert_signs("admin", FALSE);
	other = ask_signed(&fixture, "sm2", "POST", C1 "/txs", request,
			   request);
	assert_error(other, 403, "denied",
		     "signer: key alice is another's; its owner or an "
		     "administrator can grant it to sm2 (bsnctl id hosted "
		     "grant)");
}

static void
test_grant(void)
{
	g_autoptr(Answer) other_org = change_alice(
		"client", "{\"grant\":{\"name\":\"admin\",\"organisation\":"
			  "\"Other\"}}");
	g_autoptr(Answer) granted = NULL;
	g_autoptr(Answer) again = NULL;
	g_autoptr(Answer) revoked = NULL;
	g_autoptr(Answer) none = NULL;

	g_assert_cmpint(other_org->http, ==, 200);
	assert_signs("admin", FALSE);
	granted = change_alice("client", "{\"grant\":{\"name\":\"admin\"}}");
	again = change_alice("client", "{\"grant\":{\"name\":\"admin\"}}");
	g_assert_cmpint((gint64)json_array_size(member(again, "granted")), ==,
			2);
	assert_signs("admin", TRUE);
	revoked = change_alice("client", "{\"revoke\":{\"name\":\"admin\"}}");
	assert_signs("admin", FALSE);
	none = change_alice("client", "{\"revoke\":{\"name\":\"admin\"}}");
	assert_error(none, 404, "not-found",
		     "key alice is not granted to admin of Acme");
}

/* Of a client's key, a client's own ones, and none. */
static void
test_who_changes(void)
{
	static const char bob[] = "{\"name\":\"sm2s\",\"algorithm\":\"sm2\"}";
	g_autoptr(Answer) stolen = change_alice(
		"client", "{\"owner\":{\"name\":\"client\"}}");
	g_autoptr(Answer) both = change_alice(
		"client", "{\"grant\":{\"name\":\"a\"},\"revoke\":{\"name\":"
			  "\"b\"}}");
	g_autoptr(Answer) made = ask_signed(&fixture, "sm2", "POST", "/v1/ids",
					    bob, bob);
	g_autoptr(Answer) foreign = ask_as(&fixture, "client", "PATCH",
					   "/v1/ids/sm2s",
					   "{\"grant\":{\"name\":\"client\"}}");
	g_autoptr(Answer) forgotten = ask_as(&fixture, "client", "DELETE",
					     "/v1/ids/sm2s", NULL);
	g_autoptr(Answer) for_other = ask_as(
		&fixture, "client", "POST", "/v1/ids",
		"{\"name\":\"x\",\"algorithm\":\"sm2\",\"owner\":{\"name\":"
		"\"admin\"}}");
	g_autoptr(Answer) own = ask_signed(&fixture, "sm2", "GET", "/v1/ids",
					   NULL, NULL);
	g_autoptr(Answer) all = ask_as(&fixture, "admin", "GET", "/v1/ids",
				       NULL);
	g_autoptr(Answer) gone = ask_signed(&fixture, "sm2", "DELETE",
					    "/v1/ids/sm2s", NULL, NULL);

	g_assert_cmpint(stolen->http, ==, 403);
	assert_error(both, 400, "bad-request",
		     "give one of owner, grant, revoke and certificate");
	g_assert_cmpint(made->http, ==, 201);
	g_assert_cmpstr(text_member(made, "owner.name"), ==, "sm2");
	assert_error(foreign, 403, "denied",
		     "key sm2s is not client's: only its owner or an "
		     "administrator may change it");
	g_assert_cmpint(forgotten->http, ==, 403);
	g_assert_cmpint(for_other->http, ==, 403);
	g_assert_cmpint((gint64)json_array_size(member(own, "ids")), ==, 1);
	g_assert_cmpint((gint64)json_array_size(member(all, "ids")), ==, 2);
	g_assert_cmpint(gone->http, ==, 204);
}

/* A hundred of them; one that is forgotten makes room. */
static void
test_many_keys(void)
{
	g_autoptr(Answer) more = NULL;
	g_autoptr(Answer) gone = NULL;
	g_autoptr(Answer) room = NULL;

	for (guint i = 0; i < 100; i++) {
		g_autofree char *body = g_strdup_printf(
			"{\"name\":\"many-%u\",\"algorithm\":\"sm2\",\"owner\""
			":{\"name\":\"hoarder\"}}",
			i);
		g_autoptr(Answer) one =
			ask_as(&fixture, "admin", "POST", "/v1/ids", body);

		g_assert_cmpint(one->http, ==, 201);
	}
	more = ask_as(&fixture, "admin", "POST", "/v1/ids",
		      "{\"name\":\"more\",\"algorithm\":\"sm2\",\"owner\":"
		      "{\"name\":\"hoarder\"}}");
	assert_error(more, 413, "too-large",
		     "hoarder has 100 hosted keys, as many as may be");
	gone = ask_as(&fixture, "admin", "DELETE", "/v1/ids/many-7", NULL);
	g_assert_cmpint(gone->http, ==, 204);
	room = ask_as(&fixture, "admin", "POST", "/v1/ids",
		      "{\"name\":\"more\",\"algorithm\":\"sm2\",\"owner\":"
		      "{\"name\":\"hoarder\"}}");
	g_assert_cmpint(room->http, ==, 201);
}

static void
test_hosted(void)
{
	g_autoptr(Answer) one = hosted("a-one", "f", "alice");
	g_autoptr(Answer) two = hosted("a-two", "two", "alice");
	g_autoptr(Answer) nobody = hosted("a", "f", "carol");
	g_autoptr(Answer) refused = hosted("a", "refuse", "alice");
	g_autoptr(Answer) circles = hosted("a", "circles", "alice");
	g_autoptr(Answer) foreign = hosted("a", "foreign", "alice");
	g_autofree char *id = hex_of("a-two");

	g_assert_cmpint(one->http, ==, 200);
	g_assert_cmpint(two->http, ==, 200);
	g_assert_cmpstr(text_member(two, "id"), ==, id);
	assert_error(nobody, 404, "not-found", "there is no key carol");
	assert_error(refused, 400, "bad-request", "args[0]: it is refused");
	assert_error(circles, 500, "internal",
		     "the chain's engine asked for more than 4 signatures");
	assert_error(foreign, 400, "bad-request",
		     "signer: key alice is for sm2, and this chain takes "
		     "signatures by other");
}

static void
test_hosted_batch(void)
{
	g_autoptr(Answer) answer = post(
		C1 "/txs", "{\"requests\":[{\"contract\":\"a1\",\"function\":"
			   "\"f\",\"signer\":\"alice\"},{\"contract\":\"a2\","
			   "\"function\":\"f\",\"signer\":\"carol\"}]}");
	g_autoptr(Answer) deploy =
		post(C1 "/contracts", "{\"contract\":\"a-new\",\"code\":"
				      "\"0x6080\",\"signer\":\"alice\"}");

	g_assert_cmpint(answer->http, ==, 200);
	g_assert_cmpstr(text_member(answer, "results.0.stage"), ==,
			"committed");
	g_assert_cmpstr(text_member(answer, "results.1.error.name"), ==,
			"not-found");
	g_assert_cmpint(deploy->http, ==, 200);
}

static void
test_own_signature(void)
{
	g_autoptr(Answer) begun =
		post(C1 "/txs/prepare", "{\"contract\":\"a-own\",\"function\":"
					"\"f\",\"public_key\":\"0x0102\"}");
	g_autofree char *signature = g_strnfill(128, '7');
	g_autofree char *body =
		g_strdup_printf("{\"state\":\"%s\",\"signature\":\"0x%s\"}",
				text_member(begun, "state"), signature);
	g_autofree char *short_body =
		g_strdup_printf("{\"state\":\"%s\",\"signature\":\"0x77\"}",
				text_member(begun, "state"));
	g_autoptr(Answer) finished = post(C1 "/txs/sign", body);
	g_autoptr(Answer) wrong = post(C1 "/txs/sign", short_body);
	g_autofree char *tx = hex_of("a-own");

	g_assert_cmpint(number_member(begun, "round"), ==, 1);
	g_assert_cmpstr(text_member(begun, "convention"), ==, "prehashed");
	g_assert_cmpstr(text_member(begun, "algorithm"), ==, "sm2");
	g_assert_cmpstr(text_member(finished, "tx"), ==, tx);
	assert_error(wrong, 422, "bad-signature", "it is too short");
}

static Answer *
sign_by_host(const Answer *begun, const char *more)
{
	g_autofree char *body = g_strdup_printf(
		"{\"state\":\"%s\",\"message\":\"%s\",%s}",
		text_member(begun, "state"), text_member(begun, "message"),
		more);

	return post(C1 "/txs/sign", body);
}

/* A round that was begun elsewhere. */
static void
test_hosted_round(void)
{
	g_autoptr(Answer) begun =
		post(C1 "/txs/prepare", "{\"contract\":\"a-own\",\"function\":"
					"\"f\",\"public_key\":\"0x0102\"}");
	g_autoptr(Answer) finished = sign_by_host(
		begun, "\"convention\":\"prehashed\",\"signer\":\"alice\"");
	g_autoptr(Answer) nobody = sign_by_host(
		begun, "\"convention\":\"prehashed\",\"signer\":\"nobody\"");
	g_autoptr(Answer) other = sign_by_host(
		begun, "\"convention\":\"other\",\"signer\":\"alice\"");
	g_autoptr(Answer) both = sign_by_host(
		begun, "\"signature\":\"0x77\",\"signer\":\"alice\"");
	g_autofree char *tx = hex_of("a-own");

	g_assert_cmpstr(text_member(finished, "tx"), ==, tx);
	assert_error(nobody, 404, "not-found", "there is no key nobody");
	assert_error(other, 400, "bad-request",
		     "convention: give that of the round: standard, prehashed "
		     "or digest");
	assert_error(both, 400, "bad-request",
		     "give signature, or signer with the round's message and "
		     "convention");
}

static Answer *
call(const char *function)
{
	g_autofree char *body = g_strdup_printf(CALL, function);

	return post(C1 "/call", body);
}

static void
test_call(void)
{
	g_autoptr(Answer) fine = call("f");
	g_autoptr(Answer) reverted = call("revert");
	g_autoptr(Answer) broken = call("break");
	g_autoptr(Answer) babble = call("babble");

	g_assert_cmpint(fine->http, ==, 200);
	g_assert_cmpstr(text_member(fine, "result.1"), ==, "0x02");
	assert_error(reverted, 422, "reverted", "no such thing");
	assert_error(broken, 500, "corrupt", "it broke");
	assert_error(babble, 500, "internal",
		     "the chain's engine answered with text that is not JSON");
}

static void
test_bad_detail(void)
{
	g_autoptr(Answer) answer = submit_tx(&fixture, "j1", "");

	g_assert_cmpint(answer->http, ==, 200);
	g_assert_cmpstr(text_member(answer, "stage"), ==, "committed");
	g_assert_true(json_is_null(member(answer, "detail")));
}

static void
test_look_up(void)
{
	g_autoptr(Answer) there = get(C1 "/txs/0x6131");
	g_autoptr(Answer) none = get(C1 "/txs/0x7231");
	g_autoptr(Answer) wrong = get(C1 "/txs/6131");

	g_assert_cmpstr(text_member(there, "stage"), ==, "committed");
	assert_error(none, 404, "not-found", "no such transaction");
	assert_error(wrong, 400, "bad-request",
		     "\"6131\" is no transaction's id: it does not begin with "
		     "0x");
}

static void
test_bad_json(void)
{
	g_autoptr(Answer) text = post(C1 "/txs", "{\"tx\":");
	g_autoptr(Answer) empty = post(C1 "/txs", "");
	g_autoptr(Answer) path =
		post(C1 "/txs", "{\"requests\":[{\"contract\":7}]}");

	assert_error(text, 400, "bad-request", NULL);
	assert_error(empty, 400, "bad-request",
		     "the body is empty: a JSON object is needed");
	assert_error(path, 400, "bad-request",
		     "requests[0].contract: a string is needed");
}

int
main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	fixture_start(&fixture, NULL);
	g_test_add_func("/who/health-asks-nobody", test_health);
	g_test_add_func("/who/a-certificate-tells", test_certificate);
	g_test_add_func("/who/a-signature-tells", test_signature);
	g_test_add_func("/who/nobody-is-refused", test_nobody);
	g_test_add_func("/who/a-stranger-is-refused", test_stranger);
	g_test_add_func("/who/a-replay-is-refused", test_replay);
	g_test_add_func("/who/an-altered-body-is-refused", test_altered);
	g_test_add_func("/who/half-a-signature-is-refused", test_half_signed);
	g_test_add_func("/who/roles-decide", test_roles);
	g_test_add_func("/path/unknown-is-404", test_unknown_path);
	g_test_add_func("/path/other-methods-are-405", test_methods);
	g_test_add_func("/path/head-is-get-without-its-body", test_head);
	g_test_add_func("/path/unknown-parameters-are-refused",
			test_unknown_parameter);
	g_test_add_func("/host/status-and-plugins", test_host);
	g_test_add_func("/host/keys-come-and-go", test_keys);
	g_test_add_func("/host/openapi-names-every-route-and-no-other",
			test_description);
	g_test_add_func("/chain/what-is-wrong-is-said", test_chain_wrong);
	g_test_add_func("/chain/made-closed-opened-deleted", test_chain_life);
	g_test_add_func("/chain/status-nodes-ledger", test_chain_reads);
	g_test_add_func("/chain/a-ticket-that-is-none-is-refused",
			test_join_refused);
	g_test_add_func("/chain/made-from-another-hosts-genesis",
			test_chain_from_elsewhere);
	g_test_add_func("/block/range", test_blocks);
	g_test_add_func("/block/one", test_block);
	g_test_add_func("/contract/list-one-check", test_contracts);
	g_test_add_func("/tx/each-outcome-has-its-answer", test_submit);
	g_test_add_func("/tx/time-is-up-tells-what-is-known",
			test_submit_timeout);
	g_test_add_func("/tx/a-batch-is-answered-one-by-one", test_batch);
	g_test_add_func("/tx/key-without-an-owner-is-the-administrators",
			test_no_owner);
	g_test_add_func("/tx/key-its-owner-signs-and-nobody-else", test_owner);
	g_test_add_func("/tx/key-whom-it-is-granted-to-signs", test_grant);
	g_test_add_func("/tx/key-others-neither-see-nor-change-it",
			test_who_changes);
	g_test_add_func("/tx/key-an-owner-has-so-many", test_many_keys);
	g_test_add_func("/tx/hosted-keys-sign-round-by-round", test_hosted);
	g_test_add_func("/tx/nodes-are-changed-by-a-transaction",
			test_change_nodes);
	g_test_add_func("/tx/the-nodes-own-key-is-told", test_node_key);
	g_test_add_func("/tx/hosted-batch-and-deploy", test_hosted_batch);
	g_test_add_func("/tx/own-signature", test_own_signature);
	g_test_add_func("/tx/hosted-round", test_hosted_round);
	g_test_add_func("/tx/call", test_call);
	g_test_add_func("/tx/committed-stays-so-whatever-its-detail",
			test_bad_detail);
	g_test_add_func("/tx/look-up", test_look_up);
	g_test_add_func("/tx/bad-json-is-refused-by-path", test_bad_json);
	result = g_test_run();
	fixture_stop(&fixture);
	return result;
}
