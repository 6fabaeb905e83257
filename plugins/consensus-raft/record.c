/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/record.h"

#include <bsn/consensus.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-raft/services.h"
#include "plugins/kit/sink.h"

#define VERSION 1u
#define KEY_LEN 10u /* of an entry's key; the others have 2 */

static const guint8 hard_key[] = { BSN_CONSENSUS_BYTE, 'h' };
static const guint8 base_key[] = { BSN_CONSENSUS_BYTE, 'b' };
static const guint8 entries_key[] = { BSN_CONSENSUS_BYTE, 'l' };
static const guint8 entries_end[] = { BSN_CONSENSUS_BYTE, 'l' + 1 };

/* ---- writing ------------------------------------------------------------- */

/* A batch, and the memory that it points into. */
typedef struct {
	GArray *writes;    /* bsn_write */
	GPtrArray *memory; /* GByteArray */
} Batch;

static bsn_slice
keep(Batch *batch, GByteArray *bytes)
{
	g_ptr_array_add(batch->memory, bytes);
	return buffer_slice(bytes);
}

static void
add(Batch *batch, guint32 op, bsn_slice key, GByteArray *value)
{
	bsn_write write = { .size = sizeof(write), .op = op, .key = key };

	if (value != NULL)
		write.value = keep(batch, value);
	g_array_append_val(batch->writes, write);
}

static GByteArray *
entry_key(guint64 index)
{
	GByteArray *key = g_byte_array_sized_new(KEY_LEN);

	wire_put_bytes(key, bsn_slice_of(entries_key, sizeof(entries_key)));
	wire_put(key, index, 8);
	return key;
}

static void
put_hard(Batch *batch, const RaftSave *change)
{
	GByteArray *value = g_byte_array_new();
	gsize len = 0;
	const void *vote = change->vote != NULL
				   ? g_bytes_get_data(change->vote, &len)
				   : NULL;

	wire_put(value, VERSION, 1);
	wire_put(value, change->term, 8);
	wire_put(value, len, 1);
	wire_put_bytes(value, bsn_slice_of(vote, len));
	add(batch, BSN_WRITE_PUT, bsn_slice_of(hard_key, sizeof(hard_key)),
	    value);
}

static void
put_base(Batch *batch, const RaftPoint *base)
{
	GByteArray *value = g_byte_array_new();

	wire_put(value, VERSION, 1);
	wire_put(value, base->index, 8);
	wire_put(value, base->term, 8);
	wire_put(value, base->height, 8);
	raft_voters_put(base->voters, value);
	add(batch, BSN_WRITE_PUT, bsn_slice_of(base_key, sizeof(base_key)),
	    value);
}

static void
put_entry(Batch *batch, guint64 index, const RaftEntry *entry)
{
	gsize len;
	const void *data = g_bytes_get_data(entry->data, &len);
	const RaftEntryView view = { entry->kind, entry->term, entry->height,
				     bsn_slice_of(data, len) };
	GByteArray *value =
		g_byte_array_sized_new((guint)len + RAFT_ENTRY_HEAD);

	raft_entry_put(&view, value);
	add(batch, BSN_WRITE_PUT, keep(batch, entry_key(index)), value);
}

static void
delete_range(Batch *batch, guint64 first, guint64 last)
{
	for (guint64 i = first; i <= last; i++)
		add(batch, BSN_WRITE_DELETE, keep(batch, entry_key(i)), NULL);
}

int32_t
raft_record_write(bsn_chain *chain, const Raft *raft, const RaftSave *change,
		  uint64_t cookie, bsn_err *err)
{
	Batch batch = { g_array_new(FALSE, FALSE, sizeof(bsn_write)),
			g_ptr_array_new_with_free_func(
				(GDestroyNotify)g_byte_array_unref) };
	int32_t status;

	if (change->hard)
		put_hard(&batch, change);
	if (change->base != NULL)
		put_base(&batch, change->base);
	delete_range(&batch, change->delete_first, change->delete_last);
	delete_range(&batch, change->cut_first, change->cut_last);
	for (guint64 i = change->put_first; i <= change->put_last; i++)
		put_entry(&batch, i, raft_entry(raft, i));
	status = raft_services.store->commit(chain,
					     (const void *)batch.writes->data,
					     batch.writes->len, cookie, err);
	g_array_unref(batch.writes);
	g_ptr_array_unref(batch.memory);
	return status;
}

/* ---- reading ------------------------------------------------------------- */

/* The value of a key: FALSE for none or a failure, which `status` is then. */
static gboolean
get(bsn_chain *chain, bsn_slice key, GByteArray *value, int32_t *status,
    bsn_err *err)
{
	BufferSink sink = buffer_sink(value, BSN_STORE_VALUE_MAX);

	*status = raft_services.store->get(chain, key, &sink.sink, err);
	if (*status == BSN_OK)
		return TRUE;
	if (*status == BSN_NOT_FOUND)
		*status = BSN_OK;
	return FALSE;
}

