/* SPDX-License-Identifier: Apache-2.0
 *
 * The "secrets" of a simulator's workload: how they are read, and what requests
 * about them become.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/secrets.h"

#define CALLS                                                                  \
	"\"value\": {\"contract\": \"c\", \"function\": \"get\","              \
	" \"args\": [\"{key}\"]},"                                             \
	" \"digest\": {\"contract\": \"c\", \"function\": \"hash\"}"
#define WITH(secrets, request)                                                 \
	"{\"certificates\": {\"organisations\": [\"A\", \"B\", \"C\"]},"       \
	" \"snapshots\": true, \"secrets\": [" secrets "], \"requests\":"      \
	" [{\"contract\": \"c\", \"function\": \"put\" " request "}]}"
#define PAIR                                                                   \
	"{\"name\": \"pair\", \"organisations\": [\"A\", \"C\"],"              \
	" \"blocks\": 5, " CALLS "}"
#define PUT                                                                    \
	", \"args\": [\"{key}\"], \"secret\": \"pair\", \"key\": \"k{n}\","    \
	" \"options\": {\"transient\": {\"v\": \"{secret}\"}}"

static SimWorkload *
workload_of(const char *text)
{
	g_autofree char *message = NULL;
	SimWorkload *workload =
		sim_workload_parse(text, strlen(text), NULL, &message);

	g_assert_cmpstr(message, ==, NULL);
	return workload;
}

static void
test_secrets_are_read(void)
{
	SimWorkload *workload = workload_of(WITH(PAIR, PUT));
	const SimSecret *secret;

	g_assert_true(workload->snapshots);
	g_assert_cmpuint(workload->secrets->len, ==, 1);
	secret = &g_array_index(workload->secrets, SimSecret, 0);
	g_assert_cmpstr(secret->name, ==, "pair");
	g_assert_cmpuint(secret->organisations->len, ==, 2);
	g_assert_cmpuint(secret->blocks, ==, 5);
	g_assert_cmpstr(secret->value.args, ==, "[\"{key}\"]");
	g_assert_cmpstr(secret->digest.function, ==, "hash");
	sim_workload_free(workload);
}

static void
test_requests_are_filled_in(void)
{
	SimWorkload *workload = workload_of(WITH(PAIR, PUT));
	SimRandom random = sim_random(1, "test", 0);
	SimRequest drawn;

	sim_workload_draw(workload, &random, 7, &drawn);
	g_assert_cmpstr(drawn.key, ==, "k7");
	g_assert_cmpstr(drawn.args, ==, "[\"k7\"]");
	g_assert_cmpstr(drawn.text, ==, SIM_SECRET_MARK "pair: 7.");
	g_assert_cmpstr(drawn.options, ==,
			"{\"transient\":{\"v\":\"" SIM_SECRET_MARK
			"pair: 7.\"}}");
	sim_request_clear(&drawn);
	sim_workload_free(workload);
}

/* Without {secret} it takes away what is under its key. */
static void
test_taking_away_has_no_text(void)
{
	SimWorkload *workload = workload_of(WITH(
		PAIR, ", \"secret\": \"pair\", \"key\": \"k\", \"args\": "
		      "[\"{key}\"]"));
	SimRandom random = sim_random(1, "test", 0);
	SimRequest drawn;

	sim_workload_draw(workload, &random, 7, &drawn);
	g_assert_cmpstr(drawn.args, ==, "[\"k\"]");
	g_assert_null(drawn.text);
	sim_request_clear(&drawn);
	sim_workload_free(workload);
}

static void
test_secrets_are_found_in_bytes(void)
{
	SimWorkload *workload = workload_of(WITH(PAIR, PUT));
	const SimWorld world = { .workload = workload };

	g_assert_cmpint(sim_secrets_place(
				&world, bsn_slice_str("ab" SIM_SECRET_MARK
						      "pair: 1.")),
			==, 2);
	g_assert_cmpint(sim_secrets_place(&world, bsn_slice_str("a secret")),
			==, -1);
	g_assert_cmpint(sim_secrets_place(&world, bsn_slice_of(NULL, 0)), ==,
			-1);
	sim_workload_free(workload);
}

static void
assert_refused(const char *text, const char *why)
{
	g_autofree char *message = NULL;
	SimWorkload *workload =
		sim_workload_parse(text, strlen(text), NULL, &message);

	g_assert_null(workload);
	if (!g_str_has_prefix(message, why))
		g_error("\"%s\" instead of \"%s\"", message, why);
}

static void
test_wrong_ones_are_refused(void)
{
	assert_refused(WITH("{}", ""), "secrets[0].name: give a string");
	assert_refused(WITH("{\"name\": \"a b\"}", ""),
		       "secrets[0].name: give letters");
	assert_refused(WITH("{\"name\": \"a\"}", ""),
		       "secrets[0].organisations: give at least one");
	assert_refused(WITH("{\"name\": \"a\", \"organisations\": [\"D\"]}",
			    ""),
		       "secrets[0].organisations: \"D\" is none of");
	assert_refused(WITH("{\"name\": \"a\", \"organisations\": [\"A\"],"
			    " \"blocks\": -1}",
			    ""),
		       "secrets[0].blocks: give a number of blocks");
	assert_refused(WITH("{\"name\": \"a\", \"organisations\": [\"A\"]}",
			    ""),
		       "secrets[0].value: is missing");
	assert_refused(WITH("{\"nam\": \"a\"}", ""),
		       "secrets[0].nam: there is no such member");
	assert_refused(WITH(PAIR, ", \"secret\": \"other\", \"key\": \"k\""),
		       "requests[0].secret: \"other\" is none");
	assert_refused(WITH(PAIR, ", \"secret\": \"pair\""),
		       "requests[0].key: give a string");
	assert_refused(WITH(PAIR, ", \"secret\": \"pair\", \"key\": \"a b\""),
		       "requests[0].key: give letters");
	assert_refused(WITH(PAIR, ", \"args\": [\"{secret}\"]"),
		       "requests[0].secret: is needed");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sim-secrets/read", test_secrets_are_read);
	g_test_add_func("/sim-secrets/filled-in", test_requests_are_filled_in);
	g_test_add_func("/sim-secrets/taking-away",
			test_taking_away_has_no_text);
	g_test_add_func("/sim-secrets/place", test_secrets_are_found_in_bytes);
	g_test_add_func("/sim-secrets/refused", test_wrong_ones_are_refused);
	return g_test_run();
}
