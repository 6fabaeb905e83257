/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/updates.h: what a block changes in the world
 * state: a tree of items (item.h), deleted ones included, with the version of
 * the transaction that did it.
 */
#ifndef FABRIC_LEDGER_UPDATES_H
#define FABRIC_LEDGER_UPDATES_H

#include "plugins/engine-fabric/ledger/item.h"

/* Appends the changes as they go into the commit hash: updates.proto. The
 * namespace "", in which a peer keeps the channel's config, is left out. [any]
 */
void updates_put(GByteArray *out, GTree *updates);

#endif
