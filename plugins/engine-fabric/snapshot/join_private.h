/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/join_private.h: beginning with a snapshot.
 *
 * The record of KEY_JOIN is written with what it speaks of, so that a node that
 * is killed at any instant is either as before or goes on:
 *
 *	phase; the next part to be put in, 4 bytes; length and bytes of the hash
 *	that is wanted; the snapshot's hash, from JOIN_FETCHING on
 *
 * All functions: [strand].
 */
#ifndef FABRIC_SNAPSHOT_JOIN_PRIVATE_H
#define FABRIC_SNAPSHOT_JOIN_PRIVATE_H

#include "plugins/engine-fabric/snapshot/private.h"
#include "plugins/engine-fabric/snapshot/vouch.h"

/* As the record has them. */
#define JOIN_LOOKING 1u	   /* who offers what, and whose word is enough */
#define JOIN_FETCHING 2u   /* manifest and parts, each checked */
#define JOIN_CLEARING 3u   /* what the node had goes */
#define JOIN_INSTALLING 4u /* part after part gets into the state */
/* Not in the record: they are done again. */
#define JOIN_CHECKING 5u /* the snapshot is made of what was put in */
#define JOIN_ENDING 6u	 /* all is handed to the store */
/* What was put in is another state: it goes, and the node begins with block 0. */
#define JOIN_RESETTING 7u

/* Ms between two rounds of asking who offers what. */
#define LOOK_MS 2000u
/* Ms that others have for an answer. */
#define ASK_MS 10000u
/* Parts that one peer is asked for at the same time. */
#define PEER_ASKS_MAX 3u
/* Ms that a peer is left which has lied; which did not answer. */
#define LIAR_MS 60000u
#define REST_MS 2000u
/* Ms until it is looked again whether parts of a deleted one are gone. */
#define SWEEP_MS 10u
/* Ms after the store has refused something. */
#define REFUSED_MS 200u
/* Snapshots of one peer that are heard of. */
#define OFFERS_MAX SNAPSHOTS_KEPT_MAX

typedef struct {
	guint64 block;
	guint8 hash[HASH_LEN];
	Voucher voucher; /* signature NULL: none */
} JoinOffer;

/* A member, and what it has said. */
typedef struct {
	GBytes *key;
	GPtrArray *offers; /* JoinOffer */
	guint64 left_until_ms;
	guint open; /* questions */
} JoinPeer;

/* What a part's place is. */
#define PART_MISSING 0u
#define PART_ASKED 1u
#define PART_THERE 2u

struct Join {
	ChannelSnapshots *snapshots;
	guint phase;
	GBytes *wanted; /* hash; NULL: any that is vouched for */
	char *problem;	/* why it does not go on; NULL: it does */

	/* offers.c */
	GPtrArray *peers; /* JoinPeer, each for as long as the Join */
	GPtrArray *asks;  /* JoinAsk (offers.c) */
	guint asking;	  /* questions for offers that are open */
	guint64 look_at_ms;
	GHashTable *refused; /* GBytes: hashes of which nothing is believed */

	/* The chosen one. */
	guint64 block;
	guint8 hash[HASH_LEN];
	GBytes *manifest_bytes; /* NULL: not there yet */
	Manifest manifest;
	gboolean asked_manifest;
	gboolean believed; /* by the snapshot's own config, too: it is stored */
	guint8 *parts;	   /* PART_* */
	guint there;
	guint lowest; /* the first part that may be missing */

	/* install.c */
	guint next;    /* part, or range that is cleared */
	Maker *maker;  /* reads what was put in */
	GBytes *genesis; /* block 0, to begin with again */
	gboolean ended;  /* all is on disk, but the channel was not opened */
};

/* ---- join.c ---- */

/* Adds the record to a batch. */
void join_put(const Join *join, LedgerBatch *batch);
int32_t join_commit(const Join *join, const LedgerBatch *batch,
		    guint64 cookie, bsn_err *err);
/* Why it does not go on, for people and the log; once for each reason. */
void join_complain(Join *join, const char *format, ...) G_GNUC_PRINTF(2, 3);
guint64 join_now(const Join *join);
/* Another snapshot is looked for; the chosen one is not believed any more when
 * `refuse`. */
void join_look_again(Join *join, gboolean refuse);

/* ---- offers.c ---- */

/* Asks all that can be reached what they have, when it is time. */
void offers_ask(Join *join);
/* Chooses what enough have vouched for, the latest one; FALSE: nothing. */
gboolean offers_choose(Join *join);
/* Whether others have what is wanted, and it is of blocks that are here. */
gboolean offers_are_behind(const Join *join);
/* The words for the chosen one: Voucher, borrowed. */
GPtrArray *offers_vouchers(const Join *join, const guint8 hash[HASH_LEN]);
/* Whether a peer has said to have it, and may be asked now. */
gboolean offers_has(const Join *join, const JoinPeer *peer,
		    const guint8 hash[HASH_LEN]);
/* It has given something wrong: it is left for a while. What it has signed for
 * it has signed all the same. */
void peer_has_lied(Join *join, JoinPeer *peer, const char *problem);

typedef void (*JoinAnswerFn)(Join *join, JoinPeer *peer, guint32 part,
			     int32_t status, bsn_slice answer,
			     const bsn_err *err);
/* Asks a peer. FALSE: it cannot be reached, and rests. */
gboolean join_ask(Join *join, JoinPeer *peer, guint what, guint32 part,
		  JoinAnswerFn answered);
void asks_cancel(Join *join);
void join_peer_free(gpointer peer);

/* ---- fetch.c ---- */

/* Asks for what is missing. */
void fetch_step(Join *join);
gboolean fetch_is_over(const Join *join);
/* Reads the manifest that the store has; parts that are there are known. */
int32_t fetch_load(Join *join, bsn_err *err);

/* ---- part.c ---- */

/* Whether bytes are a part of a snapshot with that manifest: entries that a
 * snapshot has, in order.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST: the reason says what is wrong. */
int32_t part_check(const Suite *suite, const Manifest *manifest, guint index,
		   bsn_slice bytes, bsn_err *err);
/* The config of the block that the first part begins with.
 *
 * Returns: BSN_OK and a config for channel_config_free.
 * Errors:  as channel_config_read; BSN_BAD_REQUEST. */
int32_t part_config(const Manifest *manifest, bsn_slice first_part,
		    ChannelConfig **config, bsn_err *err);

/* ---- install.c ---- */

/* All parts are there: the node's own state goes. */
int32_t install_begin(Join *join, bsn_err *err);
/* One step, in JOIN_CLEARING and after. Returns as join_step. */
guint64 install_step(Join *join);

#endif
