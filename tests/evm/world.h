/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/evm/world.h: a world state in memory, as an engine would lend it to
 * the EVM: for the runner of state tests, unit tests and the fuzz target.
 */
#ifndef TESTS_EVM_WORLD_H
#define TESTS_EVM_WORLD_H

#include <bsn/runtime.h>
#include <glib.h>

/* The ABI's state, completed. */
typedef struct {
	bsn_state state;       /* what is passed on: &world.state */
	const bsn_hash *keccak;
	GTree *entries;        /* GBytes -> GBytes */
	GPtrArray *logs;       /* GByteArray: each log in RLP */
	guint changes;         /* puts, dels and emits */
	/* The outcome of the last execution. */
	guint outcomes;        /* times that done was called */
	int32_t status;
	guint64 used;
	GByteArray *output;
	GByteArray *created;
	char *reason;
} World;

/* `keccak` makes block hashes, log and state roots. */
World *world_new(const bsn_hash *keccak);
/* world_free(NULL) does nothing. */
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* An account; balance is 32 bytes, address 20. */
void world_put_account(World *world, const guint8 *address, guint64 nonce,
		       const guint8 *balance, bsn_slice code);
/* A slot; both are 32 bytes. */
void world_put_slot(World *world, const guint8 *address, const guint8 *slot,
		    const guint8 *value);

/* An account's nonce and balance (32 bytes, may be NULL); FALSE, and zeroes,
 * when there is none. */
gboolean world_account(World *world, const guint8 *address, guint64 *nonce,
		       guint8 *balance);
gboolean world_has_code(World *world, const guint8 *address);
/* A slot's value, 32 bytes. */
void world_slot(World *world, const guint8 *address, const guint8 *slot,
		guint8 *value);

/* The state's root and the digest of the logs, 32 bytes each. */
void world_root(World *world, guint8 *root);
void world_logs_hash(World *world, guint8 *digest);

#endif
