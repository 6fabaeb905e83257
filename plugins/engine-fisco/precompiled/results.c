/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/results.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/suite.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/u256.h"

#define WORD_LEN 32u

void
results_init(Results *results)
{
	*results = (Results){ .head = g_byte_array_new(),
			      .tail = g_byte_array_new() };
}

void
results_clear(Results *results)
{
	g_clear_pointer(&results->head, g_byte_array_unref);
	g_clear_pointer(&results->tail, g_byte_array_unref);
}

guint64
results_len(const Results *results)
{
	return (guint64)results->head->len + results->tail->len;
}

bsn_slice
results_finish(Results *results)
{
	guint head = results->head->len;

	for (guint i = 0; i < results->n_offsets; i++) {
		guint8 *word = results->head->data + results->offsets[i];
		guint64 offset;

		(void)u256_to_u64(word, &offset);
		u256_from_u64(offset + head, word);
	}
	g_byte_array_append(results->head, results->tail->data,
			    results->tail->len);
	g_byte_array_set_size(results->tail, 0);
	return buffer_slice(results->head);
}

/* ---- pieces ------------------------------------------------------------- */

static void
put_number(GByteArray *out, guint64 number)
{
	guint8 word[WORD_LEN];

	u256_from_u64(number, word);
	g_byte_array_append(out, word, WORD_LEN);
}

static void
put_address(GByteArray *out, const guint8 *address)
{
	guint8 word[WORD_LEN] = { 0 };

	memcpy(word + WORD_LEN - ADDRESS_LEN, address, ADDRESS_LEN);
	g_byte_array_append(out, word, WORD_LEN);
}

/* Length, content, zeros up to a whole word. */
static void
put_bytes(GByteArray *out, bsn_slice bytes)
{
	static const guint8 zeros[WORD_LEN] = { 0 };

	put_number(out, bytes.len);
	if (bytes.len > 0)
		g_byte_array_append(out, bytes.data, (guint)bytes.len);
	g_byte_array_append(out, zeros, (guint)(-bytes.len % WORD_LEN));
}

/* The place in the head of what comes next in the tail. */
static void
put_offset(Results *results)
{
	results->offsets[results->n_offsets++] = results->head->len;
	put_number(results->head, results->tail->len);
}

/* ---- results ------------------------------------------------------------ */

void
results_put_int(Results *results, gint64 value)
{
	guint8 word[WORD_LEN];

	u256_from_u64((guint64)value, word);
	if (value < 0)
		memset(word, 0xff, WORD_LEN - sizeof(value));
	results_put_word(results, word);
}

void
results_put_bool(Results *results, gboolean value)
{
	put_number(results->head, value ? 1 : 0);
}

void
results_put_address(Results *results, const guint8 *address)
{
	put_address(results->head, address);
}

void
results_put_word(Results *results, const guint8 *word)
{
	g_byte_array_append(results->head, word, WORD_LEN);
}

void
results_put_bytes(Results *results, bsn_slice bytes)
{
	put_offset(results);
	put_bytes(results->tail, bytes);
}

void
results_put_strings(Results *results, const bsn_slice *items, guint n)
{
	guint64 at = (guint64)n * WORD_LEN;

	put_offset(results);
	put_number(results->tail, n);
	for (guint i = 0; i < n; i++) {
		put_number(results->tail, at);
		at += WORD_LEN + (items[i].len + WORD_LEN - 1) / WORD_LEN *
					 WORD_LEN;
	}
	for (guint i = 0; i < n; i++)
		put_bytes(results->tail, items[i]);
}

void
results_put_addresses(Results *results, const bsn_slice *items, guint n)
{
	put_offset(results);
	put_number(results->tail, n);
	for (guint i = 0; i < n; i++)
		put_address(results->tail, items[i].data);
}
