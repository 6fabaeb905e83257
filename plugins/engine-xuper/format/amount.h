/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/format/amount.h: amounts of tokens: unsigned integers of
 * 256 bits, 32 bytes big-endian; in transactions without leading zeros, as
 * XuperChain's big integers, so zero is empty. All functions: [any].
 */
#ifndef XUPER_FORMAT_AMOUNT_H
#define XUPER_FORMAT_AMOUNT_H

#include <bsn/base.h>
#include <glib.h>

#define AMOUNT_LEN 32u

/* FALSE when it overflows, or would be below zero; then out is as before. out
 * may be a or b. */
gboolean amount_add(guint8 out[AMOUNT_LEN], const guint8 a[AMOUNT_LEN],
		    const guint8 b[AMOUNT_LEN]);
gboolean amount_sub(guint8 out[AMOUNT_LEN], const guint8 a[AMOUNT_LEN],
		    const guint8 b[AMOUNT_LEN]);
int amount_compare(const guint8 a[AMOUNT_LEN], const guint8 b[AMOUNT_LEN]);
gboolean amount_is_zero(const guint8 a[AMOUNT_LEN]);
void amount_from_u64(guint64 value, guint8 out[AMOUNT_LEN]);

/* Reads a transaction's bytes strictly: at most 32, no leading zero. */
gboolean amount_read(bsn_slice bytes, guint8 out[AMOUNT_LEN]);
/* Those bytes; they lie in `amount`. */
bsn_slice amount_slice(const guint8 amount[AMOUNT_LEN]);
/* Decimal text without sign, blanks or leading zeros; back (the caller frees).
 */
gboolean amount_from_text(bsn_slice text, guint8 out[AMOUNT_LEN]);
char *amount_to_text(const guint8 amount[AMOUNT_LEN]);

#endif
