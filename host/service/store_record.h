/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_record.h: one record of the journal, as it lies in a file.
 *
 * A record is one group of batches, written and synced at once. It begins at a
 * block's boundary and ends at one (what is left of the last block is zeroes),
 * so no block that was synced is ever written again while it is needed.
 *
 *     head, 48 bytes          numbers are little-endian
 *        0  magic "BSNJ"
 *        4  u32 CRC-32C of bytes 8 to 47
 *        8  u64 the store's identifier
 *       16  u64 sequence number: 1 and up, without gaps, never used again once
 *               the record is synced
 *       24  u64 bytes of the frames that follow
 *       32  u32 number of frames
 *       36  u32 CRC-32C of the frames' heads, in order
 *       40  u64 0
 *     frame, one for each batch
 *        0  u64 bytes of its writes
 *        8  u32 CRC-32C of its writes
 *       12  u32 the space's prefix
 *     write
 *        0  u32 bytes of the key, prefix included
 *        4  u32 bytes of the value; bit 31: deleted, and no value
 *        8  key, value
 *
 * All of this is read from files that may come from anywhere.
 */
#ifndef HOST_SERVICE_STORE_RECORD_H
#define HOST_SERVICE_STORE_RECORD_H

#include <glib.h>

#define RECORD_BLOCK 4096u
#define RECORD_HEAD_LEN 48u
#define FRAME_HEAD_LEN 16u
#define WRITE_HEAD_LEN 8u
#define WRITE_DELETED 0x80000000u

typedef struct {
	guint64 id, sequence;
	guint64 len; /* of the frames */
	guint32 frames, frames_crc;
} RecordHead;

typedef struct {
	guint64 len; /* of the writes */
	guint32 crc, prefix;
} FrameHead;

void record_head_write(guint8 out[RECORD_HEAD_LEN], const RecordHead *head);
/* FALSE when it is none, or one of another store. */
gboolean record_head_read(RecordHead *out, const guint8 in[RECORD_HEAD_LEN],
			  guint64 id);
/* Bytes that a record with so many bytes of frames takes in its file. */
guint64 record_room(guint64 len);

void frame_head_write(guint8 out[FRAME_HEAD_LEN], const FrameHead *head);
void frame_head_read(FrameHead *out, const guint8 in[FRAME_HEAD_LEN]);
/* Whether `frames`, head->len bytes, are what was written. */
gboolean record_check(const RecordHead *head, const guint8 *frames);

/* Little-endian numbers at any address. */
guint32 record_get_u32(const guint8 *at);
void record_put_u32(guint8 *at, guint32 number);

#endif
