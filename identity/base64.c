/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/base64.h"

#include <string.h>

guint8 *
identity_base64_decode(const char *text, gsize max, gsize *len)
{
	g_autofree guint8 *bytes = NULL;
	g_autofree char *again = NULL;

	if (text == NULL ||
	    strnlen(text, BASE64_LEN(max) + 1) > BASE64_LEN(max))
		return NULL;
	bytes = g_base64_decode(text, len);
	if (bytes == NULL || *len == 0 || *len > max)
		return NULL;
	again = g_base64_encode(bytes, *len);
	return strcmp(text, again) == 0 ? g_steal_pointer(&bytes) : NULL;
}

char *
identity_base64_certificate(X509 *certificate, GError **error)
{
	guint8 *der = NULL;
	int len = i2d_X509(certificate, &der);
	char *text = NULL;

	if (len > 0 && len <= IDENTITY_CERT_MAX)
		text = g_base64_encode(der, (gsize)len);
	else
		identity_fail(error, IDENTITY_MALFORMED,
			      "the certificate is larger than %d bytes",
			      IDENTITY_CERT_MAX);
	OPENSSL_free(der);
	return text;
}
