/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/manifest.h"

#include <string.h>

#include "bsn/snapshot.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* Of a part, in a manifest. */
#define PART_LEN (HASH_LEN + 8u)

void
manifest_init(Manifest *manifest, const LedgerHead *head, guint64 time_ms)
{
	*manifest = (Manifest){
		.head = *head,
		.time_ms = time_ms,
		.parts = g_array_new(FALSE, FALSE, sizeof(SnapshotPart)),
	};
}

void
manifest_clear(Manifest *manifest)
{
	g_clear_pointer(&manifest->parts, g_array_unref);
}

/* ---- parts ---- */

int32_t
manifest_add(const Suite *suite, Manifest *manifest, bsn_slice part,
	     guint entries)
{
	SnapshotPart one = { { 0 }, (guint32)part.len, entries };
	const int32_t status = suite_digest(suite, &part, 1, one.hash);

	if (status == BSN_OK)
		g_array_append_val(manifest->parts, one);
	return status;
}

gboolean
manifest_has(const Suite *suite, const Manifest *manifest, guint index,
	     bsn_slice part)
{
	const SnapshotPart *wanted = manifest_part(manifest, index);
	guint8 hash[HASH_LEN];

	return part.len == wanted->bytes &&
	       suite_digest(suite, &part, 1, hash) == BSN_OK &&
	       memcmp(hash, wanted->hash, HASH_LEN) == 0;
}

guint64
manifest_bytes(const Manifest *manifest)
{
	guint64 bytes = 0;

	for (guint i = 0; i < manifest->parts->len; i++)
		bytes += manifest_part(manifest, i)->bytes;
	return bytes;
}

static int32_t
state_hash(const Suite *suite, const Manifest *manifest,
	   guint8 hash[HASH_LEN])
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	bsn_slice bytes;

	for (guint i = 0; i < manifest->parts->len; i++)
		g_byte_array_append(all, manifest_part(manifest, i)->hash,
				    HASH_LEN);
	bytes = buffer_slice(all);
	return suite_digest(suite, &bytes, 1, hash);
}

/* ---- writing ---- */

static ProtobufCBinaryData
hash_field(const guint8 hash[HASH_LEN])
{
	return message_bytes(bsn_slice_of(hash, HASH_LEN));
}

int32_t
manifest_put(const Channel *channel, const Manifest *manifest, GByteArray *out)
{
	Bsn__Snapshot__Manifest message = BSN__SNAPSHOT__MANIFEST__INIT;
	const LedgerHead *head = &manifest->head;
	g_autoptr(GByteArray) parts = g_byte_array_new();
	guint8 state[HASH_LEN];
	const int32_t status = state_hash(&channel->suite, manifest, state);

	for (guint i = 0; i < manifest->parts->len; i++) {
		const SnapshotPart *part = manifest_part(manifest, i);

		g_byte_array_append(parts, part->hash, HASH_LEN);
		wire_put(parts, part->bytes, 4);
		wire_put(parts, part->entries, 4);
	}
	message.format = SNAPSHOT_FORMAT;
	message.channel = channel->id;
	message.genesis = hash_field(channel->genesis);
	message.block = manifest_block(manifest);
	message.block_hash = hash_field(head->hash);
	message.previous_hash = hash_field(head->previous);
	message.commit_hash = hash_field(head->commit_hash);
	message.config_block = head->last_config;
	message.time_ms = manifest->time_ms;
	message.block_bytes = head->bytes;
	message.txs = head->txs;
	message.invalid_txs = head->invalid_txs;
	message.state_hash = hash_field(state);
	message.parts = message_bytes(buffer_slice(parts));
	message_append(out, &message);
	return status;
}

/* ---- reading ---- */

static const char *
check_form(const Channel *channel, const Bsn__Snapshot__Manifest *message)
{
	if (message->format != SNAPSHOT_FORMAT)
		return "it has a format that this node does not read";
	if (strcmp(message->channel, channel->id) != 0 ||
	    !bsn_slice_equal(message_slice(message->genesis),
			     bsn_slice_of(channel->genesis, HASH_LEN)))
		return "it is of another channel";
	if (message->block == 0 || message->block > G_MAXINT64)
		return "there is no snapshot after that block";
	if (message->config_block > message->block ||
	    message->invalid_txs > message->txs)
		return "its numbers contradict each other";
	if (message->block_hash.len != HASH_LEN ||
	    message->previous_hash.len != HASH_LEN ||
	    message->commit_hash.len != HASH_LEN ||
	    message->state_hash.len != HASH_LEN)
		return "a hash has another length";
	if (message->parts.len == 0 || message->parts.len % PART_LEN != 0 ||
	    message->parts.len / PART_LEN > SNAPSHOT_PARTS_MAX)
		return "it has no parts, or too many";
	return NULL;
}

static const char *
read_parts(bsn_slice bytes, GArray *parts)
{
	Wire wire = wire_of(bytes);

	while (wire.rest.len > 0) {
		SnapshotPart part;

		memcpy(part.hash, wire_bytes(&wire, HASH_LEN).data, HASH_LEN);
		part.bytes = wire_u32(&wire);
		part.entries = wire_u32(&wire);
		if (part.bytes == 0 || part.bytes > SNAPSHOT_PART_MAX)
			return "a part is empty or too long";
		g_array_append_val(parts, part);
	}
	return NULL;
}

static void
fill(const Bsn__Snapshot__Manifest *message, Manifest *manifest)
{
	LedgerHead head = {
		.height = message->block + 1,
		.last_config = message->config_block,
		.bytes = message->block_bytes,
		.txs = message->txs,
		.invalid_txs = message->invalid_txs,
	};

	memcpy(head.hash, message->block_hash.data, HASH_LEN);
	memcpy(head.previous, message->previous_hash.data, HASH_LEN);
	memcpy(head.commit_hash, message->commit_hash.data, HASH_LEN);
	manifest_init(manifest, &head, message->time_ms);
}

/* One snapshot has one encoding: who reads it knows its hash. */
static const char *
read_message(const Channel *channel, const Bsn__Snapshot__Manifest *message,
	     bsn_slice bytes, Manifest *manifest)
{
	g_autoptr(GByteArray) again = g_byte_array_new();
	const char *problem = check_form(channel, message);

	if (problem != NULL)
		return problem;
	fill(message, manifest);
	problem = read_parts(message_slice(message->parts), manifest->parts);
	if (problem != NULL)
		return problem;
	if (manifest_put(channel, manifest, again) != BSN_OK ||
	    !bsn_slice_equal(buffer_slice(again), bytes))
		return "its state's hash or its encoding is another one";
	return NULL;
}

int32_t
manifest_read(const Channel *channel, bsn_slice bytes, Manifest *manifest,
	      bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Bsn__Snapshot__Manifest *message;
	const char *problem;
	int32_t status;

	*manifest = (Manifest){ .parts = NULL };
	if (bytes.len > SNAPSHOT_MANIFEST_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a snapshot's manifest has at most %u bytes",
				SNAPSHOT_MANIFEST_MAX);
	message = message_unpack(&arena, &bsn__snapshot__manifest__descriptor,
				 bytes, &status, err);
	if (message == NULL)
		return status;
	problem = read_message(channel, message, bytes, manifest);
	if (problem == NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "the snapshot's manifest: %s",
			problem);
}
