/* SPDX-License-Identifier: Apache-2.0
 *
 * What a transaction's contracts ask of other chains.
 */
#include "plugins/engine-xuper/contract/sandbox-private.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* A fact stays although what asked for it fails, as reads do: its answer may be
 * why. */
static int32_t
use_fact(Sandbox *box, const Bsn__Cross__Fact *fact, bsn_err *err)
{
	const gsize bytes = protobuf_c_message_get_packed_size(&fact->base);

	if (g_ptr_array_find(box->facts, fact, NULL))
		return BSN_OK;
	if (box->facts->len == FACTS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a transaction asks other chains at most %u "
				"questions",
				FACTS_MAX);
	g_ptr_array_add(box->facts, (gpointer)fact);
	box->fact_bytes += bytes;
	sandbox_use(box, RESOURCE_DISK, bytes);
	return BSN_OK;
}

int32_t
sandbox_ask(Sandbox *box, const Bsn__Cross__Question *question,
	    const Bsn__Cross__Fact **fact, bsn_err *err)
{
	g_autoptr(GByteArray) encoded = NULL;
	int32_t status = question_check(question, err);

	if (status != BSN_OK)
		return status;
	if (box->env.facts == NULL)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"other chains are asked by transactions and "
				"calls of this one, not by what the chain does "
				"by itself, nor for another chain");
	if (strcmp(question->chain, box->env.config->name) == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s is this chain: read it as such",
				question->chain);
	encoded = message_pack(question);
	*fact = facts_find(box->env.facts, buffer_slice(encoded));
	if (*fact == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"what chain %s answers is not known",
				question->chain);
	return use_fact(box, *fact, err);
}

bsn_slice
facts_result(const Sandbox *box, Arena *arena)
{
	Bsn__Cross__Proof proof = BSN__CROSS__PROOF__INIT;

	if (box->facts->len == 0)
		return bsn_slice_of(NULL, 0);
	proof.n_facts = box->facts->len;
	proof.facts = (Bsn__Cross__Fact **)box->facts->pdata;
	return message_put(arena, &proof);
}
