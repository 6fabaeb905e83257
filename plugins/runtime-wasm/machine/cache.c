/* SPDX-License-Identifier: Apache-2.0
 *
 * A digest names the same code on every chain, and it is translated the same
 * everywhere, so there is one cache for the process. It is thrown over in halves:
 * what is found moves into the young half; when that is full it becomes the old one
 * and the old one is dropped.
 */
#include <string.h>

#include "plugins/runtime-wasm/machine/code.h"

#define HALF (WASM_CACHE_MAX / 2)

typedef struct {
	GHashTable *codes; /* digest -> WasmCode */
	guint64 size;
} Half;

static GMutex lock;
static Half young, old;

static guint
hash_digest(gconstpointer digest)
{
	guint32 value;

	memcpy(&value, digest, sizeof(value));
	return value;
}

static gboolean
digests_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, WASM_DIGEST_LEN) == 0;
}

static GHashTable *
table_new(void)
{
	return g_hash_table_new_full(hash_digest, digests_equal, g_free,
				     (GDestroyNotify)wasm_code_unref);
}

/* Takes the reference. */
static void
add_young(const guint8 *digest, WasmCode *code)
{
	const guint64 size = wasm_code_size(code);

	if (young.codes == NULL)
		young.codes = table_new();
	if (g_hash_table_contains(young.codes, digest)) {
		wasm_code_unref(code);
		return;
	}
	if (young.size + size > HALF) {
		g_clear_pointer(&old.codes, g_hash_table_unref);
		old = young;
		young = (Half){ table_new(), 0 };
	}
	g_hash_table_insert(young.codes, g_memdup2(digest, WASM_DIGEST_LEN),
			    code);
	young.size += size;
}

WasmCode *
wasm_cache_find(const guint8 *digest)
{
	WasmCode *code = NULL;

	g_mutex_lock(&lock);
	if (young.codes != NULL)
		code = g_hash_table_lookup(young.codes, digest);
	if (code != NULL) {
		wasm_code_ref(code);
	} else if (old.codes != NULL) {
		code = g_hash_table_lookup(old.codes, digest);
		if (code != NULL) {
			wasm_code_ref(code);
			add_young(digest, wasm_code_ref(code));
		}
	}
	g_mutex_unlock(&lock);
	return code;
}

void
wasm_cache_add(const guint8 *digest, WasmCode *code)
{
	g_mutex_lock(&lock);
	add_young(digest, wasm_code_ref(code));
	g_mutex_unlock(&lock);
}

guint64
wasm_cache_size(void)
{
	guint64 size;

	g_mutex_lock(&lock);
	size = young.size + old.size;
	g_mutex_unlock(&lock);
	return size;
}

void
wasm_cache_clear(void)
{
	g_mutex_lock(&lock);
	g_clear_pointer(&young.codes, g_hash_table_unref);
	g_clear_pointer(&old.codes, g_hash_table_unref);
	young.size = old.size = 0;
	g_mutex_unlock(&lock);
}
