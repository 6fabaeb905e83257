/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/sandbox-private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

/* ---- making ------------------------------------------------------------ */

static void
entry_free(gpointer data)
{
	Entry *entry = data;

	g_bytes_unref(entry->name);
	g_byte_array_unref(entry->found);
	g_clear_pointer(&entry->written, g_bytes_unref);
	g_free(entry);
}

static void
undo_clear(gpointer data)
{
	g_clear_pointer(&((Undo *)data)->written, g_bytes_unref);
}

Sandbox *
sandbox_new(Layer *below, const SandboxEnv *env)
{
	Sandbox *box = g_new0(Sandbox, 1);

	box->below = layer_ref(below);
	box->env = *env;
	box->entries = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, NULL,
					     entry_free);
	box->purses = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, NULL,
					    purse_free);
	box->chosen = g_array_new(FALSE, FALSE, sizeof(Chosen));
	box->events = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	box->facts = g_ptr_array_new();
	box->undo = g_array_new(FALSE, FALSE, sizeof(Undo));
	g_array_set_clear_func(box->undo, undo_clear);
	return box;
}

void
sandbox_free(Sandbox *box)
{
	if (box == NULL)
		return;
	g_array_unref(box->undo);
	g_ptr_array_unref(box->events);
	g_ptr_array_unref(box->facts);
	g_array_unref(box->chosen);
	g_hash_table_unref(box->purses);
	g_hash_table_unref(box->entries);
	layer_unref(box->below);
	g_free(box);
}

const SandboxEnv *
sandbox_env(const Sandbox *box)
{
	return &box->env;
}

Layer *
sandbox_layer(Sandbox *box)
{
	return box->below;
}

gboolean
sandbox_set_read_only(Sandbox *box, gboolean read_only)
{
	gboolean before = box->read_only;

	box->read_only = read_only;
	return before;
}

gboolean
sandbox_read_only(const Sandbox *box)
{
	return box->read_only;
}

gboolean
sandbox_unversioned(const Sandbox *box)
{
	return box->unversioned;
}

int32_t
sandbox_may_change(const Sandbox *box, bsn_err *err)
{
	return box->read_only ? bsn_fail(err, BSN_DENIED,
					 "a call that only reads cannot change "
					 "anything") :
				BSN_OK;
}

/* ---- entries ----------------------------------------------------------- */

static GBytes *
entry_name(bsn_slice bucket, bsn_slice key)
{
	gsize len = 1 + bucket.len + key.len;
	guint8 *data = g_malloc(len);

	data[0] = (guint8)bucket.len;
	memcpy(data + 1, bucket.data, bucket.len);
	if (key.len > 0)
		memcpy(data + 1 + bucket.len, key.data, key.len);
	return g_bytes_new_take(data, len);
}

static int32_t
check_key(bsn_slice bucket, bsn_slice key, bsn_err *err)
{
	if (bucket.len == 0 || bucket.len > XMODEL_BUCKET_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a bucket's name has 1 to %u bytes, not "
				"%" G_GUINT64_FORMAT,
				XMODEL_BUCKET_MAX, bucket.len);
	if (key.len > XMODEL_KEY_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a key has at most %u bytes, not "
				"%" G_GUINT64_FORMAT,
				XMODEL_KEY_MAX, key.len);
	return BSN_OK;
}

static int32_t
entry_read(Sandbox *box, bsn_slice bucket, bsn_slice key, Entry *entry,
	   bsn_err *err)
{
	if (g_hash_table_size(box->entries) >= SANDBOX_KEYS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a transaction uses at most %u keys",
				SANDBOX_KEYS_MAX);
	return xmodel_get(box->below, bucket, key, &entry->version,
			  entry->found, err);
}

int32_t
sandbox_entry(Sandbox *box, bsn_slice bucket, bsn_slice key, Entry **out,
	      bsn_err *err)
{
	g_autoptr(GBytes) name = NULL;
	int32_t status = check_key(bucket, key, err);
	Entry *entry;

	if (status != BSN_OK)
		return status;
	name = entry_name(bucket, key);
	*out = g_hash_table_lookup(box->entries, name);
	if (*out != NULL)
		return BSN_OK;
	entry = g_new0(Entry, 1);
	entry->name = g_bytes_ref(name);
	entry->bucket_len = (guint)bucket.len;
	entry->found = g_byte_array_new();
	status = entry_read(box, bucket, key, entry, err);
	if (status != BSN_OK) {
		entry_free(entry);
		return status;
	}
	g_hash_table_insert(box->entries, entry->name, entry);
	*out = entry;
	return BSN_OK;
}

gboolean
entry_value(const Entry *entry, bsn_slice *value)
{
	if (entry->written == NULL && !entry->version.there)
		return FALSE;
	*value = entry->written != NULL ? bytes_slice(entry->written) :
					  buffer_slice(entry->found);
	return !xmodel_is_deleted(*value);
}

/* ---- work -------------------------------------------------------------- */

int32_t
sandbox_count(Sandbox *box, guint64 bytes, bsn_err *err)
{
	box->work += 1 + bytes / SANDBOX_WORK_BYTES;
	if (box->work <= SANDBOX_WORK_MAX || box->env.height != 0)
		return BSN_OK;
	return bsn_fail(err, BSN_OUT_OF_BUDGET,
			"a transaction's contracts look at too much");
}

