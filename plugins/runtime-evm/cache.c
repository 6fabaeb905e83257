/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache of translated code. A hash names the same code on every chain, and
 * a fork translates it the same everywhere, so there is one cache for the
 * process. It is thrown over in halves: what is
 * found moves into the young half; when that is full, it becomes the old one
 * and the old one is dropped.
 */
#include "plugins/runtime-evm/code.h"

/* Bytes of each half. */
#define CODE_CACHE_HALF (UINT64_C(32) << 20)

typedef struct {
	uint8_t hash[32];
	uint8_t fork;
} Key;

typedef struct {
	GHashTable *codes; /* Key -> Code */
	uint64_t memory;
} Half;

static GMutex lock;
static Half young;
static Half old;

static Key
key_of(const uint8_t *hash, Fork fork)
{
	Key key = { .fork = (uint8_t)fork };

	memcpy(key.hash, hash, sizeof(key.hash));
	return key;
}

static guint
hash_of_key(gconstpointer key)
{
	guint32 value;

	memcpy(&value, key, sizeof(value));
	return value;
}

static gboolean
keys_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(Key)) == 0;
}

static void
unref_code(gpointer code)
{
	code_unref(code);
}

static GHashTable *
table_new(void)
{
	return g_hash_table_new_full(hash_of_key, keys_equal, g_free,
				     unref_code);
}

static void
add_young(const Key *key, Code *code)
{
	uint64_t memory = sizeof(Code) + sizeof(Program) +
			  (uint64_t)code->size * CODE_MEMORY_FACTOR;

	if (young.codes == NULL)
		young.codes = table_new();
	if (young.memory + memory > CODE_CACHE_HALF) {
		if (old.codes != NULL)
			g_hash_table_unref(old.codes);
		old = young;
		young = (Half){ table_new(), 0 };
	}
	if (g_hash_table_insert(young.codes, g_memdup2(key, sizeof(*key)),
				code_ref(code)))
		young.memory += memory;
}

Code *
code_cache_find(const uint8_t *hash, Fork fork)
{
	Key key = key_of(hash, fork);
	Code *code = NULL;

	g_mutex_lock(&lock);
	if (young.codes != NULL)
		code = g_hash_table_lookup(young.codes, &key);
	if (code != NULL) {
		code_ref(code);
	} else if (old.codes != NULL) {
		code = g_hash_table_lookup(old.codes, &key);
		if (code != NULL)
			add_young(&key, code_ref(code));
	}
	g_mutex_unlock(&lock);
	return code;
}

void
code_cache_add(const uint8_t *hash, Fork fork, Code *code)
{
	Key key = key_of(hash, fork);

	g_mutex_lock(&lock);
	add_young(&key, code);
	g_mutex_unlock(&lock);
}
