/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/items.h: a config's groups, values and policies
 * one by one, each with its version and who may change it.
 */
#ifndef FABRIC_CHANNEL_ITEMS_H
#define FABRIC_CHANNEL_ITEMS_H

#include <bsn/base.h>

#include "common/configtx.pb-c.h"
#include "plugins/kit/codec/arena.h"

/* Groups within groups; groups, values and policies in all; bytes of a name. */
#define ITEMS_DEPTH_MAX 8u
#define ITEMS_MAX 16384u
#define ITEM_NAME_MAX 249u

typedef enum { ITEM_GROUP, ITEM_VALUE, ITEM_POLICY } ItemKind;

/* "group", "value" or "policy". [any] */
const char *item_kind_name(ItemKind kind);

/* All is borrowed from the message or in the arena. */
typedef struct {
	ItemKind kind;
	const char *key; /* what it is found by: "value /Channel/BatchSize" */
	const char *path; /* "/Channel/BatchSize" */
	const char *groups[ITEMS_DEPTH_MAX]; /* that it is in, without Channel;
					      * a group is in itself */
	guint n_groups;
	guint64 version;
	const char *mod_policy;
	const Common__ConfigGroup *group; /* of its kind, one of three */
	const Common__ConfigValue *value;
	const Common__ConfigPolicy *policy;
} Item;

/* All of a config, by key.
 *
 * Returns: BSN_OK and a table of Item for g_hash_table_unref; valid as long as
 *          the arena and the message.
 * In:      channel: may be NULL, which has none.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: a name is there twice or has other
 *          characters than letters, digits, dots, hyphens and underscores;
 *          something is empty; there is too much. */
int32_t items_map(Arena *arena, const Common__ConfigGroup *channel,
		  GHashTable **items, bsn_err *err);

/* The key of what a group has. In the arena. */
char *item_key_in(Arena *arena, const Item *group, ItemKind kind,
		  const char *name);

#endif
