/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-made.h: transactions and blocks for tests of engine-xuper's
 * ledger. Nobody has signed them: that is not the ledger's question.
 */
#ifndef TESTS_UNIT_XUPER_MADE_H
#define TESTS_UNIT_XUPER_MADE_H

#include "plugins/engine-xuper/format/block.h"
#include "plugins/engine-xuper/state/utxo.h"
#include "tests/unit/xuper-store.h"

/* A transaction on its way; what is put in is copied. */
typedef struct {
	Arena arena;
	GPtrArray *inputs, *outputs, *values;
	gboolean coinbase, autogen;
} Made;

Made *made_new(void);
void made_input(Made *made, const char *owner, const Utxo *utxo);
void made_output(Made *made, const char *owner, guint64 amount, gint64 frozen);
void made_put(Made *made, const char *bucket, const char *key, bsn_slice value);
/* The agreement of so many validators (at most 4), and their members' entries. */
void made_agreement(Made *made, const char *protocol, const char *config,
		    guint validators);
/* What it says; frees `made`. No two are the same. */
Tx *made_tx(Made *made);

/* A block of n transactions below a parent; takes the references to them. */
Block *made_block(const Block *parent, guint64 round, Tx *const *txs, guint n);
/* A genesis: the agreement and one output of that amount for `owner`. */
Block *made_genesis(const char *owner, guint64 amount);

/* An output of a transaction as what can be spent. */
Utxo made_utxo(const Tx *tx, guint offset);

#endif
