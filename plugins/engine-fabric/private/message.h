/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/private/message.h: what members of collections tell each
 * other (proto/bsn/private.proto), read within its limits. All functions: [any].
 */
#ifndef FABRIC_PRIVATE_MESSAGE_H
#define FABRIC_PRIVATE_MESSAGE_H

#include "bsn/private.pb-c.h"
#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/signed.h"

/* Bytes of one transaction's private sets: more than a simulator gathers, and
 * what one message takes. */
#define PRIVATE_SETS_MAX (12u << 20)
/* Collections of one transaction or message, in all. */
#define PRIVATE_COLLECTIONS_MAX 1024u
/* Keys of one question. */
#define PRIVATE_TAKE_MAX 512u
/* Bytes of values in one answer; a value that is longer goes alone. */
#define PRIVATE_TAKEN_BYTES (1u << 20)

/* One collection's part of a TxPvtReadWriteSet; in an arena, or borrowed. */
typedef struct {
	const char *namespace;
	const char *collection;
	bsn_slice set; /* KVRWSet */
} PrivateSet;

/* Reads a TxPvtReadWriteSet.
 *
 * Returns: BSN_OK. Out: sets: n of them, in the arena.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t private_sets_read(Arena *arena, bsn_slice bytes, PrivateSet **sets,
			  guint *n, bsn_err *err);
/* Appends one of n sets, those of one namespace one after the other. */
void private_sets_put(GByteArray *out, const PrivateSet *sets, guint n);
/* The set of a collection; NULL: there is none. */
const PrivateSet *private_sets_find(const PrivateSet *sets, guint n,
				    const char *namespace,
				    const char *collection);

/* The messages, checked; in the arena.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t private_give_read(Arena *arena, bsn_slice bytes,
			  const Bsn__Private__Give **give, PrivateSet **sets,
			  guint *n, bsn_err *err);
int32_t private_take_read(Arena *arena, bsn_slice bytes,
			  const Bsn__Private__Take **take, bsn_err *err);
/* In: asked: keys of the question. */
int32_t private_taken_read(Arena *arena, bsn_slice bytes, guint asked,
			   const Bsn__Private__Taken **taken, PrivateSet **sets,
			   guint *n, bsn_err *err);

#endif
