/* SPDX-License-Identifier: Apache-2.0
 *
 * A signature is verified once on a node: at the door, where the transaction is
 * checked as part of a proposal, or when its block is committed, whichever comes
 * first. Those that held are remembered in two generations: a full one becomes
 * the older, and the older before it is forgotten.
 */
#include "plugins/engine-fabric/order/private.h"

#include "plugins/kit/cpu.h"
#include "plugins/kit/wire.h"

/* Of one job: enough for a scheme that verifies many at once to gain from it,
 * few enough to spread a small batch. */
#define CHUNK 16u

typedef struct {
	guint8 bytes[HASH_LEN];
} Digest;

static guint
digest_hash(gconstpointer data)
{
	guint hash;

	memcpy(&hash, data, sizeof(hash));
	return hash;
}

static gboolean
digest_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, HASH_LEN) == 0;
}

static GHashTable *
generation_new(void)
{
	return g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
}

void
seen_init(Seen *seen)
{
	seen->newer = generation_new();
	seen->older = generation_new();
}

void
seen_clear(Seen *seen)
{
	g_clear_pointer(&seen->newer, g_hash_table_unref);
	g_clear_pointer(&seen->older, g_hash_table_unref);
}

/* The message's length keeps the parts apart: without it bytes could move from
 * the message into the signature. */
static gboolean
digest_item(const Suite *suite, const SuiteItem *item, Digest *digest)
{
	const guint64 len = GUINT64_TO_BE(item->message.len);
	const bsn_slice parts[] = {
		bsn_slice_of(item->public_key, PUBLIC_KEY_LEN),
		bsn_slice_of(&len, sizeof(len)),
		item->message,
		item->signature,
	};

	return suite_digest(suite, parts, G_N_ELEMENTS(parts),
			    digest->bytes) == BSN_OK;
}

static gboolean
knows(const Seen *seen, const Digest *digest)
{
	return g_hash_table_contains(seen->newer, digest) ||
	       g_hash_table_contains(seen->older, digest);
}

static void
remember(Seen *seen, const Digest *digest)
{
	if (g_hash_table_size(seen->newer) >= SEEN_GENERATION) {
		g_hash_table_unref(seen->older);
		seen->older = seen->newer;
		seen->newer = generation_new();
	}
	g_hash_table_add(seen->newer, g_memdup2(digest, sizeof(*digest)));
}

void
seen_add(Channel *channel, const SuiteItem *item)
{
	Digest digest;

	if (digest_item(&channel->suite, item, &digest))
		remember(&channel->order->seen, &digest);
}

gboolean
seen_has(Channel *channel, const SuiteItem *item)
{
	Digest digest;

	return digest_item(&channel->suite, item, &digest) &&
	       knows(&channel->order->seen, &digest);
}

/* ---- many at once -------------------------------------------------------- */

typedef struct {
	bsn_jobs jobs;
	const Suite *suite;
	const Seen *seen; /* nobody adds to it while jobs run */
	const SuiteItem *items;
	Digest *digests;
	gboolean *fresh; /* verified here */
	int32_t *results;
	guint64 n;
} Verification;

static void
verify_chunk(bsn_jobs *jobs, uint64_t index)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CRYPTO);
	const Verification *all = (const Verification *)jobs;
	const guint64 from = index * CHUNK;
	const guint64 to = MIN(from + CHUNK, all->n);
	SuiteItem items[CHUNK];
	guint64 places[CHUNK];
	int32_t results[CHUNK];
	guint used = 0;

	for (guint64 i = from; i < to; i++) {
		const gboolean digested = digest_item(
			all->suite, &all->items[i], &all->digests[i]);

		all->results[i] = BSN_OK;
		if (digested && knows(all->seen, &all->digests[i]))
			continue;
		all->fresh[i] = digested;
		items[used] = all->items[i];
		places[used++] = i;
	}
	suite_verify(all->suite, items, used, results);
	for (guint i = 0; i < used; i++)
		all->results[places[i]] = results[i];
}

void
seen_verify(Channel *channel, const SuiteItem *items, guint64 n,
	    int32_t *results)
{
	g_autofree Digest *digests = g_new0(Digest, n + 1);
	g_autofree gboolean *fresh = g_new0(gboolean, n + 1);
	Verification all = {
		.jobs = { verify_chunk },
		.suite = &channel->suite,
		.seen = &channel->order->seen,
		.items = items,
		.digests = digests,
		.fresh = fresh,
		.results = results,
		.n = n,
	};

	if (n == 0)
		return;
	services.parallel->run(channel->chain, &all.jobs,
			       (n + CHUNK - 1) / CHUNK);
	for (guint64 i = 0; i < n; i++)
		if (fresh[i] && results[i] == BSN_OK)
			remember(&channel->order->seen, &digests[i]);
}
