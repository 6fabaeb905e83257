/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/names.h"

#include <bsn/ext/public_key.h>
#include <string.h>

#include "host/plugin/registry.h"
#include "host/plugin/verified.h"

/* "signature" and the like, with the space after it. */
#define KIND_MAX 16u

typedef struct {
	const void *table;
	const char *path;
} Entry;

static GRWLock lock;
static GHashTable *entries; /* "signature sm2" -> Entry */

static void
add(const char *kind, const char *name, const void *table, const char *path)
{
	Entry *entry = g_new(Entry, 1);

	*entry = (Entry){ table, path };
	g_rw_lock_writer_lock(&lock);
	if (entries == NULL)
		entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						g_free);
	g_hash_table_replace(entries, g_strconcat(kind, " ", name, NULL),
			     entry);
	g_rw_lock_writer_unlock(&lock);
}

static const Entry *
look_up(const char *offer)
{
	const Entry *entry = NULL;

	g_rw_lock_reader_lock(&lock);
	if (entries != NULL)
		entry = g_hash_table_lookup(entries, offer);
	g_rw_lock_reader_unlock(&lock);
	return entry;
}

static const void *
find(const char *kind, const char *name)
{
	char offer[KIND_MAX + BSN_NOTE_TEXT_MAX];
	const Entry *entry;

	if (name == NULL || strlen(name) >= BSN_NOTE_TEXT_MAX)
		return NULL;
	g_snprintf(offer, sizeof(offer), "%s %s", kind, name);
	entry = look_up(offer);
	return entry != NULL ? entry->table : NULL;
}

static void
add_algorithms(const bsn_crypto *crypto, const char *path)
{
	const bsn_hash *const *hash = NULL;
	const bsn_signature *const *signature = NULL;
	const bsn_cipher *const *cipher = NULL;

	if (BSN_HAS(crypto, hashes))
		hash = crypto->hashes;
	if (BSN_HAS(crypto, signatures))
		signature = crypto->signatures;
	if (BSN_HAS(crypto, ciphers))
		cipher = crypto->ciphers;
	for (; hash != NULL && *hash != NULL; hash++)
		add("hash", (*hash)->name, *hash, path);
	for (; signature != NULL && *signature != NULL; signature++)
		add("signature", (*signature)->name,
		    verified_scheme(*signature), path);
	for (; cipher != NULL && *cipher != NULL; cipher++)
		add("cipher", (*cipher)->name, *cipher, path);
}

static void
add_public_key(const bsn_public_key *table, const char *path)
{
	const bsn_encryption *const *encryption = NULL;
	const bsn_key_agreement *const *agreement = NULL;

	if (BSN_HAS(table, encryptions))
		encryption = table->encryptions;
	if (BSN_HAS(table, agreements))
		agreement = table->agreements;
	for (; encryption != NULL && *encryption != NULL; encryption++)
		add("encryption", (*encryption)->name, *encryption, path);
	for (; agreement != NULL && *agreement != NULL; agreement++)
		add("agreement", (*agreement)->name, *agreement, path);
}

void
plugin_names_add(const bsn_plugin *plugin, const char *path,
		 const char *const *frameworks)
{
	const bsn_engine *engine = bsn_engine_of(plugin);
	const bsn_consensus *consensus = bsn_consensus_of(plugin);
	const bsn_runtime *runtime = bsn_runtime_of(plugin);

	add("plugin", plugin->id, plugin, path);
	add_algorithms(bsn_crypto_of(plugin), path);
	add_public_key(bsn_public_key_of(plugin), path);
	if (consensus != NULL)
		add("consensus", consensus->name, consensus, path);
	if (runtime != NULL)
		add("runtime", runtime->name, runtime, path);
	if (engine != NULL && frameworks != NULL &&
	    g_strv_contains(frameworks, engine->framework))
		add("framework", engine->framework, engine, path);
}

const char *
plugin_names_owner(const char *offer)
{
	const Entry *entry = look_up(offer);

	return entry != NULL ? entry->path : NULL;
}

void
plugin_names_clear(void)
{
	g_rw_lock_writer_lock(&lock);
	g_clear_pointer(&entries, g_hash_table_unref);
	g_rw_lock_writer_unlock(&lock);
}

const bsn_engine *
plugin_find_engine(const char *framework)
{
	return find("framework", framework);
}

const bsn_consensus *
plugin_find_consensus(const char *name)
{
	return find("consensus", name);
}

const bsn_runtime *
plugin_find_runtime(const char *name)
{
	return find("runtime", name);
}

const bsn_hash *
plugin_find_hash(const char *name)
{
	return find("hash", name);
}

const bsn_signature *
plugin_find_signature(const char *name)
{
	return find("signature", name);
}

const bsn_cipher *
plugin_find_cipher(const char *name)
{
	return find("cipher", name);
}

const bsn_encryption *
plugin_find_encryption(const char *name)
{
	return find("encryption", name);
}

const bsn_key_agreement *
plugin_find_agreement(const char *name)
{
	return find("agreement", name);
}
