/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/load.h"

#include <glib.h>
#include <ltdl.h>

#include "host/plugin/digest.h"

/* libltdl keeps its state, and its last error, without a lock. */
static GMutex mutex;

static gboolean
is_unchanged(const char *path, const char *digest, Refusal *refusal)
{
	g_autoptr(GBytes) bytes = plugin_file_read(path, refusal);
	g_autofree char *now = bytes != NULL ? plugin_digest(bytes) : NULL;

	if (bytes == NULL)
		return FALSE;
	if (!g_str_equal(now, digest))
		return refuse(refusal, RULE_CHANGED,
			      "changed after it was examined: its digest is "
			      "now %s",
			      now);
	return TRUE;
}

/* Local, so that plugins do not see each other's symbols; resident, so that no
 * code goes away under whoever runs it. */
static lt_dlhandle
open_module(const char *path)
{
	lt_dlhandle module = NULL;
	lt_dladvise advise;

	if (lt_dladvise_init(&advise) != 0)
		return NULL;
	if (lt_dladvise_local(&advise) == 0 &&
	    lt_dladvise_resident(&advise) == 0)
		module = lt_dlopenadvise(path, advise);
	lt_dladvise_destroy(&advise);
	return module;
}

static bsn_plugin_open_fn
load_locked(const char *path, Refusal *refusal)
{
	static int initialised;
	lt_dlhandle module = NULL;
	bsn_plugin_open_fn open;

	if (!initialised && lt_dlinit() == 0)
		initialised = 1;
	if (initialised)
		module = open_module(path);
	if (module == NULL) {
		refuse(refusal, RULE_LOAD_FAILED,
		       "was good in its scan but cannot be loaded: %s",
		       lt_dlerror());
		return NULL;
	}
	*(void **)&open = lt_dlsym(module, BSN_PLUGIN_OPEN_SYMBOL);
	if (open == NULL)
		refuse(refusal, RULE_NO_OPEN_SYMBOL, "does not export %s",
		       BSN_PLUGIN_OPEN_SYMBOL);
	return open;
}

bsn_plugin_open_fn
plugin_load(const char *path, const char *digest, Refusal *refusal)
{
	bsn_plugin_open_fn open;

	if (!is_unchanged(path, digest, refusal))
		return NULL;
	g_mutex_lock(&mutex);
	open = load_locked(path, refusal);
	g_mutex_unlock(&mutex);
	return open;
}
