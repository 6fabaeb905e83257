/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/query/stored.h: a block as it is on disk, opened; for
 * query/ and gateway/.
 */
#ifndef FABRIC_QUERY_STORED_H
#define FABRIC_QUERY_STORED_H

#include "plugins/engine-fabric/engine.h"

typedef struct {
	GByteArray *bytes;
	Arena arena;
	const Common__Block *message; /* whole */
	bsn_slice codes;	      /* one byte a transaction */
	bsn_slice commit_hash;	      /* empty: it has none */
	guint8 hash[HASH_LEN];
} StoredBlock;

/* Reads a durable block.
 *
 * Returns: BSN_OK and what stored_clear takes, as after an error.
 * Errors:  BSN_NOT_FOUND with a reason; BSN_E_CORRUPT, BSN_E_IO. [strand] */
int32_t stored_load(const Channel *channel, guint64 number, StoredBlock *block,
		    bsn_err *err);
void stored_clear(StoredBlock *block);
/* Puts the consensus's certificate, if it has one, where Fabric's blocks have
 * signatures of orderers: as blocks are given to others.
 *
 * Returns: BSN_OK. Errors: as order_certificate. [strand] */
int32_t stored_certify(const Channel *channel, guint64 number,
		       StoredBlock *block, bsn_err *err);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoredBlock, stored_clear)

/* An entry of a block's metadata, Metadata.value; in the arena; empty: none.
 * [any] */
bsn_slice stored_metadata(Arena *arena, const Common__Block *block,
			  guint index);

#endif
