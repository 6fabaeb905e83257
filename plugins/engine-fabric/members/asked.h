/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/asked.h: a change of the config as somebody asks
 * for it. Internal to members/. All functions: [strand].
 */
#ifndef FABRIC_MEMBERS_ASKED_H
#define FABRIC_MEMBERS_ASKED_H

#include <jansson.h>

#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/engine.h"

typedef struct {
	Channel *channel;
	const bsn_tx_request *request;
	MspIdentity *who;
	bsn_err *err;
	Arena arena;
	json_t *args;
	bsn_slice update; /* ConfigUpdate; in the arena */
} Change;

#define CHANGE_INIT(channel, request, who, err)                               \
	{ (channel), (request), (who), (err), ARENA_INIT, NULL, { NULL, 0 } }

/* Reads the request's arguments and makes the update that they ask for, judged
 * but for who signs.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE; those of change_apply, config_may_follow. */
int32_t change_read(Change *change);
void change_clear(Change *change);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, change_clear)

#endif
