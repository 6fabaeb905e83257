/* SPDX-License-Identifier: Apache-2.0
 *
 * A digest function is not told whose it is: each hash has functions of its
 * own.
 */
#include "tools/sim/alter.h"

#include <string.h>

#define SLOTS(X)                                                               \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)    \
	X(13) X(14) X(15)

static struct {
	const bsn_hash *real;
	bsn_hash table;
	gboolean wrong;
} slots[SIM_ALTERED_MAX];
static guint used;

static void
spoil(guint slot, guint8 *digests, guint64 n)
{
	if (!slots[slot].wrong)
		return;
	for (guint64 i = 0; i < n; i++)
		digests[i * slots[slot].table.digest_len] ^= 1;
}

#define FUNCTIONS(slot)                                                        \
	static int32_t digest_##slot(const bsn_slice *parts, uint64_t n,       \
				     uint8_t *digest)                          \
	{                                                                      \
		int32_t status = slots[slot].real->digest(parts, n, digest);   \
                                                                               \
		spoil(slot, digest, 1);                                        \
		return status;                                                 \
	}                                                                      \
	static int32_t digest_many_##slot(const bsn_slice *messages,           \
					  uint64_t n, uint8_t *digests)        \
	{                                                                      \
		int32_t status = slots[slot].real->digest_many(messages, n,    \
							       digests);       \
                                                                               \
		spoil(slot, digests, n);                                       \
		return status;                                                 \
	}
SLOTS(FUNCTIONS)

const bsn_hash *
sim_alter_of(const bsn_hash *hash)
{
#define DIGEST(slot) digest_##slot,
#define DIGEST_MANY(slot) digest_many_##slot,
	static int32_t (*const digest[])(const bsn_slice *, uint64_t,
					 uint8_t *) = { SLOTS(DIGEST) };
	static int32_t (*const digest_many[])(const bsn_slice *, uint64_t,
					      uint8_t *) = {
		SLOTS(DIGEST_MANY)
	};

	if (used == SIM_ALTERED_MAX)
		return NULL;
	slots[used].real = hash;
	slots[used].table = (bsn_hash){
		.size = sizeof(bsn_hash),
		.name = hash->name,
		.digest_len = hash->digest_len,
		.block_len = hash->block_len,
		.digest = digest[used],
		.digest_many = BSN_HAS(hash, digest_many) ? digest_many[used]
							  : NULL,
	};
	return &slots[used++].table;
}

void
sim_alter(const char *name, gboolean all_but)
{
	for (guint i = 0; i < used; i++)
		slots[i].wrong =
			name != NULL &&
			(strcmp(slots[i].table.name, name) == 0) != all_but;
}
