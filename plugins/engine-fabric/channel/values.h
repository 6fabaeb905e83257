/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/values.h: the values of a channel's config.
 * Internal to channel/.
 */
#ifndef FABRIC_CHANNEL_VALUES_H
#define FABRIC_CHANNEL_VALUES_H

#include "plugins/engine-fabric/channel/config.h"

/* Reads a value as a message in the arena.
 *
 * Returns: the message; NULL when there is none, with *status BSN_OK, or when
 *          it is malformed. */
void *values_read(Arena *arena, const Common__ConfigGroup *group,
		  const char *key, const ProtobufCMessageDescriptor *type,
		  int32_t *status, bsn_err *err);

/* Reads those of the group /Channel/Orderer.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST. */
int32_t values_read_orderer(Arena *arena, const Common__ConfigGroup *group,
			    ChannelConfig *config, bsn_err *err);

/* A duration as Go writes it ("2s", "1m30s", "250ms"), in milliseconds, rounded
 * down; FALSE when it is none, or below 1 ms or over a day. [any] */
gboolean values_duration(const char *text, guint64 *ms);

#endif
