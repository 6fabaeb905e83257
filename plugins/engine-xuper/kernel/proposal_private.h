/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/proposal_private.h: proposals in the state.
 *
 * Bucket "proposal": "id" -> the newest number; NUMBER -> the proposal;
 * "lock_NUMBER_OWNER" -> the tokens that are locked for it.
 *
 * A proposal is "voting"; then "cancelled", "rejected" or "passed"; what has
 * passed and was triggered is "completed_success" or "completed_failure".
 */
#ifndef XUPER_KERNEL_PROPOSAL_PRIVATE_H
#define XUPER_KERNEL_PROPOSAL_PRIVATE_H

#include "plugins/engine-xuper/kernel/args.h"

#define BUCKET_PROPOSAL "proposal"
#define PROPOSAL_MAX 65536u /* bytes of JSON */
#define PROPOSAL_ID_MAX 20u /* digits */
/* Owners whose tokens come back in one block. */
#define UNLOCKS_MAX 64u

/* Returns: a new reference, or NULL: *status BSN_NOT_FOUND, BSN_BAD_REQUEST, of
 * the sandbox. */
json_t *proposal_read(Sandbox *box, const char *id, int32_t *status,
		      bsn_err *err);
gboolean proposal_is(const json_t *proposal, const char *word);
const char *proposal_status(const json_t *proposal);
/* Writes it with another status. */
int32_t proposal_write(Sandbox *box, const char *id, json_t *proposal,
		       const char *word, bsn_err *err);
/* Adds a task: a method of $proposal's for this one at a height. */
int32_t proposal_task(Sandbox *box, const char *id, const char *method,
		      guint64 height, bsn_err *err);
int32_t proposal_lock(Sandbox *box, const char *id, const char *owner,
		      const guint8 amount[AMOUNT_LEN], bsn_err *err);
/* Gives back UNLOCKS_MAX locks; a task does the next ones. */
int32_t proposal_unlock(Sandbox *box, const char *id, bsn_err *err);

/* What the timer calls. */
int32_t proposal_check_result(KernelCall *call, bsn_err *err);
int32_t proposal_trigger(KernelCall *call, bsn_err *err);
int32_t proposal_go_on(KernelCall *call, bsn_err *err);

#endif
