/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/votes/wire.h: what messages, certificates and records are
 * made of besides numbers (kit/wire.h): bytes after their length, which is
 * big-endian. Each value has one encoding only. All functions: [any].
 */
#ifndef KIT_VOTES_WIRE_H
#define KIT_VOTES_WIRE_H

#include "plugins/kit/wire.h"

/* One member's signature. */
typedef struct {
	guint8 len;
	guint8 bytes[65]; /* BSN_SIGNATURE_MAX */
} Signature;

/* 0 or 1, and nothing else. */
gboolean wire_bool(Wire *wire);
/* Bytes after a 4-byte length of at most `max`; borrowed from the input. */
bsn_slice wire_sized(Wire *wire, guint64 max);
/* Of min to BSN_ID_MAX bytes after a 1-byte length. */
bsn_id wire_id(Wire *wire, guint min);
/* Of 1 to BSN_SIGNATURE_MAX bytes after a 1-byte length. */
Signature wire_signature(Wire *wire);

void wire_put_sized(GByteArray *out, bsn_slice bytes);
void wire_put_id(GByteArray *out, const bsn_id *id);
void wire_put_signature(GByteArray *out, const Signature *signature);

/* Whether two ids are the same. */
gboolean id_equal(const bsn_id *a, const bsn_id *b);

#endif
