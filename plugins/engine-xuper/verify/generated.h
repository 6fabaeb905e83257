/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/verify/generated.h: what the chain itself puts at the
 * beginning of a block. Nobody signs it: every node makes it again and gets the
 * same, byte for byte.
 */
#ifndef XUPER_VERIFY_GENERATED_H
#define XUPER_VERIFY_GENERATED_H

#include "plugins/engine-xuper/verify/judged.h"

/* Of which block: what follows from its header. */
typedef struct {
	const Verifier *verifier;
	const LedgerNode *parent;
	guint64 height, time_ms, term;
	bsn_slice proposer_key;
} Beginning;

/* The autogen transaction upon `layer`, the parent's; *tx NULL: there is none.
 * Returns: BSN_OK; below 0. */
int32_t generated_autogen(const Beginning *of, Layer *layer, Tx **tx,
			  bsn_err *err);
/* The award to the proposer; NULL: this chain gives none. */
Tx *generated_coinbase(const Beginning *of);

#endif
