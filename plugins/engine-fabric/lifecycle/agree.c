/* SPDX-License-Identifier: Apache-2.0
 *
 * Organisations agree on a chaincode's next definition.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/functions.h"

typedef Lifecycle__ApproveChaincodeDefinitionForMyOrgArgs Args;
typedef Lifecycle__CheckCommitReadinessResult__ApprovalsEntry Approval;

/* What one call is about. */
typedef struct {
	SystemCall *call;
	View view;
	Arena arena;
	Terms terms;
	const Args *args;
	const char *msp_id; /* of who calls */
	gint64 current;	    /* sequence in force; 0: none */
} Agreement;

static void
agreement_clear(Agreement *agreement)
{
	arena_clear(&agreement->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Agreement, agreement_clear)

static int32_t
check_not_uninstalled(const View *view, const char *name, bsn_err *err)
{
	guint condition;
	const int32_t status =
		definition_condition(view, name, &condition, err);

	if (status == BSN_OK && condition == CHAINCODE_UNINSTALLED)
		return bsn_fail(err, BSN_CONFLICT,
				"%s was uninstalled: its name is not given "
				"again",
				name);
	return status;
}

static int32_t
check_collections(Agreement *agreement, bsn_err *err)
{
	bsn_slice before = { NULL, 0 };
	const int32_t status = definition_collections(
		&agreement->view, &agreement->arena, agreement->terms.name,
		&before, err);

	return status == BSN_OK ? terms_check_collections(
					  agreement->call->channel->config,
					  agreement->terms.collections, before,
					  err)
				: status;
}

static int32_t
begin(SystemCall *call, Agreement *agreement, bsn_err *err)
{
	int32_t status = terms_of_args(&agreement->arena, call->channel->config,
				       call_argument(call), &agreement->terms,
				       &agreement->args, err);

	agreement->call = call;
	agreement->view = call_view(call);
	agreement->msp_id = call->input->who->msp->id;
	if (status == BSN_OK)
		status = definition_sequence(&agreement->view,
					     agreement->terms.name,
					     &agreement->current, err);
	if (status == BSN_OK)
		status = check_not_uninstalled(&agreement->view,
					       agreement->terms.name, err);
	return status == BSN_OK ? check_collections(agreement, err) : status;
}

/* ---- approving ---- */

/* One who comes late may still approve what is in force, as it is. */
static int32_t
check_same_as_committed(Agreement *agreement, bsn_err *err)
{
	const Terms *terms = &agreement->terms;
	const char *difference;
	Terms committed;
	const int32_t status =
		definition_read(&agreement->view, &agreement->arena,
				terms->name, &committed, err);

	if (status != BSN_OK)
		return status;
	difference = terms_difference(&committed, terms);
	if (difference == NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_CONFLICT,
			"%s is committed with sequence %" G_GINT64_FORMAT
			"; this differs in %s: a change needs sequence "
			"%" G_GINT64_FORMAT,
			terms->name, agreement->current, difference,
			agreement->current + 1);
}

static int32_t
check_may_approve(Agreement *agreement, bsn_err *err)
{
	const gint64 sequence = agreement->terms.sequence;

	if (sequence < agreement->current)
		return bsn_fail(err, BSN_CONFLICT,
				"currently defined sequence %" G_GINT64_FORMAT
				" is larger than requested sequence "
				"%" G_GINT64_FORMAT,
				agreement->current, sequence);
	if (sequence > agreement->current + 1)
		return bsn_fail(err, BSN_CONFLICT,
				"requested sequence %" G_GINT64_FORMAT
				" is larger than the next available sequence "
				"number %" G_GINT64_FORMAT,
				sequence, agreement->current + 1);
	return sequence == agreement->current
		       ? check_same_as_committed(agreement, err)
		       : BSN_OK;
}

static int32_t
package_of(const Agreement *agreement, const char **id, bsn_err *err)
{
	const Lifecycle__ChaincodeSource *source = agreement->args->source;

	*id = "";
	if (source == NULL ||
	    source->type_case !=
		    LIFECYCLE__CHAINCODE_SOURCE__TYPE_LOCAL_PACKAGE)
		return BSN_OK;
	*id = source->local_package->package_id;
	if (*id[0] == '\0' || package_id_is_valid(*id))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a package's id is its label, a colon and 64 "
			"hexadecimal digits");
}

