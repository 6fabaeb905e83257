/* SPDX-License-Identifier: Apache-2.0
 *
 * $tdpos: candidates for the next terms, and votes for them with governance
 * tokens, which stay locked as long.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/govern.h"
#include "plugins/engine-xuper/kernel/tdpos_private.h"

/* Who asks for what. */
typedef struct {
	const char *from; /* borrowed */
	char *candidate;
	char *nominate_key, *ballots_key, *vote_key;
	guint8 amount[AMOUNT_LEN];
} Asked;

static void
asked_clear(Asked *asked)
{
	g_free(asked->candidate);
	g_free(asked->nominate_key);
	g_free(asked->ballots_key);
	g_free(asked->vote_key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static int32_t
read_asked(const KernelCall *call, gboolean amount, Asked *asked, bsn_err *err)
{
	asked->from = call_initiator(call, err);
	if (asked->from == NULL)
		return BSN_DENIED;
	asked->candidate = arg_address(call, "candidate", err);
	if (asked->candidate == NULL)
		return BSN_BAD_REQUEST;
	if (amount && !arg_amount(call, "amount", asked->amount, err))
		return BSN_BAD_REQUEST;
	asked->nominate_key =
		g_strconcat(NOMINATE_PREFIX, asked->candidate, NULL);
	asked->ballots_key =
		g_strconcat(BALLOTS_PREFIX, asked->candidate, NULL);
	asked->vote_key = g_strconcat(VOTE_PREFIX, asked->candidate, "_",
				      asked->from, NULL);
	return BSN_OK;
}

int32_t
tdpos_amount(Sandbox *box, const char *key, guint8 amount[AMOUNT_LEN],
	     bsn_err *err)
{
	int32_t status;
	g_autofree char *text =
		value_get_text(box, BUCKET_TDPOS, key, &status, err);

	memset(amount, 0, AMOUNT_LEN);
	if (text == NULL)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	return amount_from_text(bsn_slice_str(text), amount)
		       ? BSN_OK
		       : bsn_fail(err, BSN_E_CORRUPT, "%s cannot be read", key);
}

/* Adds to an amount, or takes away; what is zero is not kept. */
static int32_t
change_amount(Sandbox *box, const char *key, const guint8 by[AMOUNT_LEN],
	      gboolean more, bsn_err *err)
{
	guint8 amount[AMOUNT_LEN];
	g_autofree char *text = NULL;
	int32_t status = tdpos_amount(box, key, amount, err);

	if (status != BSN_OK)
		return status;
	if (more ? !amount_add(amount, amount, by)
		 : !amount_sub(amount, amount, by))
		return bsn_fail(err, BSN_DENIED,
				"there are not so many votes of this voter");
	if (amount_is_zero(amount))
		return value_delete(box, BUCKET_TDPOS, key, err);
	text = amount_to_text(amount);
	return value_put_text(box, BUCKET_TDPOS, key, text, err);
}

/* Candidates and votes are for chains that elect. */
static int32_t
read_tdpos(Sandbox *box, Terms *terms, bsn_err *err)
{
	int32_t status = terms_read(box, terms, err);

	if (status == BSN_OK && strcmp(terms->protocol, "tdpos") != 0)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"this chain elects nobody: its protocol is %s",
				terms->protocol);
	return status;
}

/* ---- candidates -------------------------------------------------------- */

static int32_t
check_candidate(const KernelCall *call, const char *candidate, bsn_err *err)
{
	g_auto(Member) member = { 0 };
	int32_t status = member_read(call->box, candidate, &member, err);

	if (status == BSN_NOT_FOUND || (status == BSN_OK && !member.validates))
		return bsn_fail(err, BSN_DENIED,
				"%s is no member of this chain with the role "
				"consensus",
				candidate);
	if (status == BSN_OK && !has_signed(sandbox_env(call->box), candidate))
		return bsn_fail(err, BSN_DENIED,
				"the candidate must sign, too: name it in "
				"auth_require");
	return status;
}

static int32_t
nominate(KernelCall *call, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	g_auto(Asked) asked = { 0 };
	g_autoptr(json_t) record = NULL;
	int32_t status = read_asked(call, TRUE, &asked, err);

	if (status == BSN_OK)
		status = read_tdpos(call->box, &terms, err);
	if (status == BSN_OK)
		status = check_candidate(call, asked.candidate, err);
	if (status != BSN_OK)
		return status;
	status = sandbox_get(call->box, bsn_slice_str(BUCKET_TDPOS),
			     bsn_slice_str(asked.nominate_key), NULL, err);
	if (status != BSN_NOT_FOUND)
		return status < 0 ? status
				  : bsn_fail(err, BSN_DUPLICATE,
					     "%s is a candidate already",
					     asked.candidate);
	status = govern_lock(call->box, asked.from, GOVERN_TDPOS, asked.amount,
			     err);
	if (status != BSN_OK)
		return status;
	record = json_pack("{s:s, s:o}", "from", asked.from, "amount",
			   value_of_amount(asked.amount));
	return value_put(call->box, BUCKET_TDPOS, asked.nominate_key, record,
			 err);
}

static int32_t
revoke_nominate(KernelCall *call, bsn_err *err)
{
	g_auto(Asked) asked = { 0 };
	g_autoptr(json_t) record = NULL;
	int32_t status = read_asked(call, FALSE, &asked, err);

	if (status != BSN_OK)
		return status;
	record = value_get(call->box, BUCKET_TDPOS, asked.nominate_key, &status,
			   err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "%s is no candidate",
				asked.candidate);
	if (record == NULL)
		return status;
	if (g_strcmp0(json_string_value(json_object_get(record, "from")),
		      asked.from) != 0)
		return bsn_fail(err, BSN_DENIED,
				"only who has nominated %s can take it back",
				asked.candidate);
	if (!value_to_amount(json_object_get(record, "amount"), asked.amount))
		return bsn_fail(err, BSN_E_CORRUPT, "%s cannot be read",
				asked.nominate_key);
	status = govern_unlock(call->box, asked.from, GOVERN_TDPOS,
			       asked.amount, err);
	if (status == BSN_OK)
		status = value_delete(call->box, BUCKET_TDPOS,
				      asked.nominate_key, err);
	return status;
}

/* ---- votes ------------------------------------------------------------- */

/* A remainder of an amount. */
static guint64
modulo(const guint8 amount[AMOUNT_LEN], guint64 by)
{
	guint64 rest = 0;

	for (guint i = 0; i < AMOUNT_LEN; i++)
		rest = (rest << 8 | amount[i]) % by;
	return rest;
}

static int32_t
check_vote(KernelCall *call, const Asked *asked, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	int32_t status = read_tdpos(call->box, &terms, err);
	guint64 unit;

	if (status != BSN_OK)
		return status;
	unit = protocol_number(terms.config, "vote_unit_price", 1);
	if (unit > 1 && modulo(asked->amount, unit) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"amount must be a multiple of "
				"%" G_GUINT64_FORMAT ", the price of a vote",
				unit);
	status = sandbox_get(call->box, bsn_slice_str(BUCKET_TDPOS),
			     bsn_slice_str(asked->nominate_key), NULL, err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "%s is no candidate",
				asked->candidate);
	return status;
}

static int32_t
vote(KernelCall *call, bsn_err *err)
{
	g_auto(Asked) asked = { 0 };
	int32_t status = read_asked(call, TRUE, &asked, err);

	if (status == BSN_OK)
		status = check_vote(call, &asked, err);
	if (status == BSN_OK)
		status = govern_lock(call->box, asked.from, GOVERN_TDPOS,
				     asked.amount, err);
	if (status == BSN_OK)
		status = change_amount(call->box, asked.vote_key, asked.amount,
				       TRUE, err);
	if (status == BSN_OK)
		status = change_amount(call->box, asked.ballots_key,
				       asked.amount, TRUE, err);
	return status;
}

/* Also after the chain has changed its protocol, for the tokens. */
static int32_t
revoke_vote(KernelCall *call, bsn_err *err)
{
	g_auto(Asked) asked = { 0 };
	int32_t status = read_asked(call, TRUE, &asked, err);

	if (status == BSN_OK)
		status = change_amount(call->box, asked.vote_key, asked.amount,
				       FALSE, err);
	if (status == BSN_OK)
		status = change_amount(call->box, asked.ballots_key,
				       asked.amount, FALSE, err);
	if (status == BSN_OK)
		status = govern_unlock(call->box, asked.from, GOVERN_TDPOS,
				       asked.amount, err);
	return status;
}

const KernelMethod kernel_tdpos[] = {
	{ "$tdpos", "nominateCandidate", nominate, 0, "candidate, amount" },
	{ "$tdpos", "revokeNominate", revoke_nominate, 0, "candidate" },
	{ "$tdpos", "voteCandidate", vote, 0, "candidate, amount" },
	{ "$tdpos", "revokeVote", revoke_vote, 0, "candidate, amount" },
	{ "$tdpos", "getTdposInfos", tdpos_infos, KERNEL_READS, "" },
	{ NULL, NULL, NULL, 0, NULL },
};