guint64
sandbox_cost(const Sandbox *box)
{
	const guint64 work = box->work * SANDBOX_WORK_CPU;
	const guint64 cpu = box->used[RESOURCE_CPU];

	return work > G_MAXUINT64 - cpu ? G_MAXUINT64 : work + cpu;
}

/* ---- reading and writing ----------------------------------------------- */

static int32_t
take_value(const Entry *entry, GByteArray *value)
{
	bsn_slice now;

	if (!entry_value(entry, &now))
		return BSN_NOT_FOUND;
	if (value == NULL)
		return BSN_OK;
	g_byte_array_set_size(value, 0);
	g_byte_array_append(value, now.data, (guint)now.len);
	return BSN_OK;
}

int32_t
sandbox_get(Sandbox *box, bsn_slice bucket, bsn_slice key, GByteArray *value,
	    bsn_err *err)
{
	Entry *entry;
	bsn_slice now = { NULL, 0 };
	int32_t status = sandbox_entry(box, bucket, key, &entry, err);

	if (status != BSN_OK)
		return status;
	if (value != NULL)
		(void)entry_value(entry, &now);
	status = sandbox_count(box, now.len, err);
	return status == BSN_OK ? take_value(entry, value) : status;
}

/* Not counted: a runtime that has it in its cache does not ask. */
int32_t
sandbox_look(Sandbox *box, bsn_slice bucket, bsn_slice key, GByteArray *value,
	     bsn_err *err)
{
	g_autoptr(GBytes) name = NULL;
	const Entry *entry;
	XVersion version;
	int32_t status = check_key(bucket, key, err);

	if (status != BSN_OK)
		return status;
	name = entry_name(bucket, key);
	entry = g_hash_table_lookup(box->entries, name);
	if (entry != NULL)
		return take_value(entry, value);
	status = xmodel_get(box->below, bucket, key, &version, value, err);
	if (status != BSN_OK)
		return status;
	return version.there && !xmodel_is_deleted(buffer_slice(value)) ?
		       BSN_OK :
		       BSN_NOT_FOUND;
}

static guint64
entry_bytes(const Entry *entry)
{
	return entry->written == NULL ?
		       0 :
		       entry_key(entry).len + g_bytes_get_size(entry->written);
}

/* Takes `value`. */
static void
entry_set(Sandbox *box, Entry *entry, GBytes *value)
{
	box->written -= entry_bytes(entry);
	g_clear_pointer(&entry->written, g_bytes_unref);
	entry->written = value;
	box->written += entry_bytes(entry);
}

static int32_t
write_value(Sandbox *box, bsn_slice bucket, bsn_slice key, bsn_slice value,
	    bsn_err *err)
{
	Undo undo = { .kind = UNDO_WRITE };
	int32_t status = sandbox_may_change(box, err);

	if (status == BSN_OK)
		status = sandbox_entry(box, bucket, key, &undo.entry, err);
	if (status == BSN_OK)
		status = sandbox_count(box, value.len, err);
	if (status != BSN_OK)
		return status;
	if (undo.entry->written != NULL)
		undo.written = g_bytes_ref(undo.entry->written);
	g_array_append_val(box->undo, undo);
	entry_set(box, undo.entry, g_bytes_new(value.data, value.len));
	return BSN_OK;
}

int32_t
sandbox_put(Sandbox *box, bsn_slice bucket, bsn_slice key, bsn_slice value,
	    bsn_err *err)
{
	if (value.len > XMODEL_VALUE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a value has at most %u bytes, not "
				"%" G_GUINT64_FORMAT,
				XMODEL_VALUE_MAX, value.len);
	if (xmodel_is_deleted(value))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a value of one zero byte stands for a key "
				"that is gone");
	return write_value(box, bucket, key, value, err);
}

int32_t
sandbox_delete(Sandbox *box, bsn_slice bucket, bsn_slice key, bsn_err *err)
{
	return write_value(box, bucket, key,
			   bsn_slice_of(XMODEL_DELETED, XMODEL_DELETED_LEN),
			   err);
}

/* ---- resources --------------------------------------------------------- */

void
sandbox_use(Sandbox *box, guint resource, guint64 amount)
{
	guint64 *used = &box->used[resource];

	*used = amount > G_MAXUINT64 - *used ? G_MAXUINT64 : *used + amount;
}

guint64
sandbox_used(const Sandbox *box, guint resource)
{
	guint64 used = box->used[resource];
	guint64 written = resource == RESOURCE_DISK ? box->written : 0;

	return written > G_MAXUINT64 - used ? G_MAXUINT64 : used + written;
}

/* ---- going back -------------------------------------------------------- */

guint64
sandbox_mark(Sandbox *box)
{
	return box->undo->len;
}

static void
undo_one(Sandbox *box, Undo *undo)
{
	GBytes *event;

	switch (undo->kind) {
	case UNDO_WRITE:
		entry_set(box, undo->entry, g_steal_pointer(&undo->written));
		return;
	case UNDO_EVENT:
		event = box->events->pdata[box->events->len - 1];
		box->event_bytes -= g_bytes_get_size(event);
		g_ptr_array_set_size(box->events, (gint)box->events->len - 1);
		return;
	case UNDO_PURSE:
	case UNDO_CHOSEN:
		tokens_undo(box, undo);
		return;
	}
}

void
sandbox_revert(Sandbox *box, guint64 mark)
{
	for (guint i = box->undo->len; i > mark; i--)
		undo_one(box, &g_array_index(box->undo, Undo, i - 1));
	if (mark < box->undo->len)
		g_array_set_size(box->undo, (guint)mark);
}
