/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FABRIC_CHANNEL_UPDATE_PRIVATE_H
#define FABRIC_CHANNEL_UPDATE_PRIVATE_H

#include "plugins/engine-fabric/channel/items.h"
#include "plugins/engine-fabric/channel/update.h"

/* An update on its way. */
typedef struct {
	ChannelConfig *current;
	Arena arena;
	GHashTable *before;    /* items of the current config */
	GHashTable *read_set;
	GHashTable *write_set;
	GHashTable *changes;   /* items of the write set that are new */
	GPtrArray *signers;
	bsn_err *err;
} Update;

/* Makes the config after an update whose changes are allowed. Returns as
 * update_apply. */
int32_t update_merge(Update *update, GByteArray *out);

#endif
