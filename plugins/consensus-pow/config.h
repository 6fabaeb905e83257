/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pow/config.h: the protocol's part of a chain's config.
 */
#ifndef POW_CONFIG_H
#define POW_CONFIG_H

#include <bsn/base.h>

#include "plugins/kit/target.h"

/* Limits of depth and adjustHeightGap, in blocks. */
#define POW_DEPTH_MAX 500u
#define POW_WINDOW_MAX 200u

typedef struct {
	guint64 depth;	 /* blocks above one that make it final */
	guint64 window;	 /* blocks that the difficulty is reckoned from */
	guint64 period;	 /* ms from one block to the next, on average */
	Target start;	 /* of the first block */
	Target easiest;	 /* no target is above it */
	guint64 hashes;	 /* tried in one turn */
	guint64 share;	 /* of a core, in percent */
	guint64 turn_ms; /* from one turn to the next, at least */
	gboolean always; /* also when nobody waits for anything */
} PowConfig;

/* Reads the config; empty gives the defaults.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, with key and remedy. [any] */
int32_t pow_config_read(bsn_slice text, PowConfig *config, bsn_err *err);

#endif
