/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/block-proof.h: blocks away from their chain
 * (bsn_block_ops.verify), and what a change of one may do.
 */
#ifndef TOOLS_CONFORM_BLOCK_PROOF_H
#define TOOLS_CONFORM_BLOCK_PROOF_H

#include "tools/conform/bed.h"

/* A block as it is encoded, from node 0; for g_byte_array_unref. */
GByteArray *proof_block(Bed *bed, guint64 number);

typedef struct {
	bsn_slice genesis;
	const bsn_member *members; /* NULL with n 0: the genesis's own */
	guint64 n;
	bsn_slice block;
} Proof;

/* What verify answers; its JSON is appended to `json`. */
int32_t proof_ask(Run *run, const Proof *proof, GByteArray *json,
		  bsn_err *err);
/* Whether an altered block may be taken for proven: `json` is what is said of
 * the block as it was. Only where the engine's claim of block.info says that
 * a block's header is what is proven ("proof": "header"), with what it stands
 * for, and what is said of it is the same: then something was altered that each
 * node writes beside a block by itself. */
gboolean proof_may_stand(Run *run, const GByteArray *json,
			 const GByteArray *original);

#endif
