/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/manifest.h: what a snapshot consists of. Its
 * entries are divided by key into sections, each of a bounded size, so that each
 * can be given and judged alone:
 *
 *   manifest: [checkpoint, transactions, invalid transactions,
 *              [start, bytes, digest, ...]]
 *
 * with the chain's totals up to the checkpoint, and for each section the key
 * that it begins with (the first one's is empty; it ends where the next one
 * begins), the bytes of its keys and values, and the digest of its LtHash. The
 * manifest's digest is what the chain agrees on (snapshot.h). All functions:
 * [any].
 */
#ifndef FISCO_SNAPSHOT_MANIFEST_H
#define FISCO_SNAPSHOT_MANIFEST_H

#include "plugins/engine-fisco/snapshot/lthash.h"
#include "plugins/kit/rlp.h"

/* A section that has grown beyond SECTION_MAX bytes is divided into ones that
 * end with the first entry at which they have SECTION_BYTES: one is sent in
 * one message as a rule. */
#define SECTION_BYTES (256u << 10)
#define SECTION_MAX (768u << 10)
/* Bytes of a manifest: room for some 200,000 sections. */
#define MANIFEST_MAX (16u << 20)

typedef struct {
	GBytes *start;
	guint64 bytes;
	guint8 digest[HASH_LEN];
} Section;

typedef struct {
	guint64 checkpoint;
	guint64 txs;
	guint64 invalid_txs;
	GArray *sections; /* Section; NULL: there is no manifest */
} Manifest;

void manifest_init(Manifest *manifest, guint64 checkpoint);
/* A zeroed one is fine. */
void manifest_clear(Manifest *manifest);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Manifest, manifest_clear)

void manifest_add(Manifest *manifest, bsn_slice start, guint64 bytes,
		  const guint8 *digest);
guint manifest_n(const Manifest *manifest);
Section *manifest_at(const Manifest *manifest, guint index);
/* Where a section begins, and where it ends: empty for the last one. */
bsn_slice manifest_start(const Manifest *manifest, guint index);
bsn_slice manifest_end(const Manifest *manifest, guint index);

void manifest_put(const Manifest *manifest, GByteArray *out);
/* FALSE for anything but a manifest whose sections are in order. */
gboolean manifest_read(bsn_slice bytes, Manifest *manifest);

#endif
