/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-open.h: an open channel "one" of Org1MSP and Org2MSP on a
 * real ledger, for tests of what needs no other node. Signatures are real ones.
 * The node is Org1MSP's peer; its consensus is "still", which only notes what
 * it is told, and agrees among at most three. Nothing can fail: it fails the
 * test.
 */
#ifndef TESTS_UNIT_FABRIC_OPEN_H
#define TESTS_UNIT_FABRIC_OPEN_H

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/signed.h"
#include "tests/unit/fabric-channel.h"
#include "tests/unit/fake-host.h"

/* Nodes that there are keys for; the first is this one. */
#define FABRIC_NODES 4u

typedef struct {
	TxJudge judge; /* as the engine's: votes and configs are judged */
	FabricOrgs *orgs;
	Channel channel;
	GByteArray *genesis;
	guint8 nodes[FABRIC_NODES][PUBLIC_KEY_LEN];
	guint reachable;	   /* of them, as the transport knows */
	const Issued *certificate; /* of the node; NULL: none */
	guint64 told;	 /* from which height on consensus has members */
	guint64 members; /* how many it was told of last */
	guint introduced; /* net_packages_changed */
	guint net_told;	 /* how often net/ was told of new members */
	TxCode code;	 /* of the last transaction committed */
	guint nonces;
} FabricOpen;

FabricOpen *fabric_open_new(gboolean sm);
/* The same with other words of founding.h; takes them. */
FabricOpen *fabric_open_founded(gboolean sm, json_t *founding,
				FabricOrgs *orgs);
void fabric_open_free(FabricOpen *open);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FabricOpen, fabric_open_free)
/* Closes it and opens it again from its store. */
void fabric_open_reopen(FabricOpen *open);

/* Commits one envelope as the next block; durable at once. Its code. */
TxCode fabric_open_commit(FabricOpen *open, bsn_slice envelope);
/* The same with n envelopes, not durable yet. */
void fabric_open_append(FabricOpen *open, const bsn_slice *envelopes, guint n);

/* An endorser transaction of a chaincode with a read-write set, by a client or
 * admin, endorsed by a peer. */
typedef struct {
	const Issued *creator;
	guint creator_org;
	const Issued *endorser; /* Org1MSP's peer when NULL */
	guint endorser_org;
	const char *chaincode;
	const char *const *args; /* NULL at the end; NULL: none */
	const char *event;	 /* NULL: none */
	bsn_slice results;
	bsn_slice proposal; /* Proposal; made when empty */
	gint64 seconds;
	gboolean forged; /* the endorsement is the creator's */
	/* Out. */
	char tx_id[TX_ID_SIZE];
} OpenTx;
GByteArray *fabric_open_tx(FabricOpen *open, OpenTx *tx);

/* Asks for a change of the config: what the last round answered. `args` with
 * kind BSN_TX_MEMBER, or BSN_TX_INVOKE of function "config". */
typedef struct {
	guint32 kind;
	const char *args;
	guint org;
	const Issued *signer; /* the admin of org when NULL */
	/* Out: */
	int32_t status;
	bsn_err err;
	gboolean is_vote;     /* `finished` is a Proposal of a vote */
	GByteArray *finished; /* else an Envelope; NULL after an error */
	bsn_id tx_id;
} OpenChange;
void fabric_open_ask(FabricOpen *open, OpenChange *change);
void open_change_clear(OpenChange *change);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OpenChange, open_change_clear)
/* Carries it out: a vote is endorsed and committed, an update ordered; the
 * transaction's code. */
TxCode fabric_open_carry_out(FabricOpen *open, const OpenChange *change);
/* Both, by an admin; must be well. Whether it was a vote. */
gboolean fabric_open_change(FabricOpen *open, guint32 kind, const char *args,
			    guint org);

/* A raw signature. */
void fabric_open_sign(const FabricOpen *open, const Issued *who,
		      bsn_slice message, guint8 raw[SIGNATURE_RAW_LEN]);
/* Arguments of BSN_TX_MEMBER; g_free them. */
char *fabric_open_member(const FabricOpen *open, guint node, const char *role,
			 const char *more);

#endif
