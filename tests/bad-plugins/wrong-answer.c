/* SPDX-License-Identifier: Apache-2.0
 *
 * A crypto plugin whose SM3 is the sum of the bytes.
 */
#include <bsn/bsn.h>
#include <string.h>

BSN_PLUGIN_NOTE("test.wrong-answer", "1.0", BSN_KIND_CRYPTO);

static int32_t
digest(const bsn_slice *parts, uint64_t n, uint8_t *out)
{
	memset(out, 0, 32);
	for (uint64_t i = 0; i < n; i++)
		for (uint64_t j = 0; j < parts[i].len; j++)
			out[0] = (uint8_t)(out[0] + parts[i].data[j]);
	return BSN_OK;
}

static const bsn_hash sum = {
	.size = sizeof(sum),
	.name = "sm3",
	.digest_len = 32,
	.block_len = 64,
	.digest = digest,
};
static const bsn_hash *const hashes[] = { &sum, NULL };
static const bsn_crypto crypto = { .size = sizeof(crypto), .hashes = hashes };

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CRYPTO_ID) == 0 ? &crypto : NULL;
}

static const bsn_plugin plugin_table = {
	.size = sizeof(plugin_table),
	.id = "test.wrong-answer",
	.version = "1.0",
	.name = "Sums",
	.vendor = "Test Vendor",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	*plugin = &plugin_table;
	return BSN_OK;
}