/* Whether this very approval is there. */
static int32_t
is_approved(Agreement *agreement, const char *id, gboolean *same, bsn_err *err)
{
	const char *before = "";
	Terms terms;
	const int32_t status = approval_read(
		&agreement->view, &agreement->arena, agreement->msp_id,
		agreement->terms.name, agreement->terms.sequence, &terms,
		&before, err);

	*same = status == BSN_OK &&
		terms_difference(&terms, &agreement->terms) == NULL &&
		strcmp(before, id) == 0;
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

static int32_t
approve(Agreement *agreement, gboolean *same, bsn_err *err)
{
	const char *id = "";
	int32_t status = check_may_approve(agreement, err);

	*same = FALSE;
	if (status == BSN_OK)
		status = package_of(agreement, &id, err);
	if (status == BSN_OK)
		status = is_approved(agreement, id, same, err);
	return status == BSN_OK && !*same
		       ? approval_put(&agreement->view, agreement->msp_id,
				      &agreement->terms, id, err)
		       : status;
}

int32_t
agree_approve(SystemCall *call, bsn_err *err)
{
	g_auto(Agreement) agreement = { 0 };
	gboolean same = FALSE;
	int32_t status = begin(call, &agreement, err);

	if (status == BSN_OK)
		status = approve(&agreement, &same, err);
	if (status == BSN_OK && same)
		return bsn_fail(err, BSN_DUPLICATE,
				"attempted to redefine sequence "
				"%" G_GINT64_FORMAT
				" for namespace %s with unchanged content",
				agreement.terms.sequence,
				agreement.terms.name);
	return status;
}

/* ---- who has approved ---- */

static int32_t
check_is_next(const Agreement *agreement, bsn_err *err)
{
	if (agreement->terms.sequence == agreement->current + 1)
		return BSN_OK;
	return bsn_fail(err, BSN_CONFLICT,
			"requested sequence is %" G_GINT64_FORMAT
			", but new definition must be sequence "
			"%" G_GINT64_FORMAT,
			agreement->terms.sequence, agreement->current + 1);
}

int32_t
agree_readiness(SystemCall *call, bsn_err *err)
{
	g_auto(Agreement) agreement = { 0 };
	g_autoptr(GPtrArray) organisations = cache_organisations(call->channel);
	g_autofree Approval *entries = g_new0(Approval, organisations->len + 1);
	g_autofree Approval **list = g_new0(Approval *, organisations->len + 1);
	Lifecycle__CheckCommitReadinessResult result =
		LIFECYCLE__CHECK_COMMIT_READINESS_RESULT__INIT;
	int32_t status = begin(call, &agreement, err);

	if (status == BSN_OK)
		status = check_is_next(&agreement, err);
	for (guint i = 0; i < organisations->len && status == BSN_OK; i++) {
		const ChannelOrganisation *one = organisations->pdata[i];
		gboolean approved;

		lifecycle__check_commit_readiness_result__approvals_entry__init(
			&entries[i]);
		status = approval_holds(&agreement.view, one->msp_id,
					&agreement.terms, &approved, err);
		entries[i].key = one->msp_id;
		entries[i].value = approved;
		list[i] = &entries[i];
	}
	result.n_approvals = organisations->len;
	result.approvals = list;
	if (status == BSN_OK)
		message_append(call->payload, &result);
	return status;
}

/* ---- committing ---- */

/* What all endorsers read, so that their results are the same: every
 * organisation's approval. */
static int32_t
read_approvals(const Agreement *agreement, const char *own, gboolean *own_has,
	       bsn_err *err)
{
	g_autoptr(GPtrArray) organisations =
		cache_organisations(agreement->call->channel);
	int32_t status = BSN_OK;

	*own_has = FALSE;
	for (guint i = 0; i < organisations->len && status == BSN_OK; i++) {
		const ChannelOrganisation *one = organisations->pdata[i];
		gboolean approved;

		status = approval_holds(&agreement->view, one->msp_id,
					&agreement->terms, &approved, err);
		*own_has |= approved && g_strcmp0(own, one->msp_id) == 0;
	}
	return status;
}

/* This node speaks for its organisation: it endorses only what that has
 * approved, in this transaction or before. */
static int32_t
commit(Agreement *agreement, gboolean approves_now, bsn_err *err)
{
	const char *own = own_msp(agreement->call->channel);
	gboolean agreed;
	int32_t status = check_is_next(agreement, err);

	if (status == BSN_OK)
		status = read_approvals(agreement, own, &agreed, err);
	if (status != BSN_OK)
		return status;
	agreed |= approves_now && g_strcmp0(own, agreement->msp_id) == 0;
	if (own == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node has no certificate of an "
				"organisation, for which it could agree");
	if (!agreed)
		return bsn_fail(err, BSN_CONFLICT,
				"chaincode definition not agreed to by this "
				"org (%s): it must approve sequence "
				"%" G_GINT64_FORMAT " of %s with the same "
				"content first",
				own, agreement->terms.sequence,
				agreement->terms.name);
	return definition_put(&agreement->view, &agreement->terms, err);
}

int32_t
agree_commit(SystemCall *call, bsn_err *err)
{
	g_auto(Agreement) agreement = { 0 };
	int32_t status = begin(call, &agreement, err);

	return status == BSN_OK ? commit(&agreement, FALSE, err) : status;
}

int32_t
agree_deploy(SystemCall *call, bsn_err *err)
{
	g_auto(Agreement) agreement = { 0 };
	gboolean same;
	int32_t status = begin(call, &agreement, err);

	if (status == BSN_OK)
		status = check_is_next(&agreement, err);
	if (status == BSN_OK)
		status = approve(&agreement, &same, err);
	return status == BSN_OK ? commit(&agreement, TRUE, err) : status;
}
