/* SPDX-License-Identifier: Apache-2.0
 *
 * A query that looks at much is answered after several turns, and whatever may
 * end a call ends one that waits for its turn.
 */
#include "plugins/engine-fabric/chaincode/call.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-run.h"
#include "tests/unit/fabric-script.h"

#define DOCUMENTS 6u

/* Each is a turn of its own. */
static FabricRun *
fixture_new(void)
{
	FabricRun *fixture = fabric_run_scripted();
	g_autofree char *text = g_strnfill(RICH_TURN, 'x');

	for (guint i = 0; i < DOCUMENTS; i++) {
		g_autofree char *write = g_strdup_printf(
			"k%u={\"n\":%u,\"text\":\"%s\"}", i, i, text);

		fabric_ledger_put(fixture->ledger, write, NULL);
	}
	return fixture;
}

static void
ask(ScriptCall *call, const char *query, gint page_size)
{
	Protos__GetQueryResult message = PROTOS__GET_QUERY_RESULT__INIT;
	Protos__QueryMetadata pages = PROTOS__QUERY_METADATA__INIT;
	g_autoptr(GByteArray) metadata = g_byte_array_new();

	pages.pagesize = page_size;
	message_append(metadata, &pages);
	message.query = (char *)query;
	if (page_size > 0)
		message.metadata = message_bytes(buffer_slice(metadata));
	script_ask(call, SHIM(GET_QUERY_RESULT), &message);
}

#define FIELDS ",\"fields\":[\"n\"]}"
static const char all[] = "{\"selector\":{}" FIELDS;
static const char nothing[] = "{\"selector\":{\"n\":-1}" FIELDS;
static const char by_n[] =
	"{\"selector\":{},\"sort\":[{\"n\":\"desc\"}]" FIELDS;

/* Turns until the call is answered. */
static guint
turns(FabricRun *fixture, const ScriptCall *call)
{
	const guint answers = call->answers;
	guint n = 0;

	while (call->answers == answers) {
		g_assert_cmpuint(fake_chain_timers(fixture->channel.chain), >,
				 0);
		runs_timer(&fixture->channel);
		g_assert_cmpuint(++n, <, 100);
	}
	return n;
}

static void
assert_results(const ScriptCall *call, guint n)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__QueryResponse *response = message_unpack(
		&arena, &protos__query_response__descriptor,
		buffer_slice(call->answer), NULL, NULL);

	g_assert_cmpuint(call->type, ==, SHIM(RESPONSE));
	g_assert_cmpuint(response->n_results, ==, n);
	g_assert_false(response->has_more);
}

static void
test_is_answered(void)
{
	g_autoptr(FabricRun) fixture = fixture_new();
	static const struct {
		const char *query;
		gint page_size;
		guint found;
	} cases[] = {
		{ all, 0, DOCUMENTS },	   { nothing, 0, 0 },
		{ by_n, 0, DOCUMENTS },	   { all, DOCUMENTS - 1, DOCUMENTS - 1 },
		{ by_n, 2, 2 },
	};
	ScriptCall *call;

	fabric_run_begin(fixture, "basic", "do", NULL);
	call = script_call(0);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		ask(call, cases[i].query, cases[i].page_size);
		g_assert_cmpuint(call->answers, ==, i);
		/* Blocks come in between, and are not seen. */
		runs_timer(&fixture->channel);
		fabric_ledger_put(fixture->ledger, "k0", "k3={\"n\":-1}",
				  NULL);
		g_assert_cmpuint(turns(fixture, call), >=, DOCUMENTS - 3);
		assert_results(call, cases[i].found);
	}
	script_finish(call, 200, "");
	g_assert_cmpint(fixture->status, ==, BSN_OK);
}

/* Two calls have their turns one after the other. */
static void
test_one_after_the_other(void)
{
	g_autoptr(FabricRun) fixture = fixture_new();
	Run *runs[2];
	guint n;

	for (guint i = 0; i < 2; i++) {
		runs[i] = fabric_run_begin(fixture, "basic", "do", NULL);
		g_assert_nonnull(runs[i]);
		ask(script_call(i), nothing, 0);
	}
	n = turns(fixture, script_call(0));
	g_assert_cmpuint(script_call(1)->answers, ==, 0);
	g_assert_cmpuint(n, >=, 2 * DOCUMENTS - 2);
	g_assert_cmpuint(turns(fixture, script_call(1)), ==, 1);
	for (guint i = 0; i < 2; i++)
		run_cancel(runs[i]);
}

static void
test_ends_while_it_waits(void)
{
	for (guint how = 0; how < 3; how++) {
		g_autoptr(FabricRun) fixture = fixture_new();
		Run *run = fabric_run_begin(fixture, "basic", "do", NULL);
		ScriptCall *call = script_call(0);

		ask(call, nothing, 0);
		runs_timer(&fixture->channel);
		if (how == 0)
			run_cancel(run);
		else if (how == 1)
			script_end(call, BSN_UNAVAILABLE, TEXT(""), TEXT(""),
				   "it is gone");
		else
			ask(call, nothing, 0);
		g_assert_cmpuint(fixture->n_done, ==, how == 0 ? 0 : 1);
		g_assert_true(how == 0 || fixture->status != BSN_OK);
		g_assert_cmpuint(fixture->channel.runs->turns.length, ==, 0);
		runs_timer(&fixture->channel);
		g_assert_cmpuint(call->answers, ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_add_runtime(&script_runtime);
	g_test_add_func("/fabric/turns/are-answered", test_is_answered);
	g_test_add_func("/fabric/turns/one-after-the-other",
			test_one_after_the_other);
	g_test_add_func("/fabric/turns/end-with-their-call",
			test_ends_while_it_waits);
	return g_test_run();
}
