/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/private/private.h: private data on its way: from who
 * endorsed to the other members of its collection, from there into the state
 * with the block that has its hashes, and from members to those that missed it.
 *
 *	transient.c   what was endorsed and is in no block yet
 *	distribute.c  to other members before an endorsement is given; push.c: to
 *	              whom
 *	commit.c      with a block: PrivateSource (ledger/private.h)
 *	missing.c     what is missing here; sweep.c: finds it
 *	reconcile.c   it is asked for; taken.c: what comes of that
 *	serve.c       what other members give and ask for
 *	message.c     what they tell each other
 *	private.c     who may have what
 *
 * A node that is no member of a collection is told nothing of it but what is in
 * blocks. Who says that it has private data has it on disk: what it was endorsed
 * with would otherwise be nowhere after a crash. All functions: [strand].
 *
 * In the store:
 *   'e' tx id, digest      a TxPvtReadWriteSet that waits for its block
 *   'm' ...                collections that this node may have, and values of
 *                          them that are missing (privacy.h)
 */
#ifndef FABRIC_PRIVATE_PRIVATE_H
#define FABRIC_PRIVATE_PRIVATE_H

#include <jansson.h>

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/engine-fabric/net/net.h"

/* Definitions and the net are open. Errors: BSN_E_*. */
int32_t private_open(Channel *channel, bsn_err *err);
void private_close(Channel *channel);

/* The first collection that a simulated transaction writes and that an identity
 * is no member of; NULL: it is of all. In: results: as transaction_open_results
 * has opened them; reads: those that are only read count as well, also where
 * it may be digests that were read, which everybody has. */
const char *private_stranger_to(Channel *channel, const Transaction *results,
				gboolean reads, MspIdentity *who);

/* ---- distribute.c, for endorse/ ---- */

/* Keeps what an endorsement's simulation has written in private, and gives it to
 * as many other members as each collection asks for.
 *
 * In: sets: TxPvtReadWriteSet, copied; height: blocks that the simulation saw;
 *     done: once, inside or later: BSN_OK; BSN_UNAVAILABLE: collection NAME
 *     asks for n members, and only k have it; BSN_BUSY, BSN_FULL.
 * Returns: a handle for private_cancel; NULL: `done` has come. */
typedef struct PrivateSpread PrivateSpread;
typedef void (*PrivateDone)(gpointer owner, int32_t status, const bsn_err *err);
PrivateSpread *private_spread(Channel *channel, const char *tx_id,
			      guint64 height, bsn_slice sets, PrivateDone done,
			      gpointer owner);
void private_cancel(PrivateSpread *spread);

/* ---- commit.c, for order/ ---- */

/* For channel_ledger_append; lives as long as the channel. */
PrivateSource *private_source(Channel *channel);
/* What was handed to the store with a cookie above PRIVATE_COOKIE is on disk. */
#define PRIVATE_COOKIE (G_GUINT64_CONSTANT(1) << 61)
void private_durable(Channel *channel, guint64 cookie);
/* A block was committed: what is missing is asked for; what can be in no block
 * any more is forgotten. */
void private_committed(Channel *channel, guint64 number);
/* Definitions or this node's organisation are others now: what it may have from
 * now on is looked for. */
void private_members_changed(Channel *channel);

/* ---- for net/ ---- */

/* NET_ASK_PRIVATE_GIVE, NET_ASK_PRIVATE_TAKE. */
void private_given(Channel *channel, NetQuestion *question, bsn_slice bytes);
void private_asked(Channel *channel, NetQuestion *question, bsn_slice bytes);
/* TIMER_PRIVATE. */
void private_timer(Channel *channel);
/* A peer can be reached, or is somebody else. */
void private_peer_changed(Channel *channel);

/* What is missing here, for status: {"missing": n, "waiting": n}. */
json_t *private_json(Channel *channel);

#endif
