/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/group.h: putting a config's groups together.
 * Entries of maps are kept in the order of their keys, so that equal configs are
 * equal bytes. Everything lies in the arena, beyond any limit of it.
 */
#ifndef FABRIC_CHANNEL_GROUP_H
#define FABRIC_CHANNEL_GROUP_H

#include "common/configtx.pb-c.h"
#include "plugins/kit/codec/message.h"

/* The policy that a change of most parts must fulfil. */
#define GROUP_ADMINS "Admins"

/* An empty group that Admins may change. */
Common__ConfigGroup *group_new(Arena *arena);
/* Adds what is not there yet. Texts are copied. */
void group_add_group(Arena *arena, Common__ConfigGroup *group, const char *key,
		     Common__ConfigGroup *below);
/* A value: any message of protobuf-c's. */
void group_add_value(Arena *arena, Common__ConfigGroup *group, const char *key,
		     const void *message, const char *mod_policy);
void group_add_policy(Arena *arena, Common__ConfigGroup *group, const char *key,
		      const Common__Policy *policy);
/* The same from text (policy/text.h). Errors: those of policy_parse. */
int32_t group_add_policy_text(Arena *arena, Common__ConfigGroup *group,
			      const char *key, const char *text, bsn_err *err);

/* Entries by key; NULL when there is none. Borrowed. */
Common__ConfigGroup *group_find(const Common__ConfigGroup *group,
				const char *key);
const Common__ConfigValue *group_value(const Common__ConfigGroup *group,
				       const char *key);

#endif
