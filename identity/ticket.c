/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/ticket.h"

#include <string.h>

#include "identity/base64.h"
#include "identity/sign.h"
#include "identity/trust.h"

#define PREFIX "bsn-ticket-1"
#define TICKET_MAX                                                           \
	(sizeof(PREFIX) + 3 + BASE64_LEN(TICKET_PAYLOAD_MAX) +               \
	 BASE64_LEN(IDENTITY_CERT_MAX) + BASE64_LEN(IDENTITY_SIGNATURE_LEN))

/* ---- making ---------------------------------------------------------------- */

char *
ticket_make(const void *payload, gsize len, X509 *certificate, EVP_PKEY *key,
	    GError **error)
{
	guint8 signature[IDENTITY_SIGNATURE_LEN];
	g_autofree char *body = NULL;
	g_autofree char *by = NULL;
	g_autofree char *signed_part = NULL;
	g_autofree char *proof = NULL;

	if (len == 0 || len > TICKET_PAYLOAD_MAX) {
		identity_fail(error, IDENTITY_MALFORMED,
			      "a ticket has 1 to %u bytes of payload",
			      TICKET_PAYLOAD_MAX);
		return NULL;
	}
	by = identity_base64_certificate(certificate, error);
	if (by == NULL)
		return NULL;
	body = g_base64_encode(payload, len);
	signed_part = g_strjoin(".", PREFIX, body, by, NULL);
	if (!identity_sign(key, signed_part, strlen(signed_part), signature,
			   error))
		return NULL;
	proof = g_base64_encode(signature, sizeof(signature));
	return g_strjoin(".", signed_part, proof, NULL);
}

/* ---- opening ---------------------------------------------------------------- */

typedef struct {
	char *text;        /* what the parts point to, without white space */
	gsize signed_len;  /* of it */
	guint8 *payload, *certificate, *signature;
	gsize payload_len, certificate_len, signature_len;
} Parts;

static void
parts_clear(Parts *parts)
{
	g_free(parts->text);
	g_free(parts->payload);
	g_free(parts->certificate);
	g_free(parts->signature);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static gboolean
split(const char *text, gsize len, Parts *parts)
{
	g_auto(GStrv) fields = NULL;

	if (len > TICKET_MAX + 2 || memchr(text, '\0', len) != NULL)
		return FALSE;
	parts->text = g_strstrip(g_strndup(text, len));
	fields = g_strsplit(parts->text, ".", 5);
	if (g_strv_length(fields) != 4 || strcmp(fields[0], PREFIX) != 0)
		return FALSE;
	parts->signed_len = strlen(parts->text) - strlen(fields[3]) - 1;
	parts->payload = identity_base64_decode(fields[1], TICKET_PAYLOAD_MAX,
						&parts->payload_len);
	parts->certificate = identity_base64_decode(
		fields[2], IDENTITY_CERT_MAX, &parts->certificate_len);
	parts->signature = identity_base64_decode(
		fields[3], IDENTITY_SIGNATURE_LEN, &parts->signature_len);
	return parts->payload != NULL && parts->certificate != NULL &&
	       parts->signature != NULL &&
	       parts->signature_len == IDENTITY_SIGNATURE_LEN;
}

static gboolean
check_signature(const Parts *parts, X509 *certificate, GError **error)
{
	if (identity_verify(X509_get0_pubkey(certificate), parts->text,
			    parts->signed_len, parts->signature))
		return TRUE;
	return identity_fail(error, IDENTITY_UNTRUSTED,
			     "the ticket's signature is not its certificate's");
}

static gboolean
check_role(const Identity *by, Role role, GError **error)
{
	if (role_allows(by->role, role))
		return TRUE;
	return identity_fail(error, IDENTITY_UNFIT,
			     "the ticket is signed by %s of %s, whose role is "
			     "%s, and needs one by an %s",
			     by->name, by->organisation, role_name(by->role),
			     role_name(role));
}

GBytes *
ticket_open(const char *text, gsize len, const TrustStore *trust, Role role,
	    gint64 now_s, Identity **by, GError **error)
{
	g_auto(Parts) parts = { .text = NULL };
	g_autoptr(Identity) signer = NULL;
	g_autoptr(X509) certificate = NULL;
	gint64 until_s;

	if (!split(text, len, &parts)) {
		identity_fail(error, IDENTITY_MALFORMED,
			      "this is no ticket of the form " PREFIX
			      ".PAYLOAD.CERTIFICATE.SIGNATURE");
		return NULL;
	}
	signer = trust_store_judge_chain(trust, parts.certificate,
					 parts.certificate_len, now_s,
					 &certificate, &until_s, error);
	if (signer == NULL || !check_role(signer, role, error) ||
	    !check_signature(&parts, certificate, error))
		return NULL;
	*by = g_steal_pointer(&signer);
	return g_bytes_new(parts.payload, parts.payload_len);
}

GBytes *
ticket_payload(const char *text, gsize len)
{
	g_auto(Parts) parts = { .text = NULL };

	return split(text, len, &parts)
		       ? g_bytes_new(parts.payload, parts.payload_len)
		       : NULL;
}
