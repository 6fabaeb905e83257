/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/engine.h: an open channel, and which part of the engine
 * does what to it. One strand at a time works on it.
 *
 *	endorse/    a request becomes a proposal, endorsements, an envelope
 *	chaincode/  runs: what chaincodes ask of the simulator; system chaincodes
 *	lifecycle/  which chaincodes there are, who must endorse them; packages
 *	order/      what waits; batches; agreement; validation and commit
 *	members/    nodes, and changes of the config
 *	net/        the other nodes
 *	query/      blocks, transactions, events, status
 *	private/    values of collections: to members, and into the state
 *	rich/       queries by content; indexes
 *	snapshot/   the state after a block, from which a node can begin
 *	gateway/    Fabric's own clients
 *
 * Below them: formats, suite, msp/, policy/, channel/, ledger/ (libfabric.a).
 *
 * In the store, beside what ledger/key.h has:
 *   'c' number   the block's time and certificate (order/record.h)
 *   'p' ...      packages (lifecycle/package.h)
 *   'a' ...      what this node knows of approvals (lifecycle/)
 *   'e' 'm' ...  private data on its way, and missing (private/)
 *   'x' ...      indexes (rich/)
 *   'y' ...      snapshots, and where the store began (snapshot/)
 *   'u' 'v' ...  what was replaced while one is made (snapshot/)
 */
#ifndef FABRIC_ENGINE_H
#define FABRIC_ENGINE_H

#include <bsn/bsn.h>
#include <bsn/ext/chaincode.h>
#include <glib.h>

#include "plugins/engine-fabric/channel/config.h"
#include "plugins/engine-fabric/ledger/ledger.h"
#include "plugins/engine-fabric/services.h"

/* Timers of the engine's own. */
#define TIMER_CUT 1u     /* the oldest transaction has waited for a batch */
#define TIMER_RETRY 2u   /* the store refused a block or a proposal */
#define TIMER_RUNS 3u    /* deadlines of runs and of endorsing (endorse/) */
#define TIMER_FORWARD 4u /* transactions go on waiting (net/) */
#define TIMER_STATUS 5u  /* others do not know of a block (net/) */
#define TIMER_SYNC 6u    /* blocks are on their way (net/) */
#define TIMER_ASK 7u     /* questions to other nodes (net/) */
#define TIMER_PACKAGES 8u /* packages that are missing here (lifecycle/) */
#define TIMER_PROGRAMS 9u /* what was replaced has no users (chaincode/) */
#define TIMER_PRIVATE 10u /* private data that is missing here (private/) */
#define TIMER_SNAPSHOT 11u /* a snapshot is made, or begun from (snapshot/) */
#define TIMER_INDEXES 12u /* an index is built (rich/) */
#define TIMER_GATEWAY 13u /* calls that stream go on (gateway/) */
#define TIMER_TURNS 14u /* queries that take several turns go on (chaincode/) */

/* The nodes that the newest committed config names. */
typedef struct {
	GArray *list; /* bsn_member, by public key; slices into `memory` */
	GBytes *memory;
	bsn_slice settings; /* of the consensus; into `memory` */
	GHashTable *by_key; /* GBytes: index + 1 */
} Members;

typedef struct bsn_ledger Channel;
struct bsn_ledger {
	bsn_chain *chain;
	char *id;                    /* channel id: the chain's name */
	guint8 genesis[HASH_LEN];    /* hash of block 0's header */
	Suite suite;
	ChannelConfig *config;       /* newest committed one */
	ChannelLedger *ledger;
	Members members;

	/* This node. */
	GBytes *public_key;
	GBytes *certificate; /* DER, as the host had it last; NULL: none */
	GBytes *identity;    /* SerializedIdentity; NULL: it has no certificate
			      * of an organisation, and does not endorse */
	MspIdentity *self;   /* by the present config; NULL likewise */
	char *no_identity;   /* why `identity` is NULL; NULL when it is not */

	const bsn_consensus *consensus;
	bsn_agreement *agreement;
	bsn_proposer proposer;

	struct Order *order;         /* order/ */
	struct FabricNet *net;       /* net/; NULL: no transport */
	struct Endorsing *endorsing; /* endorse/ */
	struct Runs *runs;           /* chaincode/ */
	struct Lifecycle *lifecycle; /* lifecycle/ */
	struct Identities *identities; /* query/: named in answers of late */
	struct Privacy *privacy;     /* private/ */
	guint64 private_batches;     /* that it has handed to the store */
	struct Indexes *indexes;     /* rich/ */
	struct ChannelSnapshots *snapshots; /* snapshot/ */
	struct FabricGateway *gateway; /* gateway/; NULL: the host has no gRPC */
	gboolean beginning; /* with a snapshot: blocks, transactions and
			     * questions are not for it (snapshot/) */
	gboolean closing;
};

#endif
