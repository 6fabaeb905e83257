/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/nodes.h: the chain's members as the chain
 * itself says (0x1003): the genesis's until a transaction changes them.
 */
#ifndef FISCO_PRECOMPILED_NODES_H
#define FISCO_PRECOMPILED_NODES_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

typedef struct {
	GArray *members; /* bsn_member, into what follows or the genesis */
	GBytes *bytes;   /* NULL: none */
} NodeList;

/* A zeroed list is fine. */
void node_list_clear(NodeList *list);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NodeList, node_list_clear)

/* Returns: BSN_OK and a list for node_list_clear, valid as long as the ledger.
 * Errors:  as overlay_get; BSN_E_CORRUPT. [strand] */
int32_t nodes_load(Overlay *state, const Ledger *ledger, NodeList *list);
/* How many take part in consensus. [any] */
guint nodes_sealers(const NodeList *list);

#endif
