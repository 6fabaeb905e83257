/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/codec/der.h: the little of ASN.1's DER (X.690) that
 * Fabric's bytes need: signatures and block headers. All functions: [any].
 */
#ifndef KIT_CODEC_DER_H
#define KIT_CODEC_DER_H

#include <bsn/base.h>
#include <glib.h>

/* Bytes of one of a signature's two numbers. */
#define DER_SCALAR_LEN 32u
#define DER_SIGNATURE_RAW_LEN (2 * DER_SCALAR_LEN)
/* Two numbers of 33 bytes, each with a tag and a length, in a sequence. */
#define DER_SIGNATURE_MAX 72u

/* Writes r || s as SEQUENCE { INTEGER r, INTEGER s }.
 *
 * Returns: the number of bytes at `der`, at most DER_SIGNATURE_MAX. */
gsize der_put_signature(const guint8 raw[DER_SIGNATURE_RAW_LEN], guint8 *der);
/* Reads one strictly: its only encoding, nothing behind it, numbers above 0.
 *
 * Returns: TRUE and r || s at `raw`; FALSE for anything else. */
gboolean der_read_signature(bsn_slice der, guint8 raw[DER_SIGNATURE_RAW_LEN]);

/* Appends SEQUENCE { INTEGER number, OCTET STRING a, OCTET STRING b }; the
 * strings have less than 4 GiB together. */
void der_put_header(GByteArray *out, guint64 number, bsn_slice a, bsn_slice b);

#endif
