/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "host/plugin/check.h"
#include "tools/conform/checks-crypto.h"

#define FENCE 0xa5

static const bsn_crypto *
table_of(Run *run)
{
	const bsn_plugin *plugin = run_plugin(run);
	const bsn_crypto *crypto;

	page_at(run->page, "bsn_plugin.query");
	crypto = bsn_crypto_of(plugin);
	page_at(run->page, NULL);
	if (crypto == NULL)
		run_not_claimed(run, "the plugin offers no algorithms");
	return crypto;
}

/* The entry of this name in a list of tables that begin with BSN_TABLE_HEAD and
 * name, ended by NULL. */
static const void *
find(const void *list, const char *name)
{
	const bsn_hash *const *entries = list;

	for (guint i = 0; entries != NULL && entries[i] != NULL &&
			  i < CHECK_ENTRIES_MAX;
	     i++)
		if (BSN_HAS(entries[i], name) &&
		    strcmp(entries[i]->name, name) == 0)
			return entries[i];
	return NULL;
}

G_STATIC_ASSERT(offsetof(bsn_hash, name) == offsetof(bsn_signature, name));
G_STATIC_ASSERT(offsetof(bsn_hash, name) == offsetof(bsn_cipher, name));

static const void *
find_or_end(Run *run, const void *list, const char *kind, const char *name)
{
	const void *entry = find(list, name);

	if (entry == NULL)
		run_not_claimed(run, "the plugin offers no %s %s", kind, name);
	return entry;
}

const bsn_hash *
crypto_hash(Run *run, const char *name)
{
	const bsn_crypto *crypto = table_of(run);

	return find_or_end(run, BSN_HAS(crypto, hashes) ? crypto->hashes : NULL,
			   "hash", name);
}

const bsn_signature *
crypto_signature(Run *run, const char *name)
{
	const bsn_crypto *crypto = table_of(run);

	return find_or_end(run,
			   BSN_HAS(crypto, signatures) ? crypto->signatures :
							 NULL,
			   "signature scheme", name);
}

const bsn_cipher *
crypto_cipher(Run *run, const char *name)
{
	const bsn_crypto *crypto = table_of(run);

	return find_or_end(run,
			   BSN_HAS(crypto, ciphers) ? crypto->ciphers : NULL,
			   "cipher", name);
}

void
crypto_fence(guint8 *at)
{
	memset(at, FENCE, CRYPTO_FENCE_LEN);
}

gboolean
crypto_fence_is_whole(const guint8 *at)
{
	for (guint i = 0; i < CRYPTO_FENCE_LEN; i++)
		if (at[i] != FENCE)
			return FALSE;
	return TRUE;
}
