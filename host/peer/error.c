/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/error.h"

#include <string.h>

#include "host/peer/frame.h"

/* Bytes of a sentence on the wire. */
#define SENTENCE_MAX (FRAME_ERROR_MAX - 2u)

G_DEFINE_QUARK(peer-error, peer_error)

static const char *const names[PEER_LAST + 1] = {
	[PEER_MALFORMED] = "malformed",	  [PEER_VERSION] = "version",
	[PEER_UNTRUSTED] = "untrusted",	  [PEER_EXPIRED] = "expired",
	[PEER_REVOKED] = "revoked",	  [PEER_UNFIT] = "unfit",
	[PEER_BAD_PROOF] = "bad-proof",	  [PEER_DENIED] = "denied",
	[PEER_SELF] = "self",		  [PEER_DUPLICATE] = "duplicate",
	[PEER_TOO_MANY] = "too-many",	  [PEER_NO_MEMBER] = "no-member",
	[PEER_FLOOD] = "flood",		  [PEER_SLOW] = "slow",
	[PEER_SILENT] = "silent",	  [PEER_STOPPING] = "stopping",
	[PEER_LOST] = "lost",
};

const char *
peer_error_name(guint code)
{
	if (code == 0 || code >= G_N_ELEMENTS(names))
		return "unknown";
	return names[code];
}

GByteArray *
peer_error_write(PeerError code, const char *sentence)
{
	const guint8 wire_code[2] = { 0, (guint8)code };
	const gsize len = MIN(strlen(sentence), SENTENCE_MAX);
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, wire_code, sizeof(wire_code));
	g_byte_array_append(out, (const guint8 *)sentence, (guint)len);
	return out;
}

GError *
peer_error_read(const guint8 *payload, gsize len)
{
	const guint code = (guint)payload[0] << 8 | payload[1];
	g_autofree char *sentence = g_utf8_make_valid(
		(const char *)payload + 2, (gssize)MIN(len - 2, SENTENCE_MAX));

	return g_error_new_literal(PEER_ERROR, (gint)code, sentence);
}
