/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/organisation.h: an organisation's part of a
 * channel's config, from JSON (founding.h has its words).
 */
#ifndef FABRIC_CHANNEL_ORGANISATION_H
#define FABRIC_CHANNEL_ORGANISATION_H

#include <bsn/base.h>
#include <jansson.h>

#include "common/configtx.pb-c.h"
#include "plugins/kit/codec/arena.h"

/* Adds one organisation to the groups that it is in.
 *
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t organisation_add(Arena *arena, const json_t *object,
			 Common__ConfigGroup *application,
			 Common__ConfigGroup *orderer, bsn_err *err);
/* Adds the policies of an object: texts by name. NULL has none. */
int32_t organisation_add_policies(Arena *arena, Common__ConfigGroup *group,
				  const json_t *object, bsn_err *err);

#endif
