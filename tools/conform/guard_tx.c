/* SPDX-License-Identifier: Apache-2.0
 *
 * All tables but the chain's.
 */
#include "tools/conform/guard_private.h"

static gsize
request_size(const bsn_tx_request *request)
{
	return inputs_size(RECORD_SIZE(request)) +
	       inputs_size(request->signer_public_key.len) +
	       inputs_size(request->signer_certificate.len) +
	       inputs_size(request->contract.len) +
	       inputs_size(request->function.len) +
	       inputs_size(request->args.len) +
	       inputs_size(request->code.len) +
	       inputs_size(request->options.len);
}

static const bsn_tx_request *
copy_request(Inputs *inputs, const bsn_tx_request *request)
{
	bsn_tx_request *copy =
		inputs_copy(inputs, request, RECORD_SIZE(request));

	copy->signer_public_key =
		inputs_slice(inputs, request->signer_public_key);
	copy->signer_certificate =
		inputs_slice(inputs, request->signer_certificate);
	copy->contract = inputs_slice(inputs, request->contract);
	copy->function = inputs_slice(inputs, request->function);
	copy->args = inputs_slice(inputs, request->args);
	copy->code = inputs_slice(inputs, request->code);
	copy->options = inputs_slice(inputs, request->options);
	return copy;
}

GUARD_PLAIN(status_get, status->get, "bsn_status_ops.get")
GUARD_PLAIN(ledger_info, ledger->info, "bsn_ledger_ops.info")

/* Functions that take one slice. */
#define GUARD_SLICE(function, member, name)                                    \
	static int32_t function(bsn_ledger *ledger, bsn_slice slice,           \
				bsn_reply *reply, bsn_err *err)                \
	{                                                                      \
		Inputs inputs;                                                 \
		gboolean watched =                                             \
			guard_enter_with(&inputs, name, inputs_size(slice.len));     \
		int32_t status;                                                \
                                                                               \
		if (watched) {                                                 \
			slice = inputs_slice(&inputs, slice);                  \
			inputs_seal(&inputs);                                  \
		}                                                              \
		status = guard_real->member(ledger, slice, reply, err);              \
		guard_leave_with(&inputs, watched, name);                            \
		return status;                                                 \
	}
GUARD_SLICE(tx_get, tx->get, "bsn_tx_ops.get")
GUARD_SLICE(contract_compile, contract->compile, "bsn_contract_ops.compile")
GUARD_SLICE(contract_get, contract->get, "bsn_contract_ops.get")

/* Functions that take two. */
#define GUARD_SLICES(function, member, name)                                   \
	static int32_t function(bsn_ledger *ledger, bsn_slice a, bsn_slice b,  \
				bsn_reply *reply, bsn_err *err)                \
	{                                                                      \
		Inputs inputs;                                                 \
		gboolean watched =                                             \
			guard_enter_with(&inputs, name,                              \
				   inputs_size(a.len) + inputs_size(b.len));   \
		int32_t status;                                                \
                                                                               \
		if (watched) {                                                 \
			a = inputs_slice(&inputs, a);                          \
			b = inputs_slice(&inputs, b);                          \
			inputs_seal(&inputs);                                  \
		}                                                              \
		status = guard_real->member(ledger, a, b, reply, err);               \
		guard_leave_with(&inputs, watched, name);                            \
		return status;                                                 \
	}
GUARD_SLICES(tx_sign_round, tx->sign_round, "bsn_tx_ops.sign_round")
GUARD_SLICES(contract_check, contract->check, "bsn_contract_ops.check")

/* Functions that take a request. */
#define GUARD_REQUEST(function, member, name)                                  \
	static int32_t function(bsn_ledger *ledger,                            \
				const bsn_tx_request *request,                 \
				bsn_reply *reply, bsn_err *err)                \
	{                                                                      \
		Inputs inputs;                                                 \
		gboolean watched =                                             \
			guard_enter_with(&inputs, name, request_size(request));      \
		int32_t status;                                                \
                                                                               \
		if (watched) {                                                 \
			request = copy_request(&inputs, request);              \
			inputs_seal(&inputs);                                  \
		}                                                              \
		status = guard_real->member(ledger, request, reply, err);            \
		guard_leave_with(&inputs, watched, name);                            \
		return status;                                                 \
	}
GUARD_REQUEST(tx_begin, tx->begin, "bsn_tx_ops.begin")
GUARD_REQUEST(tx_call, tx->call, "bsn_tx_ops.call")

/* ---- the others ---------------------------------------------------------- */

