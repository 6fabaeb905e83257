/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/join.h: a node that is far behind takes over the
 * state of a late block instead of executing all blocks before it:
 *
 *	join-headers.c   all headers up to the others' head, each certified by
 *	                 the members that the ones before name
 *	join-parts.c     the manifest and the sections of the last checkpoint
 *	                 whose digest is in one of them, from several peers at
 *	                 once, each judged alone
 *
 * then blocks from there (sync.h). When peers do not keep the checkpoint any
 * more, because the chain has gone on, there are more headers and a later one;
 * sections that are the same there stay. A node that is stopped goes on where it
 * was (snapshot/install.h). All functions: [strand].
 */
#ifndef FISCO_NET_JOIN_H
#define FISCO_NET_JOIN_H

#include <jansson.h>

#include "plugins/engine-fisco/net/sync.h"
#include "plugins/engine-fisco/snapshot/install.h"

/* A node takes over a state when it is behind by more than so many times the
 * chain's snapshot_interval: then there is a checkpoint that saves it blocks. */
#define JOIN_INTERVALS 2u

/* A part on its way: all pieces come from one peer, so that it is known who
 * lied. */
typedef struct {
	guint part; /* 0: the manifest; else a section's index and 1 */
	NetPeer *giver;
	GByteArray *bytes; /* so far */
	guint64 total;     /* 0: not told yet */
} JoinPart;

typedef struct Join {
	Install install;
	/* Headers: they are asked for until `target`, which others had. */
	guint64 target;
	guint8 last_hash[HASH_LEN]; /* of the header before the next one */
	MemberList members;         /* who agree on the next one */
	/* Parts: 0, there is no checkpoint yet. */
	guint64 checkpoint;
	guint8 digest[HASH_LEN]; /* of its manifest */
	Manifest manifest;       /* once it is there, as certified */
	GPtrArray *parts;        /* JoinPart: on their way */
	guint refusals;          /* since the last useful answer */
	gboolean ending;         /* the last batch is on its way to the disk */
	Head head;               /* that there is then */
} Join;

/* Does what can be done now, if this is the way to catch up: else FALSE. */
gboolean join_run(Ledger *ledger);
/* join_free(NULL) does nothing. */
void join_free(Join *join);
/* A peer's question is void; NULL: all of them are. `join` may be NULL. */
void join_let_go(Join *join, const NetPeer *peer);
/* A batch of this cookie is on disk. */
void join_durable(Ledger *ledger, guint64 cookie);
/* Adds how far it is, for people. */
void join_json(const Ledger *ledger, json_t *json);

/* An answer to a question for headers, one that was asked. */
void join_headers_received(Ledger *ledger, NetPeer *peer,
			   const NetMessage *message);
/* An answer that says that it is a part. */
void join_part_received(Ledger *ledger, NetPeer *peer,
			const NetMessage *message);

/* ---- between the files ---------------------------------------------------- */

/* Finds where the headers stop.
 *
 * Returns: BSN_OK. Errors: as bsn_store.get. */
int32_t join_headers_open(Ledger *ledger, Join *join);
/* TRUE: they are all there. Else asks. */
gboolean join_headers_ask(Ledger *ledger, Join *join);
/* The last checkpoint that a header names, of those there are, and what it says;
 * 0: none.
 *
 * Returns: BSN_OK. Errors: as bsn_store.get. */
int32_t join_certified(const Ledger *ledger, const Join *join,
		       guint64 *checkpoint, guint8 *digest);
void join_parts_ask(Ledger *ledger, Join *join);
/* The store has refused something: no more for a moment. */
void join_pause(Ledger *ledger);
/* Takes the next headers: the parts are not there any more. */
void join_refresh(Ledger *ledger, Join *join);

#endif
