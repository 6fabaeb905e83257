/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/range.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/engine-fabric/members/votes.h"

/* ---- definitions ---- */

Definition *
definition_ref(Definition *definition)
{
	definition->refs++;
	return definition;
}

void
definition_unref(Definition *definition)
{
	if (definition == NULL || --definition->refs > 0)
		return;
	g_free(definition->name);
	g_free(definition->version);
	g_free((gpointer)definition->policy_bytes.data);
	application_policy_free(definition->policy);
	g_free((gpointer)definition->collections_bytes.data);
	collection_set_free(definition->collections);
	g_free(definition->package_id);
	g_free(definition);
}

static gint
compare_texts(gconstpointer a, gconstpointer b, gpointer unused)
{
	return strcmp(a, b);
}

static GTree *
definitions_new(void)
{
	return g_tree_new_full(compare_texts, NULL, NULL,
			       (GDestroyNotify)definition_unref);
}

static bsn_slice
copy_bytes(bsn_slice bytes)
{
	return bsn_slice_of(g_memdup2(bytes.data, (gsize)bytes.len), bytes.len);
}

static int32_t
make(const Suite *suite, const Terms *terms, Definition **made, bsn_err *err)
{
	g_autoptr(Definition) definition = g_new0(Definition, 1);
	int32_t status = application_policy_new(suite, terms->policy,
						&definition->policy, err);

	definition->refs = 1;
	if (status == BSN_OK)
		status = collection_set_new(suite, terms->collections,
					    &definition->collections, err);
	if (status != BSN_OK)
		return status;
	definition->name = g_strdup(terms->name);
	definition->sequence = terms->sequence;
	definition->version = g_strdup(terms->version);
	definition->init_required = terms->init_required;
	definition->policy_bytes = copy_bytes(terms->policy);
	definition->collections_bytes = copy_bytes(terms->collections);
	*made = g_steal_pointer(&definition);
	return BSN_OK;
}

/* _lifecycle itself, as if it were one. */
static int32_t
make_own(const Suite *suite, Definition **made, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Terms terms = { .name = LIFECYCLE_NAME, .version = LIFECYCLE_VERSION };
	int32_t status = application_policy_parse(&arena, LIFECYCLE_POLICY,
						  &terms.policy, err);

	return status == BSN_OK ? make(suite, &terms, made, err) : status;
}

/* ---- reading them ---- */

/* What this node runs of it: only what its organisation has approved for these
 * very terms. */