/* The first one's size is the stride. */
static bsn_submission *
submission_at(const bsn_submission *items, uint64_t i)
{
	return (bsn_submission *)((guintptr)items + i * RECORD_SIZE(items));
}

static const bsn_submission *
copy_submissions(Inputs *inputs, const bsn_submission *items, uint64_t n)
{
	bsn_submission *copy =
		n > 0 ? inputs_copy(inputs, items, n * RECORD_SIZE(items))
		      : NULL;

	for (uint64_t i = 0; i < n; i++) {
		bsn_submission *item = submission_at(copy, i);

		item->tx = inputs_slice(inputs, item->tx);
	}
	return copy;
}

static int32_t
tx_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	  bsn_err *err)
{
	static const char call[] = "bsn_tx_ops.submit";
	gsize size = n > 0 ? inputs_size(n * RECORD_SIZE(items)) : 0;
	Inputs inputs;
	gboolean watched;
	int32_t status;

	for (uint64_t i = 0; i < n; i++)
		size += inputs_size(submission_at(items, i)->tx.len);
	watched = guard_enter_with(&inputs, call, size);
	if (watched) {
		items = copy_submissions(&inputs, items, n);
		inputs_seal(&inputs);
	}
	status = guard_real->tx->submit(ledger, items, n, err);
	guard_leave_with(&inputs, watched, call);
	return status;
}

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	int32_t status;

	guard_enter("bsn_contract_ops.list");
	status = guard_real->contract->list(ledger, from, limit, reply, err);
	guard_leave("bsn_contract_ops.list");
	return status;
}

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	  bsn_err *err)
{
	static const char call[] = "bsn_block_ops.get";
	Inputs inputs;
	gboolean watched = guard_enter_with(&inputs, call,
				      inputs_size(RECORD_SIZE(query)) +
					      inputs_size(query->id.len));
	int32_t status;

	if (watched) {
		bsn_block_query *copy =
			inputs_copy(&inputs, query, RECORD_SIZE(query));

		copy->id = inputs_slice(&inputs, query->id);
		query = copy;
		inputs_seal(&inputs);
	}
	status = guard_real->block->get(ledger, query, reply, err);
	guard_leave_with(&inputs, watched, call);
	return status;
}

static int32_t
block_verify(bsn_slice bytes, const bsn_member *list, uint64_t n,
	     bsn_slice block, bsn_sink *json, bsn_err *err)
{
	static const char call[] = "bsn_block_ops.verify";
	Inputs inputs;
	gboolean watched = guard_enter_with(
		&inputs, call,
		inputs_size(bytes.len) + inputs_size(block.len) +
			inputs_members_size(list, n) +
			GUARD_SINK_SIZE);
	int32_t status;

	if (watched) {
		bytes = inputs_slice(&inputs, bytes);
		block = inputs_slice(&inputs, block);
		list = inputs_members(&inputs, list, n);
		json = guard_copy_sink(&inputs, json);
		inputs_seal(&inputs);
	}
	status = guard_real->block->verify(bytes, list, n, block, json, err);
	guard_leave_with(&inputs, watched, call);
	return status;
}

static int32_t
event_replay(bsn_ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
	     bsn_err *err)
{
	int32_t status;

	guard_enter("bsn_event_ops.replay");
	status = guard_real->event->replay(ledger, from, to, reply, err);
	guard_leave("bsn_event_ops.replay");
	return status;
}

const void *
guard_engine_query(const char *id)
{
	const void *table;

	guard_enter("bsn_engine.query");
	table = guard_real->query(id);
	guard_leave("bsn_engine.query");
	return table;
}

const bsn_tx_ops guard_tx_ops = { .size = sizeof(bsn_tx_ops),
				   .begin = tx_begin,
				   .sign_round = tx_sign_round,
				   .submit = tx_submit,
				   .call = tx_call,
				   .get = tx_get };
const bsn_contract_ops guard_contract_ops = {
	.size = sizeof(bsn_contract_ops),
	.compile = contract_compile,
	.check = contract_check,
	.list = contract_list,
	.get = contract_get,
};
const bsn_status_ops guard_status_ops = { .size = sizeof(bsn_status_ops),
					   .get = status_get };
const bsn_ledger_ops guard_ledger_ops = { .size = sizeof(bsn_ledger_ops),
					   .info = ledger_info };
const bsn_block_ops guard_block_ops = { .size = sizeof(bsn_block_ops),
					 .get = block_get,
					 .verify = block_verify };
const bsn_event_ops guard_event_ops = { .size = sizeof(bsn_event_ops),
					 .replay = event_replay };
