/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/manifest.h: what a snapshot consists of
 * (proto/bsn/snapshot.proto). All nodes that take one after the same block make
 * the same bytes, whose digest by the channel's hash is the snapshot's hash.
 */
#ifndef FABRIC_SNAPSHOT_MANIFEST_H
#define FABRIC_SNAPSHOT_MANIFEST_H

#include "plugins/engine-fabric/engine.h"

/* Rises with every change of what parts have, or how they are divided. */
#define SNAPSHOT_FORMAT 1u
/* A part ends with the first entry at which it has so many bytes. */
#define SNAPSHOT_PART_BYTES (256u << 10)
/* Parts of one snapshot: 64 GiB of state, and a manifest of 10 MiB. */
#define SNAPSHOT_PARTS_MAX 262144u
/* Bytes of a manifest; and of a part, whose last entry may be a config block. */
#define SNAPSHOT_MANIFEST_MAX (14u << 20)
#define SNAPSHOT_PART_MAX (15u << 20)

typedef struct {
	guint8 hash[HASH_LEN];
	guint32 bytes;
	guint32 entries;
} SnapshotPart;

typedef struct {
	LedgerHead head; /* after the block */
	guint64 time_ms;
	GArray *parts; /* SnapshotPart */
} Manifest;

static inline guint64
manifest_block(const Manifest *manifest)
{
	return manifest->head.height - 1;
}

static inline const SnapshotPart *
manifest_part(const Manifest *manifest, guint index)
{
	return &g_array_index(manifest->parts, SnapshotPart, index);
}

/* Without parts. */
void manifest_init(Manifest *manifest, const LedgerHead *head, guint64 time_ms);
/* A zeroed one is fine. [any] */
void manifest_clear(Manifest *manifest);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Manifest, manifest_clear)

/* Digests a part and adds it. Returns: as suite_digest. [any] */
int32_t manifest_add(const Suite *suite, Manifest *manifest, bsn_slice part,
		     guint entries);
/* Whether this is the part of that number. [any] */
gboolean manifest_has(const Suite *suite, const Manifest *manifest, guint index,
		      bsn_slice part);
guint64 manifest_bytes(const Manifest *manifest);

/* Appends the manifest's bytes. Returns: as suite_digest. [any] */
int32_t manifest_put(const Channel *channel, const Manifest *manifest,
		     GByteArray *out);
/* Reads one.
 *
 * Returns: BSN_OK; for manifest_clear, as after an error.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: it is none of this channel; the
 *          reason says why. [any] */
int32_t manifest_read(const Channel *channel, bsn_slice bytes,
		      Manifest *manifest, bsn_err *err);

#endif
