/* SPDX-License-Identifier: Apache-2.0
 *
 * The handshake between hosts: whatever a stranger says, on either side, and
 * even after the HELLO of a host that is trusted, it is not let in.
 */
#include <stdint.h>
#include <string.h>

#include "host/peer/handshake.h"
#include "tests/unit/peer-files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bits of the first byte. */
#define AS_CLIENT 1u   /* the side that is attacked */
#define AFTER_HELLO 2u /* of a trusted host, which the stranger has seen */

static const guint8 exporter[EXPORTER_LEN] = { 1 };
static PeerCredential *attacked, *trusted;

static void
make_credentials(void)
{
	PeerFiles *files = peer_files_new();

	attacked = peer_files_credential(files, "p256", "all", NULL, NULL);
	trusted = peer_files_credential(files, "p256-b", "all", NULL, NULL);
	g_assert_true(attacked != NULL && trusted != NULL);
	peer_files_free(files);
}

/* The HELLO that the other side would say. */
static void
append_hello(GByteArray *bytes)
{
	Handshake *handshake = handshake_new(trusted, PEER_CLIENT, exporter);

	handshake_begin(handshake, bytes);
	handshake_free(handshake);
}

static void
feed(Handshake *handshake, const GByteArray *bytes)
{
	HandshakeState state = HANDSHAKE_GOES_ON;
	FrameEvent event = FRAME_MORE;
	FrameParser parser;
	gsize at = 0;

	frame_parser_init(&parser);
	while (at < bytes->len && event != FRAME_BROKEN &&
	       state == HANDSHAKE_GOES_ON) {
		g_autoptr(GByteArray) out = g_byte_array_new();
		g_autoptr(GError) error = NULL;

		at += frame_parse(&parser, bytes->data + at, bytes->len - at,
				  &event);
		if (event != FRAME_GOT)
			continue;
		state = handshake_take(handshake, parser.type,
				       parser.payload->data,
				       parser.payload->len,
				       g_get_real_time() / G_USEC_PER_SEC, out,
				       &error);
		g_assert_cmpint(state, !=, HANDSHAKE_DONE);
		g_assert_true((state == HANDSHAKE_REFUSED) == (error != NULL));
	}
	frame_parser_clear(&parser);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) first = g_byte_array_new();
	Handshake *handshake;

	if (size == 0)
		return 0;
	if (attacked == NULL)
		make_credentials();
	handshake = handshake_new(
		attacked, data[0] & AS_CLIENT ? PEER_CLIENT : PEER_SERVER,
		exporter);
	handshake_begin(handshake, first);
	if (data[0] & AFTER_HELLO)
		append_hello(bytes);
	g_byte_array_append(bytes, data + 1, (guint)(size - 1));
	feed(handshake, bytes);
	handshake_free(handshake);
	return 0;
}
