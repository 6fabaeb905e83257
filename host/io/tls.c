/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/private.h"

#include <string.h>

#include <bsn/helpers/error.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* Of one PEM text. */
#define PEM_MAX (1u << 20)
/* RFC 7301 section 3.1: a name's length is one byte. */
#define ALPN_MAX 255u

static const char *
openssl_reason(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return reason != NULL ? reason : "it is no PEM of that kind";
}

/* No passphrase: OpenSSL would ask the terminal for one. */
static int
no_passphrase(char *out, int size, int writing, void *data)
{
	return 0;
}

static BIO *
open_pem(bsn_slice pem)
{
	return pem.len > 0 && pem.len <= PEM_MAX ?
		       BIO_new_mem_buf(pem.data, (int)pem.len) :
		       NULL;
}

static gboolean
use_certificate(SSL_CTX *context, bsn_slice pem)
{
	BIO *bio = open_pem(pem);
	X509 *one = bio != NULL ?
			    PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) :
			    NULL;
	gboolean good = one != NULL &&
			SSL_CTX_use_certificate(context, one) == 1;

	X509_free(one);
	while (good && (one = PEM_read_bio_X509(bio, NULL, no_passphrase,
						NULL)) != NULL) {
		good = SSL_CTX_add0_chain_cert(context, one) == 1;
		if (!good)
			X509_free(one);
	}
	BIO_free(bio);
	if (good)
		ERR_clear_error(); /* the end of the text */
	return good;
}

static gboolean
use_key(SSL_CTX *context, bsn_slice pem)
{
	BIO *bio = open_pem(pem);
	EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey(
					      bio, NULL, no_passphrase, NULL) :
				      NULL;
	gboolean good = key != NULL &&
			SSL_CTX_use_PrivateKey(context, key) == 1 &&
			SSL_CTX_check_private_key(context) == 1;

	EVP_PKEY_free(key);
	BIO_free(bio);
	return good;
}

static gboolean
use_ca(SSL_CTX *context, bsn_slice pem)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context);
	BIO *bio = open_pem(pem);
	gboolean good = bio != NULL;
	guint n = 0;
	X509 *one;

	while (good && (one = PEM_read_bio_X509(bio, NULL, no_passphrase,
						NULL)) != NULL) {
		good = X509_STORE_add_cert(store, one) == 1 &&
		       SSL_CTX_add_client_CA(context, one) == 1;
		X509_free(one);
		n++;
	}
	BIO_free(bio);
	if (good && n > 0)
		ERR_clear_error();
	/* An intermediate CA may be trusted without the one above it. */
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	return good && n > 0;
}

/* ---- the one protocol ---- */

