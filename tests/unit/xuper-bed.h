/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-bed.h: a chain of engine-xuper from format to pool, without
 * consensus and network: a test makes transactions and blocks, honest ones and
 * others, and says which block follows which. Nothing can fail: it fails the test.
 */
#ifndef TESTS_UNIT_XUPER_BED_H
#define TESTS_UNIT_XUPER_BED_H

#include "plugins/engine-xuper/genesis.h"
#include "plugins/engine-xuper/pool/pool.h"
#include "plugins/engine-xuper/verify/draft.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/xuper-suite.h"

#define TEXT(text) bsn_slice_str(text)

#define BED_PEOPLE 8u
#define BED_QUOTA 1000000u /* that each of them begins with */

/* Who has left the pool, and why. */
typedef struct {
	guint8 txid[HASH_LEN];
	gint why, code;
	char reason[BSN_REASON_MAX];
} BedGone;

typedef struct {
	PoolOwner owner;
	Suite suite;
	bsn_chain *chain;
	ChainConfig *config;
	Ledger *ledger;
	Verifier verifier;
	Pool *pool;
	XuperPerson people[BED_PEOPLE]; /* the first one makes blocks */
	guint8 genesis[HASH_LEN];       /* txid */
	GArray *gone;                   /* BedGone */
	guint nonces;
} XuperBed;

/* Signatures that were verified so far, by any chain. */
guint xuper_bed_verified(void);

/* The host anew, and a chain "one" whose config has `more` members:
 * ",\"award\":\"5\"", say. */
XuperBed *xuper_bed_new(gboolean gm, const char *more);
/* A second chain of the same host. */
XuperBed *xuper_bed_beside(const XuperBed *bed, const char *name);
void xuper_bed_free(XuperBed *bed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XuperBed, xuper_bed_free)

/* ---- transactions ---- */

/* One that is being made; all of it lies in the arena. */
typedef struct {
	XuperBed *bed;
	Arena arena;
	Xldgpb__Transaction msg;
	GPtrArray *inputs, *outputs, *reads, *writes, *requests, *auth, *signs;
	const XuperPerson *initiator;
	gboolean unsigned_; /* the initiator does not sign */
} Making;

void making_begin(Making *making, XuperBed *bed, const XuperPerson *initiator);
void making_clear(Making *making);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Making, making_clear)
Xldgpb__TxInput *making_input(Making *making, const guint8 txid[HASH_LEN],
			      gint32 offset, const char *owner,
			      guint64 amount);
Xldgpb__TxOutput *making_output(Making *making, const char *owner,
				guint64 amount);
/* Reads a key as the layer has it. */
Xldgpb__TxInputExt *making_read(Making *making, Layer *layer,
				const char *bucket, const char *key);
Xldgpb__TxOutputExt *making_write(Making *making, const char *bucket,
				  const char *key, const char *value);
/* A request; then its arguments: name, value, ..., NULL. */
Xldgpb__InvokeRequest *making_call(Making *making, const char *contract,
				   const char *method, ...)
	G_GNUC_NULL_TERMINATED;
/* Puts in what the requests read and write upon the layer. */
void making_execute(Making *making, Layer *layer);
/* The path of one who signs, and the key; NULL: it does not sign. */
void making_auth(Making *making, const char *path, const XuperPerson *signer);
/* Signs; a new reference. */
Tx *making_end(Making *making);

/* From a person's genesis output: pays `amount` to `to`, the rest back. */
Tx *xuper_bed_pay(XuperBed *bed, guint from, const char *to, guint64 amount);
/* The same from any output of theirs. */
Tx *xuper_bed_pay_from(XuperBed *bed, guint from, const guint8 txid[HASH_LEN],
		       gint32 offset, guint64 has, const char *to,
		       guint64 amount);
/* A call of a contract that nobody else signs, executed upon the pool's layer;
 * arguments as making_call. */
Tx *xuper_bed_call(XuperBed *bed, guint from, const char *contract,
		   const char *method, ...) G_GNUC_NULL_TERMINATED;

/* ---- pool and blocks ---- */

/* What the pool says, after the first step. */
gint xuper_bed_submit(XuperBed *bed, Tx *tx, bsn_err *err);
/* A block of these, not judged by who makes it; what the chain itself does comes
 * first by itself. */
Block *xuper_bed_block(XuperBed *bed, LedgerNode *parent, Tx *const *txs,
		       guint n);
/* The same with nothing that is not given. */
Block *xuper_bed_sealed(XuperBed *bed, LedgerNode *parent, const bsn_seal *seal,
			Tx *const *txs, guint n);
bsn_seal xuper_bed_seal(const LedgerNode *parent);
/* A block of what waits; NULL: nothing does. */
Block *xuper_bed_make(XuperBed *bed, LedgerNode *parent, Drafted *drafted);
/* What a node says of a block that it knows nothing of: decoded anew. */
gint xuper_bed_judge(XuperBed *bed, LedgerNode *parent, const Block *block,
		     bsn_err *err);
/* Puts a block into the tree, or forgets what came of making or judging it. */
LedgerNode *xuper_bed_put(XuperBed *bed, LedgerNode *parent, Block *block,
			  const Drafted *drafted);
void xuper_bed_drop(const Block *block, Drafted *drafted);
/* Judges it, which must succeed, and puts it into the tree. */
LedgerNode *xuper_bed_admit(XuperBed *bed, LedgerNode *parent, Block *block);
/* Makes it the head, and tells the pool. */
void xuper_bed_prefer(XuperBed *bed, LedgerNode *node);
/* Makes all that waits a block upon the head, and it the head. */
LedgerNode *xuper_bed_advance(XuperBed *bed);

/* That it is refused with that code by the pool, and in a block upon the head. */
void xuper_bed_refused(XuperBed *bed, Tx *tx, gint code);
/* The last entry of `gone` for a transaction; NULL: it has not left. */
const BedGone *xuper_bed_gone(const XuperBed *bed, const Tx *tx);

/* A digest of the state, ledger's records of blocks left out; g_free it. */
char *xuper_bed_digest(Layer *layer);
guint64 xuper_bed_balance(Layer *layer, const char *owner);

#endif
