/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/founding_private.h: parts of a config from
 * founding.h's words, one by one. Internal to channel/.
 */
#ifndef FABRIC_CHANNEL_FOUNDING_PRIVATE_H
#define FABRIC_CHANNEL_FOUNDING_PRIVATE_H

#include "plugins/engine-fabric/channel/founding.h"

/* Add the values that "batch" and "acls" say; NULL says nothing: of a batch
 * what is missing has its default, and no ACLs is no value.
 *
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t founding_add_batch(Arena *arena, Common__ConfigGroup *orderer,
			   const json_t *object, bsn_err *err);
int32_t founding_add_acls(Arena *arena, Common__ConfigGroup *application,
			  const json_t *object, bsn_err *err);

#endif
