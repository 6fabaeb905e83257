/* SPDX-License-Identifier: Apache-2.0
 *
 * One chain asks another of the same engine: from its strand to the main loop,
 * which knows the chains; to the other's strand; and the answer back.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/chain/internal.h"
#include "host/chain/parallel.h"

/* Questions of one chain that are on their way. */
#define QUESTIONS_MAX 256u

typedef struct {
	StrandCall call;
	Chain *chain; /* that asks; holds a reference */
	guint64 life; /* of it, when it asked */
	guint64 cookie;
	char *name; /* of the other */
	GBytes *question, *answer; /* answer: NULL when it is empty */
	int32_t status;
	bsn_err err;
} Question;

static void
question_free(Question *question)
{
	chain_unref(question->chain);
	g_bytes_unref(question->question);
	g_clear_pointer(&question->answer, g_bytes_unref);
	g_free(question->name);
	g_free(question);
}

static void
over_on_strand(StrandCall *call)
{
	Question *question = (Question *)call;
	Chain *chain = question->chain;

	chain->questions--;
	if (chain_lives_on(chain, question->life))
		bsn_engine_chains_of(chain->engine)
			->answered(chain->ledger, question->cookie,
				   question->status,
				   question->answer != NULL
					   ? bytes_slice(question->answer)
					   : bsn_slice_of(NULL, 0),
				   &question->err);
	question_free(question);
}

static void
over(Question *question, int32_t status)
{
	question->status = status;
	question->call.run = over_on_strand;
	strand_post(question->chain->strand, &question->call);
}

/* ---- the other chain ---- */

static int32_t
put(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
    bsn_err *err)
{
	const Question *question = reply->owner;

	return bsn_engine_chains_of(engine)->asked(
		ledger, bsn_slice_str(question->chain->name),
		bytes_slice(question->question), reply, err);
}

static int32_t
take_answer(Question *question, bsn_reply *reply)
{
	question->err = reply->err;
	if (reply->status != BSN_OK || reply->json == NULL)
		return reply->status;
	if (reply->json->len > BSN_CHAINS_QUESTION_MAX)
		return bsn_fail(&question->err, BSN_TOO_LARGE,
				"the answer of chain %s has over %u bytes",
				question->name, BSN_CHAINS_QUESTION_MAX);
	question->answer =
		g_string_free_to_bytes(g_steal_pointer(&reply->json));
	return BSN_OK;
}

static void
answered(bsn_reply *reply)
{
	Question *question = reply->owner;

	over(question, take_answer(question, reply));
	reply_free(reply);
}

static void
put_on_loop(StrandCall *call)
{
	Question *question = (Question *)call;
	ChainTable *table = question->chain->table;
	Chain *other = chain_table_find(table, question->name);
	bsn_reply *reply;

	if (table->stopping || other == NULL || other->state != CHAIN_OPEN ||
	    other->engine != question->chain->engine) {
		over(question, bsn_fail(&question->err, BSN_NOT_FOUND,
					"no chain %s of framework %s is open "
					"on this host",
					question->name,
					question->chain->framework));
		return;
	}
	reply = reply_new(ANSWER_VALUE, answered, question);
	reply->ask = put;
	chain_request(other, reply);
}

int32_t
question_ask(bsn_chain *chain, bsn_slice name, uint64_t cookie,
	     bsn_slice text, bsn_err *err)
{
	int32_t status = chain_check_name(name, err);
	Question *question;

	if (status != BSN_OK)
		return status;
	if (text.len > BSN_CHAINS_QUESTION_MAX ||
	    bsn_engine_chains_of(chain->engine) == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a question has at most %u bytes, and an "
				"engine that can be asked",
				BSN_CHAINS_QUESTION_MAX);
	if (chain->questions == QUESTIONS_MAX)
		return bsn_fail(err, BSN_BUSY,
				"%u questions are on their way already",
				QUESTIONS_MAX);
	chain->questions++;
	question = g_new0(Question, 1);
	question->call.run = put_on_loop;
	question->chain = chain_ref(chain);
	question->life = chain->life;
	question->cookie = cookie;
	question->name = g_strndup((const char *)name.data, name.len);
	question->question = bytes_copy(text);
	question->err.size = sizeof(question->err);
	loop_post(chain->table->loop, &question->call);
	return BSN_OK;
}
