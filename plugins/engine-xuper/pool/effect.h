/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/pool/effect.h: what transactions have used up: outputs that
 * they spend, and keys that they write, in tables that are asked for one of them.
 * Both lie in the transactions. Others choose keys, so how they are hashed is
 * nobody's to know.
 */
#ifndef XUPER_POOL_EFFECT_H
#define XUPER_POOL_EFFECT_H

#include "plugins/engine-xuper/format/tx.h"
#include "plugins/engine-xuper/state/xmodel.h"

/* Xldgpb__TxInput -> Tx that spends it. */
GHashTable *spends_new(void);
void spends_add(GHashTable *spends, Tx *tx);
void spends_remove(GHashTable *spends, const Tx *tx);
Tx *spends_find(GHashTable *spends, const Xldgpb__TxInput *input);

/* A key, with the version that was written last. */
typedef struct {
	bsn_slice bucket, key;
	XVersion version;
	const Tx *tx;
} Written;

GHashTable *written_new(void);
void written_add(GHashTable *written, const Tx *tx);
const Written *written_find(GHashTable *written, bsn_slice bucket,
			    bsn_slice key);

#endif
