/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/handshake.h"

#include <openssl/evp.h>
#include <string.h>

#include "host/peer/error.h"
#include "identity/sign.h"

#define DIGEST_LEN 32u
#define VERSION_LEN 2u
/* Precedes what is signed, so that it is nothing else that the key signs. */
#define PROOF_LABEL "bsn-peer/1 proof of identity"

struct Handshake {
	PeerCredential *credential;
	PeerSide side;
	FrameType awaited; /* 0: nothing, it has ended */
	guint8 exporter[EXPORTER_LEN];
	guint8 hellos[2][DIGEST_LEN]; /* by PeerSide */
	PeerHost *host;
};

Handshake *
handshake_new(PeerCredential *credential, PeerSide side,
	      const guint8 exporter[EXPORTER_LEN])
{
	Handshake *handshake = g_new0(Handshake, 1);

	handshake->credential = peer_credential_ref(credential);
	handshake->side = side;
	handshake->awaited = FRAME_HELLO;
	memcpy(handshake->exporter, exporter, EXPORTER_LEN);
	return handshake;
}

void
handshake_free(Handshake *handshake)
{
	if (handshake == NULL)
		return;
	peer_host_free(handshake->host);
	peer_credential_unref(handshake->credential);
	g_free(handshake);
}

PeerHost *
handshake_take_host(Handshake *handshake)
{
	return g_steal_pointer(&handshake->host);
}

static PeerSide
other(PeerSide side)
{
	return side == PEER_CLIENT ? PEER_SERVER : PEER_CLIENT;
}

/* ---- HELLO ---- */

static void
note_hello(Handshake *handshake, PeerSide side, const void *payload, gsize len)
{
	if (EVP_Digest(payload, len, handshake->hellos[side], NULL,
		       EVP_sha256(), NULL) != 1)
		g_error("out of memory");
}

static void
say_hello(Handshake *handshake, GByteArray *out)
{
	GBytes *certificate =
		peer_credential_certificate(handshake->credential);
	const guint8 version[VERSION_LEN] = { 0, PEER_VERSION_1 };
	g_autoptr(GByteArray) payload = g_byte_array_new();
	gsize len;
	const guint8 *der = g_bytes_get_data(certificate, &len);

	g_byte_array_append(payload, version, sizeof(version));
	g_byte_array_append(payload, der, (guint)len);
	note_hello(handshake, handshake->side, payload->data, payload->len);
	frame_append(out, FRAME_HELLO, NULL, payload->data, payload->len);
}

static gboolean
hear_hello(Handshake *handshake, const guint8 *payload, gsize len,
	   gint64 now_s, GError **error)
{
	const guint version = (guint)payload[0] << 8 | payload[1];

	if (version != PEER_VERSION_1) {
		g_set_error(error, PEER_ERROR, PEER_VERSION,
			    "version %u of the protocol is spoken, and only "
			    "version %u is understood: update the older host",
			    version, PEER_VERSION_1);
		return FALSE;
	}
	note_hello(handshake, other(handshake->side), payload, len);
	handshake->host = peer_credential_judge(
		handshake->credential, payload + VERSION_LEN,
		len - VERSION_LEN, now_s, error);
	return handshake->host != NULL;
}

/* ---- PROOF ---- */

/* What `side` signs. */
static GByteArray *
proof_text(const Handshake *handshake, PeerSide side)
{
	const guint8 word = side == PEER_CLIENT ? 'c' : 's';
	GByteArray *text = g_byte_array_new();

	g_byte_array_append(text, (const guint8 *)PROOF_LABEL,
			    sizeof(PROOF_LABEL));
	g_byte_array_append(text, &word, sizeof(word));
	g_byte_array_append(text, handshake->exporter, EXPORTER_LEN);
	g_byte_array_append(text, handshake->hellos[PEER_CLIENT], DIGEST_LEN);
	g_byte_array_append(text, handshake->hellos[PEER_SERVER], DIGEST_LEN);
	return text;
}

static gboolean
say_proof(Handshake *handshake, GByteArray *out, GError **error)
{
	g_autoptr(GByteArray) text = proof_text(handshake, handshake->side);
	guint8 signature[IDENTITY_SIGNATURE_LEN];

	if (!peer_credential_sign(handshake->credential, text->data, text->len,
				  signature, error))
		return FALSE;
	frame_append(out, FRAME_PROOF, NULL, signature, sizeof(signature));
	return TRUE;
}

static gboolean
hear_proof(Handshake *handshake, const guint8 *signature, GError **error)
{
	g_autoptr(GByteArray) text =
		proof_text(handshake, other(handshake->side));

	if (peer_host_verify(handshake->host, text->data, text->len, signature))
		return TRUE;
	g_set_error(error, PEER_ERROR, PEER_BAD_PROOF,
		    "the signature does not prove in this TLS session that "
		    "the other side is %s of %s",
		    handshake->host->identity->name,
		    handshake->host->identity->organisation);
	return FALSE;
}

/* ---- steps ---- */

void
handshake_begin(Handshake *handshake, GByteArray *out)
{
	if (handshake->side == PEER_CLIENT)
		say_hello(handshake, out);
}

static gboolean
after_hello(Handshake *handshake, GByteArray *out, GError **error)
{
	handshake->awaited = FRAME_PROOF;
	if (handshake->side == PEER_CLIENT)
		return say_proof(handshake, out, error);
	say_hello(handshake, out);
	return TRUE;
}

static gboolean
after_proof(Handshake *handshake, GByteArray *out, GError **error)
{
	handshake->awaited = 0;
	return handshake->side == PEER_CLIENT ||
	       say_proof(handshake, out, error);
}

static gboolean
take(Handshake *handshake, FrameType type, const guint8 *payload, gsize len,
     gint64 now_s, GByteArray *out, GError **error)
{
	if (type != handshake->awaited) {
		g_set_error(error, PEER_ERROR, PEER_MALFORMED,
			    "a frame of the handshake came out of turn");
		return FALSE;
	}
	if (type == FRAME_HELLO)
		return hear_hello(handshake, payload, len, now_s, error) &&
		       after_hello(handshake, out, error);
	return hear_proof(handshake, payload, error) &&
	       after_proof(handshake, out, error);
}

static void
say_error(const GError *error, GByteArray *out)
{
	const PeerError code = error->domain == PEER_ERROR
				       ? (PeerError)error->code
				       : PEER_UNFIT;
	g_autoptr(GByteArray) payload =
		peer_error_write(code, error->message);

	frame_append(out, FRAME_ERROR, NULL, payload->data, payload->len);
}

HandshakeState
handshake_take(Handshake *handshake, FrameType type, const guint8 *payload,
	       gsize len, gint64 now_s, GByteArray *out, GError **error)
{
	GError *why = NULL;

	if (type == FRAME_ERROR) {
		why = peer_error_read(payload, len);
		g_prefix_error(&why, "the other side refuses this host: ");
	} else if (!take(handshake, type, payload, len, now_s, out, &why)) {
		say_error(why, out);
	}
	if (why != NULL) {
		handshake->awaited = 0;
		g_propagate_error(error, why);
		return HANDSHAKE_REFUSED;
	}
	return handshake->awaited == 0 ? HANDSHAKE_DONE : HANDSHAKE_GOES_ON;
}
