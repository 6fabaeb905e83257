/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys with a policy of their own (Fabric: state-based endorsement): who may
 * write one is what its metadata says, instead of the chaincode's policy.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/lifecycle/private.h"

/* Policies that are kept from one block to the next. */
#define PARAMETERS_MAX 1024u

static GHashTable *
parameters_new(void)
{
	return g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				     (GDestroyNotify)g_bytes_unref,
				     (GDestroyNotify)application_policy_free);
}

void
parameters_forget(Lifecycle *lifecycle)
{
	if (lifecycle->parameters != NULL &&
	    g_hash_table_size(lifecycle->parameters) > PARAMETERS_MAX)
		g_clear_pointer(&lifecycle->parameters, g_hash_table_unref);
}

/* VALIDATION_PARAMETER has the inner message of an ApplicationPolicy, the later
 * VALIDATION_PARAMETER_V2 the whole. */
static bsn_slice
whole_policy(Arena *arena, const Kvrwset__KVMetadataEntry *entry)
{
	Protos__ApplicationPolicy whole = PROTOS__APPLICATION_POLICY__INIT;

	if (strcmp(entry->name, "VALIDATION_PARAMETER_V2") == 0)
		return message_slice(entry->value);
	whole.type_case = PROTOS__APPLICATION_POLICY__TYPE_SIGNATURE_POLICY;
	whole.signature_policy = message_unpack(
		arena, &common__signature_policy_envelope__descriptor,
		message_slice(entry->value), NULL, NULL);
	return whole.signature_policy != NULL ? message_put(arena, &whole)
					      : bsn_slice_of(NULL, 0);
}

/* NULL: one that nobody fulfils, since it cannot be read. */
static const Policy *
policy_of(Channel *channel, const Kvrwset__KVMetadataEntry *entry)
{
	Lifecycle *lifecycle = channel->lifecycle;
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice bytes = whole_policy(&arena, entry);
	g_autoptr(GBytes) key = g_bytes_new(bytes.data, (gsize)bytes.len);
	ApplicationPolicy *policy;

	if (lifecycle->parameters == NULL)
		lifecycle->parameters = parameters_new();
	policy = g_hash_table_lookup(lifecycle->parameters, key);
	if (policy == NULL &&
	    application_policy_new(&channel->ledger->state.suite, bytes,
				   &policy, NULL) == BSN_OK)
		g_hash_table_insert(lifecycle->parameters,
				    g_steal_pointer(&key), policy);
	return policy != NULL ? application_policy_find(
					policy, channel->config->policies)
			      : NULL;
}

/* An empty one takes the key's policy back, as in Fabric. */
static gboolean
is_parameter(const Kvrwset__KVMetadataEntry *entry)
{
	return entry->value.len > 0 &&
	       (strcmp(entry->name, "VALIDATION_PARAMETER") == 0 ||
		strcmp(entry->name, "VALIDATION_PARAMETER_V2") == 0);
}

int32_t
parameter_find(Channel *channel, const char *namespace, const char *collection,
	       bsn_slice key, const Policy **policy, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(StateItem) item = NULL;
	const Kvrwset__KVMetadataWrite *metadata;
	const int32_t status =
		state_get(&channel->ledger->state,
			  state_key(&arena, bsn_slice_str(namespace),
				    bsn_slice_str(collection), key),
			  &item, err);

	if (status != BSN_OK || item == NULL || item->metadata.len == 0)
		return status;
	metadata = message_unpack(&arena, &kvrwset__kvmetadata_write__descriptor,
				  item->metadata, NULL, NULL);
	for (size_t i = 0; metadata != NULL && i < metadata->n_entries; i++)
		if (is_parameter(metadata->entries[i]))
			*policy = policy_of(channel, metadata->entries[i]);
	return BSN_OK;
}
