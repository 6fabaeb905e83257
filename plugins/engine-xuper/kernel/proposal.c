/* SPDX-License-Identifier: Apache-2.0
 *
 * $proposal: what holders of governance tokens decide. A proposal gathers votes
 * until a height; when enough of the supply is for it, it triggers a call of a
 * kernel contract at a later one (proposal_due.c).
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/call.h"
#include "plugins/engine-xuper/kernel/consensus.h"
#include "plugins/engine-xuper/kernel/proposal_private.h"
#include "plugins/engine-xuper/kernel/terms.h"

#define KEY_NEWEST "id"
/* Tokens that a proposal locks of who makes it, as in XuperChain. */
#define PROPOSE_TOKENS 1000u
/* Of the supply, as in XuperChain. */
#define PERCENT_MIN 51u

/* The proposal of the argument proposal_id, with that status. */
static json_t *
asked_proposal(const KernelCall *call, char **id, const char *word,
	       int32_t *status, bsn_err *err)
{
	json_t *proposal;

	*status = BSN_BAD_REQUEST;
	*id = arg_text(call, "proposal_id", PROPOSAL_ID_MAX, err);
	if (*id == NULL)
		return NULL;
	proposal = proposal_read(call->box, *id, status, err);
	if (proposal == NULL || proposal_is(proposal, word))
		return proposal;
	*status = bsn_fail(err, BSN_CONFLICT, "the proposal is %s, not %s",
			   proposal_status(proposal), word);
	json_decref(proposal);
	return NULL;
}

/* ---- proposing --------------------------------------------------------- */

typedef struct {
	json_t *args, *trigger;
	guint64 stop_height;
} Proposed;

static int32_t
check_trigger(const KernelCall *call, Proposed *made, bsn_err *err)
{
	const KernelMethod *method =
		call_described(made->trigger, "proposal.trigger", err);
	guint64 height = protocol_number(made->trigger, "height", 0);

	if (method == NULL)
		return BSN_BAD_REQUEST;
	if (height <= made->stop_height)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"proposal.trigger.height must be above "
				"stop_vote_height");
	if (strcmp(method->contract, "$proposal") == 0 ||
	    strcmp(method->contract, "$timer_task") == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a proposal cannot trigger %s",
				method->contract);
	if (strcmp(method->contract, "$consensus") == 0)
		return consensus_check(call->box,
				       json_object_get(made->trigger, "args"),
				       err);
	return BSN_OK;
}

static int32_t
check_proposal(const KernelCall *call, const json_t *json, Proposed *made,
	       bsn_err *err)
{
	JsonFields fields = fields_of(json, "proposal", err);
	JsonFields args;

	made->args = (json_t *)fields_object(&fields, "args");
	made->trigger = (json_t *)fields_object(&fields, "trigger");
	fields_require(&fields, "args",
		       "{\"min_vote_percent\":\"51\","
		       "\"stop_vote_height\":\"120\"}");
	fields_require(&fields, "trigger", "the call that it is about");
	if (fields_end(&fields) != BSN_OK)
		return fields.status;
	args = fields_of(made->args, "proposal.args", err);
	(void)value_u64(&args, "min_vote_percent", PERCENT_MIN, 100, 100);
	made->stop_height = value_u64(&args, "stop_vote_height", 1,
				      G_MAXINT64 - 1, 0);
	fields_require(&args, "min_vote_percent",
		       "how much of the supply must be for it, 51 to 100");
	fields_require(&args, "stop_vote_height",
		       "the block in which votes are counted");
	if (fields_end(&args) != BSN_OK)
		return args.status;
	return check_trigger(call, made, err);
}

static char *
next_id(Sandbox *box, int32_t *status, bsn_err *err)
{
	g_autofree char *old =
		value_get_text(box, BUCKET_PROPOSAL, KEY_NEWEST, status, err);
	g_autofree char *new = NULL;
	guint64 number = 0;

	if (old == NULL && *status != BSN_NOT_FOUND)
		return NULL;
	if (old != NULL)
		value_number(bsn_slice_str(old), G_MAXINT64, &number);
	new = g_strdup_printf("%" G_GUINT64_FORMAT, number + 1);
	*status = value_put_text(box, BUCKET_PROPOSAL, KEY_NEWEST, new, err);
	return *status == BSN_OK ? g_steal_pointer(&new) : NULL;
}

