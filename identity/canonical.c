/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/canonical.h"

#include <string.h>

#include "identity/sign.h"

#define METHOD_MAX 16
/* Far above what an HTTP server lets through. */
#define TARGET_MAX (64 * 1024)
/* Milliseconds until the year 33658. */
#define TIME_MAX 15
#define NONCE_MIN 16
#define NONCE_MAX 64

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* `text` is min to max characters of a set. */
static gboolean
consists_of(const char *text, const char *set, gsize min, gsize max)
{
	gsize len = text != NULL ? strnlen(text, max + 1) : 0;

	return len >= min && len <= max && strspn(text, set) == len;
}

gboolean
canonical_method_is_fit(const char *method)
{
	return consists_of(method, UPPER, 1, METHOD_MAX);
}

gboolean
canonical_target_is_fit(const char *target)
{
	gsize len = target != NULL ? strnlen(target, TARGET_MAX + 1) : 0;

	if (len == 0 || len > TARGET_MAX || target[0] != '/')
		return FALSE;
	for (gsize i = 0; i < len; i++)
		if (!g_ascii_isgraph(target[i]))
			return FALSE;
	return TRUE;
}

gboolean
canonical_time_is_fit(const char *time)
{
	return consists_of(time, DIGITS, 1, TIME_MAX);
}

gboolean
canonical_nonce_is_fit(const char *nonce)
{
	return consists_of(nonce, UPPER LOWER DIGITS "_-", NONCE_MIN,
			   NONCE_MAX);
}

static gboolean
append_digest(GString *string, const char *algorithm, const void *body,
	      gsize len)
{
	guint8 digest[EVP_MAX_MD_SIZE];
	gsize size = 0;

	if (!EVP_Q_digest(NULL, algorithm, NULL, len > 0 ? body : "", len,
			  digest, &size))
		return FALSE;
	for (gsize i = 0; i < size; i++)
		g_string_append_printf(string, "%02x", digest[i]);
	return TRUE;
}

char *
canonical_string(EVP_PKEY *key, const CanonicalRequest *request,
		 const void *body, gsize body_len)
{
	const char *algorithm = identity_digest_name(key);
	g_autoptr(GString) string = g_string_new("BSN-REQUEST-1\n");

	g_string_append_printf(string, "%s\n%s\n", request->method,
			       request->target);
	if (algorithm == NULL ||
	    !append_digest(string, algorithm, body, body_len))
		return NULL;
	g_string_append_printf(string, "\n%s\n%s\n", request->time,
			       request->nonce);
	return g_string_free(g_steal_pointer(&string), FALSE);
}
