/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/address.h: addresses of the engine's own
 * contracts.
 *
 *   0x1000 to 0xffff       those that are always there, and the EVM's own
 *   0x10000 to 0x1ffff     objects of an execution
 *   7 zero bytes, a kind,  tables, by the first 12 bytes of their name's
 *   12 bytes               digest
 *
 * No account comes to be there but by 2^56 or more trials. All functions:
 * [any].
 */
#ifndef FISCO_PRECOMPILED_ADDRESS_H
#define FISCO_PRECOMPILED_ADDRESS_H

#include <glib.h>

#include "plugins/engine-fisco/suite.h"

#define TABLE_ID_LEN 12u

typedef enum {
	TABLE_ADDRESS = 1,    /* it is spoken to as Table */
	KV_TABLE_ADDRESS = 2, /* as KVTable */
} TableAddress;

void address_of_number(guint32 number, guint8 *address);
/* FALSE when it is over 32 bits. */
gboolean address_is_number(const guint8 *address, guint32 *number);

void address_of_table(TableAddress kind, const guint8 *id, guint8 *address);
/* The table's id, TABLE_ID_LEN bytes of the address; NULL for others. */
const guint8 *address_table(const guint8 *address, TableAddress *kind);

#endif