/* The same for one that begins with a version; `wire` is behind that. */
static gboolean
get_versioned(bsn_chain *chain, bsn_slice key, GByteArray *value, Wire *wire,
	      int32_t *status, bsn_err *err)
{
	if (!get(chain, key, value, status, err))
		return FALSE;
	*wire = wire_of(buffer_slice(value));
	if (wire_u8(wire) == VERSION)
		return TRUE;
	*status = bsn_fail(err, BSN_E_VERSION,
			   "the chain's Raft state was written by a version "
			   "that this one does not understand");
	return FALSE;
}

static int32_t
corrupt(bsn_err *err, const char *what)
{
	return bsn_fail(err, BSN_E_CORRUPT,
			"the chain's Raft state is damaged: %s", what);
}

static int32_t
read_hard(bsn_chain *chain, RaftRecord *record, bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status;
	bsn_slice vote;
	Wire wire;

	if (!get_versioned(chain, bsn_slice_of(hard_key, sizeof(hard_key)),
			   value, &wire, &status, err))
		return status;
	record->term = wire_u64(&wire);
	vote = wire_bytes(&wire, wire_u8(&wire));
	if (!wire_end(&wire) || record->term > RAFT_NUMBER_MAX)
		return corrupt(err, "term and vote");
	if (vote.len > 0)
		record->vote = g_bytes_new(vote.data, vote.len);
	return BSN_OK;
}

static int32_t
read_base(bsn_chain *chain, RaftRecord *record, bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	RaftPoint base = { 0 };
	int32_t status;
	Wire wire;

	if (!get_versioned(chain, bsn_slice_of(base_key, sizeof(base_key)),
			   value, &wire, &status, err))
		return status;
	base.index = wire_u64(&wire);
	base.term = wire_u64(&wire);
	base.height = wire_u64(&wire);
	base.voters = raft_voters_read(&wire);
	if (base.voters == NULL)
		return corrupt(err, "the voters");
	raft_log_reset(&record->log, base);
	if (!wire_end(&wire) || base.index > RAFT_NUMBER_MAX)
		return corrupt(err, "the log's base");
	return BSN_OK;
}

typedef struct {
	bsn_scan_sink sink;
	RaftLog *log;
	bsn_err *err;
} EntryScan;

static int32_t
take_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	EntryScan *scan = (EntryScan *)sink;
	RaftLog *log = scan->log;
	guint64 last = raft_log_last(log);
	Wire key_wire = wire_of(key);
	Wire wire = wire_of(value);
	RaftEntryView view;
	RaftEntry entry;

	(void)wire_u16(&key_wire);
	if (wire_u64(&key_wire) != last + 1 || !wire_end(&key_wire))
		return corrupt(scan->err, "an entry of the log is missing");
	if (!raft_entry_read(&wire, &view) || !wire_end(&wire))
		return corrupt(scan->err, "an entry of the log");
	if (view.term < raft_log_term(log, last) ||
	    view.height != raft_log_height(log, last) +
				   (view.kind == RAFT_BLOCK ? 1 : 0))
		return corrupt(scan->err, "an entry that does not follow");
	entry = (RaftEntry){ .term = view.term,
			     .height = view.height,
			     .kind = view.kind,
			     .size = view.data.len };
	if (view.kind != RAFT_BLOCK)
		entry.data = g_bytes_new(view.data.data, view.data.len);
	raft_log_append(log, entry);
	return BSN_OK;
}

static int32_t
read_entries(bsn_chain *chain, RaftRecord *record, bsn_err *err)
{
	EntryScan scan = { { take_entry }, &record->log, err };

	return raft_services.store->scan(
		chain, bsn_slice_of(entries_key, sizeof(entries_key)),
		bsn_slice_of(entries_end, sizeof(entries_end)), 0, &scan.sink,
		err);
}

int32_t
raft_record_read(bsn_chain *chain, RaftVoters *first, RaftRecord *record,
		 bsn_err *err)
{
	int32_t status;

	*record = (RaftRecord){ .term = 0 };
	raft_log_init(&record->log, first);
	status = read_hard(chain, record, err);
	if (status == BSN_OK)
		status = read_base(chain, record, err);
	if (status == BSN_OK)
		status = read_entries(chain, record, err);
	if (status == BSN_OK &&
	    raft_log_term(&record->log, raft_log_last(&record->log)) >
		    record->term)
		status = corrupt(err, "an entry of a later term");
	if (status == BSN_OK)
		return BSN_OK;
	g_clear_pointer(&record->vote, g_bytes_unref);
	raft_log_clear(&record->log);
	return status;
}

GBytes *
raft_record_load(bsn_chain *chain, guint64 index, bsn_err *err)
{
	g_autoptr(GByteArray) key = entry_key(index);
	GByteArray *value = g_byte_array_new();
	int32_t status;
	GBytes *whole, *data = NULL;
	RaftEntryView view;
	Wire wire;

	if (!get(chain, buffer_slice(key), value, &status, err)) {
		g_byte_array_unref(value);
		return NULL;
	}
	whole = g_byte_array_free_to_bytes(value);
	wire = wire_of(bytes_slice(whole));
	if (raft_entry_read(&wire, &view) && wire_end(&wire))
		data = g_bytes_new_from_bytes(whole, RAFT_ENTRY_HEAD,
					      view.data.len);
	else
		(void)corrupt(err, "an entry of the log");
	g_bytes_unref(whole);
	return data;
}
