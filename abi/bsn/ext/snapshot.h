/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/snapshot.h: an engine that takes snapshots of a chain's state, from
 * which other nodes may begin instead of from the first block
 * (`bsn.engine.snapshot/1`). The host serves it to administrators at
 * /v1/chains/{chain}/snapshots.
 *
 * All nodes that take a snapshot at the same height make the same one; it is
 * named by its hash. Who begins with one believes what the administrator says
 * the hash is, or else enough of the chain's nodes, by the chain's own rules.
 */
#ifndef BSN_EXT_SNAPSHOT_H
#define BSN_EXT_SNAPSHOT_H

#include "../engine.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_ENGINE_SNAPSHOT_ID "bsn.engine.snapshot/1"

/* Not at the other nodes. */
#define BSN_SNAPSHOT_HERE_ONLY 1u

typedef struct bsn_engine_snapshot {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Asks for a snapshot of the state after a block. It is made when that
	 * block has been committed, while later ones are; asking again for
	 * one that is there or due is fine. Unless told otherwise the engine
	 * passes the request on to all members that it reaches. reply->value
	 * answers
	 *   {"height":120,"state":"due",
	 *    "members":[{"name":"node2","public_key":"0x..","error":null},..]}
	 * with "state" as list has it, and for each member that was asked why
	 * it does not take one.
	 *
	 * Returns: BSN_OK: the reply was or will be answered.
	 * In:      height: number of the block; 0: of the newest one; flags,
	 *          BSN_SNAPSHOT_*.
	 * Errors:  BSN_EXPIRED: that block has gone by; BSN_FULL: there are
	 *          too many; BSN_UNAVAILABLE: this node has no state; as
	 *          bsn_store.commit.
	 * [strand] & open */
	int32_t (*take)(bsn_ledger *ledger, uint64_t height, uint32_t flags,
			bsn_reply *reply, bsn_err *err);

	/* Takes back a request, or deletes a snapshot, at this node. Height 0:
	 * stops beginning with a snapshot, as long as nothing of it is in the
	 * state. reply->value answers null.
	 *
	 * Returns: BSN_OK.
	 * Errors:  BSN_NOT_FOUND; BSN_CONFLICT: it is too late; as
	 *          bsn_store.commit.
	 * [strand] & open */
	int32_t (*cancel)(bsn_ledger *ledger, uint64_t height,
			  bsn_reply *reply, bsn_err *err);

	/* What there is at this node: reply->value answers
	 *   {"snapshots":[{"height":120,"state":"ready","hash":"0x..",
	 *                  "parts":12,"bytes":3145728},..],
	 *    "first_block":121,
	 *    "join":{"state":"fetching","height":120,"hash":"0x..",
	 *            "parts":12,"done":7,"problem":null}}
	 * by height; "state" is "due", "making" or "ready", and only of the
	 * last there is a hash. "first_block" is 0 when all blocks are here;
	 * "join" is null when this node does not begin with one, and its
	 * "state" is "looking", "fetching" or "installing".
	 *
	 * Returns: BSN_OK.
	 * [strand] & open */
	int32_t (*list)(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);

	/* Begins with a snapshot, in the background: looks for one that is
	 * later than the blocks that are here, fetches and checks it, and goes
	 * on behind it. It goes on after a crash. reply->value answers null.
	 *
	 * Returns: BSN_OK: it has begun.
	 * In:      hash: of the only one to be believed; len 0: what enough
	 *          nodes vouch for.
	 * Errors:  BSN_CONFLICT: it has begun already, or this node takes part
	 *          in agreeing on blocks; BSN_BAD_REQUEST: no such hash;
	 *          BSN_UNAVAILABLE: this node reaches no others; as
	 *          bsn_store.commit.
	 * [strand] & open */
	int32_t (*join)(bsn_ledger *ledger, const bsn_id *hash,
			bsn_reply *reply, bsn_err *err);
} bsn_engine_snapshot;

/* Required members, X(member). */
#define BSN_ENGINE_SNAPSHOT_REQUIRED(X) X(take) X(cancel) X(list) X(join)

/* The snapshot table of an engine, or NULL. [any] */
static inline const bsn_engine_snapshot *
bsn_engine_snapshot_of(const bsn_engine *engine)
{
	if (!BSN_HAS(engine, query))
		return NULL;
	return (const bsn_engine_snapshot *)engine->query(
		BSN_ENGINE_SNAPSHOT_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_SNAPSHOT_H */
