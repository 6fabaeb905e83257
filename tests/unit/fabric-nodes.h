/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-nodes.h: nodes of one channel "one", each with net/ and
 * stand-ins for the other parts of engine-fabric, and a network between them
 * that the test may spoil. Time is the fake host's.
 *
 * Blocks hold any bytes. Their certificates name the block's hash and the
 * number of members of that height; a block with the envelope "members N"
 * leaves the first N nodes as members from the next one on.
 */
#ifndef TESTS_UNIT_FABRIC_NODES_H
#define TESTS_UNIT_FABRIC_NODES_H

#include "plugins/engine-fabric/net/private.h"
#include "tests/unit/fabric-channel.h"
#include "tests/unit/fake-host.h"

#define NODES_MAX 5u

#define TEXT(text) bsn_slice_str(text)

typedef struct {
	GBytes *envelope;
	guint64 since_ms;
} NodeWaiting;

typedef struct {
	bsn_chain *chain;
	Channel *channel; /* NULL: it is closed */
	Issued *certificate;
	guint8 key[PUBLIC_KEY_LEN];
	char name[4];

	GPtrArray *blocks;	 /* GBytes: Block as proposed */
	GPtrArray *certificates; /* GBytes */
	gboolean slow_disk;	 /* what is accepted does not become durable */
	int32_t refuses;	 /* what order_take answers; BSN_OK: it takes */
	GHashTable *may_speak_to; /* keys as GBytes, by set_members */

	GArray *waiting;	  /* NodeWaiting */
	GPtrArray *forwarded;	  /* char *, by order_forwarded */
	int32_t forwarded_status; /* what that answers */
	GPtrArray *packages;	  /* char *, "label:type" */
	/* What endorse_asked does: NULL: answers "answer to " the question. */
	void (*asked)(Channel *channel, NetQuestion *question,
		      bsn_slice content);
} FabricNode;

typedef struct FabricNodes FabricNodes;
struct FabricNodes {
	guint n;
	guint consensus; /* that many are consensus members, others follow */
	FabricOrgs *orgs;
	GByteArray *config;
	FabricNode nodes[NODES_MAX];
	gboolean linked[NODES_MAX][NODES_MAX];
	guint delivered[NODES_MAX][256]; /* messages by sender and kind */
	guint64 trace;			 /* of all that was sent, in order */
	gboolean no_certificates;
	/* What happens to a message: FALSE, it is lost. It may be changed.
	 * NULL: all arrive. */
	gboolean (*spoil)(FabricNodes *all, guint from, guint to,
			  GByteArray *bytes);
	GRand *rand;
	GString *log;
};

/* n nodes with a first block; none is linked. There is one at a time. */
FabricNodes *fabric_nodes_new(guint n, guint consensus);
/* The same of a channel with SM2 and SM3. */
FabricNodes *fabric_nodes_new_of(gboolean sm, guint n, guint consensus);
void fabric_nodes_free(FabricNodes *all);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FabricNodes, fabric_nodes_free)

void nodes_link(FabricNodes *all, guint a, guint b, gboolean linked);
void nodes_link_all(FabricNodes *all);
/* Delivers what is on its way, at most so many messages. */
void nodes_deliver(FabricNodes *all, guint messages);
/* Until nothing is on its way and nothing is due. */
void nodes_settle(FabricNodes *all);
void nodes_advance(FabricNodes *all, guint64 ms);
/* Has a node get a message of another one. */
void nodes_inject(FabricNodes *all, guint from, guint to, guint8 kind,
		  const void *body);

/* Leaves all; what is not durable is lost. */
void nodes_close(FabricNodes *all, guint node);
void nodes_open(FabricNodes *all, guint node);
/* What was accepted is on disk now. */
void nodes_make_durable(FabricNodes *all, guint node);

/* A block with one envelope, of so many bytes when it is longer, decided at the
 * nodes whose bits are set. */
void nodes_block(FabricNodes *all, guint nodes, const char *envelope,
		 gsize len);
/* A node's consensus decides what comes next at node 0, if there is any. */
void nodes_decide(FabricNodes *all, guint node);
void nodes_blocks(FabricNodes *all, guint nodes, guint n);
guint64 nodes_height(const FabricNodes *all, guint node);
void nodes_alike(const FabricNodes *all, guint a, guint b);
Peer *nodes_peer(FabricNodes *all, guint node, guint other);
/* How many members the channel has, for a node. */
void nodes_set_members(FabricNodes *all, guint node, guint n);

#endif
