/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/nodes.h: the chain's members as the chain
 * itself says (0x1003): the genesis's until a transaction changes them.
 */
#ifndef FISCO_PRECOMPILED_NODES_H
#define FISCO_PRECOMPILED_NODES_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/precompiled/statekey.h"

/* Where the world state has them. [any] */
StateKey nodes_key(void);
/* Returns: BSN_OK and a list for member_list_clear, valid as long as the ledger.
 * Errors:  as overlay_get; BSN_E_CORRUPT. [strand] */
int32_t nodes_load(Overlay *state, const Ledger *ledger, MemberList *list);

#endif
