/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/address.h: addresses of keys, for whoever writes a
 * chain's config.
 */
#ifndef XUPER_CHAIN_ADDRESS_H
#define XUPER_CHAIN_ADDRESS_H

#include <bsn/ext/address.h>

extern const bsn_engine_address xuper_engine_address;

#endif
