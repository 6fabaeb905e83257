/* SPDX-License-Identifier: Apache-2.0
 *
 * Server-sent events: however the bytes are cut into pieces, the same events
 * come out.
 */
#include <glib.h>
#include <stdint.h>

#include "tools/ctl/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean
hash_event(const char *id, const char *event, const char *data, void *user)
{
	guint *hash = user;

	*hash = *hash * 31 + g_str_hash(id);
	*hash = *hash * 31 + g_str_hash(event);
	*hash = *hash * 31 + g_str_hash(data);
	return TRUE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	guint whole = 0;
	guint pieces = 0;
	Sse *at_once = sse_new(hash_event, &whole);
	Sse *by_piece = sse_new(hash_event, &pieces);
	gsize step = size > 0 ? 1 + data[0] % 7u : 1;

	sse_feed(at_once, (const char *)data, size);
	for (gsize at = 0; at < size; at += step)
		if (!sse_feed(by_piece, (const char *)data + at,
			      MIN(step, size - at)))
			break;
	g_assert_cmpuint(whole, ==, pieces);
	sse_free(at_once);
	sse_free(by_piece);
	return 0;
}
