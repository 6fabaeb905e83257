/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/query/proof.h: a final block with all that proves it, as
 * BSN_BLOCK_WITH_RAW gives it: a BlockProof (proto/bsn/proof.proto). Internal
 * to query/.
 */
#ifndef XUPER_QUERY_PROOF_H
#define XUPER_QUERY_PROOF_H

#include "plugins/engine-xuper/chain/chain.h"

/* Headers that a proof may have: as many blocks as may be final by one
 * certificate. */
#define PROOF_HEADERS_MAX 4096u

/* Appends the proof of a block that is final and on disk.
 *
 * Returns: BSN_OK. Errors: BSN_E_CORRUPT, of the store. [strand] */
int32_t proof_make(const bsn_ledger *ledger, const Block *block,
		   GByteArray *out, bsn_err *err);

/* Who agrees on blocks by what the genesis says.
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST. [any] */
int32_t founders_read(const Block *genesis, const Suite *suite,
		      Agreement **agreement, bsn_err *err);

#endif
