/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/openssl.h"

#include <openssl/err.h>
#include <stdarg.h>

G_DEFINE_QUARK(bsn-identity-error, identity_error)

gboolean
identity_fail(GError **error, IdentityError code, const char *format, ...)
{
	va_list args;

	ERR_clear_error();
	if (error == NULL)
		return FALSE;
	va_start(args, format);
	*error = g_error_new_valist(IDENTITY_ERROR, (gint)code, format, args);
	va_end(args);
	return FALSE;
}

gboolean
identity_fail_openssl(GError **error, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	return identity_fail(error, IDENTITY_IO, "OpenSSL failed %s: %s", what,
			     reason != NULL ? reason : "no reason given");
}
