/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/statekey.h: keys of the world state that
 * belong to the engine's own contracts: 's' 'p' and a byte for each kind:
 *
 *   'C'  0x1000  a key of the config
 *   'T'  0x1001  a table by its id (the first 12 bytes of its name's digest)
 *   'X'          the rows of a table under a primary key: table's id, digest
 *                of the key
 *   'R'          a row: as 'X', then its number
 *   'N'  0x1003  the list of members; and, with "turn", the number of the last
 *                block that changed who takes part in consensus
 *   'P'  0x1006  a parallel function: contract, selector
 *   'D'  0x5002  a user of DagTransfer by the digest of its name
 *
 * All functions: [any].
 */
#ifndef FISCO_PRECOMPILED_STATEKEY_H
#define FISCO_PRECOMPILED_STATEKEY_H

#include <bsn/host.h>
#include <glib.h>

typedef struct {
	guint8 bytes[BSN_STORE_KEY_MAX];
	guint len;
} StateKey;

StateKey state_key(char kind);
/* Bytes and numbers of fixed length; a key holds BSN_STORE_KEY_MAX in all. */
void state_key_add(StateKey *key, bsn_slice bytes);
void state_key_add_u32(StateKey *key, guint32 number);
bsn_slice state_key_slice(const StateKey *key);

#endif
