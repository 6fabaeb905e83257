/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-nodes-parts.h: what the sources of fabric-nodes share.
 */
#ifndef TESTS_UNIT_FABRIC_NODES_PARTS_H
#define TESTS_UNIT_FABRIC_NODES_PARTS_H

#include "tests/unit/fabric-nodes.h"

extern FabricNodes *the_nodes;
extern const bsn_net nodes_net;
extern const bsn_consensus nodes_consensus, nodes_plain_consensus;

/* Which node a chain is of. */
guint node_index(const bsn_chain *chain);
/* Sets up the services. */
void parts_offer(void);
/* Has the channel stand at its last block. */
void parts_read(FabricNode *node);

#endif
