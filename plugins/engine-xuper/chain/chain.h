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

#include "plugins/engine-xuper/kernel/agreement.h"
#include "plugins/engine-xuper/pool/pool.h"
#include "plugins/engine-xuper/verify/draft.h"

/* Timers of the engine's own. */
#define TIMER_NET 1u     /* what waits is passed on again; blocks are asked for */
#define TIMER_PROTOCOL 2u /* a new protocol takes over */
#define TIMER_CROSS 3u   /* parallel chains */
#define TIMER_RETRY 4u   /* the store refused */

typedef struct Net Net;     /* net/net.h */
typedef struct Cross Cross; /* cross/cross.h */

struct bsn_ledger {
	bsn_chain *chain;
	Suite suite;
	ChainConfig *config;
	Verifier verifier;
	Ledger *ledger;
	Pool *pool;
	PoolOwner pool_owner;
	Agreement *agreement; /* after the newest final block */
	guint8 node_key[PUBLIC_KEY_LEN];
	char node_address[ADDRESS_MAX];
	bsn_proposer proposer;
	const bsn_consensus *consensus;
	bsn_agreement *protocol;
	guint64 durable; /* height of the newest final block on disk */
	GHashTable *waiting; /* txid -> replies of who has submitted it */
	Net *net;
	Cross *cross;
};

#endif
