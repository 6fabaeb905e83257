/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/builtin.h"

#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/opcodes.h"

/* Output that a contract of the engine may give, in bytes. */
#define BUILTIN_OUTPUT_MAX (1u << 20)

typedef struct {
	bsn_sink sink;
	GByteArray *bytes; /* made when first written to */
} OutputSink;

static int32_t
write_output(bsn_sink *sink, const void *data, uint64_t len)
{
	OutputSink *output = (OutputSink *)sink;

	if (output->bytes == NULL)
		output->bytes = g_byte_array_new();
	if (len > BUILTIN_OUTPUT_MAX - output->bytes->len)
		return BSN_TOO_LARGE;
	if (len > 0)
		g_byte_array_append(output->bytes, data, (guint)len);
	return BSN_OK;
}

typedef struct {
	bsn_event_sink sink;
	Journal *journal;
} EventSink;

static int32_t
take_event(bsn_event_sink *sink, bsn_slice contract, const bsn_slice *topics,
	   uint64_t n, bsn_slice data)
{
	Journal *journal = ((EventSink *)sink)->journal;
	Log log = { .topic_count = (unsigned)n, .len = data.len };

	if (contract.len != ADDRESS_LEN || n > G_N_ELEMENTS(log.topics))
		return BSN_E_INVALID;
	if (!journal_has_log_room(journal, data.len))
		return BSN_TOO_LARGE;
	memcpy(log.address.bytes, contract.data, ADDRESS_LEN);
	for (uint64_t i = 0; i < n; i++) {
		if (topics[i].len != HASH_LEN)
			return BSN_E_INVALID;
		memcpy(log.topics[i], topics[i].data, HASH_LEN);
	}
	log.data = (uint8_t *)data.data;
	journal_log(journal, &log);
	return BSN_OK;
}

static bool
is_delegate(const Message *message)
{
	return message->op == OP_DELEGATECALL || message->op == OP_CALLCODE;
}

static Ending
ending_of(Evm *evm, const Message *message, const bsn_outcome *outcome,
	  int64_t *gas)
{
	if (outcome->status < 0) {
		evm->journal.status = outcome->status;
		return END_BROKEN;
	}
	if (outcome->budget_used > (uint64_t)*gas)
		return END_OUT_OF_GAS;
	*gas -= (int64_t)outcome->budget_used;
	if (outcome->status == BSN_OK)
		return is_delegate(message) ? END_BUILTIN : END_STOP;
	if (outcome->status == BSN_REVERTED)
		return END_REVERT;
	return outcome->status == BSN_OUT_OF_BUDGET ? END_OUT_OF_GAS :
						      END_BUILTIN;
}

/* A delegate's CALLER and CALLVALUE are another call's: the engine learns who
 * really calls, and that nothing moves. */
static bsn_call
call_of(const Evm *evm, const Message *message, const uint8_t *value)
{
	bsn_call call = { .size = sizeof(call), .kind = BSN_CALL_INVOKE };
	const Account *caller = message->caller;

	call.flags = message->is_static ? BSN_CALL_READ_ONLY : 0;
	call.block = evm->call->block;
	call.origin = evm->call->origin;
	if (is_delegate(message)) {
		call.flags |= BSN_CALL_DELEGATE;
		caller = message->self;
	} else {
		call.value = bsn_slice_of(value, 32);
	}
	call.caller = bsn_slice_of(&caller->address, ADDRESS_LEN);
	call.contract = bsn_slice_of(&message->code->address, ADDRESS_LEN);
	call.input = bsn_slice_of(input_data(evm, &message->input),
				  message->input.len);
	call.price = evm->call->price;
	call.budget = (uint64_t)message->gas;
	return call;
}

static void
keep_reason(Evm *evm, const bsn_outcome *outcome)
{
	g_free(evm->builtin_reason);
	evm->builtin_reason = NULL;
	if (outcome->status != BSN_OK && outcome->reason.len > 0)
		evm->builtin_reason = g_strndup(
			(const char *)outcome->reason.data,
			MIN(outcome->reason.len, BSN_REASON_MAX - 1));
}

/* Unrefs `bytes`, which may be NULL. */
static void
take_output(Evm *evm, GByteArray *bytes)
{
	if (bytes == NULL)
		return;
	if (bytes->len > 0)
		memcpy(evm_output(evm, bytes->len), bytes->data, bytes->len);
	g_byte_array_unref(bytes);
}

Ending
builtin_call(Evm *evm, const Message *message, int64_t *gas)
{
	OutputSink output = { { write_output }, NULL };
	EventSink events = { { take_event }, &evm->journal };
	bsn_outcome outcome = { .size = sizeof(outcome) };
	uint8_t value[32];
	bsn_call call;
	int32_t status;

	if (!BSN_HAS(evm->state, builtin))
		return END_NONE;
	u256_store(&message->value, value);
	call = call_of(evm, message, value);
	call.events = &events.sink;
	status = evm->state->builtin(evm->state, &call, &output.sink, &outcome);
	if (status == BSN_NOT_OFFERED) {
		g_clear_pointer(&output.bytes, g_byte_array_unref);
		return END_NONE;
	}
	if (status != BSN_OK)
		outcome.status = status < 0 ? status : BSN_E_INTERNAL;
	journal_mark_builtin(&evm->journal);
	keep_reason(evm, &outcome);
	take_output(evm, output.bytes);
	return ending_of(evm, message, &outcome, gas);
}

bool
builtin_exists(Evm *evm, const Address *address)
{
	int32_t status;

	if (!BSN_HAS(evm->state, has_builtin))
		return false;
	status = evm->state->has_builtin(evm->state,
					 bsn_slice_of(address, ADDRESS_LEN));
	if (status < 0)
		evm->journal.status = status;
	return status == BSN_OK;
}
