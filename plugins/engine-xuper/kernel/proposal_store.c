/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/kernel/proposal_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/govern.h"
#include "plugins/engine-xuper/kernel/timer.h"

json_t *
proposal_read(Sandbox *box, const char *id, int32_t *status, bsn_err *err)
{
	guint64 number;
	json_t *proposal;

	/* Other keys are no proposals. */
	if (!value_number(bsn_slice_str(id), G_MAXINT64, &number)) {
		*status = bsn_fail(err, BSN_BAD_REQUEST,
				   "the argument proposal_id must be a number");
		return NULL;
	}
	proposal = value_get(box, BUCKET_PROPOSAL, id, status, err);
	if (proposal == NULL && *status == BSN_NOT_FOUND)
		bsn_fail(err, BSN_NOT_FOUND, "there is no proposal %s", id);
	return proposal;
}

const char *
proposal_status(const json_t *proposal)
{
	return json_string_value(json_object_get(proposal, "status"));
}

int32_t
proposal_write(Sandbox *box, const char *id, json_t *proposal, const char *word,
	     bsn_err *err)
{
	json_object_set_new(proposal, "status", json_string(word));
	return value_put(box, BUCKET_PROPOSAL, id, proposal, err);
}

gboolean
proposal_is(const json_t *proposal, const char *word)
{
	return strcmp(proposal_status(proposal), word) == 0;
}

/* ---- tokens ------------------------------------------------------------ */

static char *
lock_key(const char *id, const char *owner)
{
	return g_strconcat("lock_", id, "_", owner, NULL);
}

int32_t
proposal_lock(Sandbox *box, const char *id, const char *owner,
	    const guint8 amount[AMOUNT_LEN], bsn_err *err)
{
	g_autofree char *key = lock_key(id, owner);
	int32_t status = govern_lock(box, owner, GOVERN_ORDINARY, amount, err);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	guint8 sum[AMOUNT_LEN] = { 0 };

	if (status != BSN_OK)
		return status;
	before = value_get_text(box, BUCKET_PROPOSAL, key, &status, err);
	if (before == NULL && status != BSN_NOT_FOUND)
		return status;
	if (before != NULL)
		amount_from_text(bsn_slice_str(before), sum);
	amount_add(sum, sum, amount);
	after = amount_to_text(sum);
	return value_put_text(box, BUCKET_PROPOSAL, key, after, err);
}

static int32_t
unlock_one(Sandbox *box, const char *id, const char *owner, const char *tokens,
	   bsn_err *err)
{
	g_autofree char *key = lock_key(id, owner);
	guint8 amount[AMOUNT_LEN] = { 0 };
	int32_t status;

	amount_from_text(bsn_slice_str(tokens), amount);
	status = govern_unlock(box, owner, GOVERN_ORDINARY, amount, err);
	if (status == BSN_OK)
		status = value_delete(box, BUCKET_PROPOSAL, key, err);
	return status;
}

int32_t
proposal_task(Sandbox *box, const char *id, const char *method, guint64 height,
	 bsn_err *err)
{
	g_autoptr(json_t) args = json_pack("{s:s}", "proposal_id", id);

	return timer_add(box, height, "$proposal", method, args, err);
}

int32_t
proposal_unlock(Sandbox *box, const char *id, bsn_err *err)
{
	g_autofree char *prefix = lock_key(id, "");
	g_autoptr(GPtrArray) locks = value_entries_new();
	gboolean more = FALSE;
	int32_t status = value_scan(box, BUCKET_PROPOSAL, prefix, UNLOCKS_MAX,
				    locks, &more, err);

	for (guint i = 0; status == BSN_OK && i < locks->len; i++) {
		const ValueEntry *lock = g_ptr_array_index(locks, i);

		status = unlock_one(box, id, lock->key, lock->value, err);
	}
	if (status == BSN_OK && more)
		status = proposal_task(box, id, "Unlock",
				  sandbox_env(box)->height + 1, err);
	return status;
}
