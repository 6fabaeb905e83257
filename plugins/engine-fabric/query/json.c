/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/query/json.h"

#include <openssl/err.h>

#include "msp/identities.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/msp/certificate.h"
#include "plugins/kit/answer.h"
#include "plugins/kit/hex.h"

json_t *
integer_json(guint64 value)
{
	return json_integer((json_int_t)value);
}

json_t *
hex_json(bsn_slice bytes)
{
	g_autofree char *text = hex_encode(bytes);

	return json_string(text);
}

json_t *
text_json(bsn_slice bytes)
{
	if (bytes.len == 0)
		return json_string("");
	return answer_is_text(bytes) ? json_stringn((const char *)bytes.data,
						    (size_t)bytes.len)
				     : hex_json(bytes);
}

/* The same cut, where a character ends when it is text. */
static json_t *
cut_json(bsn_slice bytes)
{
	bsn_slice cut = { bytes.data, JSON_BYTES_MAX };

	while (cut.len > 0 && (bytes.data[cut.len] & 0xc0) == 0x80 &&
	       cut.len + 4 > JSON_BYTES_MAX)
		cut.len--;
	return text_json(cut);
}

void
set_bytes(json_t *object, const char *name, bsn_slice bytes)
{
	g_autofree char *length = g_strconcat(name, "_bytes", NULL);

	if (bytes.len <= JSON_BYTES_MAX) {
		json_object_set_new(object, name, text_json(bytes));
		return;
	}
	json_object_set_new(object, name, cut_json(bytes));
	json_object_set_new(object, length, integer_json(bytes.len));
}

void
append_bytes(json_t *array, const char *name, bsn_slice bytes)
{
	json_t *object;

	if (bytes.len <= JSON_BYTES_MAX) {
		json_array_append_new(array, text_json(bytes));
		return;
	}
	object = json_object();
	set_bytes(object, name, bytes);
	json_array_append_new(array, object);
}

/* ---- identities ---- */

static void
json_unref(gpointer json)
{
	json_decref(json);
}

void
identities_init(Identities *identities)
{
	identities->known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
						  (GDestroyNotify)g_bytes_unref,
						  json_unref);
}

void
identities_clear(Identities *identities)
{
	g_clear_pointer(&identities->known, g_hash_table_unref);
}

char *
certificate_subject(bsn_slice pem)
{
	g_autoptr(X509) certificate = NULL;
	BIO *bio;
	char *data = NULL;
	char *text = NULL;

	if (certificate_parse(NULL, pem, &certificate, NULL) != BSN_OK)
		return NULL;
	bio = BIO_new(BIO_s_mem());
	if (bio != NULL &&
	    X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0,
			       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		const long len = BIO_get_mem_data(bio, &data);

		text = g_utf8_make_valid(data, len);
	}
	BIO_free(bio);
	ERR_clear_error();
	return text;
}

static json_t *
make_identity(bsn_slice serialized)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Msp__SerializedIdentity *message =
		message_unpack(&arena, &msp__serialized_identity__descriptor,
			       serialized, NULL, NULL);
	g_autofree char *subject = NULL;
	json_t *json = json_object();

	if (message == NULL) {
		set_bytes(json, "raw", serialized);
		return json;
	}
	subject = certificate_subject(message_slice(message->id_bytes));
	json_object_set_new(json, "msp_id",
			    text_json(bsn_slice_str(message->mspid)));
	if (subject != NULL)
		json_object_set_new(json, "subject", json_string(subject));
	else
		set_bytes(json, "raw", message_slice(message->id_bytes));
	return json;
}

json_t *
identity_json(Identities *identities, bsn_slice serialized)
{
	g_autoptr(GBytes) key =
		g_bytes_new_static(serialized.data, (gsize)serialized.len);
	json_t *json = g_hash_table_lookup(identities->known, key);

	if (json == NULL) {
		if (g_hash_table_size(identities->known) >= IDENTITIES_MAX)
			g_hash_table_remove_all(identities->known);
		json = make_identity(serialized);
		g_hash_table_insert(
			identities->known,
			g_bytes_new(serialized.data, (gsize)serialized.len),
			json);
	}
	/* A copy, so that whoever changes one changes no other. */
	return json_copy(json);
}
