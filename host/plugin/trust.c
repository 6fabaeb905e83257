/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/trust.h"

#include <bsn/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "host/ops/log.h"
#include "host/plugin/digest.h"

#define DIGEST_TEXT_LEN (strlen("sm3:") + 64)
#define RAW_SIGNATURE_LEN 64
/* SEQUENCE of two INTEGERs of at most 33 bytes. */
#define DER_SIGNATURE_MAX 72

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

typedef struct {
	char *name;
	EVP_PKEY *key;
} VendorKey;

struct PluginTrust {
	GHashTable *digests; /* "sm3:hex", a set */
	GPtrArray *keys;     /* VendorKey */
};

static void
vendor_key_free(VendorKey *vendor)
{
	g_free(vendor->name);
	EVP_PKEY_free(vendor->key);
	g_free(vendor);
}

static EVP_PKEY *
read_key(const char *file)
{
	BIO *bio = BIO_new_file(file, "r");
	EVP_PKEY *key;

	if (bio == NULL)
		return NULL;
	key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	return key;
}

static void
add_key(PluginTrust *trust, const char *file)
{
	g_autoptr(EVP_PKEY) key = read_key(file);
	g_autofree char *name = g_path_get_basename(file);
	VendorKey *vendor;

	if (key == NULL || !EVP_PKEY_is_a(key, "SM2")) {
		log_warning("plugin", NULL,
			    "[plugins] trust_keys: %s is not a readable PEM "
			    "file with an SM2 public key; it trusts nothing",
			    file);
		return;
	}
	if (g_str_has_suffix(name, ".pem"))
		name[strlen(name) - strlen(".pem")] = '\0';
	vendor = g_new0(VendorKey, 1);
	vendor->name = g_steal_pointer(&name);
	vendor->key = g_steal_pointer(&key);
	g_ptr_array_add(trust->keys, vendor);
}

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
	trust->keys = g_ptr_array_new_with_free_func(
		(GDestroyNotify)vendor_key_free);
	for (; digests != NULL && *digests != NULL; digests++)
		add_digest(trust, *digests);
	for (; key_files != NULL && *key_files != NULL; key_files++)
		add_key(trust, *key_files);
	return trust;
}

void
plugin_trust_free(PluginTrust *trust)
{
	if (trust == NULL)
		return;
	g_hash_table_unref(trust->digests);
	g_ptr_array_unref(trust->keys);
	g_free(trust);
}

static gboolean
verify_der(EVP_PKEY *key, GBytes *bytes, const guint8 *der, gsize der_len)
{
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	return EVP_DigestVerifyInit(ctx, &key_ctx, EVP_sm3(), NULL, key) == 1 &&
	       EVP_PKEY_CTX_set1_id(key_ctx, BSN_SM2_DEFAULT_ID,
				    strlen(BSN_SM2_DEFAULT_ID)) == 1 &&
	       EVP_DigestVerify(ctx, der, der_len, data, len) == 1;
}

static gboolean
verify_raw(EVP_PKEY *key, GBytes *bytes, const guint8 *raw)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();
	guint8 der[DER_SIGNATURE_MAX], *end = der;
	int der_len;

	if (ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL),
			   BN_bin2bn(raw + 32, 32, NULL)) != 1)
		return FALSE;
	der_len = i2d_ECDSA_SIG(sig, &end);
	return der_len > 0 && verify_der(key, bytes, der, (gsize)der_len);
}

static gboolean
verify(EVP_PKEY *key, GBytes *bytes, GBytes *signature)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(signature, &len);

	/* A short DER signature may have 64 bytes too. */
	return (len == RAW_SIGNATURE_LEN && verify_raw(key, bytes, data)) ||
	       (len > 0 && len <= DER_SIGNATURE_MAX &&
		verify_der(key, bytes, data, len));
}

/* "signature NAME", or NULL and, in `why`, what is wrong with the signature. */
static char *
judge_signature(const PluginTrust *trust, const char *path, GBytes *bytes,
		GString *why)
{
	g_autofree char *file = g_strconcat(path, ".sig", NULL);
	g_autoptr(GBytes) signature = NULL;
	Refusal unread = { 0 };

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
	for (guint i = 0; i < trust->keys->len; i++) {
		const VendorKey *vendor = trust->keys->pdata[i];

		if (verify(vendor->key, bytes, signature))
			return g_strconcat("signature ", vendor->name, NULL);
	}
	g_string_append_printf(why,
			       " and its signature (.sig) is good under none "
			       "of the %u trusted vendor keys",
			       trust->keys->len);
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
