/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/state.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/execute.h"
#include "plugins/engine-fisco/expect.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/rows.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/sink.h"

/* A runtime's key as the store has it. */
typedef struct {
	guint8 bytes[2 + BSN_STATE_KEY_MAX];
	guint64 len;
} Key;

static int32_t
runtime_key(StateView *view, bsn_slice key, Key *out)
{
	if (key.len > BSN_STATE_KEY_MAX)
		return view->failed = BSN_E_INVALID;
	out->bytes[0] = STATE_BYTE;
	out->bytes[1] = STATE_RUNTIME_BYTE;
	if (key.len > 0)
		memcpy(out->bytes + 2, key.data, key.len);
	out->len = 2 + key.len;
	return BSN_OK;
}

static bsn_slice
key_slice(const Key *key)
{
	return bsn_slice_of(key->bytes, key->len);
}

/* Hands on what was found. */
static int32_t
give(StateView *view, int32_t status, bsn_slice found, bsn_sink *value)
{
	if (status < 0)
		view->failed = status;
	if (status != BSN_OK)
		return status;
	return value->write(value, found.data, found.len);
}

static int32_t
state_get(bsn_state *state, bsn_slice key, bsn_sink *value)
{
	StateView *view = (StateView *)state;
	bsn_slice found;
	Key own;
	int32_t status = runtime_key(view, key, &own);

	if (status != BSN_OK)
		return status;
	status = overlay_get(view->overlay, key_slice(&own), &found);
	return give(view, status, found, value);
}

static int32_t
state_put(bsn_state *state, bsn_slice key, bsn_slice value)
{
	StateView *view = (StateView *)state;
	Key own;
	int32_t status = runtime_key(view, key, &own);

	if (status != BSN_OK)
		return status;
	if (value.len > BSN_STATE_SLOT_MAX && overlay_has_rows(view->overlay) &&
	    rows_is_slot(key_slice(&own)))
		return view->failed = BSN_E_INVALID;
	overlay_put(view->overlay, key_slice(&own), value);
	return BSN_OK;
}

static int32_t
state_del(bsn_state *state, bsn_slice key)
{
	StateView *view = (StateView *)state;
	Key own;
	int32_t status = runtime_key(view, key, &own);

	if (status == BSN_OK)
		overlay_delete(view->overlay, key_slice(&own));
	return status;
}

static int32_t
state_peek(bsn_state *state, bsn_slice key, uint64_t at, uint64_t len,
	   bsn_sink *value)
{
	StateView *view = (StateView *)state;
	bsn_slice found;
	Key own;
	int32_t status = len > BSN_STATE_PEEK_MAX ?
				 (view->failed = BSN_E_INVALID) :
				 runtime_key(view, key, &own);

	if (status != BSN_OK)
		return status;
	status = overlay_peek(view->overlay, key_slice(&own), at, len, &found);
	return give(view, status, found, value);
}

static int32_t
state_add(bsn_state *state, bsn_slice key, uint64_t at, bsn_slice amount)
{
	StateView *view = (StateView *)state;
	Key own;
	int32_t status = runtime_key(view, key, &own);

	if (status == BSN_OK)
		status = overlay_add(view->overlay, key_slice(&own), at,
				     amount);
	if (status != BSN_OK)
		view->failed = MIN(status, BSN_E_INVALID);
	return view->failed;
}

typedef struct {
	bsn_scan_sink sink;
	bsn_scan_sink *out;
	int32_t returned; /* by `out` */
} RuntimeScan;

static int32_t
pass_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	RuntimeScan *scan = (RuntimeScan *)sink;
	bsn_slice own = bsn_slice_of(key.data + 2, key.len - 2);

	scan->returned = scan->out->entry(scan->out, own, value);
	return scan->returned;
}

static int32_t
state_scan(bsn_state *state, bsn_slice from, bsn_slice to, bsn_scan_sink *sink)
{
	StateView *view = (StateView *)state;
	RuntimeScan scan = { { pass_entry }, sink, BSN_OK };
	Key first, end;
	int32_t status = runtime_key(view, from, &first);

	if (status == BSN_OK)
		status = runtime_key(view, to, &end);
	if (status != BSN_OK)
		return status;
	if (to.len == 0)
		end.bytes[1]++;
	status = overlay_scan(view->overlay, key_slice(&first),
			      key_slice(&end), &scan.sink);
	if (status < 0 && scan.returned == BSN_OK)
		view->failed = status;
	return status;
}

