/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/verify/judged.h: judging from inside: what is remembered of
 * a transaction, what it is judged upon, and the questions that the second step
 * asks one after the other.
 *
 * What may be remembered: signatures hold or not, whatever the state is. Running
 * contracts again gives the same as long as the versions that were read are the
 * newest, since a version is one value for ever; so one run is enough, unless it
 * depended on more (sandbox_unversioned). What ACLs say holds for the versions of
 * the records that were looked at, which the transaction itself does not name.
 * Whether inputs are there and versions are the newest is asked each time.
 */
#ifndef XUPER_VERIFY_JUDGED_H
#define XUPER_VERIFY_JUDGED_H

#include "plugins/engine-xuper/verify/verify.h"
#include "plugins/kit/codec/message.h"

/* A record of an ACL that a finding rests on. */
typedef struct {
	char *bucket;
	GBytes *key;
	XVersion version;
} AclSeen;

/* What is known of a transaction. Nobody but the strand changes it. */
typedef struct {
	gboolean sound;       /* the first step passed it */
	gboolean replayed;    /* its contracts gave what it says ... */
	gboolean unversioned; /* ... then; only running them again shows it */
	GBytes *note;         /* of that run; NULL: there is none */
	gboolean permitted;   /* its ACLs are fulfilled as `seen` has them */
	GArray *seen;         /* AclSeen; NULL: nothing was looked at */
	guint64 run_cost, acl_cost; /* see judged_cost */
	gboolean endorsed;    /* what other chains have answered is, by those who
			       * are validators in ... */
	XVersion endorsed_by; /* this version of the agreement */
} Judged;

/* The transaction's own, made at first need. [strand] */
Judged *judged_of(Tx *tx);
/* Remembers which records were looked at, and the bytes of them; takes `seen`. */
void judged_permit(Judged *judged, GArray *seen, guint64 bytes);
/* What it takes to judge one that was found right, in units of RESOURCE_CPU: the
 * same on all nodes, so that a block's can be bounded. [any] */
guint64 judged_cost(const Tx *tx);
GArray *acl_seen_new(void);

/* What came of running a transaction's contracts. */
typedef struct {
	gboolean unversioned;
	guint64 cost;
	GBytes *note; /* owned; NULL: it did not give what the transaction says */
} Replayed;
/* Remembers a run that did; takes the note. */
void judged_replay(Judged *judged, const Replayed *replayed);
/* Runs it upon a layer. Returns: a code; below 0: broke. [any] */
gint replay_run(const Verifier *verifier, Layer *layer, const Tx *tx,
		Replayed *replayed, bsn_err *err);
/* Runs those of a block's transactions that are not known yet, on all workers, upon
 * the layer in front of them; all have passed the first step (ahead.c). [strand] */
void replay_ahead(const Verifier *verifier, Layer *layer, Tx *const *txs,
		  guint n);

/* What judging a block's transactions may take in all (judged_cost): what one
 * transaction's contracts may, but not so little that few calls fill a block. */
#define BLOCK_CPU_MIN 300000000u
static inline guint64
block_cpu(const ChainConfig *config)
{
	return MAX(config->limits[RESOURCE_CPU], BLOCK_CPU_MIN);
}

/* How far a transaction's timestamp may be ahead of its block's. */
#define TIME_AHEAD_MS 60000u

/* What a transaction is judged upon. */
typedef struct {
	const Verifier *verifier;
	Layer *layer;
	LedgerNode *where; /* the layer stands on its state ... */
	GHashTable *above; /* ... and these: txid -> Tx; NULL: none */
	guint64 height;    /* of the block it would be in */
	guint64 time_ms;   /* of that block; 0: unknown, any will do */
	gboolean brief;    /* the exact code of what is not there does not
			    * matter: nothing is read to find it */
} Upon;

/* verify_state upon that; also looks whether the transaction is in `above`.
 * [strand] */
gint verify_upon(const Upon *upon, Tx *tx, GBytes **note, bsn_err *err);

/* Whether an input's output is there, is what it says and may be spent. */
gint inputs_judge(const Upon *upon, const Tx *tx, bsn_err *err);
/* Whether what was read is the newest. */
gint reads_judge(const Upon *upon, const Tx *tx, bsn_err *err);
/* Whether who must sign has signed. */
gint permission_judge(const Upon *upon, Tx *tx, bsn_err *err);
/* Whether what other chains have answered is endorsed by validators as of the
 * block's parent, and not too old. */
gint cross_judge(const Upon *upon, Tx *tx, bsn_err *err);
/* The answers that it carries, as a proof; empty: none. [any] */
bsn_slice cross_proof(const Xldgpb__Transaction *msg);
/* Whether its contracts give what it says, and what they cost is paid. */
gint replay_judge(const Upon *upon, Tx *tx, bsn_err *err);

/* Why an output that an input names is not to be had. */
gint missing_output(const Upon *upon, const Tx *tx,
		    const Xldgpb__TxInput *input, bsn_err *err);
/* Whether the transaction names any transaction of this chain: one that it spends
 * from or has read from. Returns: BSN_OK, BSN_NOT_FOUND; below 0. */
int32_t bound_to_chain(const Upon *upon, const Tx *tx, bsn_err *err);

/* The first transaction in a table by id that this one spends from or has read
 * from; NULL: none. */
gpointer stands_on(GHashTable *table, const Tx *tx);

/* The first step's parts, for one transaction. [any] */
gint shape_judge(const Verifier *verifier, const Tx *tx, bsn_err *err);
gint balance_judge(const Tx *tx, bsn_err *err);

/* Whether one who signs has that address: the initiator, or the last part of
 * an auth_require. */
gboolean signed_by(const Xldgpb__Transaction *msg, bsn_slice address);
/* The last part of a path. */
bsn_slice path_signer(bsn_slice path);

/* What a transaction's contracts see of it. The array of who must sign, ended by
 * NULL, is the caller's to free. */
const char **env_of(const Verifier *verifier, const Tx *tx, SandboxEnv *env);

/* Writes the reason and returns the code, which is in err->native, too. */
gint refuse(bsn_err *err, gint code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* The code of a call that did not succeed where it cannot be the transaction's
 * fault: below 0. */
gint broke(int32_t status, bsn_err *err);

#endif
