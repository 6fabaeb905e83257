/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/private.h: what the parts of snapshot/ share.
 * All functions: [strand].
 */
#ifndef FABRIC_SNAPSHOT_PRIVATE_H
#define FABRIC_SNAPSHOT_PRIVATE_H

#include <jansson.h>

#include "bsn/snapshot.pb-c.h"
#include "plugins/engine-fabric/snapshot/make.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"

/* Snapshots that are there, in the making or due: each takes as much room as
 * the state. */
#define SNAPSHOTS_KEPT_MAX 8u

/* One that is there. */
typedef struct {
	guint64 block;
	guint8 hash[HASH_LEN];
	guint32 parts;
	guint64 bytes; /* of them */
	/* This node's word for it, as it was given last. */
	GBytes *identity;
	guint8 signature[SIGNATURE_MAX];
	gsize signature_len; /* 0: it was not given */
} Kept;

typedef struct Join Join;

typedef struct ChannelSnapshots {
	Channel *channel;
	StateKeeper keeper;
	LedgerBatch batch; /* of the keeper: what one block replaces */
	GPtrArray *kept;   /* Kept, by block */
	GArray *due;       /* guint64: blocks, ascending */
	GArray *deleted;   /* guint64: whose parts are going */
	Maker *makers[MAKERS_MAX];
	Join *join; /* NULL: it does not begin with one */
	GQueue takes; /* Take (interface.c): others are being asked */
	GQueue joins; /* bsn_reply: answered when the request is on disk */
	gboolean waking; /* the timer is armed */
} ChannelSnapshots;

/* What snapshots there are changes, or something is left to do: TIMER_SNAPSHOT
 * comes. */
void snapshots_wake(ChannelSnapshots *snapshots, guint64 delay_ms);
/* Which snapshots are in the making has changed. */
void snapshots_listen(ChannelSnapshots *snapshots);

/* ---- keep.c ---- */

int32_t kept_load(ChannelSnapshots *snapshots, bsn_err *err);
/* NULL: there is none. */
Kept *kept_find(const ChannelSnapshots *snapshots, guint64 block);
/* One has got into the store. */
void kept_add(ChannelSnapshots *snapshots, const Manifest *manifest);
/* Deletes one: at once it is not there any more; its parts go in steps.
 *
 * Returns: as bsn_store.commit.
 * In:      maker: which was making it; NULL: it is made. */
int32_t kept_drop(ChannelSnapshots *snapshots, guint64 block, Maker *maker,
		  bsn_err *err);
/* Whether its parts are going still. */
gboolean kept_is_going(const ChannelSnapshots *snapshots, guint64 block);
/* One step of that. FALSE: nothing is left. */
gboolean kept_sweep(ChannelSnapshots *snapshots);
/* This node's word for it; FALSE: it has no identity, or cannot sign now. */
gboolean kept_vouch(ChannelSnapshots *snapshots, Kept *kept);

/* ---- request.c ---- */

/* Asks for one after a block; 0: after the newest one.
 *
 * Returns: BSN_OK; also when it is there or due already.
 * Out:     block: after which.
 * Errors:  BSN_EXPIRED: the block has gone by; BSN_FULL: there are too many;
 *          BSN_UNAVAILABLE: this node has no state; those of bsn_store.commit. */
int32_t request_take(ChannelSnapshots *snapshots, guint64 *block, bsn_err *err);
/* Forgets one that is due, in the making or there. Errors: BSN_NOT_FOUND; those
 * of bsn_store.commit. */
int32_t request_cancel(ChannelSnapshots *snapshots, guint64 block,
		       bsn_err *err);
int32_t due_load(ChannelSnapshots *snapshots, bsn_err *err);
/* Those that are due after the newest block are begun. */
void due_begin(ChannelSnapshots *snapshots);

/* ---- interface.c ---- */

/* Who waits is told that the channel closes. */
void requests_abandon(ChannelSnapshots *snapshots);
/* A request to begin with a snapshot is on disk: the oldest. */
void joins_durable(ChannelSnapshots *snapshots);

/* ---- serve.c ---- */

#define SNAPSHOT_ASK_TAKE 1u     /* block; nothing */
#define SNAPSHOT_ASK_OFFERS 2u   /* Offers */
#define SNAPSHOT_ASK_MANIFEST 3u /* hash; the manifest */
#define SNAPSHOT_ASK_PART 4u     /* hash, part; the part */

/* Appends a question's bytes. */
void question_put(GByteArray *out, guint what, guint64 block, bsn_slice hash,
		  guint32 part);

/* ---- join.c ---- */

int32_t join_load(ChannelSnapshots *snapshots, bsn_err *err);
/* Begins to look for one.
 *
 * Returns: BSN_OK.
 * In:      hash: of the only one that is wanted, or empty.
 * Errors:  BSN_CONFLICT: it has begun already, or this node takes part in
 *          consensus; BSN_UNAVAILABLE: no transport; those of
 *          bsn_store.commit. */
int32_t join_begin(ChannelSnapshots *snapshots, bsn_slice hash, bsn_err *err);
/* Stops, as long as nothing was put in. Errors: BSN_NOT_FOUND, BSN_CONFLICT. */
int32_t join_cancel(ChannelSnapshots *snapshots, bsn_err *err);
void join_free(Join *join);
/* Goes on; ms until it wants to be called again; 0: at once; G_MAXUINT64: when
 * an answer comes. */
guint64 join_step(Join *join);
void join_durable(Join *join);
/* For people. */
json_t *join_json(const Join *join);
/* Whether what was asked of this node must be refused: BSN_UNAVAILABLE with how
 * far it is. */
int32_t join_refuse(const Join *join, bsn_err *err);

#endif
