/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/managers.h: who may freeze and unfreeze a
 * contract: its owner, until others are entered or it is taken out.
 *
 * All functions: [strand]. Errors: as bsn_store.get.
 */
#ifndef FISCO_ACCESS_MANAGERS_H
#define FISCO_ACCESS_MANAGERS_H

#include "plugins/engine-fisco/access/actor.h"
#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/contracts.h"

enum {
	LIFE_DONE = 1,
	LIFE_FROZEN = -51900,
	LIFE_AVAILABLE = -51901,
	LIFE_IS_MANAGER = -51902,
	LIFE_BAD_ADDRESS = -51903,
	LIFE_NO_CONTRACT = -51904,
	LIFE_DENIED = -51905,
	LIFE_NO_MANAGER = -51906,
	LIFE_LAST_MANAGER = -51907,
};

/* Returns: BSN_OK. Out: managers: AccessEntry, one or more; unref. */
int32_t managers_load(Overlay *state, const Contract *contract,
		      GArray **managers);
/* Returns: BSN_OK. */
int32_t managers_have(Overlay *state, const Contract *contract,
		      const guint8 *user, gboolean *manages);
/* Only managers enter others and take them out, the last one stays.
 *
 * Returns: BSN_OK. Out: result: a LIFE_ code. */
int32_t managers_grant(const Actor *actor, const Contract *contract,
		       const guint8 *user, gint64 *result);
int32_t managers_revoke(const Actor *actor, const Contract *contract,
			const guint8 *user, gint64 *result);

#endif