/* What is over the limit is not kept: the execution will be out of gas. */
static int32_t
put_log(StateView *view, bsn_slice contract, const bsn_slice *topics,
	uint64_t n, bsn_slice data)
{
	int32_t status;

	if (receipt_bytes(view->receipt) > RECEIPT_BYTES_MAX)
		return BSN_OK;
	status = receipt_log(view->receipt, view->suite, contract, topics, n,
			     data);
	if (status < 0)
		view->failed = status;
	return status;
}

/* Names of events are topics, filled up with zeros. */
static int32_t
put_named_log(StateView *view, bsn_slice contract, const bsn_slice *topics,
	      uint64_t n, bsn_slice data)
{
	guint8 address[ADDRESS_LEN];
	guint8 name[HASH_LEN] = { 0 };
	bsn_slice topic = bsn_slice_of(name, sizeof(name));

	if (!wasm_address_read(contract, address) || n != 1 ||
	    topics[0].len > sizeof(name))
		return view->failed = BSN_E_INVALID;
	if (topics[0].len > 0)
		memcpy(name, topics[0].data, topics[0].len);
	return put_log(view, bsn_slice_of(address, ADDRESS_LEN), &topic, 1,
		       data);
}

static int32_t
state_emit(bsn_state *state, bsn_slice contract, const bsn_slice *topics,
	   uint64_t n, bsn_slice data)
{
	StateView *view = (StateView *)state;

	return view->by_name ? put_named_log(view, contract, topics, n, data)
			     : put_log(view, contract, topics, n, data);
}

/* ---- earlier blocks ---------------------------------------------------- */

void
block_hashes_clear(BlockHashes *hashes)
{
	g_clear_pointer(&hashes->digests, g_free);
}

static int32_t
load_hash(StateView *view, guint64 number, guint8 *digest)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	const guint8 *undecided =
		expect_hash(view->precompiled.ledger, number);
	BlockInfo info;
	int32_t status;

	if (undecided != NULL) {
		memcpy(digest, undecided, HASH_LEN);
		return BSN_OK;
	}
	status = info_load(view->chain, number, memory, &info);
	if (status == BSN_OK)
		memcpy(digest, info.hash.data, HASH_LEN);
	else
		view->failed = status == BSN_NOT_FOUND ? BSN_E_CORRUPT
						       : status;
	return view->failed;
}

static int32_t
state_block_hash(bsn_state *state, uint64_t number, bsn_sink *hash)
{
	StateView *view = (StateView *)state;
	BlockHashes *hashes = view->hashes;
	guint slot = (guint)(number % BLOCK_HASHES);
	guint8 *digest;

	if (number >= view->number || view->number - number > BLOCK_HASHES)
		return BSN_NOT_FOUND;
	if (hashes->digests == NULL)
		hashes->digests = g_malloc0(BLOCK_HASHES * HASH_LEN);
	digest = hashes->digests + (gsize)slot * HASH_LEN;
	if (!hashes->known[slot] && load_hash(view, number, digest) != BSN_OK)
		return view->failed;
	hashes->known[slot] = TRUE;
	return hash->write(hash, digest, HASH_LEN);
}

/* ---- contracts that take no calls, and the engine's own ---------------- */

/* Code that runs on its caller's state changes nothing of this contract's,
 * and who only reads may. */
static int32_t
refuse_caller(StateView *view, const bsn_call *call, bsn_sink *output,
	      bsn_outcome *outcome)
{
	const guint32 harmless = BSN_CALL_READ_ONLY | BSN_CALL_DELEGATE;
	gboolean allowed;
	int32_t status;

	if (view->guard == NULL || (call->flags & harmless) != 0)
		return BSN_NOT_OFFERED;
	status = guard_allows_call(view->guard, view->overlay,
				   call->contract.data, call->input,
				   call->origin.data, &allowed);
	if (status != BSN_OK || allowed)
		return status != BSN_OK ? status : BSN_NOT_OFFERED;
	return closed_deny(view->closed, view->overlay, call->contract.data,
			   output, outcome);
}

