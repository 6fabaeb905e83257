/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/chain.h: bsn_chain_ops of this engine.
 */
#ifndef FISCO_CHAIN_H
#define FISCO_CHAIN_H

#include <bsn/engine.h>

extern const bsn_chain_ops fisco_chain_ops;

#endif