static int32_t
store(Sandbox *box, const char *id, const Proposed *made, const char *proposer,
      bsn_err *err)
{
	g_autoptr(json_t) proposal =
		json_pack("{s:O, s:O, s:s, s:s}", "args", made->args,
			  "trigger", made->trigger, "vote_amount", "0",
			  "proposer", proposer);
	guint8 tokens[AMOUNT_LEN];
	int32_t status;

	amount_from_u64(PROPOSE_TOKENS, tokens);
	status = proposal_lock(box, id, proposer, tokens, err);
	if (status == BSN_OK)
		status = proposal_write(box, id, proposal, "voting", err);
	if (status == BSN_OK)
		status = proposal_task(box, id, "CheckVoteResult",
				  made->stop_height, err);
	return status;
}

static int32_t
propose(KernelCall *call, bsn_err *err)
{
	const char *proposer = call_initiator(call, err);
	g_autoptr(json_t) json = NULL;
	g_autofree char *id = NULL;
	Proposed made;
	int32_t status;

	if (proposer == NULL)
		return BSN_DENIED;
	json = json_parse_object(kernel_arg(call, "proposal"), PROPOSAL_MAX,
				 "proposal", &status, err);
	if (json == NULL)
		return status;
	status = check_proposal(call, json, &made, err);
	if (status != BSN_OK)
		return status;
	id = next_id(call->box, &status, err);
	if (id == NULL)
		return status;
	status = store(call->box, id, &made, proposer, err);
	answer_text(call, id);
	return status;
}

/* ---- voting ------------------------------------------------------------ */

static int32_t
vote(KernelCall *call, bsn_err *err)
{
	const char *voter = call_initiator(call, err);
	g_autofree char *id = NULL;
	g_autoptr(json_t) proposal = NULL;
	guint8 amount[AMOUNT_LEN], sum[AMOUNT_LEN] = { 0 };
	int32_t status;

	if (voter == NULL)
		return BSN_DENIED;
	if (!arg_amount(call, "amount", amount, err))
		return BSN_BAD_REQUEST;
	proposal = asked_proposal(call, &id, "voting", &status, err);
	if (proposal == NULL)
		return status;
	status = proposal_lock(call->box, id, voter, amount, err);
	if (status != BSN_OK)
		return status;
	value_to_amount(json_object_get(proposal, "vote_amount"), sum);
	amount_add(sum, sum, amount);
	json_object_set_new(proposal, "vote_amount", value_of_amount(sum));
	return value_put(call->box, BUCKET_PROPOSAL, id, proposal, err);
}

static int32_t
thaw(KernelCall *call, bsn_err *err)
{
	const char *who = call_initiator(call, err);
	g_autofree char *id = NULL;
	g_autoptr(json_t) proposal = NULL;
	guint8 sum[AMOUNT_LEN] = { 0 };
	int32_t status;

	if (who == NULL)
		return BSN_DENIED;
	proposal = asked_proposal(call, &id, "voting", &status, err);
	if (proposal == NULL)
		return status;
	if (strcmp(json_string_value(json_object_get(proposal, "proposer")),
		   who) != 0)
		return bsn_fail(err, BSN_DENIED,
				"only who has made a proposal can take it "
				"back");
	value_to_amount(json_object_get(proposal, "vote_amount"), sum);
	if (!amount_is_zero(sum))
		return bsn_fail(err, BSN_CONFLICT,
				"there are votes for it already");
	status = proposal_unlock(call->box, id, err);
	if (status == BSN_OK)
		status = proposal_write(call->box, id, proposal, "cancelled",
				      err);
	return status;
}

static int32_t
query(KernelCall *call, bsn_err *err)
{
	g_autofree char *id = arg_text(call, "proposal_id", PROPOSAL_ID_MAX, err);
	g_autoptr(json_t) proposal = NULL;
	int32_t status;

	if (id == NULL)
		return BSN_BAD_REQUEST;
	proposal = proposal_read(call->box, id, &status, err);
	if (proposal == NULL)
		return status;
	answer_json(call, proposal);
	return BSN_OK;
}

const KernelMethod kernel_proposal[] = {
	{ "$proposal", "Propose", propose, 0, "proposal" },
	{ "$proposal", "Vote", vote, 0, "proposal_id, amount" },
	{ "$proposal", "Thaw", thaw, 0, "proposal_id" },
	{ "$proposal", "CheckVoteResult", proposal_check_result,
	  KERNEL_AUTOGEN, "args" },
	{ "$proposal", "Trigger", proposal_trigger, KERNEL_AUTOGEN, "args" },
	{ "$proposal", "Unlock", proposal_go_on, KERNEL_AUTOGEN, "args" },
	{ "$proposal", "Query", query, KERNEL_READS, "proposal_id" },
	{ NULL, NULL, NULL, 0, NULL },
};
