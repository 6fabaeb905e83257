/* SPDX-License-Identifier: Apache-2.0 */
#include "host/net/refusal.h"

#include <glib.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

typedef struct {
	long code;
	const char *words;
} Reason;

#define OTHER_CA                                                              \
	"no CA of ca_files vouches for its certificate: give the SDK a "      \
	"certificate of one, or add its CA"
#define DISTRUSTS                                                             \
	"it does not accept this host's certificate: give the SDK the CA "    \
	"certificate that vouches for tls_certificate"
#define NO_TLS                                                                \
	"it does not speak TLS: this port needs TLS 1.2 with a client "       \
	"certificate"
#define NO_VERSION "it offers no TLS 1.2, which this port needs"
#define NO_CIPHER                                                             \
	"it offers no cipher or curve that the certificates need: enable "    \
	"secp256k1 in it, as FISCO's SDKs do; SSL by national cryptography "  \
	"is not served here"

/* About the client's certificate, by X509_V_*. */
static const Reason certificates[] = {
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, OTHER_CA },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, OTHER_CA },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, OTHER_CA },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, OTHER_CA },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, OTHER_CA },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE,
	  "its certificate was made by a CA of the same name as one of "
	  "ca_files, but with another key" },
	{ X509_V_ERR_CERT_HAS_EXPIRED,
	  "its certificate, or one above it, has expired: make a new one" },
	{ X509_V_ERR_CERT_NOT_YET_VALID,
	  "its certificate is not valid yet: compare the clocks" },
	{ 0, NULL },
};

/* About the handshake, by SSL_R_*. */
static const Reason handshakes[] = {
	{ SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE,
	  "it showed no certificate: give the SDK a certificate and its key" },
	{ SSL_R_HTTP_REQUEST,
	  "it speaks plain HTTP: this port is for a framework's own SDKs over "
	  "TLS; HTTPS is at [gateway] listen" },
	{ SSL_R_HTTPS_PROXY_REQUEST,
	  "it asks for an HTTP proxy, which this port is not" },
	{ SSL_R_WRONG_VERSION_NUMBER, NO_TLS },
	{ SSL_R_UNEXPECTED_MESSAGE, NO_TLS },
	{ SSL_R_RECORD_LENGTH_MISMATCH, NO_TLS },
	{ SSL_R_BAD_RECORD_TYPE, NO_TLS },
	{ SSL_R_UNSUPPORTED_PROTOCOL, NO_VERSION },
	{ SSL_R_UNKNOWN_PROTOCOL, NO_VERSION },
	{ SSL_R_VERSION_TOO_LOW, NO_VERSION },
	{ SSL_R_NO_SHARED_CIPHER, NO_CIPHER },
	{ SSL_R_WRONG_CURVE, NO_CIPHER },
	{ SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, NO_CIPHER },
	{ SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, NO_CIPHER },
	{ SSL_R_TLSV1_ALERT_UNKNOWN_CA, DISTRUSTS },
	{ SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, DISTRUSTS },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, DISTRUSTS },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, DISTRUSTS },
	{ SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, DISTRUSTS },
	{ 0, NULL },
};

static const char *
words_for(const Reason *reasons, long code)
{
	for (const Reason *reason = reasons; reason->words != NULL; reason++)
		if (reason->code == code)
			return reason->words;
	return NULL;
}

const char *
refusal_reason(const SSL *ssl, unsigned long code)
{
	const long verdict = SSL_get_verify_result(ssl);
	const char *words = NULL;

	if (verdict != X509_V_OK) {
		words = words_for(certificates, verdict);
		return words != NULL ? words
				     : X509_verify_cert_error_string(verdict);
	}
	if (code == 0)
		return "it left in the middle of the TLS handshake: if it is "
		       "an SDK, its log says why";
	words = words_for(handshakes, ERR_GET_REASON(code));
	if (words == NULL)
		words = ERR_reason_error_string(code);
	return words != NULL ? words : "the TLS handshake failed";
}
