/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-chainedbft/mode.h: what tells the protocols on this core
 * apart: their config, whose turn it is, and what makes rounds follow each other.
 *
 * Rounds follow by certificates and timeouts, or, with `slots`, by the clock: a
 * slot is a span of time, and the round of a block is counted in slots from the
 * block that began the epoch.
 */
#ifndef CHAINEDBFT_MODE_H
#define CHAINEDBFT_MODE_H

#include <bsn/base.h>
#include <glib.h>

/* In what is signed: one protocol's votes are none of another's. */
#define PROTOCOL_CHAINEDBFT 1u
#define PROTOCOL_TDPOS 2u
#define PROTOCOL_XPOA 3u

/* The protocol's part of a chain's config; times in ms. What a protocol does not
 * have is zero. */
typedef struct {
	/* chainedbft */
	guint64 timeout;
	guint64 timeout_max;
	guint64 suspect_timeout;
	guint64 block_interval;
	/* tdpos, xpoa */
	guint64 period;
	guint64 block_num;
	/* tdpos */
	guint64 proposer_num;
	guint64 alternate_interval;
	guint64 term_interval;
	guint64 begin; /* since 1970: of the first term */
} Config;

typedef struct {
	const char *name;
	guint8 protocol; /* PROTOCOL_* */
	gboolean slots;

	/* Reads the config; empty gives the defaults. `members`: 0 when it has
	 * been checked. Errors: BSN_BAD_REQUEST, with key and remedy. [any] */
	int32_t (*read_config)(bsn_slice text, guint64 members, Config *config,
			       bsn_err *err);
	/* Whose turn it is among n: of a round, or of a slot. [any] */
	guint (*leader)(const Config *config, guint n, guint64 turn);

	/* With slots: the one that is at a time (ms since 1970), when it
	 * begins, and its term. slot_start(slot + 1) is its end. [any] */
	guint64 (*slot_at)(const Config *config, guint64 time_ms);
	guint64 (*slot_start)(const Config *config, guint64 slot);
	guint64 (*term)(const Config *config, guint64 slot);
} Mode;

#endif