static int
choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
		const unsigned char *offered, unsigned int offered_len,
		void *data)
{
	const char *wanted = data;
	const unsigned int len = (unsigned int)strlen(wanted);

	for (unsigned int at = 0; at < offered_len; at += 1u + offered[at])
		if (offered[at] == len && at + 1 + len <= offered_len &&
		    memcmp(offered + at + 1, wanted, len) == 0) {
			*out = offered + at + 1;
			*out_len = offered[at];
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static gboolean
use_protocol(SSL_CTX *context, gboolean listening, char *alpn)
{
	unsigned char offer[1 + ALPN_MAX];
	const gsize len = strlen(alpn);

	if (len == 0 || len > ALPN_MAX)
		return FALSE;
	if (listening) {
		SSL_CTX_set_alpn_select_cb(context, choose_protocol, alpn);
		return TRUE;
	}
	offer[0] = (unsigned char)len;
	memcpy(offer + 1, alpn, len);
	return SSL_CTX_set_alpn_protos(context, offer,
				       (unsigned int)len + 1) == 0;
}

/* ---- making one ---- */

static int
verify_mode(const bsn_io_tls *tls, gboolean listening)
{
	if (!listening)
		return SSL_VERIFY_PEER;
	if (tls->flags & BSN_IO_TLS_REQUIRE)
		return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
	return tls->flags & BSN_IO_TLS_ASK ? SSL_VERIFY_PEER :
					     SSL_VERIFY_NONE;
}

static gboolean
configure(IoTls *out, const bsn_io_tls *tls, gboolean listening, bsn_err *err)
{
	SSL_CTX *context = out->context;
	const int verify = verify_mode(tls, listening);
	const char *what = NULL;

	if ((listening || tls->certificate.len > 0) &&
	    !use_certificate(context, tls->certificate))
		what = "certificate";
	else if ((listening || tls->certificate.len > 0) &&
		 !use_key(context, tls->key))
		what = "key";
	else if ((verify != SSL_VERIFY_NONE || tls->ca.len > 0) &&
		 !use_ca(context, tls->ca))
		what = "CA";
	else if (out->alpn != NULL &&
		 !use_protocol(context, listening, out->alpn))
		what = "protocol's name";
	if (what != NULL) {
		bsn_fail(err, BSN_BAD_REQUEST, "the %s for TLS is no good: %s",
			 what, openssl_reason());
		return FALSE;
	}
	SSL_CTX_set_verify(context, verify, NULL);
	return TRUE;
}

static SSL_CTX *
context_new(gboolean listening)
{
	SSL_CTX *context = SSL_CTX_new(listening ? TLS_server_method() :
						   TLS_client_method());

	if (context == NULL)
		g_error("out of memory");
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION |
					     SSL_OP_NO_COMPRESSION |
					     SSL_OP_NO_TICKET |
					     SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	/* Certificates are judged at each connection. */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	return context;
}

IoTls *
io_tls_new(const bsn_io_tls *tls, gboolean listening, const char *host,
	   bsn_err *err)
{
	IoTls *out = g_new0(IoTls, 1);

	out->refs = 1;
	if (tls == NULL)
		return out;
	out->context = context_new(listening);
	out->alpn = g_strdup(tls->alpn);
	if (!listening)
		out->name = g_strdup(tls->name != NULL ? tls->name : host);
	if (!listening && (out->name == NULL || out->name[0] == '\0'))
		bsn_fail(err, BSN_BAD_REQUEST,
			 "TLS over a Unix socket needs the other side's name");
	else if (configure(out, tls, listening, err))
		return out;
	io_tls_unref(out);
	return NULL;
}

IoTls *
io_tls_ref(IoTls *tls)
{
	tls->refs++;
	return tls;
}

void
io_tls_unref(IoTls *tls)
{
	if (tls == NULL || --tls->refs > 0)
		return;
	SSL_CTX_free(tls->context);
	g_free(tls->alpn);
	g_free(tls->name);
	g_free(tls);
}

/* ---- one connection ---- */

SSL *
io_tls_begin(const IoTls *tls)
{
	SSL *ssl = SSL_new(tls->context);
	X509_VERIFY_PARAM *param;

	if (ssl == NULL || tls->name == NULL)
		return ssl;
	param = SSL_get0_param(ssl);
	if (X509_VERIFY_PARAM_set1_ip_asc(param, tls->name) == 1)
		return ssl;
	ERR_clear_error();
	if (SSL_set1_host(ssl, tls->name) == 1 &&
	    SSL_set_tlsext_host_name(ssl, tls->name) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

const char *
io_tls_failure(const SSL *ssl, unsigned long code)
{
	const long verdict = SSL_get_verify_result(ssl);

	if (verdict != X509_V_OK)
		return X509_verify_cert_error_string(verdict);
	return code != 0 ? ERR_reason_error_string(code) : NULL;
}

const char *
io_tls_judge(const IoTls *tls, const SSL *ssl)
{
	const unsigned char *agreed = NULL;
	unsigned int len = 0;

	if (tls->alpn == NULL)
		return NULL;
	SSL_get0_alpn_selected(ssl, &agreed, &len);
	if (len == strlen(tls->alpn) && memcmp(agreed, tls->alpn, len) == 0)
		return NULL;
	return "it does not speak the protocol that is wanted (ALPN)";
}