static int32_t
find_package(const Lifecycle *lifecycle, const View *view, const Terms *terms,
	     Definition *definition, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const char *id = "";
	Terms approved;
	int32_t status;

	if (lifecycle->own == NULL)
		return BSN_OK;
	status = approval_read(view, &arena, lifecycle->own, terms->name,
			       terms->sequence, &approved, &id, err);
	if (status == BSN_OK && id[0] != '\0' &&
	    terms_difference(&approved, terms) == NULL)
		definition->package_id = g_strdup(id);
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

static int32_t
find_blocks(const View *view, Definition *definition, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Version first = { 0, 0 };
	Version last = { 0, 0 };
	Terms unused;
	int32_t status = definition_read_old(view, &arena, definition->name, 1,
					     &unused, &first, err);

	if (status == BSN_OK)
		status = definition_read_old(view, &arena, definition->name,
					     definition->sequence, &unused,
					     &last, err);
	definition->first_block = first.block;
	definition->block = last.block;
	return status;
}

static int32_t
load_one(const Lifecycle *lifecycle, GTree *definitions, const char *name,
	 bsn_err *err)
{
	const View view = committed_view(lifecycle->channel);
	g_auto(Arena) arena = ARENA_INIT;
	Definition *definition = NULL;
	Terms terms;
	int32_t status = definition_read(&view, &arena, name, &terms, err);

	if (status == BSN_OK)
		status = make(&view.ledger->state.suite, &terms, &definition,
			      err);
	if (status != BSN_OK)
		return status;
	g_tree_insert(definitions, definition->name, definition);
	status = definition_condition(&view, name, &definition->condition, err);
	if (status == BSN_OK)
		status = find_blocks(&view, definition, err);
	return status == BSN_OK ? find_package(lifecycle, &view, &terms,
					       definition, err)
				: status;
}

typedef int32_t (*KeyFn)(const Lifecycle *lifecycle, bsn_slice key,
			 gpointer data, bsn_err *err);

/* Calls `visit` for each public key that begins with a prefix, which ends with a
 * slash. */
static int32_t
each_key(const Lifecycle *lifecycle, const char *prefix, KeyFn visit,
	 gpointer data, bsn_err *err)
{
	const bsn_slice none = bsn_slice_of(NULL, 0);
	g_autofree char *end = g_strdup(prefix);
	g_auto(StateRange) range = { 0 };

	end[strlen(end) - 1]++;
	state_range_init(&range, &lifecycle->channel->ledger->state, NULL,
			 bsn_slice_str(LIFECYCLE_NAME), none,
			 bsn_slice_str(prefix), bsn_slice_str(end), FALSE);
	for (;;) {
		g_autoptr(StateItem) item = NULL;
		bsn_slice parts[3];
		int32_t status = state_range_next(&range, &item, err);

		if (status != BSN_OK || item == NULL)
			return status;
		if (state_key_split(item->key, &parts[0], &parts[1], &parts[2]))
			status = visit(lifecycle, parts[2], data, err);
		if (status != BSN_OK)
			return status;
	}
}

static int32_t
load_key(const Lifecycle *lifecycle, bsn_slice key, gpointer definitions,
	 bsn_err *err)
{
	const gsize skipped = strlen(KEY_METADATA);
	g_autofree char *name = g_strndup((const char *)key.data + skipped,
					  (gsize)key.len - skipped);

	return load_one(lifecycle, definitions, name, err);
}

/* ---- packages that this node should have ---- */

typedef struct {
	GTree *definitions;
	GPtrArray *ids;
} Wanted;

static int32_t
want_key(const Lifecycle *lifecycle, bsn_slice key, gpointer data, bsn_err *err)
{
	const View view = committed_view(lifecycle->channel);
	Wanted *wanted = data;
	g_auto(Arena) arena = ARENA_INIT;
	const Definition *definition;
	const char *name;
	const char *msp_id;
	const char *id = "";
	gint64 sequence;
	Terms terms;
	int32_t status;

	if (!approval_key_split(&arena, key, &name, &sequence, &msp_id) ||
	    strcmp(msp_id, lifecycle->own) != 0 ||
	    chaincode_name_check(name, NULL) != BSN_OK)
		return BSN_OK;
	definition = g_tree_lookup(wanted->definitions, name);
	if (definition != NULL &&
	    (sequence < definition->sequence ||
	     definition->condition == CHAINCODE_UNINSTALLED))
		return BSN_OK;
	status = approval_read(&view, &arena, msp_id, name, sequence, &terms,
			       &id, err);
	if (status == BSN_OK && package_id_is_valid(id))
		g_ptr_array_add(wanted->ids, g_strdup(id));
	return status;
}

/* ---- all of it ---- */

static int32_t
load(Lifecycle *lifecycle, GTree *definitions, GPtrArray *ids, bsn_err *err)
{
	Wanted wanted = { definitions, ids };
	Definition *own = NULL;
	int32_t status =
		make_own(&lifecycle->channel->ledger->state.suite, &own, err);

	if (status == BSN_OK)
		g_tree_insert(definitions, own->name, own);
	if (status == BSN_OK)
		status = each_key(lifecycle, KEY_METADATA, load_key,
				  definitions, err);
	if (status == BSN_OK && lifecycle->own != NULL)
		status = each_key(lifecycle, KEY_SOURCES, want_key, &wanted,
				  err);
	return status;
}

int32_t
cache_refresh(Lifecycle *lifecycle, bsn_err *err)
{
	const char *own = own_msp(lifecycle->channel);
	g_autoptr(GTree) definitions = NULL;
	g_autoptr(GPtrArray) wanted = NULL;
	int32_t status;

	if (!lifecycle->stale && g_strcmp0(own, lifecycle->own) == 0)
		return BSN_OK;
	lifecycle->stale = TRUE;
	g_free(lifecycle->own);
	lifecycle->own = g_strdup(own);
	definitions = definitions_new();
	wanted = g_ptr_array_new_with_free_func(g_free);
	status = load(lifecycle, definitions, wanted, err);
	if (status != BSN_OK)
		return MIN(status, BSN_E_CORRUPT);
	g_tree_unref(lifecycle->definitions);
	lifecycle->definitions = g_steal_pointer(&definitions);
	g_ptr_array_unref(lifecycle->wanted);
	lifecycle->wanted = g_steal_pointer(&wanted);
	lifecycle->stale = FALSE;
	return BSN_OK;
}

static gint
compare_organisations(gconstpointer a, gconstpointer b)
{
	const ChannelOrganisation *const *left = a;
	const ChannelOrganisation *const *right = b;

	return strcmp((*left)->msp_id, (*right)->msp_id);
}

GPtrArray *
cache_organisations(const Channel *channel)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < channel->config->organisations->len; i++) {
		ChannelOrganisation *one =
			channel->config->organisations->pdata[i];

		if (one->in_application)
			g_ptr_array_add(list, one);
	}
	g_ptr_array_sort(list, compare_organisations);
	return list;
}

const Policy *
cache_votes_policy(Lifecycle *lifecycle)
{
	g_ptr_array_set_size(lifecycle->votes_below, 0);
	votes_policy(lifecycle->channel, &lifecycle->votes,
		     lifecycle->votes_below);
	return &lifecycle->votes;
}

int32_t
lifecycle_open(Channel *channel, bsn_err *err)
{
	Lifecycle *lifecycle = g_new0(Lifecycle, 1);
	int32_t status;

	channel->lifecycle = lifecycle;
	lifecycle->channel = channel;
	lifecycle->stale = TRUE;
	lifecycle->definitions = definitions_new();
	lifecycle->wanted = g_ptr_array_new_with_free_func(g_free);
	lifecycle->votes_below = g_ptr_array_new();
	judge_init(lifecycle);
	status = packages_load(lifecycle, err);
	if (status == BSN_OK)
		status = cache_refresh(lifecycle, err);
	if (status == BSN_OK)
		fetch_next(lifecycle);
	else
		lifecycle_close(channel);
	return status;
}

void
lifecycle_close(Channel *channel)
{
	Lifecycle *lifecycle = channel->lifecycle;

	if (lifecycle == NULL)
		return;
	channel->lifecycle = NULL;
	fetch_close(lifecycle);
	offered_clear(lifecycle);
	g_clear_pointer(&lifecycle->packages, g_tree_unref);
	g_clear_pointer(&lifecycle->parameters, g_hash_table_unref);
	g_tree_unref(lifecycle->definitions);
	g_ptr_array_unref(lifecycle->wanted);
	g_ptr_array_unref(lifecycle->votes_below);
	g_free(lifecycle->own);
	g_free(lifecycle);
}
