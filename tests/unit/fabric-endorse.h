/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-endorse.h: nodes of a channel "one" with three
 * organisations, for tests of endorse/: its real sources, and stand-ins for the
 * other parts of the engine. Each node but the first is asked through a network
 * in which nothing arrives by itself. Nothing can fail: it fails the test.
 *
 * Chaincode "basic" reads asset1 and writes it; its function "Both" also writes
 * for "other", "Ask" nothing.
 */
#ifndef TESTS_UNIT_FABRIC_ENDORSE_H
#define TESTS_UNIT_FABRIC_ENDORSE_H

#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "tests/unit/fabric-channel.h"
#include "tests/unit/fake-host.h"

/* Of Org1MSP, Org2MSP, Org3MSP, Org1MSP, Org2MSP; the first is under test, the
 * others have fewer blocks one by one. */
#define ENDORSE_NODES 5u

typedef enum {
	NODE_HONEST,
	/* Its chaincode... */
	NODE_OTHER_VALUE, /* writes another value */
	NODE_OTHER_EVENT,
	NODE_REFUSES, /* says 404 */
	NODE_FAULTY,  /* fails */
	NODE_FROZEN,  /* may not be called */
	NODE_HANGS,   /* does not answer */
	/* Its answer to other nodes... */
	NODE_BAD_SIGNATURE,
	NODE_OTHER_IDENTITY, /* is endorsed by another member */
	NODE_STRANGER,	     /* is endorsed by no member */
	NODE_OTHER_PROPOSAL, /* is of another proposal */
	NODE_JUNK,	     /* is no message */
	NODE_SILENT,	     /* does not come */
	NODE_FULL,	     /* too many questions are open */
} NodeKind;

typedef struct {
	Channel channel;
	NetPeer peer;
	guint org;
	Issued *issued;
	NodeKind kind;
	gboolean has_package;
} EndorseNode;

typedef struct {
	FabricOrgs *orgs;
	Issued *stranger;
	ChannelConfig *config;
	EndorseNode nodes[ENDORSE_NODES];
	GHashTable *policies; /* chaincode: policy as text */
	GHashTable *parsed;   /* ApplicationPolicy by text */
	GQueue questions;     /* that were asked, and not answered */
	GPtrArray *hanging;   /* Run */
	guint asked;	      /* questions in all */
	guint runs;	      /* in all */
	guint cancelled;
	guint seen;    /* signatures that were added unseen */
	RunInput last; /* borrows what is gone, but for flags */
	gboolean last_was_init;
	gboolean certified; /* the node under test gets a certificate */
	guint signed_proposals; /* lifecycle_signed */
	/* Collection "secret", which function "Secret" writes. */
	const char *members;   /* their MSPs; NULL: all */
	int32_t spread_status; /* what comes of giving it to others */
	gboolean spread_waits; /* until endorse_net_spread */
	guint spreads;
	gboolean reads_count; /* for who is a member, as of late */
	guint members_begun;
	guint members_previewed;
	guint members_rounds;
	guint answers;	     /* to questions of other nodes */
	int32_t last_status; /* of them */
	bsn_err last_err;
	GBytes *last_answer; /* likewise */
} EndorseNet;

EndorseNet *endorse_net_new(gboolean sm);
void endorse_net_free(EndorseNet *net);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EndorseNet, endorse_net_free)

/* The node under test has no certificate. */
void endorse_net_blind(EndorseNet *net);
/* Its chain closes as the host closes it, which checks its replies. */
void endorse_net_close(EndorseNet *net);

/* Has the oldest question answered by its node; FALSE when there is none. */
gboolean endorse_net_deliver(EndorseNet *net);
/* All of them, also those that follow. */
void endorse_net_deliver_all(EndorseNet *net);
/* Others have taken the private data that waits. */
void endorse_net_spread(EndorseNet *net);
/* The oldest has had no answer in time. */
void endorse_net_time_out(EndorseNet *net);
/* "Org1MSP Org2MSP": whose nodes have open questions; g_free it. */
char *endorse_net_asked(const EndorseNet *net);

/* A request by Org1MSP's client to invoke a function of basic. */
bsn_tx_request endorse_request(EndorseNet *net, const char *function,
			       const char *args);
/* r || s of a message by somebody. */
void endorse_sign(EndorseNet *net, const Issued *who, bsn_slice message,
		  guint8 raw[SIGNATURE_RAW_LEN]);

/* The first round; it must succeed. For fake_reply_free. */
bsn_reply *endorse_first(EndorseNet *net, const bsn_tx_request *request);
/* Signs what a reply asks for as Org1MSP's client and goes on with its state.
 * The reply may be pending. */
bsn_reply *endorse_next(EndorseNet *net, const bsn_reply *before);
/* Both: what the second round answers when all questions were delivered. */
bsn_reply *endorse_gather(EndorseNet *net, const bsn_tx_request *request);

/* Asks the node under test for an endorsement of these bytes as another node
 * would; in net->last_status. */
void endorse_net_ask(EndorseNet *net, bsn_slice signed_proposal);

#endif
