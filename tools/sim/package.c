/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/package.h"

#include <string.h>

#define BLOCK 512u
/* RFC 1951, section 3.2.4: a stored block's bytes at most. */
#define STORED_MAX 65535u
#define CRC_POLYNOMIAL 0xedb88320u

/* ---- tar ----------------------------------------------------------------- */

typedef struct {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12];
	char checksum[8], type, link[100], magic[6], version[2];
	char user[32], group[32], major[8], minor[8], prefix[155], unused[12];
} TarHeader;

G_STATIC_ASSERT(sizeof(TarHeader) == BLOCK);

static void
append_zeros(GByteArray *out, gsize n)
{
	static const guint8 zeros[2 * BLOCK];

	g_byte_array_append(out, zeros, (guint)n);
}

static void
set_checksum(TarHeader *header)
{
	const guint8 *bytes = (const guint8 *)header;
	guint sum = 0;

	memset(header->checksum, ' ', sizeof(header->checksum));
	for (gsize i = 0; i < sizeof(*header); i++)
		sum += bytes[i];
	g_snprintf(header->checksum, 7, "%06o", sum);
}

void
sim_tar_add(GByteArray *tar, const char *name, GBytes *data)
{
	TarHeader header = { .type = '0', .version = { '0', '0' } };
	gsize len;
	const guint8 *bytes = g_bytes_get_data(data, &len);

	memcpy(header.name, name, MIN(strlen(name), sizeof(header.name)));
	memcpy(header.mode, "0000644", 8);
	memcpy(header.uid, "0000000", 8);
	memcpy(header.gid, "0000000", 8);
	memcpy(header.mtime, "00000000000", 12);
	memcpy(header.magic, "ustar", 6);
	g_snprintf(header.size, sizeof(header.size), "%011" G_GSIZE_MODIFIER "o",
		   len);
	set_checksum(&header);
	g_byte_array_append(tar, (const guint8 *)&header, sizeof(header));
	g_byte_array_append(tar, bytes, (guint)len);
	append_zeros(tar, (BLOCK - len % BLOCK) % BLOCK);
}

/* ---- gzip ---------------------------------------------------------------- */

static guint32
crc_of(const guint8 *data, gsize len)
{
	guint32 crc = 0xffffffffu;

	for (gsize i = 0; i < len; i++) {
		crc ^= data[i];
		for (guint bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? CRC_POLYNOMIAL : 0);
	}
	return ~crc;
}

static void
append_u16(GByteArray *out, guint number)
{
	const guint8 bytes[] = { (guint8)number, (guint8)(number >> 8) };

	g_byte_array_append(out, bytes, sizeof(bytes));
}

static void
append_u32(GByteArray *out, guint32 number)
{
	append_u16(out, number & 0xffff);
	append_u16(out, number >> 16);
}

static void
append_stored(GByteArray *out, const guint8 *data, gsize len)
{
	do {
		guint n = (guint)MIN(len, STORED_MAX);
		guint8 last = n == len ? 1 : 0;

		g_byte_array_append(out, &last, 1);
		append_u16(out, n);
		append_u16(out, ~n);
		g_byte_array_append(out, data, n);
		data += n;
		len -= n;
	} while (len > 0);
}

GBytes *
sim_tar_gzip(GByteArray *tar)
{
	/* Deflate; no flags, no time; made by no known system. */
	static const guint8 head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };
	GByteArray *out = g_byte_array_new();

	append_zeros(tar, 2 * BLOCK);
	g_byte_array_append(out, head, sizeof(head));
	append_stored(out, tar->data, tar->len);
	append_u32(out, crc_of(tar->data, tar->len));
	append_u32(out, tar->len);
	g_byte_array_unref(tar);
	return g_byte_array_free_to_bytes(out);
}
