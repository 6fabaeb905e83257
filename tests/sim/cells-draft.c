/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions of cells being built: at once, or after a while.
 */
#include "tests/sim/cells.h"

#include <string.h>

#include "plugins/kit/sink.h"

#define LATER_MS 40u

static void
answer(const CellDraft *draft)
{
	bsn_signable is = { .size = sizeof(is), .tx_id = draft->id };
	gsize len;
	const void *data = g_bytes_get_data(draft->bytes, &len);

	if (draft->finished) {
		is.tx = bsn_slice_of(data, len);
	} else {
		is.round = 1;
		is.algorithm = "ed25519";
		is.message = is.state = bsn_slice_of(data, len);
	}
	cells_host.reply->signable(draft->reply, &is);
}

static void
draft_free(gpointer data)
{
	CellDraft *draft = data;

	g_bytes_unref(draft->bytes);
	g_free(draft);
}

/* The cell's name is behind chain, signer and number; its length before it. */
static gboolean
is_late(const CellDraft *draft)
{
	const gsize at = HASH_LEN + SIGNER_LEN + 8 + 1;
	gsize len;
	const guint8 *data = g_bytes_get_data(draft->bytes, &len);

	return len > at + strlen(LATE_NAME) &&
	       memcmp(data + at, LATE_NAME, strlen(LATE_NAME)) == 0;
}

/* Takes the draft's bytes. */
void
cells_draft_answer(bsn_ledger *ledger, const CellDraft *draft)
{
	CellDraft *copy = g_memdup2(draft, sizeof(*draft));

	if (is_late(draft)) {
		g_queue_push_tail(&ledger->built, copy);
		cells_host.timer->set(ledger->chain, TIMER_DRAFTS, LATER_MS);
		return;
	}
	answer(copy);
	draft_free(copy);
}

void
cells_drafts_timer(bsn_ledger *ledger)
{
	while (ledger->built.length > 0) {
		CellDraft *draft = g_queue_pop_head(&ledger->built);

		answer(draft);
		draft_free(draft);
	}
}

void
cells_drafts_refuse(bsn_ledger *ledger, const bsn_err *err)
{
	while (ledger->built.length > 0) {
		CellDraft *draft = g_queue_pop_head(&ledger->built);

		cells_host.reply->fail(draft->reply, BSN_UNAVAILABLE, err);
		draft_free(draft);
	}
}
