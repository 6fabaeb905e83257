/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-order.h: a channel "one" of two organisations that is
 * opened on the fake host, for tests of engine-fabric's order/. Consensus
 * "hand" does what the test says. Parts of the engine that order/ calls are
 * stand-ins here: chaincodes are endorsed but for one namespace, and configs
 * are changed by the rules of channel/. Nothing can fail: it fails the test.
 */
#ifndef TESTS_UNIT_FABRIC_ORDER_H
#define TESTS_UNIT_FABRIC_ORDER_H

#include "plugins/engine-fabric/engine.h"
#include "tests/unit/fabric-tx.h"
#include "tests/unit/fake-host.h"

/* "hand": what the engine told it, since it was created. */
struct bsn_agreement {
	bsn_proposer *proposer;
	guint pending;
	GArray *applied; /* guint64 */
	guint64 height;	 /* at creation */
	guint n_members;
	char *settings;
};
extern const bsn_consensus hand_consensus;

typedef struct {
	FabricOrgs *orgs; /* of the process */
	bsn_chain *chain;
	GByteArray *genesis;
	FabricTx tx;
	GPtrArray *replies; /* of fabric_order_submit; freed at the end */
} FabricOrder;

/* The one that is there. */
extern FabricOrder *fabric_order_current;

/* What the stand-ins were told; since fabric_order_new. */
typedef struct {
	guint forwarded; /* envelopes */
	guint head_moved;
	guint durable;
	guint followed; /* members_follow_certificate */
	guint64 behind;
	guint lifecycle; /* blocks */
	guint configs;
	const char *not_endorsed; /* namespace */
} FabricOthers;
extern FabricOthers others;

/* `config` is added to founding.h's; taken; may be NULL. */
json_t *fabric_order_config(const FabricOrgs *orgs, json_t *config);
/* The block 0 of a channel with one member, this node, what genesis_make
 * returns. */
int32_t fabric_order_genesis(const json_t *config, GByteArray *out,
			     bsn_err *err);

FabricOrder *fabric_order_new(json_t *config);
void fabric_order_free(FabricOrder *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FabricOrder, fabric_order_free)
/* Opens it; what that returns. */
int32_t fabric_order_open(FabricOrder *fixture, bsn_err *err);

static inline Channel *
fabric_order_channel(FabricOrder *fixture)
{
	return (Channel *)fake_chain_ledger(fixture->chain);
}
guint64 fabric_order_height(FabricOrder *fixture);

/* An envelope that writes a key of its own; in the fixture's arena. */
bsn_slice fabric_order_tx(FabricOrder *fixture);
/* The same with a value of so many bytes. */
bsn_slice fabric_order_large(FabricOrder *fixture, guint bytes);
/* One that has read what is not there. */
bsn_slice fabric_order_conflict(FabricOrder *fixture);
/* A CONFIG_UPDATE that sets MaxMessageCount, signed by both admins. */
bsn_slice fabric_order_update(FabricOrder *fixture, guint32 max_messages);

/* Submits; the reply is the fixture's. */
bsn_reply *fabric_order_submit(FabricOrder *fixture, bsn_slice envelope);

/* ---- "hand" ---- */

typedef struct {
	GByteArray *bytes;
	bsn_id digest;
} Proposal;
void proposal_clear(Proposal *proposal);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Proposal, proposal_clear)

int32_t hand_propose(FabricOrder *fixture, guint64 height, Proposal *proposal);
int32_t hand_check(FabricOrder *fixture, guint64 height, bsn_slice proposal,
		   bsn_err *err);
int32_t hand_decide(FabricOrder *fixture, guint64 height, bsn_slice proposal);
int32_t hand_expect(FabricOrder *fixture, guint64 height,
		    const Proposal *proposal);
/* Proposes and decides the next block; the number of its transactions. */
guint hand_next(FabricOrder *fixture);
/* Transactions of a proposal. */
guint proposal_txs(const Proposal *proposal);

#endif
