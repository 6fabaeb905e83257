/* SPDX-License-Identifier: Apache-2.0
 *
 * Proofs of the keys with which a host is a member of chains. The payload of
 * FRAME_KEY is three parts, each a length of one byte and so many bytes: the
 * algorithm's name, the public key, and a signature over the exporter value of
 * the TLS session, the signer's side, the name and the key.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/peer/private.h"
#include "host/plugin/registry.h"

#define KEY_LABEL "bsn-peer/1 proof of a node's key"
#define ALGORITHM_MAX 32u

void
peer_key_free(gpointer data)
{
	PeerKey *key = data;

	if (key == NULL)
		return;
	g_free(key->algorithm);
	g_clear_pointer(&key->key, g_bytes_unref);
	g_free(key);
}

static void
add_part(GByteArray *out, const void *bytes, gsize len)
{
	const guint8 wire_len = (guint8)len;

	g_byte_array_append(out, &wire_len, sizeof(wire_len));
	g_byte_array_append(out, bytes, (guint)len);
}

/* What is signed. */
static GByteArray *
key_text(PeerSide side, const guint8 exporter[EXPORTER_LEN],
	 const char *algorithm, bsn_slice key)
{
	const guint8 word = side == PEER_CLIENT ? 'c' : 's';
	GByteArray *text = g_byte_array_new();

	g_byte_array_append(text, (const guint8 *)KEY_LABEL,
			    sizeof(KEY_LABEL));
	g_byte_array_append(text, &word, sizeof(word));
	g_byte_array_append(text, exporter, EXPORTER_LEN);
	add_part(text, algorithm, strlen(algorithm));
	add_part(text, key.data, key.len);
	return text;
}

GBytes *
peer_key_write(Keystore *keystore, const char *algorithm, PeerSide side,
	       const guint8 exporter[EXPORTER_LEN], GError **error)
{
	guint8 key[BSN_PUBLIC_KEY_MAX];
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_fixed_sink key_sink = bsn_fixed_sink_of(key, sizeof(key));
	bsn_fixed_sink sink = bsn_fixed_sink_of(signature, sizeof(signature));
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(GByteArray) text = NULL;
	GByteArray *out;
	int32_t status = keystore_node_public_key(keystore, algorithm,
						  &key_sink.sink, &err);

	if (status == BSN_OK) {
		text = key_text(side, exporter, algorithm,
				bsn_slice_of(key, key_sink.len));
		status = keystore_node_sign(keystore, algorithm,
					    BSN_SIGN_STANDARD,
					    bsn_slice_of(text->data, text->len),
					    &sink.sink, &err);
	}
	if (status != BSN_OK) {
		g_set_error(error, PEER_ERROR, PEER_NO_MEMBER,
			    "this node's %s key cannot sign: %s", algorithm,
			    err.reason);
		return NULL;
	}
	out = g_byte_array_new();
	add_part(out, algorithm, strlen(algorithm));
	add_part(out, key, key_sink.len);
	add_part(out, signature, sink.len);
	return g_byte_array_free_to_bytes(out);
}

/* FALSE when there is no whole part. */
static gboolean
take_part(bsn_slice *rest, bsn_slice *part)
{
	if (rest->len < 1 || rest->len - 1 < rest->data[0])
		return FALSE;
	*part = bsn_slice_of(rest->data + 1, rest->data[0]);
	*rest = bsn_slice_of(part->data + part->len,
			     rest->len - 1 - part->len);
	return TRUE;
}

typedef struct {
	char algorithm[ALGORITHM_MAX + 1];
	bsn_slice key, signature;
} KeyParts;

static gboolean
read_parts(bsn_slice payload, KeyParts *out)
{
	bsn_slice name;

	if (!take_part(&payload, &name) || !take_part(&payload, &out->key) ||
	    !take_part(&payload, &out->signature) || payload.len != 0 ||
	    name.len == 0 || name.len > ALGORITHM_MAX || out->key.len == 0 ||
	    out->key.len > BSN_PUBLIC_KEY_MAX)
		return FALSE;
	memcpy(out->algorithm, name.data, name.len);
	out->algorithm[name.len] = '\0';
	return strspn(out->algorithm, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
	       name.len;
}

static int32_t
verify(const KeyParts *parts, const bsn_signature *scheme, PeerSide side,
       const guint8 exporter[EXPORTER_LEN])
{
	g_autoptr(GByteArray) text =
		key_text(side, exporter, parts->algorithm, parts->key);
	const bsn_verify_item item = {
		.size = sizeof(item),
		.convention = BSN_SIGN_STANDARD,
		.public_key = parts->key,
		.message = bsn_slice_of(text->data, text->len),
		.signature = parts->signature,
	};

	return scheme->verify(&item);
}

PeerKey *
peer_key_read(GBytes *payload, PeerSide side,
	      const guint8 exporter[EXPORTER_LEN], GError **error)
{
	KeyParts parts = { .algorithm = "" };
	const bsn_signature *scheme;
	PeerKey *key;

	if (!read_parts(bytes_slice(payload), &parts)) {
		g_set_error(error, PEER_ERROR, PEER_MALFORMED,
			    "it sent a proof of a key that is malformed");
		return NULL;
	}
	key = g_new0(PeerKey, 1);
	key->algorithm = g_strdup(parts.algorithm);
	/* One that this host cannot verify serves it for nothing. */
	scheme = plugin_find_signature(parts.algorithm);
	if (scheme == NULL)
		return key;
	if (verify(&parts, scheme, side, exporter) == BSN_OK) {
		key->key = g_bytes_new(parts.key.data, parts.key.len);
		return key;
	}
	peer_key_free(key);
	g_set_error(error, PEER_ERROR, PEER_BAD_PROOF,
		    "its signature does not prove in this TLS session that it "
		    "holds a node's %s key",
		    parts.algorithm);
	return NULL;
}
