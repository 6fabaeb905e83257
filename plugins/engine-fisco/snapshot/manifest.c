/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/manifest.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/host.h>

#include "plugins/engine-fisco/snapshot/entries.h"
#include "plugins/kit/sink.h"

static void
section_clear(gpointer section)
{
	g_bytes_unref(((Section *)section)->start);
}

void
manifest_init(Manifest *manifest, guint64 checkpoint)
{
	*manifest = (Manifest){ .checkpoint = checkpoint };
	manifest->sections = g_array_new(FALSE, FALSE, sizeof(Section));
	g_array_set_clear_func(manifest->sections, section_clear);
}

void
manifest_clear(Manifest *manifest)
{
	g_clear_pointer(&manifest->sections, g_array_unref);
}

void
manifest_add(Manifest *manifest, bsn_slice start, guint64 bytes,
	     const guint8 *digest)
{
	Section section = { g_bytes_new(start.data, start.len), bytes, { 0 } };

	memcpy(section.digest, digest, HASH_LEN);
	g_array_append_val(manifest->sections, section);
}

guint
manifest_n(const Manifest *manifest)
{
	return manifest->sections != NULL ? manifest->sections->len : 0;
}

Section *
manifest_at(const Manifest *manifest, guint index)
{
	return &g_array_index(manifest->sections, Section, index);
}

bsn_slice
manifest_start(const Manifest *manifest, guint index)
{
	return bytes_slice(manifest_at(manifest, index)->start);
}

bsn_slice
manifest_end(const Manifest *manifest, guint index)
{
	return index + 1 < manifest_n(manifest)
		       ? manifest_start(manifest, index + 1)
		       : bsn_slice_of(NULL, 0);
}

void
manifest_put(const Manifest *manifest, GByteArray *out)
{
	g_autoptr(GByteArray) sections = g_byte_array_new();
	RlpItem raw;

	for (guint i = 0; i < manifest_n(manifest); i++) {
		const Section *section = manifest_at(manifest, i);
		const RlpItem items[] = {
			rlp_bytes(bytes_slice(section->start)),
			rlp_u64(section->bytes),
			rlp_bytes(bsn_slice_of(section->digest, HASH_LEN)),
		};

		for (guint j = 0; j < G_N_ELEMENTS(items); j++)
			rlp_put(sections, &items[j]);
	}
	raw = rlp_raw(buffer_slice(sections));
	{
		const RlpItem fields[] = { rlp_u64(manifest->checkpoint),
					   rlp_u64(manifest->txs),
					   rlp_u64(manifest->invalid_txs),
					   rlp_list(&raw, 1) };

		rlp_put_list(out, fields, G_N_ELEMENTS(fields));
	}
}

static void
read_section(RlpReader *reader, Manifest *manifest)
{
	const guint n = manifest_n(manifest);
	bsn_slice start =
		rlp_read_bytes(reader, "start", 0, BSN_STORE_KEY_MAX);
	guint8 digest[HASH_LEN];
	guint64 bytes = rlp_read_u64(reader, "bytes");

	rlp_read_fixed(reader, "digest", digest, HASH_LEN);
	if (n == 0 ? start.len != 0
		   : slice_compare(manifest_start(manifest, n - 1), start) >= 0)
		rlp_fail(reader, "start", "it is not after the one before");
	manifest_add(manifest, start, bytes, digest);
}

gboolean
manifest_read(bsn_slice bytes, Manifest *manifest)
{
	RlpReader reader = rlp_reader(bytes);

	manifest_init(manifest, 0);
	rlp_enter(&reader, "manifest");
	manifest->checkpoint = rlp_read_u64(&reader, "checkpoint");
	manifest->txs = rlp_read_u64(&reader, "transactions");
	manifest->invalid_txs = rlp_read_u64(&reader, "invalid transactions");
	rlp_enter(&reader, "sections");
	while (rlp_more(&reader))
		read_section(&reader, manifest);
	rlp_leave(&reader);
	rlp_leave(&reader);
	if (rlp_finish(&reader, NULL) == BSN_OK && manifest_n(manifest) > 0)
		return TRUE;
	manifest_clear(manifest);
	return FALSE;
}
