/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/cut.h: which of the waiting transactions are the
 * next block's. The rules of what a block may hold are Fabric's (its orderer's
 * block cutter), in order of arrival:
 *
 *	MaxMessageCount    transactions of a block
 *	PreferredMaxBytes  of all its envelopes; one that is larger by itself is
 *	                   alone in its block
 *	AbsoluteMaxBytes   of one envelope
 *	                   a config is alone in its block
 *
 * When a block is made is not. Fabric waits until a batch is full or its oldest
 * transaction has waited for BatchTimeout, so that a single transaction takes
 * that long. Here a batch is proposed at once when no block is being agreed on;
 * while one is, transactions gather and become the next block. Under load blocks
 * so fill by themselves, and nobody waits for a timer. Only where the protocol
 * asks for a block upon one that is not decided yet does it matter whether a
 * batch is full: one that is not waits until that block is decided, or for
 * BatchTimeout, which is thus the longest that a transaction waits for others.
 */
#ifndef FABRIC_ORDER_CUT_H
#define FABRIC_ORDER_CUT_H

#include "plugins/engine-fabric/channel/config.h"
#include "plugins/engine-fabric/order/pool.h"

/* Whether a transaction is in an undecided block that is built upon. */
typedef gboolean (*CutTakenFn)(const PoolEntry *entry, gpointer data);

/* Appends the next batch to `batch`, PoolEntry, borrowed; none when nothing
 * waits. Returns whether it is full: waiting longer would add nothing. */
gboolean cut_batch(const ChannelConfig *config, const Pool *pool,
		   CutTakenFn taken, gpointer data, GPtrArray *batch);

/* What a batch may be that others propose. `bytes`: of its n envelopes. */
gboolean cut_allows(const ChannelConfig *config, guint n, guint64 bytes);

#endif
