/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/results.h: results of a call, into contract
 * ABI bytes, in the order in which they are put. All functions: [any].
 */
#ifndef FISCO_PRECOMPILED_RESULTS_H
#define FISCO_PRECOMPILED_RESULTS_H

#include <bsn/base.h>
#include <glib.h>

/* Results that one function may have. */
#define RESULTS_MAX 8u

typedef struct {
	GByteArray *head;
	GByteArray *tail;
	guint offsets[RESULTS_MAX]; /* in head: where the tail is pointed to */
	guint n_offsets;
} Results;

void results_init(Results *results);
void results_clear(Results *results);
/* The whole, borrowed; nothing can be put afterwards. */
bsn_slice results_finish(Results *results);
guint64 results_len(const Results *results);

void results_put_int(Results *results, gint64 value);
void results_put_bool(Results *results, gboolean value);
void results_put_address(Results *results, const guint8 *address);
/* int256, uint256, bytes32: 32 bytes. */
void results_put_word(Results *results, const guint8 *word);
/* string, bytes */
void results_put_bytes(Results *results, bsn_slice bytes);
/* string[] */
void results_put_strings(Results *results, const bsn_slice *items, guint n);
/* address[]; each item has 20 bytes. */
void results_put_addresses(Results *results, const bsn_slice *items, guint n);

#endif
