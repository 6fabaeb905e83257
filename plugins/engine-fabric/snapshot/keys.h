/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/keys.h: names in the store of what snapshot/
 * keeps. Numbers are big-endian, so entries of one snapshot stand together.
 *
 *	'y' 'd' block         one that is due
 *	'y' 'm' block         the manifest of one that is there
 *	'y' 'p' block part    a part's bytes
 *	'y' 'q' block part    its digest, bytes and entries (SnapshotPart)
 *	'y' 'w' slot          one in the making (make.h)
 *	'y' 'x' block         one that is being deleted
 *	'y' 'j'               beginning with one (join.h)
 *	'y' 'k'               its manifest
 *	'y' 'f'               where the ledger begins (ledger/origin.h)
 *	'u', 'v' ...          what was replaced, for slot 0 and 1 (undo.h)
 *
 * All functions: [any].
 */
#ifndef FABRIC_SNAPSHOT_KEYS_H
#define FABRIC_SNAPSHOT_KEYS_H

#include "plugins/engine-fabric/ledger/key.h"

#define KEY_DUE 'd'
#define KEY_MANIFEST 'm'
#define KEY_PART 'p'
#define KEY_PART_MARK 'q'
#define KEY_MAKING 'w'
#define KEY_DELETED 'x'
#define KEY_JOIN 'j'
#define KEY_JOIN_MANIFEST 'k'

/* First byte of what was replaced. */
#define STORE_UNDO 'u'

StoreKey snapshot_key(guint8 kind);
StoreKey snapshot_key_block(guint8 kind, guint64 block);
StoreKey snapshot_key_part(guint8 kind, guint64 block, guint32 part);
/* The number that such a key has; FALSE when it is none. */
gboolean snapshot_key_read_block(bsn_slice key, guint64 *block);

#endif
