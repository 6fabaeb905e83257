/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/envelope.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "host/plugin/signature.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

void
envelope_free(Envelope *envelope)
{
	if (envelope == NULL)
		return;
	g_free(envelope->type);
	g_clear_pointer(&envelope->payload, g_bytes_unref);
	g_clear_pointer(&envelope->message, g_bytes_unref);
	g_clear_pointer(&envelope->signature, g_bytes_unref);
	EVP_PKEY_free(envelope->key);
	g_free(envelope);
}

GBytes *
envelope_message(const char *type, GBytes *payload)
{
	GString *out = g_string_new(NULL);
	gsize len;
	const char *data = g_bytes_get_data(payload, &len);

	g_string_append_printf(out,
			       "DSSEv1 %" G_GSIZE_FORMAT " %s %" G_GSIZE_FORMAT
			       " ",
			       strlen(type), type, len);
	g_string_append_len(out, data, (gssize)len);
	return g_string_free_to_bytes(out);
}

/* ---- reading ------------------------------------------------------------ */

static gboolean
wrong(char **why, const char *what)
{
	*why = g_strdup(what);
	return FALSE;
}

/* As an encoder writes it: no blanks, no second form. NULL for other text. */
static GBytes *
decode(const char *text)
{
	g_autofree guint8 *data = NULL;
	g_autofree char *again = NULL;
	gsize len;

	if (text == NULL || text[0] == '\0')
		return NULL;
	data = g_base64_decode(text, &len);
	again = g_base64_encode(data, len);
	if (strcmp(text, again) != 0)
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&data), len);
}

static gboolean
is_type(const char *text)
{
	gsize len = text != NULL ? strlen(text) : 0;

	for (gsize i = 0; i < len; i++)
		if (!g_ascii_isgraph(text[i]))
			return FALSE;
	return len > 0 && len <= ENVELOPE_TYPE_MAX;
}

static gboolean
read_payload(Envelope *envelope, json_t *json, char **why)
{
	const char *type =
		json_string_value(json_object_get(json, "payloadType"));

	if (!is_type(type))
		return wrong(why, "is not signed: it has no payloadType");
	envelope->type = g_strdup(type);
	envelope->payload =
		decode(json_string_value(json_object_get(json, "payload")));
	if (envelope->payload == NULL)
		return wrong(why, "has no payload in base64");
	envelope->message = envelope_message(type, envelope->payload);
	return TRUE;
}

static gboolean
read_signature(Envelope *envelope, json_t *json, char **why)
{
	json_t *list = json_object_get(json, "signatures");
	json_t *one = json_array_get(list, 0);
	const char *pem = json_string_value(json_object_get(one, "key"));

	if (json_array_size(list) != 1)
		return wrong(why, "has not exactly one signature");
	envelope->signature =
		decode(json_string_value(json_object_get(one, "sig")));
	if (envelope->signature == NULL)
		return wrong(why, "has no signature in base64");
	envelope->key = pem != NULL ? signature_key_parse(pem) : NULL;
	if (envelope->key == NULL)
		return wrong(why, "has no SM2 public key in PEM");
	return TRUE;
}

Envelope *
envelope_parse(const guint8 *data, gsize len, char **why)
{
	g_autoptr(Envelope) envelope = g_new0(Envelope, 1);
	g_autoptr(json_t) json = NULL;
	json_error_t error = { 0 };

	if (len > ENVELOPE_MAX) {
		*why = g_strdup_printf("has over %u bytes, which no statement "
				       "about a plugin has",
				       ENVELOPE_MAX);
		return NULL;
	}
	json = json_loadb((const char *)data, len, JSON_REJECT_DUPLICATES,
			  &error);
	if (json == NULL) {
		*why = g_strdup_printf("is not JSON: %s", error.text);
		return NULL;
	}
	if (!read_payload(envelope, json, why) ||
	    !read_signature(envelope, json, why))
		return NULL;
	return g_steal_pointer(&envelope);
}

/* ---- writing ------------------------------------------------------------ */

static char *
key_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long len;

	if (PEM_write_bio_PUBKEY(bio, key) != 1)
		g_error("OpenSSL cannot write a public key");
	len = BIO_get_mem_data(bio, &data);
	text = g_strndup(data, (gsize)len);
	BIO_free(bio);
	return text;
}

static char *
encode(GBytes *bytes)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(bytes, &len);

	return g_base64_encode(data, len);
}

char *
envelope_format(const char *type, GBytes *payload, GBytes *signature,
		EVP_PKEY *key)
{
	g_autofree char *body = encode(payload);
	g_autofree char *sig = encode(signature);
	g_autofree char *pem = key_pem(key);
	g_autofree char *id = signature_key_id(key);
	g_autoptr(json_t) json = json_pack(
		"{s:s, s:s, s:[{s:s, s:s, s:s}]}", "payloadType", type,
		"payload", body, "signatures", "keyid", id, "sig", sig, "key",
		pem);
	char *text = json_dumps(json, JSON_INDENT(1));
	char *out = g_strconcat(text, "\n", NULL);

	free(text);
	return out;
}
