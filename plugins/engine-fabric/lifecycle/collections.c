/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules for what may be declared are Fabric's (its lifecycle system chaincode);
 * stricter in one: a collection's own endorsement policy must be one.
 */
#include "plugins/engine-fabric/lifecycle/collections.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/lifecycle/definition.h"
#include "plugins/kit/reason.h"

/* Other nodes of the organisation that get what is endorsed for an implicit
 * collection: Fabric's default of implicitCollectionDisseminationPolicy. */
#define IMPLICIT_PEERS 1u

typedef Protos__StaticCollectionConfig Declared;

struct CollectionSet {
	GPtrArray *declared;  /* Collection, by name */
	GHashTable *implicit; /* Collection by name */
};

static void
collection_free(gpointer data)
{
	Collection *collection = data;

	g_free(collection->name);
	signature_policy_free(collection->members);
	g_free(collection->msp_id);
	application_policy_free(collection->endorsement);
	g_free(collection);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Collection, collection_free)

/* ---- one of them ---- */

/* Fabric's ^[A-Za-z0-9-]+([A-Za-z0-9_-]+)*$. */
static gboolean
is_name(const char *name)
{
	const gsize len = strlen(name);

	return len > 0 && len <= COLLECTION_NAME_MAX && name[0] != '_' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			    "XYZ0123456789_-") == len;
}

static int32_t
check_name(const char *name, bsn_err *err)
{
	g_autofree char *quoted = NULL;

	if (is_name(name))
		return BSN_OK;
	quoted = quote_text(bsn_slice_str(name));
	return bsn_fail(err, BSN_BAD_REQUEST,
			"invalid collection name %s. Names can only consist of "
			"alphanumerics, '_', and '-', cannot begin with '_', "
			"and have at most %u characters",
			quoted, COLLECTION_NAME_MAX);
}

static int32_t
check_counts(const Declared *declared, bsn_err *err)
{
	if (declared->maximum_peer_count < declared->required_peer_count)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"maximum peer count (%d) cannot be less than "
				"the required peer count (%d)",
				declared->maximum_peer_count,
				declared->required_peer_count);
	if (declared->required_peer_count < 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"requiredPeerCount (%d) cannot be less than "
				"zero",
				declared->required_peer_count);
	return BSN_OK;
}

/* What tells one organisation: Fabric knows no others here either. */
static gboolean
names_organisation(const Principal *principal)
{
	switch (principal->kind) {
	case PRINCIPAL_ROLE:
	case PRINCIPAL_UNIT:
	case PRINCIPAL_IDENTITY:
		return TRUE;
	case PRINCIPAL_NOMINAL:
	case PRINCIPAL_ANONYMOUS:
	case PRINCIPAL_COMBINED:
		break;
	}
	return FALSE;
}

/* Each of the policy's principals must be enough by itself. */
static int32_t
check_members(const SignaturePolicy *members, bsn_err *err)
{
	for (guint i = 0; i < members->rules->len; i++) {
		const Rule *rule = &g_array_index(members->rules, Rule, i);

		if (rule->is_gate && (rule->n != 1 || rule->count == 0))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"signature policy is not an OR "
					"concatenation, NOutOf %d of %u",
					rule->n, rule->count);
	}
	for (guint i = 0; i < members->principals->len; i++)
		if (!names_organisation(members->principals->pdata[i]))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"identities[%u]: principal type is not "
					"supported: it must be a role, a unit "
					"or an identity of an organisation",
					i);
	return BSN_OK;
}

static int32_t
read_members(const Suite *suite, const Declared *declared,
	     Collection *collection, bsn_err *err)
{
	const Protos__CollectionPolicyConfig *policy =
		declared->member_orgs_policy;
	int32_t status;

	if (policy == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"collection member policy is not set");
	if (policy->payload_case !=
	    PROTOS__COLLECTION_POLICY_CONFIG__PAYLOAD_SIGNATURE_POLICY)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"collection member org policy is empty");
	status = signature_policy_new(suite, policy->signature_policy,
				      &collection->members, err);
	if (status == BSN_OK)
		status = check_members(collection->members, err);
	if (status != BSN_OK)
		reason_at(err, "error in member org policy");
	return status;
}

static int32_t
read_endorsement(const Suite *suite, const Declared *declared,
		 Collection *collection, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status;

	if (declared->endorsement_policy == NULL)
		return BSN_OK;
	status = application_policy_new(
		suite, message_put(&arena, declared->endorsement_policy),
		&collection->endorsement, err);
	if (status != BSN_OK)
		reason_at(err, "error in endorsement policy");
	return status;
}

/* All but the name. */
static int32_t
read_declared(const Suite *suite, const Declared *declared,
	      Collection *collection, bsn_err *err)
{
	int32_t status = check_counts(declared, err);

	if (status == BSN_OK)
		status = read_members(suite, declared, collection, err);
	if (status == BSN_OK)
		status = read_endorsement(suite, declared, collection, err);
	if (status != BSN_OK)
		return status;
	collection->required_peers = (guint)declared->required_peer_count;
	collection->max_peers = (guint)declared->maximum_peer_count;
	collection->block_to_live = declared->block_to_live;
	collection->member_only_read = declared->member_only_read;
	collection->member_only_write = declared->member_only_write;
	return BSN_OK;
}

/* ---- all of a definition ---- */

