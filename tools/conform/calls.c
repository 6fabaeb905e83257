/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/bed_private.h"
#include "tools/conform/calls.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

/* ---- the functions ------------------------------------------------------- */

#define CALL(function, member, ...)                                            \
	static int32_t function(const bsn_engine *engine, bsn_ledger *ledger,  \
				bsn_reply *reply, const Given *given,          \
				bsn_err *err)                                  \
	{                                                                      \
		return engine->member(ledger, __VA_ARGS__ reply, err);         \
	}
#define OPTIONAL(function, table, member)                                      \
	static gboolean function(const bsn_engine *engine)                     \
	{                                                                      \
		return BSN_HAS(engine->table, member);                         \
	}
CALL(members, chain->members, )
CALL(proposals, chain->proposals, )
OPTIONAL(has_proposals, chain, proposals)
CALL(begin, tx->begin, given->request, )
CALL(sign_round, tx->sign_round, given->state, given->signature, )
CALL(call, tx->call, given->request, )
CALL(tx_get, tx->get, given->id, )
CALL(compile, contract->compile, given->source, )
OPTIONAL(has_compile, contract, compile)
CALL(check, contract->check, given->code, given->options, )
CALL(list, contract->list, given->from, given->to, )
CALL(contract_get, contract->get, given->contract, )
CALL(status, status->get, )
CALL(ledger_info, ledger->info, )
CALL(block, block->get, given->query, )
CALL(replay, event->replay, given->from, given->to, )

const EngineCall engine_calls[] = {
	{ "bsn_chain_ops.members", SIM_ANSWER_VALUE, NULL, members, FALSE },
	{ "bsn_chain_ops.proposals", SIM_ANSWER_VALUE, has_proposals, proposals,
	  FALSE },
	{ "bsn_tx_ops.begin", SIM_ANSWER_SIGNABLE, NULL, begin, TRUE },
	{ "bsn_tx_ops.sign_round", SIM_ANSWER_SIGNABLE, NULL, sign_round,
	  TRUE },
	{ "bsn_tx_ops.call", SIM_ANSWER_VALUE, NULL, call, TRUE },
	{ "bsn_tx_ops.get", SIM_ANSWER_TX, NULL, tx_get, TRUE },
	{ "bsn_contract_ops.compile", SIM_ANSWER_VALUE, has_compile, compile,
	  TRUE },
	{ "bsn_contract_ops.check", SIM_ANSWER_VALUE, NULL, check, TRUE },
	{ "bsn_contract_ops.list", SIM_ANSWER_VALUE, NULL, list, FALSE },
	{ "bsn_contract_ops.get", SIM_ANSWER_VALUE, NULL, contract_get, TRUE },
	{ "bsn_status_ops.get", SIM_ANSWER_STATUS, NULL, status, FALSE },
	{ "bsn_ledger_ops.info", SIM_ANSWER_LEDGER, NULL, ledger_info, FALSE },
	{ "bsn_block_ops.get", SIM_ANSWER_BLOCK, NULL, block, TRUE },
	{ "bsn_event_ops.replay", SIM_ANSWER_EVENTS, NULL, replay, FALSE },
	{ NULL, SIM_ANSWER_VALUE, NULL, NULL, FALSE },
};

gboolean
calls_is_there(const Run *run, const EngineCall *call)
{
	return call->is_there == NULL || call->is_there(run->engine);
}

/* ---- what they are given ------------------------------------------------- */

static void
point(Given *given)
{
	given->request = &given->a_request;
	given->query = &given->a_query;
	given->a_request.size = sizeof(given->a_request);
	given->a_query.size = sizeof(given->a_query);
}

static bsn_slice
bytes_slice(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	return bsn_slice_of(data, len);
}

static void
right_contract(Bed *bed, Given *given)
{
	const SimContract *contract = bed->workload->contract;
	const SimVersion *version =
		&g_array_index(contract->versions, SimVersion, 0);
	const SimKey *key = bed_account(bed, 0);
	char *args = NULL, *options = NULL;

	EXPECT(bed->run,
	       sim_function_fill(&contract->functions[SIM_FN_GET], "a", "", 0,
				 &args, &options),
	       "the workload must say how to call contract.functions.get");
	given->a_request = (bsn_tx_request){
		.size = sizeof(given->a_request),
		.kind = BSN_TX_INVOKE,
		.signer_public_key =
			bsn_slice_of(key->public_key, key->public_key_len),
		.signer_certificate = key->certificate,
		.contract = bsn_slice_str(contract->name),
		.function = bsn_slice_str(
			contract->functions[SIM_FN_GET].function),
		.args = bsn_slice_str(bed_keep(bed, args)),
		.options = bsn_slice_str(bed_keep(bed, options)),
	};
	given->an_id = bed_put(bed, "a", "1").id;
	given->id = bsn_id_slice(&given->an_id);
	given->contract = given->a_request.contract;
	given->code = bytes_slice(version->code);
	given->options = bsn_slice_str(version->options);
}

void
given_right(Bed *bed, Given *given)
{
	given_nothing(given);
	given->to = 100;
	if (bed->workload->contract != NULL)
		right_contract(bed, given);
}

void
given_wrong(Given *given)
{
	static const guint8 bytes[] = { 1, 2, 3 };
	const bsn_slice wrong = bsn_slice_of(bytes, sizeof(bytes));
	const bsn_slice text = bsn_slice_str("no such thing at all");
	const bsn_slice json = bsn_slice_str("[");

	*given = (Given){ .state = wrong,
			  .signature = wrong,
			  .id = wrong,
			  .contract = text,
			  .code = wrong,
			  .options = json,
			  .source = json,
			  .from = G_MAXUINT64,
			  .to = 0 };
	point(given);
	given->a_request.kind = BSN_TX_INVOKE;
	given->a_request.contract = given->a_request.function = text;
	given->a_request.args = given->a_request.options = json;
	given->a_query.by = BSN_BLOCK_BY_NUMBER;
	given->a_query.number = G_MAXUINT64;
}

void
given_nothing(Given *given)
{
	*given = (Given){ .from = 0 };
	point(given);
	given->a_request.kind = BSN_TX_INVOKE;
}

/* ---- calling ------------------------------------------------------------- */

typedef struct {
	const EngineCall *call;
	const Given *given;
	bsn_reply *reply;
	gboolean with_err;
} Calling;

static void
call_it(const bsn_engine *engine, bsn_ledger *ledger, gpointer data)
{
	const Calling *calling = data;
	bsn_reply *reply = calling->reply;
	bsn_err *err = calling->with_err ? &reply->err : NULL;

	/* It cannot write one. */
	if (err == NULL)
		g_strlcpy(reply->err.reason, "(no bsn_err was given)",
			  sizeof(reply->err.reason));
	sim_reply_asked(reply, calling->call->call(engine, ledger, reply,
						   calling->given, err));
}

int32_t
calls_do(Bed *bed, const EngineCall *call, const Given *given, bsn_err *err)
{
	g_autoptr(bsn_reply) reply =
		sim_reply_new(bed_chain(bed, 0), call->expects);
	Calling calling = { call, given, reply, err != NULL };

	bed_tell(bed, 0, call_it, &calling);
	bed_wait(bed, reply, call->name);
	if (err != NULL)
		*err = reply->err;
	return reply->status;
}
