/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-solo, as the plugin that it is, with a proposer of its own.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"

/* An engine that has `waiting` transactions and puts them all into one
 * proposal. */
typedef struct {
	bsn_proposer proposer;
	bsn_agreement *agreement;
	guint waiting;
	int32_t refusal;      /* what propose answers instead; BSN_OK: none */
	int32_t decision;     /* what decide answers */
	gboolean sync;        /* decide makes it durable at once */
	gboolean nudge;       /* propose calls pending once */
	guint asked;          /* calls of propose */
	GString *decided;     /* "height:transactions " of each */
} Engine;

static const bsn_consensus *solo;

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *proposal,
	bsn_id *digest)
{
	Engine *engine = (Engine *)proposer;
	guint8 n = (guint8)engine->waiting;

	engine->asked++;
	if (engine->nudge) {
		engine->nudge = FALSE;
		engine->waiting = 4;
		solo->pending(engine->agreement);
		return BSN_NOT_FOUND;
	}
	if (engine->refusal != BSN_OK)
		return engine->refusal;
	if (engine->waiting == 0)
		return BSN_NOT_FOUND;
	engine->waiting = 0;
	*digest = bsn_id_of(&n, 1);
	return proposal->write(proposal, &n, 1);
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	Engine *engine = (Engine *)proposer;

	g_assert_cmpuint(certificate.len, ==, 0);
	g_assert_cmpuint(proposal.len, ==, 1);
	if (engine->decision != BSN_OK)
		return bsn_fail(err, engine->decision, "the disk is on fire");
	g_string_append_printf(engine->decided, "%u:%u ", (guint)height,
			       proposal.data[0]);
	if (engine->sync)
		solo->applied(engine->agreement, height);
	return BSN_OK;
}

static const bsn_member leader = { .size = sizeof(bsn_member),
				   .role = BSN_ROLE_CONSENSUS,
				   .algorithm = "sm2",
				   .public_key = { (const guint8 *)"\xaa\xbb",
						   2 } };

static bsn_chain *
start(Engine *engine, const char *config)
{
	bsn_chain *chain;
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(1);
	solo = bsn_consensus_of(fake_host_load("consensus-solo.so"));
	chain = fake_chain_new("one");
	g_assert_cmpint(fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0),
					NULL),
			==, BSN_OK);
	*engine = (Engine){
		.proposer = { .size = sizeof(bsn_proposer),
			      .propose = propose,
			      .decide = decide },
		.decided = g_string_new(NULL),
	};
	if (solo->create(chain, &engine->proposer, bsn_slice_str(config),
			 &leader, 1, 5, &engine->agreement, &err) != BSN_OK)
		g_error("%s", err.reason);
	return chain;
}

static void
stop(Engine *engine, bsn_chain *chain)
{
	solo->destroy(engine->agreement);
	solo->destroy(NULL);
	g_string_free(engine->decided, TRUE);
	fake_chain_close(chain);
	fake_chain_free(chain);
}

static void
arrive(Engine *engine, guint n)
{
	engine->waiting += n;
	solo->pending(engine->agreement);
}

static void
test_proposals_are_decided(void)
{
	Engine engine;
	bsn_chain *chain = start(&engine, "");

	arrive(&engine, 3);
	g_assert_cmpstr(engine.decided->str, ==, "6:3 ");
	solo->applied(engine.agreement, 6);
	g_assert_cmpstr(engine.decided->str, ==, "6:3 ");
	stop(&engine, chain);
}

static void
test_full_pipeline_makes_batches(void)
{
	Engine engine;
	bsn_chain *chain = start(&engine, "{\"pipeline\": 2}");

	for (guint i = 0; i < 5; i++)
		arrive(&engine, 1);
	g_assert_cmpstr(engine.decided->str, ==, "6:1 7:1 ");
	solo->applied(engine.agreement, 6);
	g_assert_cmpstr(engine.decided->str, ==, "6:1 7:1 8:3 ");
	arrive(&engine, 1);
	solo->applied(engine.agreement, 8);
	g_assert_cmpstr(engine.decided->str, ==, "6:1 7:1 8:3 9:1 ");
	stop(&engine, chain);
}

static void
test_refusals_wait_for_pending(void)
{
	static const int32_t refusals[] = { BSN_FULL, BSN_BUSY,
					    BSN_NOT_FOUND, BSN_E_IO };

	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
		Engine engine;
		bsn_chain *chain = start(&engine, "");

		arrive(&engine, 1);
		engine.refusal = refusals[i];
		arrive(&engine, 1);
		g_assert_cmpuint(engine.asked, ==, 3);
		solo->applied(engine.agreement, 6);
		g_assert_cmpuint(engine.asked, ==, 3);
		engine.refusal = BSN_OK;
		solo->pending(engine.agreement);
		g_assert_cmpstr(engine.decided->str, ==, "6:1 7:1 ");
		stop(&engine, chain);
	}
}

