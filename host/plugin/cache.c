/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "host/plugin/cache.h"

#include <bsn/base.h>
#include <string.h>

#include "host/ops/log.h"
#include "host/plugin/digest.h"

#define HEAD "cache"

struct VerdictCache {
	char *file;    /* NULL: none */
	GKeyFile *old; /* as read */
	GKeyFile *now; /* to be written */
};

static void
put_head(GKeyFile *keys)
{
	g_key_file_set_string(keys, HEAD, "host", PACKAGE_VERSION);
	g_key_file_set_integer(keys, HEAD, "abi_major", BSN_ABI_MAJOR);
	g_key_file_set_integer(keys, HEAD, "abi_minor", BSN_ABI_MINOR);
}

static int
is_of_this_version(GKeyFile *keys)
{
	g_autofree char *host =
		g_key_file_get_string(keys, HEAD, "host", NULL);

	return g_strcmp0(host, PACKAGE_VERSION) == 0 &&
	       g_key_file_get_integer(keys, HEAD, "abi_major", NULL) ==
		       (int)BSN_ABI_MAJOR &&
	       g_key_file_get_integer(keys, HEAD, "abi_minor", NULL) ==
		       (int)BSN_ABI_MINOR;
}

/* An empty key file when the file is not there or cannot be used. */
static GKeyFile *
read_keys(const char *file)
{
	g_autoptr(GKeyFile) keys = g_key_file_new();
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) error = NULL;
	Refusal unread = { 0 };

	if (!g_file_test(file, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&keys);
	bytes = plugin_file_read(file, &unread);
	if (bytes == NULL || g_bytes_get_size(bytes) > VERDICT_CACHE_MAX ||
	    !g_key_file_load_from_bytes(keys, bytes, G_KEY_FILE_NONE, &error))
		log_warning("plugin", NULL,
			    "the cache of plugin scans %s is not used: %s; "
			    "every plugin is scanned again",
			    file,
			    unread.reason != NULL ? unread.reason :
			    error != NULL	  ? error->message :
						    "it is too large");
	refusal_clear(&unread);
	if (is_of_this_version(keys))
		return g_steal_pointer(&keys);
	return g_key_file_new();
}

VerdictCache *
verdict_cache_open(const char *file)
{
	VerdictCache *cache = g_new0(VerdictCache, 1);

	cache->file = g_strdup(file);
	cache->old = file != NULL ? read_keys(file) : g_key_file_new();
	cache->now = g_key_file_new();
	put_head(cache->now);
	return cache;
}

static void
save(const VerdictCache *cache)
{
	g_autoptr(GError) error = NULL;
	gsize len;
	g_autofree char *text = g_key_file_to_data(cache->now, &len, NULL);
	g_autofree char *before = g_key_file_to_data(cache->old, NULL, NULL);

	if (strcmp(text, before) == 0)
		return;
	if (!g_file_set_contents_full(cache->file, text, (gssize)len,
				      G_FILE_SET_CONTENTS_CONSISTENT, 0600,
				      &error))
		log_warning("plugin", NULL,
			    "the cache of plugin scans is not written: %s",
			    error->message);
}

void
verdict_cache_close(VerdictCache *cache)
{
	if (cache == NULL)
		return;
	if (cache->file != NULL)
		save(cache);
	g_key_file_unref(cache->old);
	g_key_file_unref(cache->now);
	g_free(cache->file);
	g_free(cache);
}

/* Whether the verdict is about the file alone. */
static int
is_lasting(PluginRule rule)
{
	return rule != RULE_SCAN_FAILED && rule != RULE_MISSING_DEPENDENCY &&
	       rule != RULE_UNDEFINED_SYMBOL && rule != RULE_LOAD_FAILED &&
	       rule != RULE_OPEN_FAILED;
}

void
verdict_cache_add(VerdictCache *cache, const char *digest, guint timeout_ms,
		  const ScanVerdict *verdict)
{
	const Refusal *refusal = &verdict->refusal;
	const char *const *offers = (const char *const *)verdict->offers;
	GKeyFile *keys = cache->now;

	if (!is_lasting(refusal->rule))
		return;
	g_key_file_set_string(keys, digest, "rule",
			      plugin_rule_id(refusal->rule));
	g_key_file_set_string(keys, digest, "reason",
			      refusal->reason != NULL ? refusal->reason : "");
	g_key_file_set_int64(keys, digest, "timeout_ms", timeout_ms);
	g_key_file_set_string(keys, digest, "name",
			      verdict->name != NULL ? verdict->name : "");
	g_key_file_set_string(keys, digest, "vendor",
			      verdict->vendor != NULL ? verdict->vendor : "");
	g_key_file_set_string_list(keys, digest, "offers", offers,
				   g_strv_length(verdict->offers));
}

gboolean
verdict_cache_find(VerdictCache *cache, const char *digest, guint timeout_ms,
		   ScanVerdict *out)
{
	GKeyFile *keys = cache->old;
	g_autofree char *id = g_key_file_get_string(keys, digest, "rule", NULL);
	g_autofree char *reason =
		g_key_file_get_string(keys, digest, "reason", NULL);
	gint64 given =
		g_key_file_get_int64(keys, digest, "timeout_ms", NULL);
	PluginRule rule = id != NULL ? plugin_rule_from_id(id) : RULE_NONE;
	char **offers =
		g_key_file_get_string_list(keys, digest, "offers", NULL, NULL);
	int is_refusal = rule != RULE_NONE && reason != NULL;

	memset(out, 0, sizeof(*out));
	out->offers = offers;
	if (id == NULL || offers == NULL || (id[0] != '\0' && !is_refusal) ||
	    (!is_refusal && offers[0] == NULL) ||
	    (rule == RULE_HANG && given < timeout_ms)) {
		scan_verdict_clear(out);
		return FALSE;
	}
	if (is_refusal)
		refuse(&out->refusal, rule, "%s", reason);
	out->name = g_key_file_get_string(keys, digest, "name", NULL);
	out->vendor = g_key_file_get_string(keys, digest, "vendor", NULL);
	verdict_cache_add(cache, digest, (guint)MAX(given, timeout_ms), out);
	return TRUE;
}
