/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/chain.h: bsn_chain_ops of this engine.
 */
#ifndef FABRIC_CHAIN_H
#define FABRIC_CHAIN_H

#include <bsn/engine.h>

extern const bsn_chain_ops fabric_chain_ops;

#endif