static void
test_engine_may_call_back(void)
{
	Engine engine;
	bsn_chain *chain = start(&engine, "{\"pipeline\": 1}");

	engine.sync = TRUE;
	engine.nudge = TRUE;
	arrive(&engine, 1);
	g_assert_cmpstr(engine.decided->str, ==, "6:4 ");
	arrive(&engine, 2);
	g_assert_cmpstr(engine.decided->str, ==, "6:4 7:2 ");
	stop(&engine, chain);
}

/* A member of the protocol's status. */
static json_t *
status_of(const Engine *engine)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, 1024);
	json_t *status;

	g_assert_cmpint(solo->status(engine->agreement, &sink.sink), ==,
			BSN_OK);
	status = json_loadb((const char *)bytes->data, bytes->len, 0, NULL);
	g_assert_true(json_is_object(status));
	return status;
}

static void
test_refused_decision_stops(void)
{
	Engine engine;
	bsn_chain *chain = start(&engine, "");
	json_t *status;

	engine.decision = BSN_E_IO;
	arrive(&engine, 1);
	engine.decision = BSN_OK;
	arrive(&engine, 1);
	g_assert_cmpstr(engine.decided->str, ==, "");
	g_assert_cmpuint(fake_host_log()->len, ==, 1);
	g_assert_nonnull(
		strstr(fake_host_log()->pdata[0], "the disk is on fire"));
	status = status_of(&engine);
	g_assert_true(json_is_true(json_object_get(status, "stopped")));
	json_decref(status);
	stop(&engine, chain);
}

static void
test_status(void)
{
	Engine engine;
	bsn_chain *chain = start(&engine, "{}");
	json_t *status;

	arrive(&engine, 1);
	status = status_of(&engine);
	g_assert_cmpstr(json_string_value(json_object_get(status, "leader")),
			==, "0xaabb");
	g_assert_cmpint(json_integer_value(json_object_get(status, "height")),
			==, 5);
	g_assert_cmpint(json_integer_value(json_object_get(status, "decided")),
			==, 6);
	json_decref(status);
	stop(&engine, chain);
}

static void
test_applied_beyond_decided_is_misuse(void)
{
	Engine engine;
	bsn_chain *chain = start(&engine, "");

	solo->applied(engine.agreement, 9);
	g_assert_cmpuint(fake_host_log()->len, ==, 1);
	arrive(&engine, 1);
	g_assert_cmpstr(engine.decided->str, ==, "6:1 ");
	stop(&engine, chain);
}

static void
assert_config(const char *config, guint64 members, int32_t want,
	      const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(solo->check_config(bsn_slice_str(config), members,
					   &err),
			==, want);
	g_assert_cmpstr(err.reason, ==, reason);
}

static void
test_config(void)
{
	solo = bsn_consensus_of(fake_host_load("consensus-solo.so"));
	assert_config("", 1, BSN_OK, "");
	assert_config("{\"pipeline\": 8}", 1, BSN_OK, "");
	assert_config("{\"pipeline\": 9}", 1, BSN_BAD_REQUEST,
		      "consensus config.pipeline must be an integer from 1 to "
		      "8, got 9");
	assert_config("{\"pipe\": 2}", 1, BSN_BAD_REQUEST,
		      "consensus config has no member \"pipe\"; its members "
		      "are: pipeline");
	assert_config("{}", 4, BSN_BAD_REQUEST,
		      "consensus solo is for one consensus member and the "
		      "chain has 4: list one, or choose another consensus");
}

static void
test_members(void)
{
	Engine engine;
	bsn_chain *chain = start(&engine, "");
	bsn_member members[] = { leader, leader };
	bsn_agreement *other = NULL;

	g_assert_cmpint(solo->create(chain, &engine.proposer,
				     bsn_slice_str(""), members, 2, 0, &other,
				     NULL),
			==, BSN_BAD_REQUEST);
	members[0].role = BSN_ROLE_OBSERVER;
	g_assert_cmpint(solo->create(chain, &engine.proposer,
				     bsn_slice_str(""), members, 2, 0, &other,
				     NULL),
			==, BSN_OK);
	solo->destroy(other);
	stop(&engine, chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/solo/what-is-proposed-is-decided",
			test_proposals_are_decided);
	g_test_add_func("/solo/full-pipeline-makes-batches",
			test_full_pipeline_makes_batches);
	g_test_add_func("/solo/refused-proposals-wait-for-pending",
			test_refusals_wait_for_pending);
	g_test_add_func("/solo/engine-may-call-back",
			test_engine_may_call_back);
	g_test_add_func("/solo/refused-decision-stops-the-chain",
			test_refused_decision_stops);
	g_test_add_func("/solo/status-says-leader-and-height", test_status);
	g_test_add_func("/solo/applied-beyond-decided-is-ignored",
			test_applied_beyond_decided_is_misuse);
	g_test_add_func("/solo/config-says-what-is-wrong", test_config);
	g_test_add_func("/solo/one-consensus-member-only", test_members);
	return g_test_run();
}