/* Who may call what is read anew after these were called. */
static void
forget(StateView *view)
{
	closed_clear(view->closed);
	if (view->guard != NULL)
		guard_clear(view->guard);
}

static int32_t
run_own(StateView *view, const bsn_call *call, bsn_sink *output,
	bsn_outcome *outcome)
{
	int32_t status = precompiled_run(&view->precompiled, call, output,
					 outcome);

	if (status == BSN_OK && (call->flags & BSN_CALL_READ_ONLY) == 0)
		forget(view);
	return status;
}

static int32_t
offer(StateView *view, const bsn_call *call, bsn_sink *output,
      bsn_outcome *outcome)
{
	int32_t status;

	if (call->contract.len != ADDRESS_LEN)
		return BSN_NOT_OFFERED;
	status = closed_refuse(view->closed, view->overlay,
			       call->contract.data, output, outcome);
	if (status == BSN_NOT_OFFERED)
		status = refuse_caller(view, call, output, outcome);
	if (status == BSN_NOT_OFFERED)
		status = run_own(view, call, output, outcome);
	if (status < 0)
		view->failed = status;
	if (status == BSN_OK && outcome->status < 0)
		view->failed = outcome->status;
	return status;
}

/* ---- where contracts are called by name -------------------------------- */

typedef struct {
	guint8 contract[ADDRESS_LEN];
	guint8 caller[ADDRESS_LEN];
	guint8 origin[ADDRESS_LEN];
} Addresses;

/* The input: of the engine's own contracts, as Solidity's; of others as much of it
 * as tells the function. */
static int32_t
fill_input(StateView *view, const bsn_call *call, GByteArray *input)
{
	const Ledger *ledger = view->precompiled.ledger;
	guint8 selector[SELECTOR_LEN];
	int32_t status =
		precompiled_exists(&view->precompiled, call->contract.data);

	if (status == BSN_OK)
		return wasm_own_input(ledger, call, input);
	if (status == BSN_NOT_FOUND)
		status = wasm_selector(ledger, call->function, selector);
	if (status == BSN_OK)
		g_byte_array_append(input, selector, SELECTOR_LEN);
	return status;
}

static int32_t
refuse_input(bsn_outcome *outcome)
{
	outcome->status = BSN_REVERTED;
	outcome->budget_used = 0;
	outcome->reason = bsn_slice_str(
		"contracts of the chain itself are called by a function's "
		"signature, name(type,...), with encoded arguments");
	return BSN_OK;
}

static int32_t
offer_named(StateView *view, bsn_call *call, bsn_sink *output,
	    bsn_outcome *outcome)
{
	g_autoptr(GByteArray) input = g_byte_array_new();
	g_autoptr(GByteArray) answer = g_byte_array_new();
	BufferSink sink = buffer_sink(answer, RECEIPT_BYTES_MAX);
	int32_t status = fill_input(view, call, input);

	if (status < 0)
		return view->failed = status;
	if (status != BSN_OK)
		return refuse_input(outcome);
	call->input = buffer_slice(input);
	status = offer(view, call, &sink.sink, outcome);
	if (status != BSN_OK)
		return status;
	/* Why it failed is no call of Error(string) here. */
	return outcome->status == BSN_OK
		       ? output->write(output, answer->data, answer->len)
		       : output->write(output, outcome->reason.data,
				       outcome->reason.len);
}

static int32_t
state_builtin(bsn_state *state, const bsn_call *call, bsn_sink *output,
	      bsn_outcome *outcome)
{
	StateView *view = (StateView *)state;
	bsn_call own = *call;
	Addresses room;

	if (!view->by_name)
		return offer(view, call, output, outcome);
	if (!wasm_address_read(call->contract, room.contract) ||
	    !wasm_address_read(call->caller, room.caller) ||
	    !wasm_address_read(call->origin, room.origin))
		return BSN_NOT_OFFERED;
	own.contract = bsn_slice_of(room.contract, ADDRESS_LEN);
	own.caller = bsn_slice_of(room.caller, ADDRESS_LEN);
	own.origin = bsn_slice_of(room.origin, ADDRESS_LEN);
	return offer_named(view, &own, output, outcome);
}

