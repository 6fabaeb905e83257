/* SPDX-License-Identifier: Apache-2.0
 *
 * What transactions carry of other chains' answers: a proof that is read is within
 * its limits, gives each of its answers to the question that it is for, and is
 * written as the same proof.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/cross/fact.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_fact(Facts *facts, const Bsn__Cross__Fact *fact)
{
	g_autoptr(GByteArray) question = message_pack(fact->question);
	const Bsn__Cross__Fact *found =
		facts_find(facts, buffer_slice(question));

	g_assert_cmpint(question_check(fact->question, NULL), ==, BSN_OK);
	g_assert_null(answer_problem(fact->answer));
	g_assert_cmpuint(fact->answer->value.len, <=, FACT_VALUE_MAX);
	g_assert_cmpuint(fact->n_endorsements, <=, FACT_ENDORSEMENTS_MAX);
	g_assert_nonnull(found);
	g_assert_null(facts_wanted(facts));
}

static void
check_proof(const Bsn__Cross__Proof *proof, bsn_slice bytes)
{
	g_autoptr(Facts) facts = facts_new();

	g_assert_cmpuint(proof->n_facts, >, 0);
	g_assert_cmpuint(proof->n_facts, <=, FACTS_MAX);
	g_assert_cmpint(facts_read(facts, bytes, NULL), ==, BSN_OK);
	g_assert_cmpuint(facts_count(facts), <=, proof->n_facts);
	for (gsize i = 0; i < proof->n_facts; i++)
		check_fact(facts, proof->facts[i]);
	g_assert_null(facts_find(facts, bsn_slice_str("?")));
	g_assert_nonnull(facts_wanted(facts));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_auto(Arena) other = ARENA_INIT;
	g_autoptr(GByteArray) once = NULL;
	g_autoptr(GByteArray) twice = NULL;
	bsn_err err = BSN_ERR_INIT;
	const bsn_slice bytes = bsn_slice_of(data, size);
	const Bsn__Cross__Proof *proof = proof_read(&arena, bytes, &err);
	const Bsn__Cross__Proof *again;

	g_assert_true((proof != NULL) == (err.reason[0] == '\0'));
	if (proof == NULL)
		return 0;
	check_proof(proof, bytes);
	once = message_pack(proof);
	again = proof_read(&other, buffer_slice(once), NULL);
	g_assert_nonnull(again);
	twice = message_pack(again);
	g_assert_true(bsn_slice_equal(buffer_slice(once), buffer_slice(twice)));
	return 0;
}
