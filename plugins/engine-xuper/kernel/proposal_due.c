/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a proposal when its heights come.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/call.h"
#include "plugins/engine-xuper/kernel/govern.h"
#include "plugins/engine-xuper/kernel/proposal_private.h"
#include "plugins/engine-xuper/kernel/terms.h"

/* The proposal of a task, with that status; NULL with BSN_OK: it has another one,
 * so there is nothing to do. */
static json_t *
due_proposal(const KernelCall *call, char **id, const char *word,
	     int32_t *status, bsn_err *err)
{
	g_autoptr(json_t) args = NULL;
	json_t *proposal;

	*id = NULL;
	*status = BSN_DENIED;
	if (!called_by(call, "$timer_task", err))
		return NULL;
	args = json_parse_object(kernel_arg(call, "args"), PROPOSAL_MAX, "args",
				 status, err);
	*id = g_strdup(json_string_value(json_object_get(args, "proposal_id")));
	if (*id == NULL)
		return NULL;
	proposal = proposal_read(call->box, *id, status, err);
	if (proposal == NULL || word == NULL || proposal_is(proposal, word))
		return proposal;
	json_decref(proposal);
	return NULL;
}

/* ---- counting ---------------------------------------------------------- */

#define WIDE (AMOUNT_LEN + 1)

/* A product that needs a byte more than an amount. */
static void
times(const guint8 amount[AMOUNT_LEN], guint64 factor, guint8 out[WIDE])
{
	guint64 carry = 0;

	for (guint i = AMOUNT_LEN; i > 0; i--) {
		carry += amount[i - 1] * factor;
		out[i] = (guint8)carry;
		carry >>= 8;
	}
	out[0] = (guint8)carry;
}

/* Whether votes are at least so many hundredths of the supply. */
static gboolean
is_enough(const guint8 votes[AMOUNT_LEN], const guint8 supply[AMOUNT_LEN],
	  guint64 percent)
{
	guint8 have[WIDE], need[WIDE];

	times(votes, 100, have);
	times(supply, percent, need);
	return !amount_is_zero(votes) && memcmp(have, need, WIDE) >= 0;
}

static int32_t
has_passed(Sandbox *box, const json_t *proposal, gboolean *passed,
	   bsn_err *err)
{
	guint8 votes[AMOUNT_LEN] = { 0 }, supply[AMOUNT_LEN];
	int32_t status = govern_total(box, supply, err);

	value_to_amount(json_object_get(proposal, "vote_amount"), votes);
	*passed = is_enough(votes, supply,
			    protocol_number(json_object_get(proposal, "args"),
					    "min_vote_percent", 100));
	return status;
}

int32_t
proposal_check_result(KernelCall *call, bsn_err *err)
{
	g_autofree char *id = NULL;
	int32_t status;
	g_autoptr(json_t) proposal =
		due_proposal(call, &id, "voting", &status, err);
	guint64 height;
	gboolean passed;

	if (proposal == NULL)
		return status;
	status = has_passed(call->box, proposal, &passed, err);
	if (status != BSN_OK)
		return status;
	height = protocol_number(json_object_get(proposal, "trigger"), "height",
				 0);
	status = passed ? proposal_task(call->box, id, "Trigger", height, err)
			: proposal_unlock(call->box, id, err);
	if (status == BSN_OK)
		status = proposal_write(call->box, id, proposal,
					passed ? "passed" : "rejected", err);
	return status;
}

/* ---- doing ------------------------------------------------------------- */

/* What the call refused is taken back, and the proposal says why. */
static int32_t
trigger(Sandbox *box, json_t *proposal, gboolean *done, bsn_err *err)
{
	const json_t *trigger = json_object_get(proposal, "trigger");
	bsn_err reason = BSN_ERR_INIT;
	const KernelMethod *method =
		call_described(trigger, "trigger", &reason);
	guint64 mark = sandbox_mark(box);
	int32_t status = BSN_BAD_REQUEST;

	if (method != NULL)
		status = call_kernel(box, method, "$proposal",
				     json_object_get(trigger, "args"),
				     protocol_number(trigger, "height", 0),
				     NULL, &reason);
	*done = status == BSN_OK;
	if (status < 0)
		return bsn_fail(err, status, "%s", reason.reason);
	if (!*done) {
		sandbox_revert(box, mark);
		json_object_set_new(proposal, "reason",
				    json_string(reason.reason));
	}
	return BSN_OK;
}

int32_t
proposal_trigger(KernelCall *call, bsn_err *err)
{
	g_autofree char *id = NULL;
	int32_t status;
	g_autoptr(json_t) proposal =
		due_proposal(call, &id, "passed", &status, err);
	gboolean done;

	if (proposal == NULL)
		return status;
	status = trigger(call->box, proposal, &done, err);
	if (status == BSN_OK)
		status = proposal_unlock(call->box, id, err);
	if (status == BSN_OK)
		status = proposal_write(call->box, id, proposal,
					done ? "completed_success"
					     : "completed_failure",
					err);
	return status;
}

int32_t
proposal_go_on(KernelCall *call, bsn_err *err)
{
	g_autofree char *id = NULL;
	int32_t status;
	g_autoptr(json_t) proposal =
		due_proposal(call, &id, NULL, &status, err);

	return proposal == NULL ? status
				: proposal_unlock(call->box, id, err);
}
