/* SPDX-License-Identifier: Apache-2.0
 *
 * What contradicts itself among a chain's capabilities is found, and what does
 * not is left alone.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "tools/conform/capability.h"

static uint64_t
six(bsn_slice config)
{
	return 6;
}

static const bsn_consensus decides = { .size = sizeof(bsn_consensus) };
static const bsn_consensus waits = { .size = sizeof(bsn_consensus),
				     .depth = six };

static const bsn_provable by_members = { BSN_CERTIFICATE_MEMBERS,
					 BSN_PATH_BLOCK };

static bsn_capabilities
sound(void)
{
	return (bsn_capabilities){ .size = sizeof(bsn_capabilities),
				   .finality = BSN_FINALITY_IMMEDIATE,
				   .tx = by_members,
				   .event = by_members };
}

static void
faulty(bsn_capabilities given, const char *expected)
{
	const char *fault = capability_fault(&given);

	g_assert_nonnull(fault);
	g_assert_nonnull(strstr(fault, expected));
}

static void
sound_records_have_no_fault(void)
{
	bsn_capabilities given = sound();

	g_assert_null(capability_fault(&given));
	given.finality = BSN_FINALITY_DEPTH;
	given.depth = 1;
	given.can = BSN_CAN_LOCK | BSN_CAN_PREPARE | BSN_CAN_REVERT;
	g_assert_null(capability_fault(&given));
	given.tx = given.event = (bsn_provable){ 0 };
	g_assert_null(capability_fault(&given));
}

static void
each_contradiction_is_found(void)
{
	bsn_capabilities given = sound();

	given.finality = 0;
	faulty(given, "no such finality");
	given = sound();
	given.depth = 6;
	faulty(given, "has a depth");
	given.finality = BSN_FINALITY_DEPTH;
	given.depth = 0;
	faulty(given, "has a depth");
	given = sound();
	given.can = 8;
	faulty(given, "does not know");
	given.can = BSN_CAN_REVERT;
	faulty(given, "can be undone");
}

static void
each_proof_that_is_none_is_found(void)
{
	bsn_capabilities given = sound();

	given.tx.path = BSN_PATH_NONE;
	faulty(given, "a certificate and a path");
	given = sound();
	given.state.path = BSN_PATH_MERKLE;
	faulty(given, "a certificate and a path");
	given = sound();
	given.outcome = (bsn_provable){ 3, BSN_PATH_BLOCK };
	faulty(given, "kind of certificate");
	given = sound();
	given.tx.path = 3;
	faulty(given, "kind of path");
	given = sound();
	given.tx = (bsn_provable){ 0 };
	faulty(given, "does not prove the transaction");
	given = sound();
	given.event.certificate = BSN_CERTIFICATE_HEADERS;
	faulty(given, "does not prove the transaction");
}

static void
finality_is_the_protocols(void)
{
	bsn_capabilities given = sound();

	g_assert_null(capability_against(&given, &decides));
	g_assert_nonnull(capability_against(&given, &waits));
	given.finality = BSN_FINALITY_DEPTH;
	given.depth = 6;
	g_assert_null(capability_against(&given, &waits));
	g_assert_nonnull(capability_against(&given, &decides));
}

static void
languages_are_words(void)
{
	static const struct {
		const char *json;
		gboolean right;
	} cases[] = {
		{ "[]", TRUE },
		{ "[\"solidity\",\"c\"]", TRUE },
		{ "", FALSE },
		{ "{}", FALSE },
		{ "\"c\"", FALSE },
		{ "[1]", FALSE },
		{ "[\"\"]", FALSE },
		{ "[\"c\",\"c\"]", FALSE },
		{ "[\"c\"", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(capability_languages_fault(
					bsn_slice_str(cases[i].json)) == NULL,
				==, cases[i].right);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/capability/sound", sound_records_have_no_fault);
	g_test_add_func("/capability/contradictions",
			each_contradiction_is_found);
	g_test_add_func("/capability/proofs", each_proof_that_is_none_is_found);
	g_test_add_func("/capability/finality", finality_is_the_protocols);
	g_test_add_func("/capability/languages", languages_are_words);
	return g_test_run();
}
