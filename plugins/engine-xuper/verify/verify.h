/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/verify/verify.h: whether a transaction may follow upon a
 * state. In two steps: what depends on the transaction alone (format, signatures;
 * many at once, on all workers), and what depends on the state: inputs, versions,
 * ACLs, and that running the contracts again gives the same read and write sets.
 * What was found is remembered with the transaction (Tx.judged), by the versions
 * of what was looked at, so that a block does not ask again what the pool has
 * asked.
 *
 * Who signs: the initiator, each owner of an output that is spent, whom ACLs ask
 * for: by initiator_signs and auth_require_signs alone; a transaction with
 * xuper_sign or HD_info is refused. An initiator that is an account may sign by
 * any number of keys in initiator_signs, each as if its path were in auth_require.
 *
 * Contracts' tokens: tx_inputs and tx_outputs begin with what sandbox_result gives,
 * in its order; the sender's own follow. Names in the read and the write set are
 * in order of bucket, then key, each there once.
 */
#ifndef XUPER_VERIFY_VERIFY_H
#define XUPER_VERIFY_VERIFY_H

#include "plugins/engine-xuper/contract/run.h"
#include "plugins/engine-xuper/ledger/ledger.h"
#include "plugins/engine-xuper/verify/code.h"

typedef struct {
	bsn_chain *chain;
	const Suite *suite;
	const ChainConfig *config;
	Ledger *ledger;
} Verifier;

/* The first step for n transactions: codes[i]; err, of errs[i] (may be NULL).
 * [strand] */
void verify_static(const Verifier *verifier, Tx *const *txs, guint n,
		   gint *codes, bsn_err *errs);
/* The second, upon `layer` as if in a block of `height`; where: the node whose
 * state `layer` stands on, to look for transactions that are there already.
 * Autogen and coinbase transactions are refused: see draft.h. Its timestamp is not
 * held against the block's, as that is not known.
 * Returns: a code; note (may be NULL): what the ledger keeps of its outcome, a
 * new reference, JSON {"gas_used","output" (hex),...}. err: the reason. Below 0:
 * broke. [strand] */
gint verify_state(const Verifier *verifier, Layer *layer, LedgerNode *where,
		  guint64 height, Tx *tx, GBytes **note, bsn_err *err);
/* Status (BSN_*) and text of a code. */
int32_t code_status(gint code);
const char *code_text(gint code);

#endif
