/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/proof.h: a block judged by somebody who has nothing but
 * the chain's genesis.
 */
#ifndef FISCO_PROOF_H
#define FISCO_PROOF_H

#include <bsn/engine.h>

/* As bsn_block_ops.verify. Of what the header says, hash, transactions and
 * receipts are looked at; stateRoot and dbHash are what the members vouch for.
 * [any] */
int32_t proof_verify(bsn_slice genesis, const bsn_member *members, uint64_t n,
		     bsn_slice block, bsn_sink *json, bsn_err *err);

#endif
