/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers within values that a transaction adds to without using what they are:
 * what many pay to one account does not make them wait for each other. After:
 * the deferred additions of "escrow" transactions (O'Neil, "The Escrow
 * Transactional Method", 1986).
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/runtime.h>

#include "plugins/engine-fisco/overlay-private.h"

G_STATIC_ASSERT(BSN_STATE_PEEK_MAX <= 64); /* bits of Sums.starts */

/* Adds `amount` to a number as wide, modulo 2^(8 * len). */
static void
add_number(guint8 *number, const guint8 *amount, gsize len)
{
	guint carry = 0;

	for (gsize i = len; i > 0; i--) {
		carry += (guint)number[i - 1] + amount[i - 1];
		number[i - 1] = (guint8)carry;
		carry >>= 8;
	}
}

static gboolean
is_zero(const guint8 *bytes, gsize len)
{
	for (gsize i = 0; i < len; i++)
		if (bytes[i] != 0)
			return FALSE;
	return TRUE;
}

/* ---- peeking and adding ------------------------------------------------ */

/* The value that a trial just read counts, but for these bytes. */
static void
leave_alone(Entry *entry, guint64 at, guint64 len)
{
	Sums *sums;

	if (entry->now.value == NULL || len > BSN_STATE_PEEK_MAX ||
	    len > entry->now.len || at > entry->now.len - len)
		return;
	sums = g_malloc0(sizeof(Sums) + len);
	sums->at = (guint)at;
	sums->len = (guint)len;
	memcpy(sums->seen, entry->now.value + at, len);
	entry->sums = sums;
	entry->used = FALSE;
}

int32_t
overlay_peek(Overlay *overlay, bsn_slice key, guint64 at, guint64 len,
	     bsn_slice *value)
{
	Entry *entry = overlay_find(overlay, key);
	int32_t status;

	if (entry != NULL && entry->sums != NULL && entry->sums->at == at &&
	    entry->sums->len == len && entry->now.value != NULL) {
		*value = bsn_slice_of(entry->now.value, entry->now.len);
		return BSN_OK;
	}
	status = overlay_get(overlay, key, value);
	if (entry != NULL || overlay->below == NULL)
		return status;
	entry = overlay_find(overlay, key);
	if (entry != NULL)
		leave_alone(entry, at, len);
	return status;
}

/* Whether to add there is all that was done to what a trial saw. */
static gboolean
is_sum(const Entry *entry)
{
	return entry->seen && !entry->used && entry->sums != NULL;
}

static gboolean
has_number(const Entry *entry, guint64 at, guint64 len)
{
	const Sums *sums = entry->sums;

	return is_sum(entry) && len <= sums->len && at >= sums->at &&
	       at - sums->at <= sums->len - len;
}

int32_t
overlay_add(Overlay *overlay, bsn_slice key, guint64 at, bsn_slice amount)
{
	Entry *entry = overlay_find(overlay, key);
	gboolean sum = entry != NULL && has_number(entry, at, amount.len);
	g_autofree guint8 *copy = NULL;
	bsn_slice value;
	int32_t status = sum ? overlay_peek(overlay, key, entry->sums->at,
					    entry->sums->len, &value)
			     : overlay_get(overlay, key, &value);

	if (status != BSN_OK || amount.len > value.len ||
	    at > value.len - amount.len)
		return status < 0 ? status : BSN_E_INVALID;
	copy = overlay_copy(value);
	add_number(copy + at, amount.data, amount.len);
	if (!sum) {
		overlay_put(overlay, key, bsn_slice_of(copy, value.len));
		return BSN_OK;
	}
	entry->sums->starts |= G_GUINT64_CONSTANT(1) << (at - entry->sums->at);
	overlay_change(overlay, key)->now.len = value.len;
	entry->now.value = g_steal_pointer(&copy);
	return BSN_OK;
}

/* ---- when the turn of a trial comes ------------------------------------ */

/* Whether all is the same but for the bytes that were left alone. */
static gboolean
same_beside(const Sums *sums, const Value *a, const Value *b)
{
	guint64 end = (guint64)sums->at + sums->len;

	return a->len == b->len && memcmp(a->value, b->value, sums->at) == 0 &&
	       memcmp(a->value + end, b->value + end, a->len - end) == 0;
}

/* Adds to what is `there` the difference that a trial made, a byte at a time
 * from the end; out: NULL, or the sum. FALSE when a number overflows. */
static gboolean
add_difference(const Entry *entry, const guint8 *there, guint8 *out)
{
	const Sums *sums = entry->sums;
	const guint8 *now = entry->now.value + sums->at;
	guint carry = 0;
	guint borrow = 0;

	for (guint i = sums->len; i-- > 0;) {
		guint less = sums->seen[i] + borrow;

		borrow = now[i] < less;
		carry += (now[i] - less + (borrow << 8)) + there[i];
		if (out != NULL)
			out[i] = (guint8)carry;
		carry >>= 8;
		if ((sums->starts >> i & 1) != 0 && carry != 0)
			return FALSE;
	}
	return TRUE;
}

gboolean
sums_hold(const Entry *entry, const Entry *there)
{
	const Sums *sums = entry->sums;
	const guint8 *bytes;

	if (!is_sum(entry) || there->now.value == NULL ||
	    !same_beside(sums, &entry->now, &there->now))
		return FALSE;
	bytes = there->now.value + sums->at;
	return is_zero(bytes, sums->len) == is_zero(sums->seen, sums->len) &&
	       add_difference(entry, bytes, NULL);
}

gboolean
sums_moved(const Entry *entry, const Entry *there)
{
	const Sums *sums = entry->sums;

	return is_sum(entry) && memcmp(there->now.value + sums->at, sums->seen,
				       sums->len) != 0;
}

void
sums_take(const Entry *entry, Entry *there)
{
	guint8 *bytes = there->now.value + entry->sums->at;

	(void)add_difference(entry, bytes, bytes);
}
