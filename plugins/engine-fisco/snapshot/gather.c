/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/gather.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/deltas.h"
#include "plugins/engine-fisco/snapshot/walk.h"
#include "plugins/kit/sink.h"

/* A section in the making. */
typedef struct {
	GBytes *start;
	guint64 bytes;
	guint8 digest[HASH_LEN];
	LtHash *vector; /* NULL: it did not change */
} Part;

typedef enum { CHANGES, DIVIDING, DONE } Phase;

struct Gather {
	guint64 to;
	Phase phase;
	GArray *former; /* Part, by start */
	ChangeWalk changes;
	guint next;   /* former part that is finished next */
	Walk walk;    /* through the one that is divided; at NULL: none is */
	Part current; /* that it makes */
	GArray *made; /* Part: the new ones */
	GPtrArray *dropped; /* GBytes: starts that there are no more */
	Manifest result;
};

static void
part_clear(gpointer data)
{
	Part *part = data;

	g_clear_pointer(&part->start, g_bytes_unref);
	g_clear_pointer(&part->vector, g_free);
}

static GArray *
parts_new(void)
{
	GArray *parts = g_array_new(FALSE, TRUE, sizeof(Part));

	g_array_set_clear_func(parts, part_clear);
	return parts;
}

static Part *
part_at(GArray *parts, guint index)
{
	return &g_array_index(parts, Part, index);
}

/* Without a checkpoint before there is one section, which is divided. */
static void
take_former(Gather *gather, const Manifest *before)
{
	for (guint i = 0; i < manifest_n(before); i++) {
		const Section *section = manifest_at(before, i);
		Part part = { .start = g_bytes_ref(section->start),
			      .bytes = section->bytes };

		memcpy(part.digest, section->digest, HASH_LEN);
		g_array_append_val(gather->former, part);
	}
	if (gather->former->len == 0) {
		Part part = { .start = g_bytes_new(NULL, 0),
			      .bytes = G_MAXUINT64,
			      .vector = g_new0(LtHash, 1) };

		g_array_append_val(gather->former, part);
		gather->phase = DIVIDING;
	}
}

Gather *
gather_new(const Manifest *before, guint64 to, guint64 txs,
	   guint64 invalid_txs)
{
	Gather *gather = g_new0(Gather, 1);

	gather->to = to;
	gather->former = parts_new();
	gather->made = parts_new();
	gather->dropped =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	manifest_init(&gather->result, to);
	gather->result.txs = txs;
	gather->result.invalid_txs = invalid_txs;
	take_former(gather, before);
	change_walk_init(&gather->changes, before->checkpoint, to);
	return gather;
}

void
gather_free(Gather *gather)
{
	if (gather == NULL)
		return;
	change_walk_clear(&gather->changes);
	walk_clear(&gather->walk);
	part_clear(&gather->current);
	g_array_unref(gather->former);
	g_array_unref(gather->made);
	g_ptr_array_unref(gather->dropped);
	manifest_clear(&gather->result);
	g_free(gather);
}

/* ---- the vectors in the store -------------------------------------------- */

guint
vector_key(bsn_slice start, guint8 *out)
{
	out[0] = start.len > 0 && start.data[0] == STATE_BYTE
			 ? KEY_STATE_VECTOR
			 : KEY_NONCES_VECTOR;
	if (start.len == 0)
		return 1;
	memcpy(out + 1, start.data + 1, start.len - 1);
	return (guint)start.len;
}

static int32_t
load_vector(const Ledger *ledger, Part *part)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, LTHASH_LEN);
	guint8 key[BSN_STORE_KEY_MAX];
	const guint len = vector_key(bytes_slice(part->start), key);
	int32_t status;

	if (part->vector != NULL)
		return BSN_OK;
	status = services.store->get(ledger->chain, bsn_slice_of(key, len),
				     &sink.sink, NULL);
	if (status != BSN_OK)
		return MIN(status, BSN_E_CORRUPT);
	if (bytes->len != LTHASH_LEN)
		return BSN_E_CORRUPT;
	part->vector = g_new(LtHash, 1);
	lthash_read(bytes->data, part->vector);
	return BSN_OK;
}

/* ---- changes ------------------------------------------------------------- */

/* Keys come in order, so the part is this one or a later one. */
static Part *
part_of(Gather *gather, bsn_slice key)
{
	while (gather->next + 1 < gather->former->len &&
	       slice_compare(
		       bytes_slice(part_at(gather->former, gather->next + 1)
					   ->start),
		       key) <= 0)
		gather->next++;
	return part_at(gather->former, gather->next);
}

static guint64
size_of(const Entry *entry)
{
	return entry->there ? entry->key.len + entry->value.len : 0;
}

static int32_t
apply(Ledger *ledger, Gather *gather, const Entries *before,
      const Entries *after, const LtHash *deltas)
{
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < entries_n(before); i++) {
		const Entry was = entries_at(before, i);
		const Entry is = entries_at(after, i);
		Part *part = part_of(gather, was.key);

		status = load_vector(ledger, part);
		if (status != BSN_OK)
			break;
		lthash_join(part->vector, &deltas[i]);
		part->bytes += size_of(&is) - size_of(&was);
	}
	return status;
}

