/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/private/privacy.h: what the sources of private/ share.
 * All functions: [strand] unless it says otherwise.
 *
 * In the store, beside transient.c's:
 *   'm' 'c' namespace NUL collection       this node is a member: one byte,
 *                                          whether all that it may have of it
 *                                          from before is in 'm' 'k'
 *   'm' 'k' namespace NUL collection NUL digest of a key
 *                                          its value was missing: nothing; what
 *                                          counts is the digest of now
 */
#ifndef FABRIC_PRIVATE_PRIVACY_H
#define FABRIC_PRIVATE_PRIVACY_H

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/lifecycle/collections.h"
#include "plugins/engine-fabric/lifecycle/definition.h"
#include "plugins/engine-fabric/private/message.h"
#include "plugins/engine-fabric/private/private.h"

/* Blocks after which what was endorsed is forgotten: Fabric's
 * transientBlockRetention. */
#define TRANSIENT_BLOCKS 1000u
/* Bytes that wait for their blocks, keys and a share for what is kept of each in
 * memory included: of all, and of what one peer has given. */
#define TRANSIENT_BYTES_MAX (256u << 20)
#define TRANSIENT_GIVER_BYTES_MAX (64u << 20)
/* Sets of one transaction that one peer has given: simulations that were
 * repeated. */
#define TRANSIENT_SETS_MAX 4u
/* Bytes of sets that are being given to others. */
#define SPREAD_BYTES_MAX (128u << 20)

/* A value that may be missing. */
typedef struct {
	char *namespace;
	char *collection;
	guint8 key_hash[HASH_LEN];
	Version version; /* of the digest, once it was looked at */
	gboolean got;	 /* it was given, of what was asked for */
} Missing;
void missing_clear(Missing *missing);

/* Reconciliation: one peer after the other is asked for all that is missing and
 * that it may have. */
typedef struct {
	GPtrArray *peers;    /* keys, GBytes, of this pass; NULL: none goes on */
	guint at;	     /* who is being asked */
	GByteArray *cursor;  /* key of the store from which on it is asked */
	guint64 question;    /* open; 0: none */
	GArray *asked;	     /* Missing, in it */
	gboolean ended;	     /* there is nothing behind them */
	guint64 since_ms;    /* when this peer was first asked */
	guint kept;	     /* walked over for this peer and not got of it */
	guint left;	     /* that, of the last who was asked for all */
	gboolean any;	     /* something may be missing */
	gboolean again;	     /* since this pass began, something else is */
	guint turn;	     /* which peer is first */
	guint retry_ms;	     /* the last pause; 0: none */
	guint64 due_ms;	     /* when the next pass begins; 0: not by time */
} Reconcile;

/* The search for what is missing in one collection after another. */
typedef struct {
	gboolean stale;	    /* the store did not take the marks */
	gboolean needed;    /* some mark says so */
	char *namespace;    /* where it is; NULL: at none */
	char *collection;
	GByteArray *cursor; /* state key from which on it goes on */
	guint64 due_ms;	    /* of the next step; 0: none */
} Sweep;

typedef struct Privacy {
	Channel *channel;
	PrivateSource source;

	/* transient.c */
	GHashTable *waiting; /* tx id: what there is (transient.c) */
	GHashTable *givers;  /* GBytes, a peer's key: guint64, its bytes */
	guint64 bytes;	     /* of all */
	GPtrArray *leaving;  /* ids in the block that is being committed */

	guint64 durable; /* batches of the channel's that are on disk */
	GQueue answers;	 /* Answer, of serve.c: until theirs is */

	/* distribute.c */
	GQueue spreads; /* PrivateSpread */
	guint64 spread_bytes;

	gboolean missed; /* something of a block that is being committed */
	Reconcile reconcile;
	Sweep sweep;
	guint64 timer_ms; /* when TIMER_PRIVATE comes; 0: it is not armed */
} Privacy;

/* ---- private.c ---- */

/* A collection as the newest definition has it; NULL: there is none, also in
 * namespaces of the engine's own, whose collections have no values. Out:
 * definition: what it belongs to, a reference. */
const Collection *privacy_collection(Channel *channel, const char *namespace,
				     const char *name, Definition **definition);
