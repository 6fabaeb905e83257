/* SPDX-License-Identifier: Apache-2.0 */
#include "host/net/tls_client.h"

#include <bsn/helpers/bytes.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/x509.h>

#include "host/bytes.h"

/* An uncompressed point of P-521 and its tag. */
#define POINT_MAX (2 * 66 + 1)

/* The first such attribute; "" when there is none. */
static char *
subject_text(X509 *certificate, int nid)
{
	const X509_NAME *name = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, at);
	unsigned char *utf8 = NULL;
	char *text = NULL;
	int len = entry != NULL ? ASN1_STRING_to_UTF8(
					  &utf8, X509_NAME_ENTRY_get_data(entry))
				: -1;

	if (len >= 0)
		text = g_utf8_make_valid((const char *)utf8, len);
	OPENSSL_free(utf8);
	return text != NULL ? text : g_strdup("");
}

static GBytes *
take_der(unsigned char *der, int len)
{
	GBytes *bytes = g_bytes_new(der, len > 0 ? (gsize)len : 0);

	OPENSSL_free(der);
	return bytes;
}

/* X || Y of a point, as the ABI has keys. */
static GBytes *
point_of(const EVP_PKEY *key)
{
	guint8 point[POINT_MAX];
	gsize len;

	if (EVP_PKEY_get_octet_string_param(key,
					    OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY,
					    point, sizeof(point), &len) != 1 ||
	    len < 2 || point[0] != POINT_CONVERSION_UNCOMPRESSED)
		return NULL;
	return g_bytes_new(point + 1, len - 1);
}

static GBytes *
key_of(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	GBytes *point = EVP_PKEY_is_a(key, "EC") ? point_of(key) : NULL;
	unsigned char *der = NULL;
	int len;

	if (point != NULL)
		return point;
	len = i2d_PUBKEY(key, &der);
	return take_der(der, len);
}

TlsClient *
tls_client_of(const SSL *ssl)
{
	X509 *certificate = SSL_get0_peer_certificate(ssl);
	TlsClient *client = g_atomic_rc_box_new0(TlsClient);
	unsigned char *der = NULL;
	int der_len = i2d_X509(certificate, &der);

	client->name = subject_text(certificate, NID_commonName);
	client->organisation = subject_text(certificate, NID_organizationName);
	client->certificate = take_der(der, der_len);
	client->public_key = key_of(certificate);
	return client;
}

TlsClient *
tls_client_ref(TlsClient *client)
{
	return g_atomic_rc_box_acquire(client);
}

static void
clear(gpointer data)
{
	TlsClient *client = data;

	g_free(client->name);
	g_free(client->organisation);
	g_bytes_unref(client->certificate);
	g_bytes_unref(client->public_key);
}

void
tls_client_unref(TlsClient *client)
{
	if (client != NULL)
		g_atomic_rc_box_release_full(client, clear);
}

bsn_client
tls_client_for_engine(const TlsClient *client)
{
	return (bsn_client){
		.size = sizeof(bsn_client),
		.name = bsn_slice_str(client->name),
		.organisation = bsn_slice_str(client->organisation),
		.certificate = bytes_slice(client->certificate),
		.public_key = bytes_slice(client->public_key),
	};
}
