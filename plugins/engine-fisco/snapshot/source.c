/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/source.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/walk.h"

typedef struct {
	bsn_scan_sink sink;
	Source *source;
	bsn_slice passed; /* empty: none */
	guint8 first;     /* byte that keys begin with, to whoever asks */
	gboolean undo;
	guint64 epoch;
} Reading;

/* A key of the range, with another first byte where it is kept under one. */
typedef struct {
	guint8 bytes[BSN_STORE_KEY_MAX];
	gsize len;
} Bound;

static gboolean
is_full(const Source *source)
{
	return entries_n(&source->entries) >= WALK_STEP ||
	       source->entries.memory->len >= WALK_BYTES;
}

static void
add_undo(const Reading *reading, bsn_slice key, bsn_slice value)
{
	bsn_slice before = bsn_slice_of(NULL, 0);
	gboolean there = FALSE;

	if (undo_read(value, reading->epoch, &there, &before))
		entries_add(&reading->source->entries, key, before, there);
}

/* Entries of another epoch are few, but for a moment after many changes: they
 * are being deleted. */
static int32_t
take(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	const Reading *reading = (const Reading *)sink;
	guint8 bytes[BSN_STORE_KEY_MAX] = { 0 };
	bsn_slice own = bsn_slice_of(bytes, key.len);

	if (key.len == 0 || key.len > sizeof(bytes))
		return BSN_E_CORRUPT;
	memcpy(bytes, key.data, key.len);
	bytes[0] = reading->first;
	if (reading->passed.len > 0 && bsn_slice_equal(own, reading->passed))
		return BSN_OK;
	if (is_full(reading->source))
		return BSN_BUSY;
	if (reading->undo)
		add_undo(reading, own, value);
	else
		entries_add(&reading->source->entries, own, value, TRUE);
	return BSN_OK;
}

static int32_t
read_range(const Ledger *ledger, bsn_slice from, bsn_slice to,
	   Reading *reading)
{
	int32_t status;

	entries_init(&reading->source->entries);
	reading->source->next = 0;
	reading->source->ended = TRUE;
	if (slice_compare(from, to) >= 0)
		return BSN_OK;
	status = services.store->scan(ledger->chain, from, to, 0,
				      &reading->sink, NULL);
	reading->source->ended = status == BSN_OK;
	return status == BSN_BUSY ? BSN_OK : status;
}

static bsn_slice
last_of(bsn_slice a, bsn_slice b)
{
	return slice_compare(a, b) > 0 ? a : b;
}

/* The earlier end; an empty one is after all others. */
static bsn_slice
first_end(bsn_slice end, bsn_slice to)
{
	return to.len > 0 && slice_compare(to, end) < 0 ? to : end;
}

static bsn_slice
bound_of(bsn_slice key, guint8 first, Bound *bound)
{
	bound->len = MIN(key.len, sizeof(bound->bytes));
	memcpy(bound->bytes, key.data, bound->len);
	bound->bytes[0] = (guint8)(first + (key.data[0] - STATE_BYTE));
	return bsn_slice_of(bound->bytes, bound->len);
}

int32_t
source_nonces(const Ledger *ledger, guint64 checkpoint,
	      const SourceRange *range, Source *source)
{
	const guint64 kept = ledger_config(ledger)->block_limit_range;
	Reading reading = { .sink = { take },
			    .source = source,
			    .passed = range->from,
			    .first = KEY_NONCES };
	guint8 first[RECORD_KEY_MAX];
	guint8 end[RECORD_KEY_MAX];
	guint first_len = record_key_number(
		KEY_NONCES, checkpoint > kept ? checkpoint - kept + 1 : 1,
		first);
	guint end_len = record_key_number(KEY_NONCES, checkpoint + 1, end);

	if (!range->passed)
		reading.passed.len = 0;
	return read_range(
		ledger, last_of(bsn_slice_of(first, first_len), range->from),
		first_end(bsn_slice_of(end, end_len), range->to), &reading);
}

/* Keys of the world state, or of what undoes it. */
static int32_t
read_state(const Ledger *ledger, const SourceRange *range, guint8 first,
	   Reading *reading)
{
	static const guint8 state = STATE_BYTE;
	static const guint8 after = STATE_BYTE + 1;
	Bound from, to;

	reading->first = STATE_BYTE;
	reading->passed = range->passed ? range->from : bsn_slice_of(NULL, 0);
	return read_range(
		ledger,
		bound_of(last_of(bsn_slice_of(&state, 1), range->from), first,
			 &from),
		bound_of(first_end(bsn_slice_of(&after, 1), range->to), first,
			 &to),
		reading);
}

int32_t
source_state(const Ledger *ledger, const SourceRange *range, Source *source)
{
	Reading reading = { .sink = { take }, .source = source };

	return read_state(ledger, range, STATE_BYTE, &reading);
}

int32_t
source_undo(const Ledger *ledger, guint64 epoch, const SourceRange *range,
	    Source *source)
{
	Reading reading = { .sink = { take },
			    .source = source,
			    .undo = TRUE,
			    .epoch = epoch };

	return read_state(ledger, range, undo_byte(epoch), &reading);
}

void
source_clear(Source *source)
{
	entries_clear(&source->entries);
}

gboolean
source_is_empty(const Source *source)
{
	return source->next >= entries_n(&source->entries);
}

Entry
source_first(const Source *source)
{
	return entries_at(&source->entries, source->next);
}

void
source_pass(Source *source, bsn_slice key)
{
	if (!source_is_empty(source) &&
	    slice_compare(source_first(source).key, key) == 0)
		source->next++;
}