typedef struct {
	bsn_event_sink sink;
	StateView *view;
} OwnEvents;

static int32_t
emit_own(bsn_event_sink *sink, bsn_slice contract, const bsn_slice *topics,
	 uint64_t n, bsn_slice data)
{
	return put_log(((OwnEvents *)sink)->view, contract, topics, n, data);
}

int32_t
state_run_own(StateView *view, const bsn_call *call)
{
	g_autoptr(GByteArray) answer = g_byte_array_new();
	BufferSink sink = buffer_sink(answer, RECEIPT_BYTES_MAX + 1);
	OwnEvents events = { { emit_own }, view };
	bsn_outcome outcome = { .size = sizeof(outcome) };
	bsn_call own = *call;
	int32_t status;

	own.events = &events.sink;
	status = offer(view, &own, &sink.sink, &outcome);
	if (status != BSN_OK)
		return MIN(status, BSN_E_INTERNAL);
	outcome.output = buffer_slice(answer);
	view->table.done(&view->table, &outcome);
	return BSN_OK;
}

static int32_t
state_has_builtin(bsn_state *state, bsn_slice contract)
{
	StateView *view = (StateView *)state;
	guint8 address[ADDRESS_LEN];
	int32_t status;

	if (view->by_name && wasm_address_read(contract, address))
		contract = bsn_slice_of(address, ADDRESS_LEN);
	if (contract.len != ADDRESS_LEN)
		return BSN_NOT_FOUND;
	status = precompiled_exists(&view->precompiled, contract.data);
	if (status < 0)
		view->failed = status;
	return status;
}

static uint64_t
state_mark(bsn_state *state)
{
	return precompiled_mark(&((StateView *)state)->precompiled);
}

static void
state_revert(bsn_state *state, uint64_t mark)
{
	StateView *view = (StateView *)state;

	precompiled_revert(&view->precompiled, mark);
	forget(view);
}

/* ---- the end ----------------------------------------------------------- */

static void
take_created(StateView *view, bsn_slice created)
{
	if (created.len == 0)
		return;
	if (view->by_name) {
		if (!wasm_address_read(created, view->receipt->contract))
			view->failed = BSN_E_INVALID;
	} else if (created.len != ADDRESS_LEN)
		view->failed = BSN_E_INVALID;
	else
		memcpy(view->receipt->contract, created.data, ADDRESS_LEN);
}

static void
state_done(bsn_state *state, const bsn_outcome *outcome)
{
	StateView *view = (StateView *)state;
	Receipt *receipt = view->receipt;

	view->done = TRUE;
	view->status = outcome->status;
	receipt->gas_used = outcome->budget_used;
	/* What is over the limit is cut behind it, and refused as too much. */
	g_byte_array_append(
		receipt->output, outcome->output.data,
		(guint)MIN(outcome->output.len, RECEIPT_BYTES_MAX + 1));
	take_created(view, outcome->created);
	g_snprintf(view->reason, sizeof(view->reason), "%.*s",
		   (int)MIN(outcome->reason.len, BSN_REASON_MAX - 1),
		   outcome->reason.len > 0
			   ? (const char *)outcome->reason.data
			   : "");
	bsn_reason_mend(view->reason);
}

void
state_view_init(StateView *view)
{
	view->precompiled.state = view->overlay;
	view->table = (bsn_state){
		.size = sizeof(bsn_state),
		.get = state_get,
		.put = state_put,
		.del = state_del,
		.scan = state_scan,
		.emit = state_emit,
		.block_hash = state_block_hash,
		.builtin = state_builtin,
		.done = state_done,
		.has_builtin = state_has_builtin,
		.mark = state_mark,
		.revert = state_revert,
		.peek = state_peek,
		.add = state_add,
	};
}

void
state_view_clear(StateView *view)
{
	precompiled_clear(&view->precompiled);
}