static gint
compare_name(gconstpointer a, gconstpointer b)
{
	const Collection *const *left = a;
	const Collection *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static int32_t
add(const Suite *suite, const Protos__CollectionConfig *config,
    CollectionSet *set, bsn_err *err)
{
	g_autoptr(Collection) collection = g_new0(Collection, 1);
	const Declared *declared = config->static_collection_config;
	int32_t status;

	if (config->payload_case !=
	    PROTOS__COLLECTION_CONFIG__PAYLOAD_STATIC_COLLECTION_CONFIG)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"collection configuration is empty");
	status = check_name(declared->name, err);
	if (status != BSN_OK)
		return status;
	collection->name = g_strdup(declared->name);
	status = read_declared(suite, declared, collection, err);
	if (status == BSN_OK)
		g_ptr_array_add(set->declared, g_steal_pointer(&collection));
	else
		reason_at(err, "collection %s", declared->name);
	return status;
}

static int32_t
check_unique(const CollectionSet *set, bsn_err *err)
{
	for (guint i = 1; i < collection_set_n(set); i++) {
		const char *name = collection_set_at(set, i)->name;

		if (strcmp(name, collection_set_at(set, i - 1)->name) == 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"collection %s: found duplicate in "
					"collection configuration",
					name);
	}
	return BSN_OK;
}

static int32_t
add_all(const Suite *suite, const Protos__CollectionConfigPackage *package,
	CollectionSet *set, bsn_err *err)
{
	int32_t status = BSN_OK;

	if (package->n_config > COLLECTIONS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a chaincode has at most %u collections",
				COLLECTIONS_MAX);
	for (gsize i = 0; i < package->n_config && status == BSN_OK; i++)
		status = add(suite, package->config[i], set, err);
	g_ptr_array_sort(set->declared, compare_name);
	return status == BSN_OK ? check_unique(set, err) : status;
}

int32_t
collection_set_new(const Suite *suite, bsn_slice package, CollectionSet **set,
		   bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Protos__CollectionConfigPackage *message = message_unpack(
		&arena, &protos__collection_config_package__descriptor, package,
		&status, err);
	CollectionSet *made;

	if (message == NULL)
		return status;
	made = g_new0(CollectionSet, 1);
	made->declared = g_ptr_array_new_with_free_func(collection_free);
	made->implicit = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					       collection_free);
	status = add_all(suite, message, made, err);
	if (status == BSN_OK)
		*set = made;
	else
		collection_set_free(made);
	return status;
}

void
collection_set_free(CollectionSet *set)
{
	if (set == NULL)
		return;
	g_ptr_array_unref(set->declared);
	g_hash_table_unref(set->implicit);
	g_free(set);
}

guint
collection_set_n(const CollectionSet *set)
{
	return set->declared->len;
}

const Collection *
collection_set_at(const CollectionSet *set, guint index)
{
	return set->declared->pdata[index];
}

/* ---- finding ---- */

char *
collection_implicit_msp(bsn_slice name)
{
	const gsize skipped = strlen(IMPLICIT_COLLECTION);
	g_autofree char *msp_id = NULL;

	if (name.len <= skipped || name.len > skipped + MSP_ID_MAX ||
	    memcmp(name.data, IMPLICIT_COLLECTION, skipped) != 0)
		return NULL;
	msp_id = g_strndup((const char *)name.data + skipped,
			   (gsize)name.len - skipped);
	return strlen(msp_id) == name.len - skipped && msp_id_is_valid(msp_id)
		       ? g_steal_pointer(&msp_id)
		       : NULL;
}

static const Collection *
find_implicit(CollectionSet *set, bsn_slice name)
{
	g_autofree char *msp_id = collection_implicit_msp(name);
	g_autofree char *text = NULL;
	Collection *made;

	if (msp_id == NULL)
		return NULL;
	text = g_strconcat(IMPLICIT_COLLECTION, msp_id, NULL);
	made = g_hash_table_lookup(set->implicit, text);
	if (made != NULL || g_hash_table_size(set->implicit) >= COLLECTIONS_MAX)
		return made;
	made = g_new0(Collection, 1);
	made->name = g_steal_pointer(&text);
	made->is_implicit = TRUE;
	made->msp_id = g_steal_pointer(&msp_id);
	made->max_peers = IMPLICIT_PEERS;
	g_hash_table_insert(set->implicit, made->name, made);
	return made;
}

const Collection *
collection_set_find(CollectionSet *set, bsn_slice name)
{
	guint from = 0;
	guint to = collection_set_n(set);

	while (from < to) {
		const guint middle = from + (to - from) / 2;
		const Collection *one = collection_set_at(set, middle);
		const gint order =
			slice_compare(name, bsn_slice_str(one->name));

		if (order == 0)
			return one;
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return find_implicit(set, name);
}

const Collection *
collection_set_find_on(CollectionSet *set, const ChannelConfig *config,
		       bsn_slice name)
{
	g_autofree char *msp_id = collection_implicit_msp(name);
	const ChannelOrganisation *organisation;

	if (msp_id != NULL) {
		organisation = channel_config_organisation(config, msp_id);
		if (organisation == NULL || !organisation->in_application)
			return NULL;
	}
	return collection_set_find(set, name);
}

/* ---- members ---- */

gboolean
collection_has_member(const Collection *collection, MspIdentity *identity)
{
	return collection->members != NULL
		       ? signature_policy_holds(collection->members, &identity,
						1)
		       : strcmp(identity->msp->id, collection->msp_id) == 0;
}

gboolean
collection_names_msp(const Collection *collection, const char *msp_id)
{
	const SignaturePolicy *members = collection->members;

	if (members == NULL)
		return strcmp(msp_id, collection->msp_id) == 0;
	for (guint i = 0; i < members->principals->len; i++) {
		const Principal *one = members->principals->pdata[i];

		if (strcmp(one->msp_id, msp_id) == 0)
			return TRUE;
	}
	return FALSE;
}
