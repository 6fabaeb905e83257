/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/authority.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "identity/openssl.h"

/* One line: whose it is, and by what it can be compared. */
static void
describe(GString *text, X509 *certificate)
{
	g_autoptr(BIO) name = BIO_new(BIO_s_mem());
	guint8 digest[EVP_MAX_MD_SIZE];
	guint len = 0;
	char *bytes;
	long name_len;

	/* Escaped: the name is another organisation's to choose. */
	X509_NAME_print_ex(name, X509_get_subject_name(certificate), 0,
			   XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
	name_len = BIO_get_mem_data(name, &bytes);
	g_string_append(text, "  ");
	g_string_append_len(text, bytes, name_len);
	g_string_append(text, "\n    SHA-256 ");
	X509_digest(certificate, EVP_sha256(), digest, &len);
	for (guint i = 0; i < len; i++)
		g_string_append_printf(text, "%s%02X", i > 0 ? ":" : "",
				       digest[i]);
	g_string_append_c(text, '\n');
}

static guint
describe_all(GString *text, const char *pem)
{
	g_autoptr(BIO) input = BIO_new_mem_buf(pem, -1);
	guint n = 0;

	for (;; n++) {
		g_autoptr(X509) certificate =
			PEM_read_bio_X509(input, NULL, NULL, NULL);

		if (certificate == NULL)
			break;
		describe(text, certificate);
	}
	ERR_clear_error();
	return n;
}

gboolean
authority_confirm(const Args *args, const char *chain, const char *pem,
		  GError **error)
{
	g_autoptr(GString) question = g_string_new(NULL);

	g_string_append_printf(question,
			       "Hosts of these CAs will be spoken to, on chain "
			       "%s alone:\n",
			       chain);
	if (describe_all(question, pem) == 0)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"there is no certificate in it\nGive a CA's "
				"certificate in PEM.");
	g_string_append(question, "Are they the organisations' own?");
	return ctl_confirm(args, question->str, error);
}