static int32_t
take_changes(Ledger *ledger, Gather *gather)
{
	g_auto(Entries) before = { NULL, NULL };
	g_auto(Entries) after = { NULL, NULL };
	g_autofree LtHash *deltas = NULL;
	int32_t status;

	entries_init(&before);
	entries_init(&after);
	status = change_walk_next(ledger, &gather->changes, &before, &after);
	if (status == BSN_OK)
		status = deltas_make(ledger, &before, &after, &deltas);
	if (status == BSN_OK)
		status = apply(ledger, gather, &before, &after, deltas);
	if (status == BSN_OK && gather->changes.ended) {
		gather->phase = DIVIDING;
		gather->next = 0;
	}
	return status;
}

/* ---- dividing ------------------------------------------------------------ */

static int32_t
finish_part(const Ledger *ledger, Gather *gather, Part *part)
{
	int32_t status = BSN_OK;

	if (part->vector != NULL)
		status = lthash_digest(&ledger->suite, part->vector,
				       part->digest);
	if (status != BSN_OK)
		return status;
	manifest_add(&gather->result, bytes_slice(part->start), part->bytes,
		     part->digest);
	g_array_append_val(gather->made, *part);
	*part = (Part){ .start = NULL };
	return BSN_OK;
}

/* The end of the former part that comes next; empty: there is none. */
static bsn_slice
next_end(const Gather *gather)
{
	return gather->next + 1 < gather->former->len
		       ? bytes_slice(part_at(gather->former, gather->next + 1)
					     ->start)
		       : bsn_slice_of(NULL, 0);
}

static void
begin_dividing(Gather *gather, const Part *part)
{
	gather->current = (Part){ .start = g_bytes_ref(part->start),
				  .vector = g_new0(LtHash, 1) };
	walk_init(&gather->walk, gather->to, bytes_slice(part->start),
		  next_end(gather));
}

static int32_t
take_entries(Ledger *ledger, Gather *gather, const Entries *entries,
	     const LtHash *deltas)
{
	Part *current = &gather->current;
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < entries_n(entries); i++) {
		const Entry entry = entries_at(entries, i);

		if (current->bytes >= SECTION_BYTES) {
			status = finish_part(ledger, gather, current);
			current->start =
				g_bytes_new(entry.key.data, entry.key.len);
			current->vector = g_new0(LtHash, 1);
		}
		lthash_join(current->vector, &deltas[i]);
		current->bytes += size_of(&entry);
	}
	return status;
}

static int32_t
divide(Ledger *ledger, Gather *gather)
{
	g_auto(Entries) entries = { NULL, NULL };
	g_autofree LtHash *deltas = NULL;
	int32_t status;

	entries_init(&entries);
	status = walk_next(ledger, &gather->walk, &entries);
	if (status == BSN_OK)
		status = deltas_make(ledger, NULL, &entries, &deltas);
	if (status == BSN_OK)
		status = take_entries(ledger, gather, &entries, deltas);
	if (status != BSN_OK || !gather->walk.ended)
		return status;
	walk_clear(&gather->walk);
	gather->next++;
	return finish_part(ledger, gather, &gather->current);
}

/* Parts that have nothing to divide are quick: many in one step. */
static int32_t
next_part(Ledger *ledger, Gather *gather)
{
	Part *part = part_at(gather->former, gather->next);

	if (part->bytes > SECTION_MAX) {
		begin_dividing(gather, part);
		return divide(ledger, gather);
	}
	gather->next++;
	if (part->bytes > 0 || gather->made->len == 0)
		return finish_part(ledger, gather, part);
	g_ptr_array_add(gather->dropped, g_steal_pointer(&part->start));
	part_clear(part);
	return BSN_OK;
}

static int32_t
finish_parts(Ledger *ledger, Gather *gather)
{
	int32_t status = BSN_OK;

	if (gather->walk.at != NULL)
		return divide(ledger, gather);
	for (guint i = 0; status == BSN_OK && i < WALK_STEP &&
			  gather->walk.at == NULL &&
			  gather->next < gather->former->len;
	     i++)
		status = next_part(ledger, gather);
	if (status == BSN_OK && gather->next == gather->former->len)
		gather->phase = DONE;
	return status;
}

int32_t
gather_step(Ledger *ledger, Gather *gather)
{
	switch (gather->phase) {
	case CHANGES:
		return take_changes(ledger, gather);
	case DIVIDING:
		return finish_parts(ledger, gather);
	case DONE:
		break;
	}
	return BSN_OK;
}

/* ---- the result ---------------------------------------------------------- */

const Manifest *
gather_result(const Gather *gather)
{
	return gather->phase == DONE ? &gather->result : NULL;
}

void
gather_put(const Gather *gather, Batch *batch)
{
	guint8 key[BSN_STORE_KEY_MAX];
	guint8 bytes[LTHASH_LEN];
	guint len;

	for (guint i = 0; i < gather->dropped->len; i++) {
		len = vector_key(bytes_slice(gather->dropped->pdata[i]), key);
		batch_delete_short(batch, bsn_slice_of(key, len));
	}
	for (guint i = 0; i < gather->made->len; i++) {
		const Part *part = part_at(gather->made, i);

		if (part->vector == NULL)
			continue;
		len = vector_key(bytes_slice(part->start), key);
		lthash_put(part->vector, bytes);
		batch_put_short(batch, bsn_slice_of(key, len),
				bsn_slice_of(bytes, LTHASH_LEN));
	}
}
