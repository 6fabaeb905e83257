/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/sign.h"

#include <bsn/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "host/plugin/certificate.h"
#include "host/plugin/envelope.h"
#include "host/plugin/signature.h"
#include "tools/conform/report.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

/* Of an ISO 8601 time. */
#define DATE_LEN strlen("2026-11-29")

/* ---- the key ------------------------------------------------------------ */

/* Called for a key with a passphrase: nobody is asked for it. */
static int
no_passphrase(char *out, int size, int writes, void *data)
{
	(void)out;
	(void)size;
	(void)writes;
	(void)data;
	return -1;
}

EVP_PKEY *
sign_key_read(const char *file, char **message)
{
	BIO *bio = BIO_new_file(file, "r");
	EVP_PKEY *key = NULL;

	if (bio != NULL)
		key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (key != NULL && EVP_PKEY_is_a(key, "SM2"))
		return key;
	EVP_PKEY_free(key);
	*message = g_strdup_printf("%s is no readable PEM file with an SM2 "
				   "private key without passphrase; `openssl "
				   "genpkey -algorithm SM2` makes one",
				   file);
	return NULL;
}

/* ---- signatures --------------------------------------------------------- */

/* In DER. */
static GBytes *
sign(EVP_PKEY *key, GBytes *message)
{
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;
	guint8 der[SIGNATURE_DER_MAX];
	gsize len, der_len = sizeof(der);
	const void *data = g_bytes_get_data(message, &len);

	if (EVP_DigestSignInit(ctx, &key_ctx, EVP_sm3(), NULL, key) != 1 ||
	    EVP_PKEY_CTX_set1_id(key_ctx, BSN_SM2_DEFAULT_ID,
				 (int)strlen(BSN_SM2_DEFAULT_ID)) != 1 ||
	    EVP_DigestSign(ctx, der, &der_len, data, len) != 1)
		g_error("OpenSSL cannot sign with SM2");
	return g_bytes_new(der, der_len);
}

static char *
seal(const char *type, GBytes *payload, EVP_PKEY *key)
{
	g_autoptr(GBytes) message = envelope_message(type, payload);
	g_autoptr(GBytes) signature = sign(key, message);

	return envelope_format(type, payload, signature, key);
}

char *
sign_report(const Report *report, EVP_PKEY *key, char **message)
{
	GString *json = g_string_new(NULL);
	g_autoptr(GBytes) payload = NULL;
	g_autofree char *text = NULL;

	report_json(report, json);
	payload = g_string_free_to_bytes(json);
	text = seal(REPORT_SCHEMA, payload, key);
	if (strlen(text) <= ENVELOPE_MAX)
		return g_steal_pointer(&text);
	*message = g_strdup_printf("the report has over %u bytes when it is "
				   "signed, which nobody would read",
				   ENVELOPE_MAX);
	return NULL;
}

char *
sign_certificate(const Report *report, EVP_PKEY *key, char **message)
{
	g_autofree char *date = NULL;
	g_autoptr(GBytes) payload = NULL;
	const Certificate certificate = {
		.level = report->level,
		.digest = report->digest,
		.plugin = report->id,
		.version = report->version,
		.tool_version = report->tool_version,
		.edition = report->edition,
		.date = date = g_strndup(report->started, DATE_LEN),
	};

	if (report->level == LEVEL_NONE || report->refusal != NULL) {
		*message = g_strdup_printf("there is nothing to certify: %s "
					   "has reached no level",
					   report->file);
		return NULL;
	}
	payload = certificate_format(&certificate);
	return seal(CERTIFICATE_TYPE, payload, key);
}
