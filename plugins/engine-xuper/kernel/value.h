/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/value.h: JSON as the chain's state has it: compact,
 * keys sorted, so that equal values are equal bytes; and numbers as XuperChain
 * writes them, whole numbers and amounts as texts, too.
 */
#ifndef XUPER_KERNEL_VALUE_H
#define XUPER_KERNEL_VALUE_H

#include "plugins/engine-xuper/contract/sandbox.h"
#include "plugins/kit/json.h"

/* The text; the caller frees it. [any] */
char *value_text(const json_t *value);

/* As fields_u64; the text of a number is one, too. [any] */
guint64 value_u64(JsonFields *fields, const char *name, guint64 min,
		  guint64 max, guint64 fallback);
/* An amount, zero when missing: decimal text, or an integer. [any] */
void value_amount(JsonFields *fields, const char *name,
		  guint8 amount[AMOUNT_LEN]);
/* A text without sign, blanks and leading zeros. FALSE: none, or above max. */
gboolean value_number(bsn_slice text, guint64 max, guint64 *number);
/* New reference: an amount as decimal text. [any] */
json_t *value_of_amount(const guint8 amount[AMOUNT_LEN]);
/* That text. FALSE: it is none. [any] */
gboolean value_to_amount(const json_t *value, guint8 amount[AMOUNT_LEN]);

/* Reads a value of a kernel contract.
 * Returns: a new reference, or NULL: *status BSN_NOT_FOUND or an error. */
json_t *value_get(Sandbox *box, const char *bucket, const char *key,
		  int32_t *status, bsn_err *err);
int32_t value_put(Sandbox *box, const char *bucket, const char *key,
		  const json_t *value, bsn_err *err);
int32_t value_delete(Sandbox *box, const char *bucket, const char *key,
		     bsn_err *err);
/* The same for texts; get: NULL as value_get. The caller frees. */
char *value_get_text(Sandbox *box, const char *bucket, const char *key,
		     int32_t *status, bsn_err *err);
int32_t value_put_text(Sandbox *box, const char *bucket, const char *key,
		       const char *text, bsn_err *err);

/* Keys of a bucket that begin with `prefix`, at most `max` of them, in order.
 * Returns: BSN_OK, and *more says whether there are others. Errors: of the
 * sandbox. Out: entries, owned texts. */
typedef struct {
	char *key; /* without the prefix */
	char *value;
} ValueEntry;
int32_t value_scan(Sandbox *box, const char *bucket, const char *prefix,
		   guint max, GPtrArray *entries, gboolean *more, bsn_err *err);
/* The same from one key to before another, whole keys; ends at max. */
int32_t value_range(Sandbox *box, const char *bucket, const char *from,
		    const char *to, guint max, GPtrArray *entries,
		    bsn_err *err);
/* An array for value_scan. */
GPtrArray *value_entries_new(void);

#endif
