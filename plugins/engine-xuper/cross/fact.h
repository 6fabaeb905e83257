/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/fact.h: what another parallel chain has answered, as
 * transactions carry it (proto/bsn/cross.proto).
 *
 * A fact is a question, the answer that the chain's final state gave, and
 * endorsements: signatures of validators of the chain that asks, each of which has
 * got the same answer from the other chain on its own host. As many as make it
 * certain that an honest one is among them must be there: f + 1 of n validators,
 * f = (n - 1) / 3. What they sign is bound to the chain that asks by its genesis
 * transaction, and to one moment, the transaction's own timestamp: another
 * transaction cannot use an answer again.
 */
#ifndef XUPER_CROSS_FACT_H
#define XUPER_CROSS_FACT_H

#include "bsn/cross.pb-c.h"
#include "plugins/engine-xuper/config.h"
#include "plugins/engine-xuper/kernel/agreement.h"
#include "plugins/engine-xuper/state/xmodel.h"
#include "plugins/kit/codec/arena.h"

/* Where facts are in BUCKET_TRANSIENT. */
#define KEY_CROSS "crossQueryInfo"

/* Questions of one transaction; arguments of one; bytes of them in all. */
#define FACTS_MAX 8u
#define FACT_ARGS_MAX 64u
#define FACT_QUESTION_MAX (64u << 10)
/* Bytes of an answer's value: eight fit the transaction's one value. */
#define FACT_VALUE_MAX (96u << 10)
#define FACT_ENDORSEMENTS_MAX 128u
/* A block, or its parent, is at most so much younger than the transaction, so
 * that nobody keeps an answer until it has become another. */
#define FACT_AGE_MS 3600000u

/* How many of n validators must endorse. [any] */
static inline guint
fact_quorum(guint n_validators)
{
	return n_validators == 0 ? 1 : (n_validators - 1) / 3 + 1;
}

/* Whether a question can be one. Returns: BSN_OK. Errors: BSN_BAD_REQUEST,
 * BSN_TOO_LARGE. [any] */
int32_t question_check(const Bsn__Cross__Question *question, bsn_err *err);
/* NULL: it is within its limits; else what is wrong. [any] */
const char *answer_problem(const Bsn__Cross__Answer *answer);
/* Whether two answers say the same, each as of a block of its own. [any] */
gboolean answer_same(const Bsn__Cross__Answer *a, const Bsn__Cross__Answer *b);

/* What stands for a chain in digests: its genesis transaction.
 * Returns: BSN_OK. Errors: of the store. [strand] */
int32_t fact_chain(Layer *layer, guint8 chain[HASH_LEN], bsn_err *err);
/* What is signed. [any] */
void fact_digest(const Suite *suite, const guint8 chain[HASH_LEN],
		 const Bsn__Cross__Question *question,
		 const Bsn__Cross__Answer *answer, guint8 digest[HASH_LEN]);
/* Whether a signature is of that key. [any] */
gboolean fact_signed(const Suite *suite, const guint8 digest[HASH_LEN],
		     bsn_slice public_key, bsn_slice signature);
/* Whether enough validators have endorsed it, and nobody else.
 * Returns: BSN_OK. Errors: BSN_DENIED, BSN_BAD_SIGNATURE. [any] */
int32_t fact_endorsed(const Suite *suite, const guint8 chain[HASH_LEN],
		      const Agreement *agreement,
		      const Bsn__Cross__Fact *fact, bsn_err *err);
/* Whether a key is a validator's. [any] */
gboolean fact_validator(const Agreement *agreement, bsn_slice public_key);

/* Reads a transaction's proof, all that is in it within its limits; the message
 * lies in `arena`. Returns: NULL: BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
const Bsn__Cross__Proof *proof_read(Arena *arena, bsn_slice bytes,
				    bsn_err *err);

/* ---- those of one transaction -------------------------------------------- */

/* Facts that its contracts may ask for, and the first that they lacked. */
typedef struct Facts Facts;

Facts *facts_new(void);
void facts_free(Facts *facts); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Facts, facts_free)
guint facts_count(const Facts *facts);
/* Takes a proof in. Errors: as proof_read. [any] */
int32_t facts_read(Facts *facts, bsn_slice proof, bsn_err *err);
/* Takes one in, an encoded Fact that question_check and the like have passed, and
 * forgets what was lacking. */
void facts_add(Facts *facts, bsn_slice fact);
/* The fact with that encoded question; NULL: it is lacking from now on. */
const Bsn__Cross__Fact *facts_find(Facts *facts, bsn_slice question);
/* The encoded question that was lacking; NULL: none was. Borrowed. */
GBytes *facts_wanted(const Facts *facts);

#endif
