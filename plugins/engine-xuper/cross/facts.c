/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts of one transaction.
 */
#include "plugins/engine-xuper/cross/fact.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

struct Facts {
	Arena arena; /* the messages */
	GHashTable *by_question; /* GBytes -> Bsn__Cross__Fact */
	GBytes *wanted;
};

/* ---- reading -------------------------------------------------------------- */

static const char *
fact_problem(const Bsn__Cross__Fact *fact, bsn_err *err)
{
	if (fact->question == NULL || fact->answer == NULL)
		return "a fact has no question or no answer";
	if (question_check(fact->question, err) != BSN_OK)
		return err != NULL ? err->reason : "a question is none";
	if (fact->n_endorsements > FACT_ENDORSEMENTS_MAX)
		return "a fact has too many endorsements";
	return answer_problem(fact->answer);
}

const Bsn__Cross__Proof *
proof_read(Arena *arena, bsn_slice bytes, bsn_err *err)
{
	bsn_err own = BSN_ERR_INIT;
	const char *problem = NULL;
	const Bsn__Cross__Proof *proof = message_unpack(
		arena, &bsn__cross__proof__descriptor, bytes, NULL, err);

	if (proof == NULL)
		return NULL;
	if (proof->n_facts == 0 || proof->n_facts > FACTS_MAX)
		problem = "it has no facts, or too many";
	for (gsize i = 0; i < proof->n_facts && problem == NULL; i++)
		problem = fact_problem(proof->facts[i], &own);
	if (problem == NULL)
		return proof;
	bsn_fail(err, BSN_BAD_REQUEST, KEY_CROSS ": %s", problem);
	return NULL;
}

/* ---- the set -------------------------------------------------------------- */

Facts *
facts_new(void)
{
	Facts *facts = g_new0(Facts, 1);

	facts->by_question =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	return facts;
}

void
facts_free(Facts *facts)
{
	if (facts == NULL)
		return;
	g_hash_table_unref(facts->by_question);
	g_clear_pointer(&facts->wanted, g_bytes_unref);
	arena_clear(&facts->arena);
	g_free(facts);
}

guint
facts_count(const Facts *facts)
{
	return g_hash_table_size(facts->by_question);
}

static void
put(Facts *facts, Bsn__Cross__Fact *fact)
{
	g_hash_table_replace(
		facts->by_question,
		g_byte_array_free_to_bytes(message_pack(fact->question)), fact);
}

int32_t
facts_read(Facts *facts, bsn_slice bytes, bsn_err *err)
{
	const Bsn__Cross__Proof *proof = proof_read(&facts->arena, bytes, err);

	if (proof == NULL)
		return BSN_BAD_REQUEST;
	for (gsize i = 0; i < proof->n_facts; i++)
		put(facts, proof->facts[i]);
	return BSN_OK;
}

void
facts_add(Facts *facts, bsn_slice bytes)
{
	Bsn__Cross__Fact *fact = message_unpack(
		&facts->arena, &bsn__cross__fact__descriptor, bytes, NULL,
		NULL);

	g_clear_pointer(&facts->wanted, g_bytes_unref);
	if (fact != NULL)
		put(facts, fact);
}

const Bsn__Cross__Fact *
facts_find(Facts *facts, bsn_slice question)
{
	g_autoptr(GBytes) key = g_bytes_new_static(question.data, question.len);
	const Bsn__Cross__Fact *fact =
		g_hash_table_lookup(facts->by_question, key);

	if (fact == NULL && facts->wanted == NULL)
		facts->wanted = g_bytes_new(question.data, question.len);
	return fact;
}

GBytes *
facts_wanted(const Facts *facts)
{
	return facts->wanted;
}
