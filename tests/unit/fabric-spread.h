/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-spread.h: nodes of a channel "one" on real ledgers, for
 * tests of private/: its real sources, and stand-ins for the other parts of the
 * engine. Nothing arrives, and no time passes, by itself. Nothing can fail: it
 * fails the test.
 *
 * Chaincode "basic" has the collection "secret", of Org1MSP and Org2MSP. All
 * that nodes tell each other and the log, and all that their stores have, can be
 * searched for a value.
 */
#ifndef TESTS_UNIT_FABRIC_SPREAD_H
#define TESTS_UNIT_FABRIC_SPREAD_H

#include "plugins/engine-fabric/private/privacy.h"
#include "tests/unit/fabric-ledger.h"

/* Of Org1MSP, Org2MSP, Org3MSP, Org1MSP, Org2MSP. */
#define PRIVATE_NODES 5u
/* The one that is no member of "secret". */
#define PRIVATE_STRANGER 2u

typedef enum {
	ANSWER_HONEST,
	ANSWER_OTHER_VALUE, /* of what is asked for */
	ANSWER_JUNK,
	ANSWER_NOTHING, /* it has nothing, it says */
	ANSWER_EVASIVE, /* as before, and has looked at one only */
	ANSWER_TWICE,	/* the first, as often as there are any */
	ANSWER_SLOW,	/* the first alone, and takes its time */
} AnswerKind;

typedef struct {
	FabricLedger *ledger;
	Channel channel;
	MspIdentity self;
	NetPeer peer;
	AnswerKind kind;
	guint64 due_ms;	     /* of TIMER_PRIVATE; 0: it is not armed */
	GByteArray *traffic; /* all that it has sent or got */
	guint asked;	     /* questions that came to it */
} PrivateNode;

/* A simulation's outcome. */
typedef struct {
	char *tx_id;
	GByteArray *envelope;
	GByteArray *sets; /* TxPvtReadWriteSet */
} PrivateTx;
void private_tx_free(PrivateTx *tx);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PrivateTx, private_tx_free)

typedef struct {
	PrivateNode nodes[PRIVATE_NODES];
	Suite suite;
	Definition *definition;
	GQueue questions; /* NetQuestion that were not delivered */
	guint64 last_id;
	guint64 now_ms;
	GString *log;
	gboolean slow; /* nothing is on disk before private_net_sync */
	int32_t status; /* what private_net_ask was answered */
	GBytes *answer;
} PrivateNet;

PrivateNet *private_net_new(gboolean sm);
void private_net_free(PrivateNet *net);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PrivateNet, private_net_free)

/* Defines "secret" anew; all nodes are told. In: members: a policy. */
void private_net_define(PrivateNet *net, const char *members, gint required,
			gint max, guint64 block_to_live);

/* A transaction that writes "key=value" (deletes "key") in "secret"; simulated
 * on a node. */
PrivateTx *private_net_simulate(PrivateNet *net, guint node, const char *write);
/* Commits a transaction as the next block of those nodes (bits). */
void private_net_commit(PrivateNet *net, const PrivateTx *tx, guint nodes);
#define ALL_NODES ((1u << PRIVATE_NODES) - 1)
/* The value of a key of "secret" that a node has for certain: "-" none, "?" not
 * here; g_free it. */
char *private_net_value(PrivateNet *net, guint node, const char *key);
/* What a node's status says: "missing", "waiting". */
guint private_net_count(PrivateNet *net, guint node, const char *what);
/* Closes and opens it. */
void private_net_restart(PrivateNet *net, guint node, gboolean crash);

/* Whom open questions are for, "1 3"; g_free it. */
char *private_net_asked(const PrivateNet *net);
/* Delivers the oldest question, and its answer; FALSE: there is none. */
gboolean private_net_deliver(PrivateNet *net);
/* All that was handed to stores is on disk. */
void private_net_sync(PrivateNet *net);
/* All, also those that follow. */
void private_net_settle(PrivateNet *net);
/* The oldest gets no answer. */
void private_net_fail(PrivateNet *net, int32_t status);
/* The oldest is answered with these bytes. */
void private_net_answer(PrivateNet *net, bsn_slice bytes);
/* Moves the clock, with all timers on the way, and delivers. */
void private_net_advance(PrivateNet *net, guint64 ms);
/* A peer can be reached or not; all are told, questions to it fail. */
void private_net_reach(PrivateNet *net, guint node, gboolean reachable);
/* Asks a node as another one; in net->status and net->answer. */
void private_net_ask(PrivateNet *net, guint from, guint to, guint kind,
		     bsn_slice bytes);

/* Whether a text is in what a node has sent, got, stored or logged. */
gboolean private_net_leaks(PrivateNet *net, guint node, const char *text);

#endif
