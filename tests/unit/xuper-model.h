/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-model.h: what engine-xuper's state should be, as plain arrays,
 * and random transactions that are right upon it.
 */
#ifndef TESTS_UNIT_XUPER_MODEL_H
#define TESTS_UNIT_XUPER_MODEL_H

#include "tests/unit/xuper-made.h"

#define MODEL_OWNERS 12u
#define MODEL_KEYS 64u

typedef struct {
	guint owner;
	guint64 amount;
	Utxo utxo;
} ModelOutput;

typedef struct {
	gboolean there, deleted;
	guint8 txid[HASH_LEN];
	gint32 offset;
	guint32 value;
} ModelValue;

typedef struct {
	GArray *outputs; /* ModelOutput, in any order */
	ModelValue values[MODEL_KEYS];
	guint64 fees, n_fees;
	guint64 supply;
} Model;

Model *model_new(void);
Model *model_copy(const Model *model);
void model_free(Model *model);
const char *model_owner(guint owner);

/* Does what a transaction says. */
void model_apply(Model *model, const Tx *tx);
/* One that is right in a block of that height; NULL: nobody can pay. `layer` has
 * the same state, for those who have outputs chosen. */
Tx *model_random_tx(const Model *model, Layer *layer, guint64 height,
		    GRand *rand);
/* An award, of which there is one in a block at most. */
Tx *model_award(GRand *rand);

/* Fails the test where the state is another one: the outputs, sums and balances
 * of all owners in a block of that height, and the values. */
void model_compare(const Model *model, Layer *layer, guint64 height);

#endif
