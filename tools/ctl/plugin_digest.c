/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/plugin_digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "tools/ctl/error.h"
#include "tools/ctl/hex.h"

static gboolean
digest_stream(FILE *stream, guint8 digest[32])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	guint8 part[65536];
	gboolean ok = EVP_DigestInit_ex(md, EVP_sm3(), NULL) == 1;
	size_t n;

	while (ok && (n = fread(part, 1, sizeof(part), stream)) > 0)
		ok = EVP_DigestUpdate(md, part, n) == 1;
	ok = ok && !ferror(stream) && EVP_DigestFinal_ex(md, digest, NULL) == 1;
	EVP_MD_CTX_free(md);
	return ok;
}

char *
plugin_digest(const char *file, GError **error)
{
	FILE *stream = fopen(file, "rb");
	guint8 digest[32];
	gboolean ok = stream != NULL && digest_stream(stream, digest);
	int why = errno;
	g_autofree char *hex = NULL;

	if (stream != NULL)
		fclose(stream);
	if (!ok) {
		ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be read: %s", file,
			 g_strerror(why));
		return NULL;
	}
	hex = ctl_hex_encode(digest, sizeof(digest), FALSE);
	return g_strconcat("sm3:", hex, NULL);
}
