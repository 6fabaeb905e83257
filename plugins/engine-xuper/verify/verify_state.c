/* SPDX-License-Identifier: Apache-2.0
 *
 * The second step: whether a transaction may follow upon a state. Cheap
 * questions first, contracts last.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/ledger/effects.h"

#define NS_PER_MS 1000000

static gint
time_judge(const Upon *upon, const Tx *tx, bsn_err *err)
{
	const guint64 time_ms = (guint64)tx->msg->timestamp / NS_PER_MS;

	if (upon->time_ms == 0 || time_ms <= upon->time_ms + TIME_AHEAD_MS)
		return XUPER_OK;
	return refuse(err, XUPER_TIME,
		      "its timestamp is %" G_GUINT64_FORMAT
		      " ms ahead of the block's: %u ms are the most",
		      time_ms - upon->time_ms, TIME_AHEAD_MS);
}

static gint
place_judge(const Upon *upon, const Tx *tx, bsn_err *err)
{
	LedgerPlace place;
	int32_t status;

	if (upon->above != NULL && g_hash_table_contains(upon->above, tx->id))
		return refuse(err, XUPER_DUPLICATE, "it is there already");
	status = ledger_place(upon->verifier->ledger, upon->where, tx->id,
			      &place, NULL, err);
	if (status == BSN_OK)
		return refuse(err, XUPER_DUPLICATE,
			      "it is in block %" G_GUINT64_FORMAT " already",
			      place.height);
	return status == BSN_NOT_FOUND ? XUPER_OK : broke(status, err);
}

/* The same content with other signatures is the same deed. */
static gint
twin_judge(const Upon *upon, const Tx *tx, bsn_err *err)
{
	int32_t status;

	if (effects_any(tx))
		return XUPER_OK;
	status = effects_done(upon->layer, tx, err);
	if (status == BSN_OK)
		return refuse(err, XUPER_DUPLICATE,
			      "one of the same content is there already: give "
			      "it another nonce");
	return status == BSN_NOT_FOUND ? XUPER_OK : broke(status, err);
}

/* So that nobody can forget the first step. */
static gint
sound_judge(const Upon *upon, Tx *tx, bsn_err *err)
{
	gint code = XUPER_OK;

	if (!judged_of(tx)->sound)
		verify_static(upon->verifier, &tx, 1, &code, err);
	return code;
}

gint
verify_upon(const Upon *upon, Tx *tx, GBytes **note, bsn_err *err)
{
	gint code = sound_judge(upon, tx, err);

	if (code == XUPER_OK)
		code = time_judge(upon, tx, err);
	if (code == XUPER_OK)
		code = place_judge(upon, tx, err);
	if (code == XUPER_OK)
		code = twin_judge(upon, tx, err);
	if (code == XUPER_OK)
		code = inputs_judge(upon, tx, err);
	if (code == XUPER_OK)
		code = reads_judge(upon, tx, err);
	if (code == XUPER_OK)
		code = permission_judge(upon, tx, err);
	if (code == XUPER_OK)
		code = cross_judge(upon, tx, err);
	if (code == XUPER_OK)
		code = replay_judge(upon, tx, err);
	if (code == XUPER_OK && note != NULL)
		*note = judged_of(tx)->note != NULL
				? g_bytes_ref(judged_of(tx)->note)
				: NULL;
	return code;
}

gint
verify_state(const Verifier *verifier, Layer *layer, LedgerNode *where,
	     guint64 height, Tx *tx, GBytes **note, bsn_err *err)
{
	const Upon upon = { .verifier = verifier,
			    .layer = layer,
			    .where = where,
			    .height = height };

	return verify_upon(&upon, tx, note, err);
}
