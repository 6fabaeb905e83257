/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-snapshots.h: nodes of one channel "one" with a real ledger
 * each, and snapshot/ upon them, for its tests. Time, messages, the disk and
 * the end of a process are the test's. Nothing can fail: it fails the test.
 *
 * Node 0 is Org1MSP's peer, node 1 Org2MSP's, both organisations of the channel;
 * node 2 is of neither, and so is node 3.
 */
#ifndef TESTS_UNIT_FABRIC_SNAPSHOTS_H
#define TESTS_UNIT_FABRIC_SNAPSHOTS_H

#include "plugins/engine-fabric/snapshot/join_private.h"
#include "tests/unit/fabric-channel.h"
#include "tests/unit/fabric-ledger.h"

#define SNAP_NODES 4u

typedef struct {
	FabricLedger *ledger;
	Channel channel;
	guint8 key[PUBLIC_KEY_LEN];
	NetPeer peer; /* as others see it */
	guint64 wake_ms; /* when the timer comes; 0: it is not armed */
	guint durable;	 /* calls for SNAPSHOT_COOKIE that are to come */
	gboolean again;	 /* it is to be opened once more */
	guint unreadable; /* so often that fails */
	GBytes *genesis; /* with that */
	guint commits;	 /* since it was opened */
	guint dies_at;	 /* the commit after which nothing is accepted */
	gboolean dead;
	int32_t refuses; /* what commit answers; BSN_OK: it takes */
} SnapNode;

typedef struct Snap Snap;
struct Snap {
	FabricOrgs *orgs;
	GByteArray *genesis;
	SnapNode nodes[SNAP_NODES];
	guint64 now_ms;
	guint64 last_id;
	guint nonces; /* drawn so far */
	GQueue asked; /* questions on their way */
	GString *log;
	/* Changes an answer, or its status; NULL: none is changed. */
	void (*spoil)(Snap *snap, guint from, guint what, GByteArray *answer,
		      int32_t *status);
};

extern Snap *the_snap;

Snap *snap_new(gboolean sm);
void snap_free(Snap *snap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snap, snap_free)

/* A block with transactions that write "key=value", at the nodes whose bits are
 * set. */
void snap_block(Snap *snap, guint nodes, const char *const *writes, guint n);
/* Blocks with some writes each, which depend on their number alone. */
void snap_blocks(Snap *snap, guint nodes, guint n);
/* Lets everything happen that is on its way or due, for so long. */
void snap_run(Snap *snap, guint64 ms);
/* One round of the timer of a node. */
void snap_step(Snap *snap, guint node);
/* A node ends as if it were killed, and is opened again. */
void snap_kill(Snap *snap, guint node);
void snap_reopen(Snap *snap, guint node);

/* {"snapshots":..} of a node; "ready" ones' hash as hex of one after a block,
 * or NULL; g_free it. */
char *snap_hash(Snap *snap, guint node, guint64 block);
/* Takes one there and lets it be made; its hash. */
char *snap_take(Snap *snap, guint node, guint64 block);
/* The state and all indexes, as a text: what two nodes have alike. */
char *snap_dump(Snap *snap, guint node);
const char *snap_problem(Snap *snap, guint node);

#endif
