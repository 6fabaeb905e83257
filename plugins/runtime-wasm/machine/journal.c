/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/journal.h"

#include "plugins/kit/sink.h"

typedef struct {
	GBytes *contract, *data;
	guint n;
	GBytes *topics[EVENT_TOPICS_MAX];
} Event;

static void
event_free(gpointer item)
{
	Event *event = item;

	g_bytes_unref(event->contract);
	g_bytes_unref(event->data);
	for (guint i = 0; i < event->n; i++)
		g_bytes_unref(event->topics[i]);
	g_free(event);
}

/* ---- events --------------------------------------------------------------- */

static GBytes *
copy(bsn_slice bytes)
{
	return g_bytes_new(bytes.data, bytes.len);
}

int32_t
wasm_journal_emit(Journal *journal, bsn_slice contract, const bsn_slice *topics,
	     guint64 n, bsn_slice data)
{
	Event *event;

	if (journal->events->len >= EVENTS_MAX ||
	    data.len > EVENTS_BYTES_MAX - journal->event_bytes)
		return BSN_OUT_OF_BUDGET;
	event = g_new0(Event, 1);
	event->contract = copy(contract);
	event->data = copy(data);
	for (; event->n < n; event->n++)
		event->topics[event->n] = copy(topics[event->n]);
	journal->event_bytes += data.len;
	g_ptr_array_add(journal->events, event);
	return BSN_OK;
}

/* bsn_event_sink.emit */
static int32_t
take_event(bsn_event_sink *sink, bsn_slice contract, const bsn_slice *topics,
	   uint64_t n, bsn_slice data)
{
	if (n > EVENT_TOPICS_MAX || contract.len > BSN_STATE_KEY_MAX)
		return BSN_E_INVALID;
	for (guint64 i = 0; i < n; i++)
		if (topics[i].len > 32)
			return BSN_E_INVALID;
	return wasm_journal_emit((Journal *)sink, contract, topics, n, data) ==
			       BSN_OK ?
		       BSN_OK :
		       BSN_TOO_LARGE;
}

static int32_t
emit_one(bsn_state *state, const Event *event)
{
	bsn_slice topics[EVENT_TOPICS_MAX];

	for (guint i = 0; i < event->n; i++)
		topics[i] = bytes_slice(event->topics[i]);
	return state->emit(state, bytes_slice(event->contract), topics,
			   event->n, bytes_slice(event->data));
}

/* ---- the whole ------------------------------------------------------------ */

void
wasm_journal_init(Journal *journal, bsn_state *state)
{
	*journal = (Journal){ .sink = { take_event }, .state = state };
	wasm_writes_init(&journal->writes);
	journal->events = g_ptr_array_new_with_free_func(event_free);
	wasm_journal_mark_builtin(journal);
}

void
wasm_journal_clear(Journal *journal)
{
	wasm_writes_clear(&journal->writes);
	g_ptr_array_unref(journal->events);
}

void
wasm_journal_mark_builtin(Journal *journal)
{
	bsn_state *state = journal->state;

	if (BSN_HAS(state, mark) && BSN_HAS(state, revert))
		journal->builtin = state->mark(state);
}

JournalMark
wasm_journal_mark(const Journal *journal)
{
	return (JournalMark){ wasm_writes_mark(&journal->writes),
			      journal->events->len, journal->builtin };
}

void
wasm_journal_revert(Journal *journal, JournalMark mark)
{
	wasm_writes_revert(&journal->writes, mark.writes);
	for (guint i = mark.events; i < journal->events->len; i++) {
		const Event *event = journal->events->pdata[i];

		journal->event_bytes -= g_bytes_get_size(event->data);
	}
	g_ptr_array_set_size(journal->events, (gint)mark.events);
	if (journal->builtin == mark.builtin)
		return;
	journal->state->revert(journal->state, mark.builtin);
	journal->builtin = mark.builtin;
}

int32_t
wasm_journal_checked(int32_t status)
{
	if (status == BSN_TOO_LARGE)
		return BSN_E_CORRUPT;
	return status == BSN_OK || status == BSN_NOT_FOUND || status < 0 ?
		       status :
		       BSN_E_INTERNAL;
}

typedef int32_t (*Get)(bsn_state *state, bsn_slice key, bsn_sink *value);

static int32_t
get_by(Journal *journal, Get get, bsn_slice key, guint64 max,
       GByteArray *value)
{
	const Write *write = wasm_writes_find(&journal->writes, key);
	BufferSink sink = buffer_sink(value, value->len + max);
	bsn_slice written;

	if (write == NULL)
		return wasm_journal_checked(get(journal->state, key, &sink.sink));
	if (write->value == NULL)
		return BSN_NOT_FOUND;
	written = bytes_slice(write->value);
	return sink.sink.write(&sink.sink, written.data, written.len);
}

int32_t
wasm_journal_get(Journal *journal, bsn_slice key, guint64 max, GByteArray *value)
{
	return get_by(journal, journal->state->get, key, max, value);
}

int32_t
wasm_journal_get_fixed(Journal *journal, bsn_slice key, guint64 max,
		  GByteArray *value)
{
	bsn_state *state = journal->state;

	return get_by(journal,
		      BSN_HAS(state, fixed) ? state->fixed : state->get, key,
		      max, value);
}

static int32_t
commit_write(bsn_state *state, const Write *write)
{
	const bsn_slice key = bytes_slice(write->key);

	return write->value != NULL ?
		       state->put(state, key, bytes_slice(write->value)) :
		       state->del(state, key);
}

int32_t
wasm_journal_commit(Journal *journal)
{
	int32_t status = BSN_OK;
	GTreeNode *node = g_tree_node_first(journal->writes.tree);

	for (; node != NULL && status == BSN_OK; node = g_tree_node_next(node))
		status = commit_write(journal->state, wasm_writes_at(node));
	for (guint i = 0; i < journal->events->len && status == BSN_OK; i++)
		status = emit_one(journal->state, journal->events->pdata[i]);
	return status;
}