/* Whether somebody, who may be NULL, is a member of a collection. */
gboolean privacy_is_member(Channel *channel, const char *namespace,
			   const char *collection, MspIdentity *who);
/* Whether a batch of transient_put's would survive a crash: until then nobody is
 * told that its data is kept. */
static inline gboolean
privacy_is_durable(const Privacy *privacy, guint64 batch)
{
	return batch <= privacy->durable;
}
/* TIMER_PRIVATE comes then, or before. */
void privacy_wake_at(Privacy *privacy, guint64 at_ms);

/* ---- transient.c ---- */

/* Reads what the store has. Errors: BSN_E_IO, BSN_E_CORRUPT. */
int32_t transient_open(Privacy *privacy, bsn_err *err);
void transient_close(Privacy *privacy);
/* Keeps a TxPvtReadWriteSet until its transaction is in a block.
 *
 * Returns: BSN_OK: accepted, also when it is there.
 * In:      giver: a peer's key; empty: this node.
 * Out:     batch: of the store that has it, for privacy_is_durable.
 * Errors:  BSN_FULL, BSN_BUSY: no room here; those of bsn_store.commit. */
int32_t transient_put(Privacy *privacy, const char *tx_id, guint64 height,
		      bsn_slice giver, bsn_slice sets, guint64 *batch,
		      bsn_err *err);
/* Appends all of a transaction, GByteArray. Errors: BSN_E_*. */
int32_t transient_get(const Privacy *privacy, const char *tx_id,
		      GPtrArray *list, bsn_err *err);
/* A transaction is in the block that is being committed: what there is of it
 * goes with that block's batch, and by transient_left once it is accepted. */
void transient_leave(Privacy *privacy, const char *tx_id, LedgerBatch *batch);
void transient_left(Privacy *privacy);
/* Forgets what is too old at a height. */
void transient_expire(Privacy *privacy, guint64 height);

/* ---- distribute.c ---- */

void spreads_close(Privacy *privacy);
/* More batches are on disk: in serve.c likewise. */
void spreads_durable(Privacy *privacy);

/* ---- serve.c ---- */

void answers_close(Privacy *privacy);
void answers_durable(Privacy *privacy);

/* ---- missing.c ---- */

void missing_put(LedgerBatch *batch, const char *namespace,
		 const char *collection, bsn_slice key_hash);
void missing_delete(LedgerBatch *batch, const Missing *missing);
/* Appends the next ones from a cursor (empty: the first), n at most, and moves
 * it behind them.
 *
 * Returns: BSN_OK. Out: list: Missing; ended: no more are behind.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. */
int32_t missing_page(const Privacy *privacy, GByteArray *cursor, guint n,
		     GArray *list, gboolean *ended, bsn_err *err);
GArray *missing_list_new(void);
/* Looks whether a value is missing now: there is a digest, and here is no value
 * of the same version.
 *
 * Returns: BSN_OK. Out: missing->version; digest: a reference; NULL: it is not.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. */
int32_t missing_look(const Channel *channel, Missing *missing,
		     StateItem **digest, bsn_err *err);

/* Appends a Take for a list, which is in order; versions are looked at. */
void missing_put_question(GByteArray *out, const GArray *list);

/* ---- taken.c ---- */

/* Takes what a peer has given of what it was asked for, and the notes with it, up
 * to the first that was not asked for or is not what its digest says; where it
 * has looked at a part, the cursor goes back to the rest.
 *
 * Returns: BSN_OK. Out: wrong: the peer's answer is; err says in what.
 * Errors:  those of private_put_late. */
int32_t reconcile_take(Privacy *privacy, bsn_slice bytes, gboolean *wrong,
		       bsn_err *err);

/* ---- reconcile.c ---- */

void reconcile_open(Privacy *privacy);
void reconcile_close(Privacy *privacy);
/* Something may be missing: it is asked for at once. */
void reconcile_begin(Privacy *privacy);
/* Somebody else can be asked. */
void reconcile_peers(Privacy *privacy);
void reconcile_timer(Privacy *privacy, guint64 now_ms);

/* ---- sweep.c ---- */

/* Compares what this node is a member of with what it was. */
int32_t sweep_members(Privacy *privacy, bsn_err *err);
void sweep_close(Privacy *privacy);
void sweep_timer(Privacy *privacy, guint64 now_ms);

#endif
