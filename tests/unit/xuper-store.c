/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-store.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/services.h"
#include "tests/unit/sha256-hash.h"

const Suite xuper_hashing = {
	.algorithm = "ecdsa-p256",
	.curve = "P-256",
	.address_version = 1,
	.hash = &sha256_hash,
};

guint64 xuper_touched;

/* ---- counting ---- */

static const bsn_store *real;
static bsn_store counting;

static int32_t
counted_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	xuper_touched++;
	return real->get(chain, key, value, err);
}

typedef struct {
	bsn_scan_sink sink;
	bsn_scan_sink *out;
} Counted;

static int32_t
counted_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	bsn_scan_sink *out = ((Counted *)sink)->out;

	xuper_touched++;
	return out->entry(out, key, value);
}

static int32_t
counted_scan(bsn_chain *chain, bsn_slice from, bsn_slice to, uint32_t flags,
	     bsn_scan_sink *sink, bsn_err *err)
{
	Counted counted = { { counted_entry }, sink };

	return real->scan(chain, from, to, flags, &counted.sink, err);
}

/* ---- the chain ---- */

bsn_chain *
xuper_chain_new(void)
{
	bsn_chain *chain;

	fake_host_reset(1);
	g_assert_cmpint(services_find(fake_host(), "the test",
				      SERVICES_OF_ENGINES, NULL), ==, BSN_OK);
	real = services.store;
	counting = *real;
	counting.get = counted_get;
	counting.scan = counted_scan;
	services.store = &counting;
	chain = fake_chain_new("xuper");
	g_assert_cmpint(fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0),
					NULL), ==, BSN_OK);
	return chain;
}

void
xuper_chain_free(bsn_chain *chain)
{
	fake_chain_close(chain);
	fake_chain_free(chain);
}

void
xuper_fold(bsn_chain *chain, Layer *layer)
{
	g_autoptr(GArray) writes =
		g_array_new(FALSE, FALSE, sizeof(bsn_write));

	layer_writes(layer, writes);
	g_assert_cmpint(services.store->commit(
				chain,
				(const bsn_write *)(const void *)writes->data,
				writes->len, 0, NULL), ==, BSN_OK);
	fake_host_settle();
}

/* ---- digests ---- */

typedef struct {
	bsn_scan_sink sink;
	GChecksum *sum;
} Digest;

static void
add_slice(GChecksum *sum, bsn_slice bytes)
{
	g_checksum_update(sum, (const guint8 *)&bytes.len, sizeof(bytes.len));
	if (bytes.len > 0)
		g_checksum_update(sum, bytes.data, (gssize)bytes.len);
}

static int32_t
add_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Digest *digest = (Digest *)sink;

	add_slice(digest->sum, key);
	add_slice(digest->sum, value);
	return BSN_OK;
}

char *
xuper_state_digest(Layer *layer)
{
	static const char kinds[] = "BFUXZ";
	Digest digest = { { add_entry }, g_checksum_new(G_CHECKSUM_SHA256) };
	char *text;

	for (guint i = 0; i < strlen(kinds); i++) {
		const char from = kinds[i], to = (char)(kinds[i] + 1);

		g_assert_cmpint(layer_scan(layer, bsn_slice_of(&from, 1),
					   bsn_slice_of(&to, 1), 0,
					   &digest.sink, NULL), ==, BSN_OK);
	}
	text = g_strdup(g_checksum_get_string(digest.sum));
	g_checksum_free(digest.sum);
	return text;
}
