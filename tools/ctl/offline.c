/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/offline.h"

#include <dlfcn.h>
#include <string.h>

#include "host/plugin/check.h"
#include "host/plugin/note.h"
#include "host/plugin/scan_host.h"
#include "tools/ctl/error.h"

static GPtrArray *loaded; /* const bsn_plugin */

/* ---- what plugins find in each other ------------------------------------ */

static const bsn_hash *
find_hash(const char *name)
{
	for (guint i = 0; i < loaded->len; i++) {
		const bsn_crypto *crypto = bsn_crypto_of(loaded->pdata[i]);

		for (guint j = 0; BSN_HAS(crypto, hashes) && crypto->hashes[j];
		     j++)
			if (strcmp(crypto->hashes[j]->name, name) == 0)
				return crypto->hashes[j];
	}
	return NULL;
}

static const bsn_signature *
find_signature(const char *name)
{
	for (guint i = 0; i < loaded->len; i++) {
		const bsn_crypto *crypto = bsn_crypto_of(loaded->pdata[i]);

		for (guint j = 0;
		     BSN_HAS(crypto, signatures) && crypto->signatures[j]; j++)
			if (strcmp(crypto->signatures[j]->name, name) == 0)
				return crypto->signatures[j];
	}
	return NULL;
}

static const bsn_cipher *
no_cipher(const char *name)
{
	return NULL;
}

static const bsn_consensus *
find_consensus(const char *name)
{
	for (guint i = 0; i < loaded->len; i++) {
		const bsn_consensus *consensus =
			bsn_consensus_of(loaded->pdata[i]);

		if (consensus != NULL && strcmp(consensus->name, name) == 0)
			return consensus;
	}
	return NULL;
}

static const bsn_crypto_by_name crypto_table = {
	.size = sizeof(bsn_crypto_by_name),
	.hash = find_hash,
	.signature = find_signature,
	.cipher = no_cipher,
};
static const bsn_consensuses consensuses_table = {
	.size = sizeof(bsn_consensuses),
	.find = find_consensus,
};

/* All else is as while a plugin is scanned: there is no chain. */
static const void *
query(const char *id)
{
	if (strcmp(id, BSN_CRYPTO_BY_NAME_ID) == 0)
		return &crypto_table;
	if (strcmp(id, BSN_CONSENSUSES_ID) == 0)
		return &consensuses_table;
	return scan_host.query(id);
}

static const bsn_host host = {
	.size = sizeof(bsn_host),
	.name = "bsnctl",
	.version = "0",
	.query = query,
};

/* ---- loading ------------------------------------------------------------ */

static const bsn_plugin *
open_file(const char *path, const bsn_note_desc *note, Refusal *refusal)
{
	g_autoptr(GPtrArray) offers = g_ptr_array_new_with_free_func(g_free);
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const bsn_plugin *plugin;
	bsn_plugin_open_fn open;

	if (module == NULL)
		return NULL;
	*(void **)&open = dlsym(module, BSN_PLUGIN_OPEN_SYMBOL);
	plugin = open != NULL ? plugin_open(open, &host, refusal) : NULL;
	if (plugin == NULL ||
	    !plugin_check(plugin, note, NULL, offers, refusal))
		return NULL;
	return plugin;
}

static void
load_file(const char *path)
{
	g_autofree char *data = NULL;
	const bsn_plugin *plugin = NULL;
	Refusal refusal = { 0 };
	bsn_note_desc note;
	gsize len;

	if (g_file_get_contents(path, &data, &len, NULL) &&
	    plugin_note_parse((const guint8 *)data, len, &note, &refusal))
		plugin = open_file(path, &note, &refusal);
	if (plugin != NULL)
		g_ptr_array_add(loaded, (gpointer)plugin);
	refusal_clear(&refusal);
}

static gboolean
load_all(const char *directory, GError **error)
{
	GDir *dir = g_dir_open(directory, 0, error);
	const char *name;

	if (dir == NULL)
		return FALSE;
	loaded = g_ptr_array_new();
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);

		if (g_str_has_suffix(name, ".so"))
			load_file(path);
	}
	g_dir_close(dir);
	return TRUE;
}

const bsn_engine *
offline_engine(const char *directory, const char *framework, GError **error)
{
	if (loaded == NULL && !load_all(directory, error))
		return NULL;
	for (guint i = 0; i < loaded->len; i++) {
		const bsn_engine *engine = bsn_engine_of(loaded->pdata[i]);

		if (engine != NULL && strcmp(engine->framework, framework) == 0)
			return engine;
	}
	ctl_fail(error, CTL_ERROR_FAILED,
		 "no plugin in %s offers framework %s\nName their directory "
		 "with --plugin-dir.",
		 directory, framework);
	return NULL;
}
