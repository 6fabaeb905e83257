/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_crc.h"

#include <string.h>

/* The polynomial 0x1edc6f41 with its bits reversed. */
#define POLYNOMIAL 0x82f63b78u
#define SLICES 8u

/* What byte b, followed by i zero bytes, does to the register. */
static guint32 tables[SLICES][256];

static void
make_tables(void)
{
	for (guint b = 0; b < 256; b++) {
		guint32 crc = b;

		for (guint bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		tables[0][b] = crc;
	}
	for (guint i = 1; i < SLICES; i++)
		for (guint b = 0; b < 256; b++)
			tables[i][b] = tables[i - 1][b] >> 8 ^
				       tables[0][tables[i - 1][b] & 0xff];
}

static void
need_tables(void)
{
	static gsize made;

	if (g_once_init_enter(&made)) {
		make_tables();
		g_once_init_leave(&made, 1);
	}
}

static guint32
eight_bytes(guint32 crc, const guint8 *at)
{
	guint64 word;

	memcpy(&word, at, sizeof(word));
	word = GUINT64_FROM_LE(word) ^ crc;
	crc = 0;
	for (guint i = 0; i < SLICES; i++)
		crc ^= tables[SLICES - 1 - i][word >> (8 * i) & 0xff];
	return crc;
}

guint32
store_crc_portable(guint32 crc, const void *data, gsize len)
{
	const guint8 *at = data;

	need_tables();
	crc = ~crc;
	for (; len >= SLICES; len -= SLICES, at += SLICES)
		crc = eight_bytes(crc, at);
	for (; len > 0; len--, at++)
		crc = crc >> 8 ^ tables[0][(crc ^ *at) & 0xff];
	return ~crc;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2"))) static guint32
crc_sse42(guint32 crc, const void *data, gsize len)
{
	const guint8 *at = data;
	guint64 wide = ~crc;

	for (; len >= sizeof(guint64); len -= sizeof(guint64)) {
		guint64 word;

		memcpy(&word, at, sizeof(word));
		wide = __builtin_ia32_crc32di(wide, word);
		at += sizeof(word);
	}
	crc = (guint32)wide;
	for (; len > 0; len--, at++)
		crc = __builtin_ia32_crc32qi(crc, *at);
	return ~crc;
}

guint32
store_crc(guint32 crc, const void *data, gsize len)
{
	return __builtin_cpu_supports("sse4.2")
		       ? crc_sse42(crc, data, len)
		       : store_crc_portable(crc, data, len);
}

#else

guint32
store_crc(guint32 crc, const void *data, gsize len)
{
	return store_crc_portable(crc, data, len);
}

#endif
