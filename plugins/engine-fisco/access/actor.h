/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/actor.h: who changes what: an account, within a
 * block.
 */
#ifndef FISCO_ACCESS_ACTOR_H
#define FISCO_ACCESS_ACTOR_H

#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/suite.h"

typedef struct {
	Overlay *state;
	guint64 number;       /* of the block */
	const guint8 *origin; /* who signed the transaction, 20 bytes */
} Actor;

#endif
