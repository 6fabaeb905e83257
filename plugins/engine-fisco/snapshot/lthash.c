/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/lthash.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#define ROUNDS (LTHASH_LEN / HASH_LEN)

static int32_t
seed_of(const Suite *suite, bsn_slice key, bsn_slice value, guint8 *seed)
{
	const guint32 len = GUINT32_TO_BE((guint32)key.len);
	const bsn_slice parts[] = { bsn_slice_of(&len, sizeof(len)), key,
				    value };

	return suite_digest(suite, parts, G_N_ELEMENTS(parts), seed);
}

/* All rounds at once: some hashes work on several texts together. */
static int32_t
expand(const Suite *suite, bsn_slice key, bsn_slice value, LtHash *out)
{
	guint8 texts[ROUNDS][HASH_LEN + 1];
	guint8 bytes[LTHASH_LEN];
	bsn_slice slices[ROUNDS];
	guint8 seed[HASH_LEN];
	int32_t status = seed_of(suite, key, value, seed);

	for (guint i = 0; i < ROUNDS; i++) {
		memcpy(texts[i], seed, HASH_LEN);
		texts[i][HASH_LEN] = (guint8)i;
		slices[i] = bsn_slice_of(texts[i], sizeof(texts[i]));
	}
	if (status == BSN_OK)
		status = suite_digest_each(suite, slices, ROUNDS, bytes);
	if (status == BSN_OK)
		lthash_read(bytes, out);
	return status;
}

void
lthash_join(LtHash *sum, const LtHash *other)
{
	for (guint i = 0; i < LTHASH_LANES; i++)
		sum->lanes[i] = (guint16)(sum->lanes[i] + other->lanes[i]);
}

int32_t
lthash_add(const Suite *suite, bsn_slice key, bsn_slice value, LtHash *sum)
{
	LtHash entry;
	int32_t status = expand(suite, key, value, &entry);

	if (status == BSN_OK)
		lthash_join(sum, &entry);
	return status;
}

int32_t
lthash_remove(const Suite *suite, bsn_slice key, bsn_slice value, LtHash *sum)
{
	LtHash entry;
	int32_t status = expand(suite, key, value, &entry);

	for (guint i = 0; status == BSN_OK && i < LTHASH_LANES; i++)
		sum->lanes[i] = (guint16)(sum->lanes[i] - entry.lanes[i]);
	return status;
}

void
lthash_put(const LtHash *sum, guint8 *out)
{
	for (guint i = 0; i < LTHASH_LANES; i++) {
		guint16 lane = GUINT16_TO_LE(sum->lanes[i]);

		memcpy(out + 2 * i, &lane, sizeof(lane));
	}
}

void
lthash_read(const guint8 *bytes, LtHash *sum)
{
	for (guint i = 0; i < LTHASH_LANES; i++) {
		guint16 lane;

		memcpy(&lane, bytes + 2 * i, sizeof(lane));
		sum->lanes[i] = GUINT16_FROM_LE(lane);
	}
}

int32_t
lthash_digest(const Suite *suite, const LtHash *sum, guint8 *digest)
{
	guint8 bytes[LTHASH_LEN];

	lthash_put(sum, bytes);
	return suite_digest1(suite, bsn_slice_of(bytes, LTHASH_LEN), digest);
}
