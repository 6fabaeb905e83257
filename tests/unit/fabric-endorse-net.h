/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-endorse-net.h: what the sources of fabric-endorse.h share.
 */
#ifndef TESTS_UNIT_FABRIC_ENDORSE_NET_H
#define TESTS_UNIT_FABRIC_ENDORSE_NET_H

#include "tests/unit/fabric-endorse.h"

extern EndorseNet *endorse_net;

EndorseNode *node_of_chain(bsn_chain *chain);
EndorseNode *node_of(const Channel *channel);

#endif
