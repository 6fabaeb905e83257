/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/walk.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/source.h"
#include "plugins/kit/sink.h"

/* The nonces; the state; what undoes this epoch and the next one. */
#define SOURCES (2u + UNDO_SLOTS - 1u)

void
walk_init(Walk *walk, guint64 checkpoint, bsn_slice from, bsn_slice to)
{
	walk->checkpoint = checkpoint;
	walk->at = g_byte_array_new();
	walk->to = g_byte_array_new();
	walk->passed = walk->ended = FALSE;
	g_byte_array_append(walk->at, from.data, (guint)from.len);
	g_byte_array_append(walk->to, to.data, (guint)to.len);
}

void
walk_clear(Walk *walk)
{
	g_clear_pointer(&walk->at, g_byte_array_unref);
	g_clear_pointer(&walk->to, g_byte_array_unref);
}

/* ---- what there is ------------------------------------------------------- */

static int32_t
read_sources(const Ledger *ledger, const Walk *walk, Source *sources)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;
	const SourceRange range = { buffer_slice(walk->at), walk->passed,
				    buffer_slice(walk->to) };
	int32_t status;

	status = source_nonces(ledger, walk->checkpoint, &range, &sources[0]);
	/* What undoes goes first: of the same key, it counts. */
	for (guint i = 0; status == BSN_OK && i < UNDO_SLOTS - 1; i++)
		status = source_undo(ledger, walk->checkpoint / interval + i,
				     &range, &sources[1 + i]);
	if (status == BSN_OK)
		status = source_state(ledger, &range, &sources[SOURCES - 1]);
	return status;
}

/* The first source with the least key; NULL when one of them would have to be
 * read on to know, or all are at their end. */
static Source *
least(Source *sources)
{
	Source *found = NULL;

	for (guint i = 0; i < SOURCES; i++) {
		if (source_is_empty(&sources[i])) {
			if (!sources[i].ended)
				return NULL;
			continue;
		}
		if (found == NULL ||
		    slice_compare(source_first(&sources[i]).key,
				  source_first(found).key) < 0)
			found = &sources[i];
	}
	return found;
}

static void
pass(Walk *walk, Source *sources, Entries *entries)
{
	Source *source;

	while ((source = least(sources)) != NULL) {
		const Entry entry = source_first(source);

		if (entry.there)
			entries_add(entries, entry.key, entry.value, TRUE);
		g_byte_array_set_size(walk->at, 0);
		g_byte_array_append(walk->at, entry.key.data,
				    (guint)entry.key.len);
		walk->passed = TRUE;
		for (guint i = 0; i < SOURCES; i++)
			source_pass(&sources[i], buffer_slice(walk->at));
	}
}

int32_t
walk_next(const Ledger *ledger, Walk *walk, Entries *entries)
{
	Source sources[SOURCES] = { 0 };
	int32_t status = read_sources(ledger, walk, sources);

	if (status == BSN_OK) {
		pass(walk, sources, entries);
		walk->ended = TRUE;
		for (guint i = 0; i < SOURCES; i++)
			walk->ended &= sources[i].ended &&
				       source_is_empty(&sources[i]);
	}
	for (guint i = 0; i < SOURCES; i++)
		source_clear(&sources[i]);
	return status;
}

/* ---- what has changed ---------------------------------------------------- */

void
change_walk_init(ChangeWalk *walk, guint64 from, guint64 to)
{
	*walk = (ChangeWalk){ .from = from,
			      .to = to,
			      .at = g_byte_array_new() };
}

void
change_walk_clear(ChangeWalk *walk)
{
	g_clear_pointer(&walk->at, g_byte_array_unref);
}

static int32_t
add_nonces(const Ledger *ledger, guint64 number, gboolean came,
	   GByteArray *memory, Entries *before, Entries *after)
{
	BufferSink sink = buffer_sink(memory, BSN_STORE_VALUE_MAX);
	guint8 bytes[RECORD_KEY_MAX];
	const bsn_slice key = bsn_slice_of(
		bytes, record_key_number(KEY_NONCES, number, bytes));
	int32_t status;

	g_byte_array_set_size(memory, 0);
	status = services.store->get(ledger->chain, key, &sink.sink, NULL);
	if (status != BSN_OK)
		return MIN(status, BSN_E_CORRUPT);
	entries_add(before, key, buffer_slice(memory), !came);
	entries_add(after, key, buffer_slice(memory), came);
	return BSN_OK;
}

/* Nonces are kept of the blocks first <= number <= checkpoint. */
static guint64
first_kept(const Ledger *ledger, guint64 checkpoint)
{
	const guint64 range = ledger_config(ledger)->block_limit_range;

	return checkpoint > range ? checkpoint - range + 1 : 1;
}

static int32_t
next_nonces(const Ledger *ledger, ChangeWalk *walk, Entries *before,
	    Entries *after)
{
	const guint64 kept = first_kept(ledger, walk->to);
	g_autoptr(GByteArray) memory = g_byte_array_new();
	int32_t status = BSN_OK;

	walk->number = MAX(walk->number, first_kept(ledger, walk->from));
	for (; status == BSN_OK && walk->number <= walk->to &&
	       entries_n(before) < WALK_STEP;
	     walk->number++) {
		/* Neither before nor after. */
		if (walk->number > walk->from && walk->number < kept)
			walk->number = kept;
		if ((walk->number > walk->from) == (walk->number >= kept))
			status = add_nonces(ledger, walk->number,
					    walk->number > walk->from, memory,
					    before, after);
	}
	return status;
}

static int32_t
add_change(const Ledger *ledger, const ChangeWalk *walk, const Entry *undo,
	   GByteArray *memory, Entries *before, Entries *after)
{
	int32_t status = undo_value_at(ledger, walk->to, undo->key, memory);

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	entries_add(before, undo->key, undo->value, undo->there);
	entries_add(after, undo->key, buffer_slice(memory), status == BSN_OK);
	return BSN_OK;
}

static int32_t
next_state(const Ledger *ledger, ChangeWalk *walk, Entries *before,
	   Entries *after)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;
	const SourceRange range = { buffer_slice(walk->at), walk->at->len > 0,
				    bsn_slice_of(NULL, 0) };
	g_autoptr(GByteArray) memory = g_byte_array_new();
	Source source = { .ended = FALSE };
	int32_t status = source_undo(ledger, walk->from / interval, &range,
				     &source);

	while (status == BSN_OK && !source_is_empty(&source)) {
		const Entry undo = source_first(&source);

		status = add_change(ledger, walk, &undo, memory, before,
				    after);
		g_byte_array_set_size(walk->at, 0);
		g_byte_array_append(walk->at, undo.key.data,
				    (guint)undo.key.len);
		source_pass(&source, buffer_slice(walk->at));
	}
	walk->ended = source.ended;
	source_clear(&source);
	return status;
}

int32_t
change_walk_next(const Ledger *ledger, ChangeWalk *walk, Entries *before,
		 Entries *after)
{
	if (walk->number <= walk->to)
		return next_nonces(ledger, walk, before, after);
	return next_state(ledger, walk, before, after);
}
