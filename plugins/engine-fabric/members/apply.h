/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/apply.h: whether a config may follow the
 * present one. Internal to members/.
 */
#ifndef FABRIC_MEMBERS_APPLY_H
#define FABRIC_MEMBERS_APPLY_H

#include "plugins/engine-fabric/engine.h"

/* Judges a config by itself and against the present one: it can be read, keeps
 * what no update may change, and its nodes can go on agreeing.
 *
 * Returns: BSN_OK.
 * In:      config: a Config's bytes.
 * Errors:  those of channel_config_read; BSN_CONFLICT. */
int32_t config_may_follow(Channel *channel, bsn_slice config, bsn_err *err);
/* Applies a ConfigUpdateEnvelope and judges what comes of it.
 *
 * Returns: BSN_OK and a Config's bytes appended to `out`.
 * Errors:  those of update_apply and config_may_follow. */
int32_t config_apply(Channel *channel, bsn_slice update_envelope,
		     GByteArray *out, bsn_err *err);

#endif
