/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/chain.h: an open chain, and which part of the engine
 * does what to it. One strand at a time works on it.
 *
 *	chain/     opens and closes; what is submitted; the tree for its protocol
 *	contract/  requests become transactions; contracts run
 *	kernel/    the chain's own contracts
 *	verify/    transactions and blocks are judged
 *	pool/      what waits
 *	ledger/    blocks, state/ below it
 *	net/       the other nodes
 *	query/     blocks, transactions, balances, events, status
 *	cross/     parallel chains
 */
#ifndef XUPER_CHAIN_CHAIN_H
#define XUPER_CHAIN_CHAIN_H

#include <bsn/bsn.h>
#include <bsn/ext/chains.h>
#include <bsn/ext/tree.h>

#include "plugins/engine-xuper/contract/reserve.h"
#include "plugins/engine-xuper/kernel/agreement.h"
#include "plugins/engine-xuper/pool/pool.h"
#include "plugins/engine-xuper/verify/draft.h"
#include "plugins/kit/services.h"

/* Timers of the engine's own. */
#define TIMER_NET 1u     /* what waits is passed on again; blocks are asked for */
#define TIMER_PROTOCOL 2u /* a new protocol takes over */
#define TIMER_CROSS 3u   /* parallel chains */
#define TIMER_RETRY 4u   /* the store refused */
#define TIMER_EVENTS 5u  /* subscribers take turns */
#define TIMER_INQUIRY 6u /* other chains are asked */

typedef struct Net Net;     /* net/net.h */
typedef struct Cross Cross; /* cross/cross.h */
typedef struct EventService EventService; /* query/events/service.h */

struct bsn_ledger {
	bsn_chain *chain;
	Suite suite;
	ChainConfig *config;
	Verifier verifier;
	Ledger *ledger;
	Pool *pool;
	PoolOwner pool_owner;
	Reserved *reserved; /* outputs that transactions were just begun with */
	Agreement *agreement; /* after the newest final block */
	guint8 node_key[PUBLIC_KEY_LEN];
	char node_address[ADDRESS_MAX];
	bsn_proposer proposer;
	const bsn_consensus *consensus;
	bsn_agreement *protocol;
	guint8 genesis_id[HASH_LEN]; /* of the genesis block: the chain's id */
	guint64 durable; /* height of the newest final block on disk */
	LedgerTotals totals; /* up to and with that one */
	GHashTable *waiting; /* txid -> reply of who has submitted it */
	Net *net;     /* NULL: the host has no transport */
	Cross *cross;
	EventService *events; /* NULL: the host has no gRPC */

	/* chain/tree.c: what a protocol was shown last: its slices lie there. */
	Block *shown;
	struct Seek *seek; /* chain/seek.c: a block that wants its nonce; or NULL */
	/* chain/final.c */
	GQueue decided;   /* Decided: final, and refused by the store so far */
	GQueue committed; /* Committed: final, and not known to be on disk */
	/* chain/protocol.c */
	gboolean refused;  /* the protocol was told to wait: `pending` is to come */
	gboolean changing; /* another protocol takes over (TIMER_PROTOCOL) */
	char *stopped;     /* why no block can be agreed on; NULL: one can */
};

/* Whether this node is one of the chain's nodes, a validator or not. */
gboolean chain_has_self(const bsn_ledger *ledger);
/* Nodes, validators first. */
guint chain_member_count(const bsn_ledger *ledger);
const bsn_member *chain_member(const bsn_ledger *ledger, guint index);

#endif
