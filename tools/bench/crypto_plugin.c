/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/crypto_plugin.h"

#include <dlfcn.h>

#include "host/plugin/check.h"
#include "host/plugin/note.h"
#include "host/plugin/scan_host.h"
#include "tools/ctl/error.h"

static gboolean
read_note(const char *file, bsn_note_desc *note, Refusal *refusal,
	  GError **error)
{
	g_autofree char *data = NULL;
	gsize len;

	return g_file_get_contents(file, &data, &len, error) &&
	       plugin_note_parse((const guint8 *)data, len, note, refusal);
}

static bsn_plugin_open_fn
load(const char *file, GError **error)
{
	g_autofree char *path = g_canonicalize_filename(file, NULL);
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	bsn_plugin_open_fn open = NULL;

	if (module != NULL)
		*(void **)&open = dlsym(module, BSN_PLUGIN_OPEN_SYMBOL);
	if (open == NULL)
		ctl_fail(error, CTL_ERROR_FAILED, "%s", dlerror());
	return open;
}

static const bsn_plugin *
open_plugin(const char *file, Refusal *refusal, GError **error)
{
	g_autoptr(GPtrArray) offers = g_ptr_array_new_with_free_func(g_free);
	const bsn_plugin *plugin;
	bsn_plugin_open_fn open;
	bsn_note_desc note;

	if (!read_note(file, &note, refusal, error))
		return NULL;
	open = load(file, error);
	if (open == NULL)
		return NULL;
	plugin = plugin_open(open, &scan_host, refusal);
	if (plugin == NULL ||
	    !plugin_check(plugin, &note, NULL, offers, refusal))
		return NULL;
	return plugin;
}

const bsn_crypto *
crypto_plugin_open(const char *file, GError **error)
{
	Refusal refusal = { 0 };
	const bsn_plugin *plugin = open_plugin(file, &refusal, error);
	const bsn_crypto *crypto =
		plugin != NULL ? bsn_crypto_of(plugin) : NULL;

	if (refusal.rule != RULE_NONE)
		ctl_fail(error, CTL_ERROR_FAILED, "%s %s\n%s", file,
			 refusal.reason, refusal.remedy);
	else if (plugin != NULL && crypto == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s offers no algorithms\nName a crypto plugin with "
			 "--plugin.",
			 file);
	refusal_clear(&refusal);
	return crypto;
}
