/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/crypto.h"
#include "plugins/runtime-wasm/machine/execution.h"
#include "plugins/runtime-wasm/machine/plugin.h"

static StateFrame *
state_frame(Frame *frame)
{
	return (StateFrame *)frame;
}

static Journal *
journal_of(Frame *frame)
{
	return &state_frame(frame)->execution->journal;
}

static int32_t
broken(Frame *frame, int32_t status)
{
	return wasm_frame_fail(frame, status,
			       status == BSN_OUT_OF_BUDGET ?
				       "one execution changes no more than "
				       "this one has" :
				       "the chain's state could not be read");
}

static int32_t
get(Frame *frame, bsn_slice key)
{
	const StoreKey whole = wasm_entry_key(&state_frame(frame)->prefix, key);
	const int32_t status =
		wasm_journal_get(journal_of(frame), wasm_key_slice(&whole),
				 CONTRACT_VALUE_MAX, frame->held);

	return status == BSN_OK || status == BSN_NOT_FOUND ?
		       status :
		       broken(frame, status);
}

static int32_t
put(Frame *frame, bsn_slice key, bsn_slice value)
{
	const StoreKey whole = wasm_entry_key(&state_frame(frame)->prefix, key);
	const int32_t status = wasm_writes_put(&journal_of(frame)->writes,
					       wasm_key_slice(&whole), value);

	return status == BSN_OK ? BSN_OK : broken(frame, status);
}

static int32_t
del(Frame *frame, bsn_slice key)
{
	const StoreKey whole = wasm_entry_key(&state_frame(frame)->prefix, key);
	const int32_t status = wasm_writes_del(&journal_of(frame)->writes,
					       wasm_key_slice(&whole));

	return status == BSN_OK ? BSN_OK : broken(frame, status);
}

/* ---- entries in order ----------------------------------------------------- */

static bsn_slice
without(const StoreKey *prefix, bsn_slice key)
{
	return bsn_slice_of(key.data + prefix->len, key.len - prefix->len);
}

static gboolean
begins(const StoreKey *prefix, bsn_slice key)
{
	return key.len > prefix->len &&
	       memcmp(key.data, prefix->bytes, prefix->len) == 0;
}

static int32_t
open_iterator(Frame *frame, WasmIterator *iterator)
{
	const StoreKey *prefix = &state_frame(frame)->prefix;
	const StoreKey from =
		wasm_entry_key(prefix, bytes_slice(iterator->from));
	const Journal *journal = journal_of(frame);
	GTreeNode *node;

	if (!BSN_HAS(journal->state, scan))
		return wasm_frame_fail(frame, BSN_FAULT,
				       "entries of this chain's state cannot "
				       "be walked");
	if (state_frame(frame)->execution->iterators++ >= ITERATORS_OPENED_MAX)
		return wasm_frame_fail(frame, BSN_OUT_OF_BUDGET,
				       "one execution opens at most %u "
				       "iterators",
				       ITERATORS_OPENED_MAX);
	node = wasm_writes_from(&journal->writes, wasm_key_slice(&from));
	for (; node != NULL; node = g_tree_node_next(node)) {
		const Write *write = wasm_writes_at(node);
		const bsn_slice key = bytes_slice(write->key);

		if (!begins(prefix, key) ||
		    !wasm_iterator_has(iterator, without(prefix, key)))
			break;
		wasm_iterator_add_own(iterator, without(prefix, key),
				      write->value);
	}
	return BSN_OK;
}

typedef struct {
	bsn_scan_sink sink; /* first */
	const StoreKey *prefix;
	WasmIterator *iterator;
	gboolean full;
} Page;

/* Any status but BSN_OK ends a scan; this one says that nothing is wrong. */
static int32_t
take_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Page *page = (Page *)sink;

	if (!begins(page->prefix, key) ||
	    key.len > page->prefix->len + CONTRACT_KEY_MAX)
		return BSN_E_CORRUPT;
	if (wasm_iterator_add(page->iterator, without(page->prefix, key),
			      value))
		return BSN_OK;
	page->full = TRUE;
	return BSN_NOT_FOUND;
}

/* The key behind the last one, or where it begins. */
static void
page_from(const WasmIterator *iterator, GByteArray *from)
{
	const bsn_slice key = bytes_slice(iterator->behind != NULL ?
						  iterator->behind :
						  iterator->from);

	if (key.len > 0)
		g_byte_array_append(from, key.data, (guint)key.len);
	if (iterator->behind != NULL)
		g_byte_array_append(from, (const guint8 *)"", 1);
}

static int32_t
fetch(Frame *frame, WasmIterator *iterator)
{
	const StoreKey *prefix = &state_frame(frame)->prefix;
	const bsn_slice bound = bytes_slice(iterator->to);
	g_autoptr(GByteArray) from = g_byte_array_new();
	bsn_state *state = journal_of(frame)->state;
	Page page = { { take_entry }, prefix, iterator, FALSE };
	const StoreKey to = bound.len > 0 ? wasm_entry_key(prefix, bound) :
					    wasm_prefix_end(prefix);
	int32_t status;

	g_byte_array_append(from, prefix->bytes, prefix->len);
	page_from(iterator, from);
	status = state->scan(state, buffer_slice(from), wasm_key_slice(&to),
			     &page.sink);
	iterator->more = page.full;
	if (page.full || status == BSN_OK)
		return BSN_OK;
	return broken(frame, status < 0 ? status : BSN_E_INTERNAL);
}

/* ---- others --------------------------------------------------------------- */

static int32_t
emit(Frame *frame, bsn_slice name, bsn_slice data)
{
	const int32_t status = wasm_journal_emit(journal_of(frame),
						 frame->self, &name, 1, data);

	return status == BSN_OK ? BSN_OK : broken(frame, status);
}

static int32_t
call_contract(Frame *frame, bsn_slice contract, bsn_slice function,
	      bsn_slice arguments, int32_t *ended)
{
	Execution *execution = state_frame(frame)->execution;
	bsn_call call = wasm_execution_inner(execution, frame->read_only);
	Ending ending = { .output = frame->held,
			  .gas = wasm_gas(frame->instance) };

	call.caller = frame->self;
	call.contract = contract;
	call.function = function;
	call.input = arguments;
	wasm_execution_call(execution, &call, &ending);
	wasm_set_gas(frame->instance, ending.gas);
	*ended = ending.status;
	if (ending.status < 0)
		return wasm_frame_fail(frame, ending.status, "%s",
				       ending.reason);
	if (ending.status != BSN_OK && frame->held->len == 0)
		g_byte_array_append(frame->held,
				    (const guint8 *)ending.reason,
				    (guint)strlen(ending.reason));
	return BSN_OK;
}

static void
write_log(Frame *frame, bsn_slice text)
{
	g_autofree char *self = clip_text(frame->self);
	g_autofree char *line =
		g_utf8_make_valid((const char *)text.data, (gssize)text.len);

	wasm_plugin_log("contract %s: %s", self, g_strdelimit(line, "\r\n", ' '));
}

const WasmWorld wasm_state_world = {
	.get = get,
	.put = put,
	.del = del,
	.open = open_iterator,
	.fetch = fetch,
	.emit = emit,
	.call = call_contract,
	.log = write_log,
};
