/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/certificate_cache.h"

#include <string.h>

#define DIGEST_LEN 32

typedef struct {
	guint8 digest[DIGEST_LEN]; /* SHA-256 of the DER */
	Identity *identity;
	EVP_PKEY *key;
	gint64 judged_s, until_s; /* valid in between */
} Entry;

struct CertificateCache {
	const TrustStore *trust;
	guint room;
	GMutex lock;
	GHashTable *entries; /* Entry, by itself */
	GQueue order;        /* the same, oldest first */
};

static guint
entry_hash(gconstpointer entry)
{
	guint hash;

	memcpy(&hash, ((const Entry *)entry)->digest, sizeof(hash));
	return hash;
}

static gboolean
entry_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(((const Entry *)a)->digest, ((const Entry *)b)->digest,
		      DIGEST_LEN) == 0;
}

static void
entry_free(gpointer data)
{
	Entry *entry = data;

	identity_free(entry->identity);
	EVP_PKEY_free(entry->key);
	g_free(entry);
}

CertificateCache *
certificate_cache_new(const TrustStore *trust, guint room)
{
	CertificateCache *cache = g_new0(CertificateCache, 1);

	cache->trust = trust;
	cache->room = room;
	g_mutex_init(&cache->lock);
	g_queue_init(&cache->order);
	cache->entries = g_hash_table_new_full(entry_hash, entry_equal,
					       entry_free, NULL);
	return cache;
}

void
certificate_cache_free(CertificateCache *cache)
{
	if (cache == NULL)
		return;
	g_queue_clear(&cache->order);
	g_hash_table_unref(cache->entries);
	g_mutex_clear(&cache->lock);
	g_free(cache);
}

static Identity *
identity_copy(const Identity *identity)
{
	Identity *copy = g_memdup2(identity, sizeof(*identity));

	copy->name = g_strdup(identity->name);
	copy->organisation = g_strdup(identity->organisation);
	copy->algorithm = g_strdup(identity->algorithm);
	copy->fingerprint = g_strdup(identity->fingerprint);
	return copy;
}

static void
drop(CertificateCache *cache, Entry *entry)
{
	g_queue_remove(&cache->order, entry);
	g_hash_table_remove(cache->entries, entry);
}

static Identity *
recall(CertificateCache *cache, const Entry *wanted, gint64 now_s,
       EVP_PKEY **key)
{
	Identity *identity = NULL;
	Entry *entry;

	g_mutex_lock(&cache->lock);
	entry = g_hash_table_lookup(cache->entries, wanted);
	if (entry != NULL &&
	    (now_s > entry->until_s || now_s < entry->judged_s)) {
		drop(cache, entry);
	} else if (entry != NULL) {
		identity = identity_copy(entry->identity);
		EVP_PKEY_up_ref(entry->key);
		*key = entry->key;
	}
	g_mutex_unlock(&cache->lock);
	return identity;
}

static void
remember(CertificateCache *cache, Entry *entry)
{
	g_mutex_lock(&cache->lock);
	if (g_hash_table_contains(cache->entries, entry)) {
		entry_free(entry);
	} else {
		if (g_queue_get_length(&cache->order) >= cache->room)
			drop(cache, g_queue_peek_head(&cache->order));
		g_hash_table_add(cache->entries, entry);
		g_queue_push_tail(&cache->order, entry);
	}
	g_mutex_unlock(&cache->lock);
}

Identity *
certificate_cache_judge(CertificateCache *cache, const guint8 *der, gsize len,
			gint64 now_s, EVP_PKEY **key, GError **error)
{
	g_autoptr(X509) certificate = NULL;
	Entry wanted = { .judged_s = now_s };
	Identity *identity;

	if (!EVP_Q_digest(NULL, "SHA256", NULL, der, len, wanted.digest,
			  NULL)) {
		identity_fail_openssl(error, "to digest a certificate");
		return NULL;
	}
	identity = recall(cache, &wanted, now_s, key);
	if (identity != NULL)
		return identity;
	identity = trust_store_judge_chain(cache->trust, der, len, now_s,
					   &certificate, &wanted.until_s,
					   error);
	if (identity == NULL)
		return NULL;
	wanted.identity = identity_copy(identity);
	wanted.key = X509_get_pubkey(certificate);
	*key = X509_get_pubkey(certificate);
	remember(cache, g_memdup2(&wanted, sizeof(wanted)));
	return identity;
}
