/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pbft/wire.h: the primitives that messages, certificates and
 * records are made of: big-endian integers, and bytes after their length.
 *
 * A reader remembers that something was wrong: fields are read straight down,
 * zero or empty after an error, and wire_end tells how it went. Each value has
 * one encoding only. All functions: [any].
 */
#ifndef PBFT_WIRE_H
#define PBFT_WIRE_H

#include <bsn/base.h>
#include <glib.h>

typedef struct {
	bsn_slice rest; /* borrowed */
	gboolean bad;
} WireReader;

/* One member's signature. */
typedef struct {
	guint8 len;
	guint8 bytes[65]; /* BSN_SIGNATURE_MAX */
} Signature;

WireReader wire_reader(bsn_slice input);
guint8 wire_u8(WireReader *reader);
guint16 wire_u16(WireReader *reader);
guint64 wire_u64(WireReader *reader);
/* 0 or 1, and nothing else. */
gboolean wire_bool(WireReader *reader);
/* Bytes after a 4-byte length of at most `max`; borrowed from the input. */
bsn_slice wire_bytes(WireReader *reader, guint64 max);
/* Of min to BSN_ID_MAX bytes after a 1-byte length. */
bsn_id wire_id(WireReader *reader, guint min);
/* Of 1 to BSN_SIGNATURE_MAX bytes after a 1-byte length. */
Signature wire_signature(WireReader *reader);
/* Whether all was right and nothing is left. */
gboolean wire_end(const WireReader *reader);

void wire_put_u8(GByteArray *out, guint8 value);
void wire_put_u16(GByteArray *out, guint16 value);
void wire_put_u64(GByteArray *out, guint64 value);
void wire_put_bytes(GByteArray *out, bsn_slice bytes);
void wire_put_id(GByteArray *out, const bsn_id *id);
void wire_put_signature(GByteArray *out, const Signature *signature);

/* Whether two ids are the same. */
gboolean id_equal(const bsn_id *a, const bsn_id *b);

#endif
