/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/place.h: where a transaction stands, and where
 * its envelope lies in the bytes of its block. All functions: [any].
 */
#ifndef FABRIC_LEDGER_PLACE_H
#define FABRIC_LEDGER_PLACE_H

#include "common/common.pb-c.h"
#include "plugins/engine-fabric/ledger/tx.h"

typedef struct {
	guint64 block; /* number */
	guint64 tx;    /* position in the block */
	TxCode code;
	guint64 offset; /* bytes */
	guint64 len;
} TxPlace;

void tx_place_put(GByteArray *out, const TxPlace *place);
/* FALSE when it is none. */
gboolean tx_place_read(bsn_slice bytes, TxPlace *place);

/* Encodes a block, and says where each of its envelopes lies in the encoding.
 *
 * In:      block: with header, data and metadata.
 * Out:     out: appended to; offsets: n_data numbers. */
void block_pack(GByteArray *out, const Common__Block *block, guint64 *offsets);

#endif
