/* SPDX-License-Identifier: Apache-2.0
 *
 * What the other parts of the engine ask of definitions.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/kit/reason.h"

static int32_t
none(const char *name, bsn_err *err)
{
	g_autofree char *quoted = quote_text(bsn_slice_str(name));

	return bsn_fail(err, BSN_NOT_FOUND, "the channel has no chaincode %s",
			quoted);
}

int32_t
lifecycle_find(Channel *channel, const char *name, Definition **definition,
	       bsn_err *err)
{
	const int32_t status = cache_refresh(channel->lifecycle, err);
	Definition *found;

	if (status != BSN_OK)
		return status;
	found = g_tree_lookup(channel->lifecycle->definitions, name);
	if (found == NULL)
		return none(name, err);
	*definition = definition_ref(found);
	return BSN_OK;
}

int32_t
lifecycle_find_in(Channel *channel, Simulator *simulator, const char *name,
		  Definition **definition, bsn_err *err)
{
	const View view = { channel->ledger, simulator };
	g_autoptr(Definition) found = NULL;
	gint64 sequence = 0;
	int32_t status = lifecycle_find(channel, name, &found, err);

	/* _lifecycle's own is nowhere in the state. */
	if (status < BSN_OK || (status == BSN_OK && found->sequence == 0)) {
		if (status == BSN_OK)
			*definition = g_steal_pointer(&found);
		return status;
	}
	/* That it is not there is read as well, or a deploy would not matter
	 * to who was told so. */
	if (chaincode_name_check(name, err) != BSN_OK)
		return none(name, err);
	status = definition_sequence(&view, name, &sequence, err);
	if (status != BSN_OK)
		return status;
	if (sequence != (found != NULL ? found->sequence : 0))
		return bsn_fail(err, BSN_CONFLICT,
				"the definition of %s has changed meanwhile: "
				"try again",
				name);
	if (found == NULL)
		return none(name, err);
	*definition = g_steal_pointer(&found);
	return BSN_OK;
}

static gboolean
list_one(gpointer name, gpointer definition, gpointer list)
{
	(void)name;
	if (((Definition *)definition)->sequence > 0)
		g_ptr_array_add(list, definition_ref(definition));
	return FALSE;
}

int32_t
lifecycle_definitions(Channel *channel, GPtrArray **list, bsn_err *err)
{
	const int32_t status = cache_refresh(channel->lifecycle, err);

	if (status != BSN_OK)
		return status;
	*list = g_ptr_array_new_with_free_func(
		(GDestroyNotify)definition_unref);
	g_tree_foreach(channel->lifecycle->definitions, list_one, *list);
	return BSN_OK;
}

const Collection *
lifecycle_collection(const Channel *channel, const Definition *definition,
		     bsn_slice name)
{
	return collection_set_find_on(definition->collections, channel->config,
				      name);
}

const Policy *
lifecycle_policy(Channel *channel, const Definition *definition)
{
	return application_policy_find(definition->policy,
				       channel->config->policies);
}

/* ---- programs, and indexes ---- */

static gboolean
prepare_indexes(gpointer key, gpointer value, gpointer data)
{
	const Definition *definition = value;
	Channel *channel = data;

	if (definition->condition == CHAINCODE_UNINSTALLED ||
	    (definition->package_id != NULL &&
	     package_exists(channel, definition->package_id)))
		indexes_prepare(channel, definition);
	return FALSE;
}

void
lifecycle_prepare_indexes(Channel *channel)
{
	g_tree_foreach(channel->lifecycle->definitions, prepare_indexes,
		       channel);
}

/* One whose package is not here is not prepared, but what ran a chaincode that
 * is uninstalled is stopped. */
static gboolean
prepare_one(gpointer key, gpointer value, gpointer data)
{
	const Definition *definition = value;
	Channel *channel = data;

	if (definition->package_id != NULL &&
	    (definition->condition == CHAINCODE_UNINSTALLED ||
	     package_exists(channel, definition->package_id)))
		runtimes_prepare(channel, definition);
	return FALSE;
}

void
packages_prepare(Lifecycle *lifecycle)
{
	lifecycle_prepare_indexes(lifecycle->channel);
	g_tree_foreach(lifecycle->definitions, prepare_one,
		       lifecycle->channel);
}

/* ---- after a block ---- */

/* Whether a block changes anything of _lifecycle's public state. */
static gboolean
concerns(const BlockOutcome *outcome)
{
	const bsn_slice none_of = bsn_slice_of(NULL, 0);
	const bsn_slice namespace = bsn_slice_str(LIFECYCLE_NAME);
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice from = state_key(&arena, namespace, none_of, none_of);
	GTreeNode *node = g_tree_lower_bound(outcome->updates, &from);
	const StateItem *item = node != NULL ? g_tree_node_value(node) : NULL;
	bsn_slice parts[3];

	return item != NULL &&
	       state_key_split(item->key, &parts[0], &parts[1], &parts[2]) &&
	       bsn_slice_equal(parts[0], namespace);
}

static void
read_anew(Lifecycle *lifecycle)
{
	bsn_err err = BSN_ERR_INIT;

	lifecycle->stale = TRUE;
	if (cache_refresh(lifecycle, &err) == BSN_OK) {
		packages_prepare(lifecycle);
		fetch_next(lifecycle);
	} else {
		services_log(lifecycle->channel->chain, BSN_LOG_ERROR,
			     "the definitions of chaincodes cannot be read: %s",
			     err.reason);
	}
	private_members_changed(lifecycle->channel);
}

void
lifecycle_committed(Channel *channel, const BlockOutcome *outcome)
{
	Lifecycle *lifecycle = channel->lifecycle;

	parameters_forget(lifecycle);
	if (concerns(outcome) ||
	    g_strcmp0(own_msp(channel), lifecycle->own) != 0)
		read_anew(lifecycle);
}

void
lifecycle_self_changed(Channel *channel)
{
	read_anew(channel->lifecycle);
}
