/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/reserve.h: outputs that a transaction was begun with
 * a moment ago, so that the next one is begun with others. Nothing depends on it:
 * whoever comes first spends. [strand]
 */
#ifndef XUPER_CONTRACT_RESERVE_H
#define XUPER_CONTRACT_RESERVE_H

#include "plugins/engine-xuper/state/utxo.h"

/* How long somebody who signs at once may take. */
#define RESERVED_MS 5000u

typedef struct Reserved Reserved;

Reserved *reserved_new(void);
void reserved_free(Reserved *reserved); /* NULL is fine */
/* now_ms: of a clock that never goes back. */
void reserved_add(Reserved *reserved, const Utxo *utxo, guint64 now_ms);
gboolean reserved_has(Reserved *reserved, const Utxo *utxo, guint64 now_ms);

#endif
