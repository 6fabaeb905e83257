/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/envelope.h: signed statements about plugins: the bytes of what is
 * said, with a signature and the key to check it.
 *
 * The form is that of DSSE 1.0 (Dead Simple Signing Envelope,
 * secure-systems-lab), a JSON object:
 *
 *   { "payloadType": "bsn.conformance-certificate/1",
 *     "payload": base64 of the statement's bytes,
 *     "signatures": [ { "keyid": "sm3:hex", "sig": base64, "key": PEM } ] }
 *
 * with one signature, by SM2 (host/plugin/signature.h). What is signed are the
 * statement's bytes as they are, never re-encoded JSON, together with the type,
 * so that a statement of one type is none of another:
 *
 *   "DSSEv1" SP len(type) SP type SP len(payload) SP payload
 *
 * "key" is an addition; a key that comes with a signature says whose it claims
 * to be and proves nothing.
 */
#ifndef HOST_PLUGIN_ENVELOPE_H
#define HOST_PLUGIN_ENVELOPE_H

#include <glib.h>
#include <openssl/types.h>

/* Largest envelope, in bytes of its JSON. */
#define ENVELOPE_MAX (16u << 20)
/* Longest payloadType. */
#define ENVELOPE_TYPE_MAX 127u

typedef struct {
	char *type;
	GBytes *payload;
	GBytes *message;   /* what is signed */
	GBytes *signature; /* r || s, or DER */
	EVP_PKEY *key;     /* the one inside */
} Envelope;

/* Takes any bytes. NULL, and in *why (g_free it) what is wrong with them, as
 * the end of a sentence that begins with the file: "is not JSON: ...". */
Envelope *envelope_parse(const guint8 *data, gsize len, char **why);
void envelope_free(Envelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Envelope, envelope_free)

/* What is signed for a payload of this type. */
GBytes *envelope_message(const char *type, GBytes *payload);
/* The JSON text of an envelope around a signature over envelope_message. */
char *envelope_format(const char *type, GBytes *payload, GBytes *signature,
		      EVP_PKEY *key);

#endif
