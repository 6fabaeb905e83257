/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-lifecycle.h: a channel "one" of three organisations on a real
 * ledger, for tests of engine-fabric's lifecycle, with stand-ins for the other
 * parts of the engine. What is called runs as on a node of some organisation;
 * endorsements are named, and the real judge judges. Nothing can fail but what
 * says so: it fails the test.
 */
#ifndef TESTS_UNIT_FABRIC_LIFECYCLE_H
#define TESTS_UNIT_FABRIC_LIFECYCLE_H

#include "plugins/engine-fabric/lifecycle/functions.h"
#include "tests/unit/fabric-channel.h"
#include "tests/unit/fabric-ledger.h"

#define ORG(n) (1u << (n))

typedef struct {
	FabricOrgs *orgs;
	FabricLedger *ledger;
	Channel channel;
	MspIdentity *peers[FABRIC_ORGS];
	MspIdentity *admins[FABRIC_ORGS];
	MspIdentity *clients[FABRIC_ORGS];
	GByteArray *peer_bytes[FABRIC_ORGS]; /* SerializedIdentity */
	GByteArray *payload; /* of the last call */
	bsn_err err;	     /* of the last call that failed */
} Life;

/* With organisations 0 to n - 1. */
Life *life_new(gboolean sm, guint n);
void life_free(Life *life);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Life, life_free)

/* From now on the node is one of that organisation. */
void life_be(Life *life, guint org);

/* What a definition says; zeroed fields mean the default. */
typedef struct {
	const char *name; /* "basic" */
	gint64 sequence;  /* 1 */
	const char *version; /* "1.0" */
	const char *policy;  /* text */
	const char *collections; /* JSON; NULL: none */
	const char *package_id;
	gboolean init_required;
} LifeTerms;
GByteArray *life_args(const LifeTerms *terms);
/* { "basic" } for Freeze and others. */
GByteArray *life_name(const char *name);

/* Simulates a function on this node. Takes `argument`.
 *
 * Out: results: what it would write. Returns what lifecycle_invoke does. */
int32_t life_call(Life *life, MspIdentity *who, const char *function,
		  GByteArray *argument, GByteArray **results);
/* The same on a node of each organisation of a set, whose results must be the
 * same; their endorsements make a transaction of the next block. */
TxCode life_run(Life *life, guint orgs, MspIdentity *who, const char *function,
		GByteArray *argument);
/* A transaction of a chaincode with those results and endorsers, alone in the
 * next block; its code. Takes `results`. */
TxCode life_commit(Life *life, const char *chaincode, const char *version,
		   const bsn_slice *endorsers, guint n, GByteArray *results);
/* Writes a key in a namespace. */
GByteArray *life_write(Life *life, const char *namespace, const char *key);

/* All organisations of a set approve, then the first commits with all. Fails the
 * test unless it is valid. */
void life_deploy(Life *life, guint orgs, const LifeTerms *terms);

/* The same for Freeze and others. */
void life_change(Life *life, guint orgs, const char *function,
		 const char *name);

/* ---- stand-ins ---- */

/* The nodes that this one knows: net_peer_at. Ended by NULL. */
extern NetPeer *life_peers[4];
extern guint life_packages_changed; /* calls of net_packages_changed */
extern guint life_prepared; /* calls of runtimes_prepare */
extern guint life_members_changed; /* calls of private_members_changed */
extern guint life_indexed;  /* calls of indexes_prepare */
/* What is asked of others: one at a time. */
typedef struct {
	NetPeer *peer;
	GByteArray *question;
	NetAnswerFn answered;
	gpointer owner;
	guint64 id; /* 0: nothing is asked */
} LifeAsked;
extern LifeAsked life_asked;
/* What net_answer was called with last. */
extern GByteArray *life_answer;
extern int32_t life_answer_status;
/* What runtimes_checker finds. */
extern const bsn_runtime *life_checker;

#endif
