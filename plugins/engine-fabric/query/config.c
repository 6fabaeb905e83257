/* SPDX-License-Identifier: Apache-2.0
 *
 * Config transactions: what changed, and who signed it.
 */
#include <string.h>

#include "plugins/engine-fabric/channel/items.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/query/json.h"

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Paths of what the write set has in another version than the read set. */
static json_t *
changes_json(Arena *arena, const Common__ConfigUpdate *update)
{
	g_autoptr(GHashTable) read = NULL;
	g_autoptr(GHashTable) write = NULL;
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	json_t *list = json_array();
	GHashTableIter iter;
	gpointer key;
	gpointer data;

	if (items_map(arena, update->read_set, &read, NULL) != BSN_OK ||
	    items_map(arena, update->write_set, &write, NULL) != BSN_OK)
		return list;
	g_hash_table_iter_init(&iter, write);
	while (g_hash_table_iter_next(&iter, &key, &data)) {
		const Item *item = data;
		const Item *was = g_hash_table_lookup(read, key);

		if (was == NULL || was->version != item->version)
			g_ptr_array_add(paths, (gpointer)item->path);
	}
	g_ptr_array_sort(paths, compare_texts);
	for (guint i = 0; i < paths->len; i++)
		json_array_append_new(list, json_string(paths->pdata[i]));
	return list;
}

static json_t *
signers_json(Arena *arena, Identities *identities,
	     const Common__ConfigUpdateEnvelope *envelope)
{
	json_t *list = json_array();

	for (gsize i = 0; i < envelope->n_signatures; i++) {
		const Common__SignatureHeader *header = message_unpack(
			arena, &common__signature_header__descriptor,
			message_slice(
				envelope->signatures[i]->signature_header),
			NULL, NULL);

		if (header != NULL)
			json_array_append_new(
				list,
				identity_json(identities,
					      message_slice(header->creator)));
	}
	return list;
}

static void
set_update(json_t *json, Identities *identities, bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Common__ConfigUpdateEnvelope *envelope = message_unpack(
		&arena, &common__config_update_envelope__descriptor, bytes,
		NULL, NULL);
	const Common__ConfigUpdate *update =
		envelope != NULL
			? message_unpack(&arena,
					 &common__config_update__descriptor,
					 message_slice(envelope->config_update),
					 NULL, NULL)
			: NULL;

	if (update == NULL)
		return;
	json_object_set_new(json, "changes", changes_json(&arena, update));
	json_object_set_new(json, "signers",
			    signers_json(&arena, identities, envelope));
}

/* The update that led to a config. */
static void
set_last_update(json_t *json, Identities *identities, Arena *arena,
		const Common__Envelope *last)
{
	const Common__Payload *payload =
		message_unpack(arena, &common__payload__descriptor,
			       message_slice(last->payload), NULL, NULL);

	if (payload != NULL)
		set_update(json, identities, message_slice(payload->data));
}

void
set_config(json_t *object, Identities *identities, const Transaction *tx)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice data = message_slice(tx->payload->data);
	const Common__ConfigEnvelope *message;

	if (tx->channel->type != COMMON__HEADER_TYPE__CONFIG) {
		set_update(object, identities, data);
		return;
	}
	message = message_unpack(&arena, &common__config_envelope__descriptor,
				 data, NULL, NULL);
	if (message == NULL || message->config == NULL)
		return;
	json_object_set_new(object, "sequence",
			    integer_json(message->config->sequence));
	if (message->last_update != NULL)
		set_last_update(object, identities, &arena,
				message->last_update);
}
