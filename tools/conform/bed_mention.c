/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a chain knows a text that it must not know.
 */
#include "config.h"

#include "tools/conform/bed_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

typedef struct {
	const char *text;
	const char *hex;
} Wanted;

static gboolean
is_in(const Wanted *wanted, const void *data, gsize len)
{
	return len > 0 &&
	       (memmem(data, len, wanted->text, strlen(wanted->text)) != NULL ||
		memmem(data, len, wanted->hex, strlen(wanted->hex)) != NULL);
}

static gboolean
slice_has(const Wanted *wanted, bsn_slice slice)
{
	return is_in(wanted, slice.data, slice.len);
}

/* ---- answers ------------------------------------------------------------- */

static gboolean
events_have(const Wanted *wanted, const GArray *events)
{
	for (guint i = 0; events != NULL && i < events->len; i++) {
		const bsn_event *event = &g_array_index(events, bsn_event, i);

		if (slice_has(wanted, event->payload) ||
		    slice_has(wanted, event->name) ||
		    slice_has(wanted, event->contract))
			return TRUE;
	}
	return FALSE;
}

static gboolean
reply_has(const Wanted *wanted, const bsn_reply *reply)
{
	return is_in(wanted, reply->err.reason, strlen(reply->err.reason)) ||
	       slice_has(wanted, reply->json) ||
	       slice_has(wanted, reply->signable.message) ||
	       slice_has(wanted, reply->signable.state) ||
	       slice_has(wanted, reply->signable.tx) ||
	       slice_has(wanted, reply->tx.detail) ||
	       slice_has(wanted, reply->ledger.detail) ||
	       slice_has(wanted, reply->block.detail) ||
	       slice_has(wanted, reply->chain_status.detail) ||
	       events_have(wanted, reply->events);
}

/* ---- disks --------------------------------------------------------------- */

typedef struct {
	bsn_scan_sink sink;
	const Wanted *wanted;
} Searching;

static int32_t
search(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	const Wanted *wanted = ((Searching *)sink)->wanted;

	return slice_has(wanted, key) || slice_has(wanted, value)
		       ? BSN_CONFLICT
		       : BSN_OK;
}

static gboolean
disk_has(const Wanted *wanted, const SimStore *store)
{
	const bsn_slice all = { NULL, 0 };
	Searching searching = { { search }, wanted };

	return sim_store_scan(store, all, all, FALSE, &searching.sink) !=
	       BSN_OK;
}

/* ---- all of it ----------------------------------------------------------- */

static const char *
where(Bed *bed, const Wanted *wanted)
{
	for (guint i = 0; i < bed->replies->len; i++)
		if (reply_has(wanted, bed->replies->pdata[i]))
			return "an answer";
	if (is_in(wanted, bed->world->log->str, bed->world->log->len))
		return "the log";
	for (guint i = 0; i < bed->world->n_nodes; i++)
		if (disk_has(wanted, bed_chain(bed, i)->store))
			return "the store";
	return NULL;
}

const char *
bed_mentions(Bed *bed, const char *text)
{
	const bsn_slice bytes = bsn_slice_str(text);
	const Wanted wanted = { text, bed_hex(bed, bytes) };
	const char *found = where(bed, &wanted);

	bed_note(bed, "\"%s\" is looked for in answers, log and store -> %s",
		 text, found != NULL ? found : "nowhere");
	return found;
}
