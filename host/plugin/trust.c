/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/trust.h"

#include <string.h>

#include "host/ops/log.h"
#include "host/plugin/digest.h"
#include "host/plugin/signers.h"

#define DIGEST_TEXT_LEN (strlen("sm3:") + 64)

struct PluginTrust {
	GHashTable *digests; /* "sm3:hex", a set */
	Signers *vendors;
};

static void
add_digest(PluginTrust *trust, const char *digest)
{
	g_autofree char *lower = g_ascii_strdown(digest, -1);

	if (!g_str_has_prefix(lower, "sm3:") ||
	    strspn(lower + 4, "0123456789abcdef") != 64 ||
	    strlen(lower) != DIGEST_TEXT_LEN) {
		log_warning("plugin", NULL,
			    "[plugins] trust_digests: \"%s\" is not sm3: and "
			    "64 hexadecimal digits; it trusts nothing",
			    digest);
		return;
	}
	g_hash_table_add(trust->digests, g_steal_pointer(&lower));
}

PluginTrust *
plugin_trust_new(const char *const *digests, const char *const *key_files)
{
	PluginTrust *trust = g_new0(PluginTrust, 1);

	trust->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       NULL);
	trust->vendors = signers_new(key_files, "trust_keys");
	for (; digests != NULL && *digests != NULL; digests++)
		add_digest(trust, *digests);
	return trust;
}

void
plugin_trust_free(PluginTrust *trust)
{
	if (trust == NULL)
		return;
	g_hash_table_unref(trust->digests);
	signers_free(trust->vendors);
	g_free(trust);
}

/* "signature NAME", or NULL and, in `why`, what is wrong with the signature. */
static char *
judge_signature(const PluginTrust *trust, const char *path, GBytes *bytes,
		GString *why)
{
	g_autofree char *file = g_strconcat(path, ".sig", NULL);
	g_autoptr(GBytes) signature = NULL;
	Refusal unread = { 0 };
	const char *vendor;

	if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
		g_string_append(why, " and it has no vendor signature (.sig)");
		return NULL;
	}
	signature = plugin_file_read(file, &unread);
	if (signature == NULL) {
		g_string_append_printf(why, " and its signature %s",
				       unread.reason);
		refusal_clear(&unread);
		return NULL;
	}
	vendor = signers_judge(trust->vendors, bytes, signature);
	if (vendor != NULL)
		return g_strconcat("signature ", vendor, NULL);
	g_string_append_printf(why,
			       " and its signature (.sig) is good under none "
			       "of the %u trusted vendor keys",
			       signers_count(trust->vendors));
	return NULL;
}

char *
plugin_trust_judge(const PluginTrust *trust, const char *path, GBytes *bytes,
		   const char *digest, Refusal *refusal)
{
	g_autoptr(GString) why = g_string_new(NULL);
	char *by;

	if (g_hash_table_contains(trust->digests, digest))
		return g_strdup("digest");
	by = judge_signature(trust, path, bytes, why);
	if (by != NULL)
		return by;
	refuse(refusal, RULE_UNTRUSTED,
	       "is not trusted: its digest %s is not listed%s", digest,
	       why->str);
	g_free(refusal->remedy);
	refusal->remedy = g_strdup_printf(
		"If you trust where it came from, add to [plugins]: "
		"trust_digests = %s",
		digest);
	return NULL;
}
