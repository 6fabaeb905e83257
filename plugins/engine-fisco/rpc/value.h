/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/value.h: results in Ethereum's JSON-RPC (EIP-1474):
 * a quantity is the shortest hexadecimal number, data are whole bytes. Each is
 * a new reference. All functions: [any].
 */
#ifndef FISCO_RPC_VALUE_H
#define FISCO_RPC_VALUE_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

json_t *value_quantity(guint64 number);
/* Of an integer, big-endian, with or without leading zeros; empty is 0. */
json_t *value_integer(bsn_slice big_endian);
json_t *value_data(bsn_slice bytes);
json_t *value_hash(const guint8 *hash);
json_t *value_address(const guint8 *address);

#endif
