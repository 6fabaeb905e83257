/* SPDX-License-Identifier: Apache-2.0
 *
 * What may be done with a chaincode that is defined. Organisations agree on it
 * as they do on definitions: an admin gives their own organisation's consent,
 * which holds until the definition changes in any way, and a node endorses the
 * change when its organisation has given that, in this transaction or before.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/fields.h"
#include "plugins/engine-fabric/lifecycle/functions.h"

/* What one call is about. */
typedef struct {
	SystemCall *call;
	View view;
	Arena arena;
	const char *name;
	const char *msp_id; /* of who calls */
	gint64 sequence;
	guint64 since; /* the block that has changed it last */
	guint to;      /* CHAINCODE_* */
} Change;

static void
change_clear(Change *change)
{
	arena_clear(&change->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, change_clear)

/* ---- may it be ---- */

static int32_t
check_condition(const Change *change, bsn_err *err)
{
	guint now = 0;
	const int32_t status = definition_condition(&change->view, change->name,
						    &now, err);
	/* Uninstalling is possible from either. */
	const gboolean fits = change->to == CHAINCODE_UNINSTALLED ||
			      (change->to == CHAINCODE_FROZEN) ==
				      (now == CHAINCODE_ACTIVE);

	if (status != BSN_OK || (now != CHAINCODE_UNINSTALLED && fits))
		return status;
	return bsn_fail(err, BSN_CONFLICT, "%s is %s", change->name,
			now == CHAINCODE_ACTIVE ? "not frozen"
						: condition_word(now));
}

static int32_t
begin(SystemCall *call, guint to, Change *change, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Lifecycle__QueryChaincodeDefinitionArgs *args = message_unpack(
		&change->arena,
		&lifecycle__query_chaincode_definition_args__descriptor,
		call_argument(call), &status, err);

	if (args == NULL)
		return status;
	change->call = call;
	change->view = call_view(call);
	change->name = args->name;
	change->msp_id = call->input->who->msp->id;
	change->to = to;
	status = chaincode_name_check(args->name, err);
	if (status == BSN_OK)
		status = definition_sequence(&change->view, args->name,
					     &change->sequence, err);
	if (status == BSN_OK && change->sequence == 0)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the channel has no chaincode \"%s\"",
				args->name);
	if (status == BSN_OK)
		status = definition_since(&change->view, args->name,
					  &change->since, err);
	return status == BSN_OK ? check_condition(change, err) : status;
}

/* ---- consent ---- */

/* No chaincode's name has a dot. */
static char *
consent_key(const Change *change, const char *msp_id)
{
	return g_strdup_printf(KEY_SOURCES "%s.%s#%" G_GUINT64_FORMAT "/%s",
			       change->name, condition_word(change->to),
			       change->since, msp_id);
}

static int32_t
has_consent(const Change *change, const char *msp_id, gboolean *given,
	    bsn_err *err)
{
	g_autofree char *key = consent_key(change, msp_id);
	g_autoptr(StateItem) item = NULL;
	const int32_t status = view_get(&change->view, key, &item, err);

	*given = item != NULL;
	return status;
}

static int32_t
give_consent(Change *change, gboolean *again, bsn_err *err)
{
	g_autofree char *key = consent_key(change, change->msp_id);
	const int32_t status = has_consent(change, change->msp_id, again, err);

	if (status != BSN_OK || *again)
		return status;
	return simulator_put(change->view.simulator,
			     bsn_slice_str(LIFECYCLE_NAME), bsn_slice_str(key),
			     field_text(&change->arena,
					condition_word(change->to)),
			     err);
}

/* All are read, whichever node this is, so that results are the same. */
static int32_t
find_consent(const Change *change, const char *own, gboolean *own_given,
	     bsn_err *err)
{
	g_autoptr(GPtrArray) organisations =
		cache_organisations(change->call->channel);
	int32_t status = BSN_OK;

	*own_given = FALSE;
	for (guint i = 0; i < organisations->len && status == BSN_OK; i++) {
		const ChannelOrganisation *one = organisations->pdata[i];
		gboolean given;

		status = has_consent(change, one->msp_id, &given, err);
		*own_given |= given && g_strcmp0(own, one->msp_id) == 0;
	}
	return status;
}

/* ---- the functions ---- */

static int32_t
approve(SystemCall *call, guint to, bsn_err *err)
{
	g_auto(Change) change = { 0 };
	gboolean again = FALSE;
	int32_t status = begin(call, to, &change, err);

	if (status == BSN_OK)
		status = give_consent(&change, &again, err);
	if (status == BSN_OK && again)
		return bsn_fail(err, BSN_DUPLICATE,
				"%s has agreed already that %s be %s",
				change.msp_id, change.name,
				condition_word(to));
	return status;
}

static int32_t
make(SystemCall *call, guint to, bsn_err *err)
{
	const char *own = own_msp(call->channel);
	g_auto(Change) change = { 0 };
	gboolean given = FALSE;
	gboolean again;
	int32_t status = begin(call, to, &change, err);

	if (status == BSN_OK)
		status = find_consent(&change, own, &given, err);
	if (status == BSN_OK)
		status = give_consent(&change, &again, err);
	if (status != BSN_OK)
		return status;
	if (own == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node has no certificate of an "
				"organisation, for which it could agree");
	if (!given && strcmp(own, change.msp_id) != 0)
		return bsn_fail(err, BSN_CONFLICT,
				"that %s be %s is not agreed to by this org "
				"(%s): an admin of it must approve it first",
				change.name, condition_word(to), own);
	return definition_put_condition(&change.view, change.name,
					change.sequence, to, err);
}

int32_t
condition_freeze(SystemCall *call, bsn_err *err)
{
	return make(call, CHAINCODE_FROZEN, err);
}

int32_t
condition_unfreeze(SystemCall *call, bsn_err *err)
{
	return make(call, CHAINCODE_ACTIVE, err);
}

int32_t
condition_uninstall(SystemCall *call, bsn_err *err)
{
	return make(call, CHAINCODE_UNINSTALLED, err);
}

int32_t
condition_approve_freeze(SystemCall *call, bsn_err *err)
{
	return approve(call, CHAINCODE_FROZEN, err);
}

int32_t
condition_approve_unfreeze(SystemCall *call, bsn_err *err)
{
	return approve(call, CHAINCODE_ACTIVE, err);
}

int32_t
condition_approve_uninstall(SystemCall *call, bsn_err *err)
{
	return approve(call, CHAINCODE_UNINSTALLED, err);
}
