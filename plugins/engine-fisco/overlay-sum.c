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
leave_alone(Overlay *overlay, Entry *entry, guint64 at, guint64 len)
{
	Sums *sums;

	if (entry->now.value == NULL || len > BSN_STATE_PEEK_MAX ||
	    len > entry->now.len || at > entry->now.len - len)
		return;
	sums = overlay_memory(overlay, sizeof(Sums) + len);
	*sums = (Sums){ .at = (guint)at, .len = (guint)len };
	memcpy(sums->seen, entry->now.value + at, len);
	entry->sums = sums;
	entry->used = TRIAL_NEVER;
}

/* Whether an entry's bytes are left alone so far as these turns know. */
static gboolean
leaves(const Entry *entry, guint64 at, guint64 len)
{
	const Sums *sums = entry->sums;

	return sums != NULL && entry->used == TRIAL_NEVER &&
	       entry->now.value != NULL && len <= sums->len &&
	       at >= sums->at && at - sums->at <= sums->len - len;
}

int32_t
overlay_peek(Overlay *overlay, bsn_slice key, guint64 at, guint64 len,
	     bsn_slice *value)
{
	const Probe probe = overlay_probe(key);
	Entry *entry = overlay_find(overlay, &probe);
	int32_t status;

	if (entry != NULL && leaves(entry, at, len) &&
	    len == entry->sums->len) {
		*value = bsn_slice_of(entry->now.value, entry->now.len);
		return BSN_OK;
	}
	status = overlay_get(overlay, key, value);
	if (entry != NULL || overlay->below == NULL)
		return status;
	entry = overlay_find(overlay, &probe);
	if (entry != NULL && entry->changed == TRIAL_NEVER)
		leave_alone(overlay, entry, at, len);
	return status;
}

int32_t
overlay_add(Overlay *overlay, bsn_slice key, guint64 at, bsn_slice amount)
{
	const Probe probe = overlay_probe(key);
	Entry *entry = overlay_find(overlay, &probe);
	gboolean sum = entry != NULL && leaves(entry, at, amount.len);
	bsn_slice value;
	guint8 *copy;
	int32_t status = BSN_OK;

	if (sum)
		value = bsn_slice_of(entry->now.value, entry->now.len);
	else
		status = overlay_get(overlay, key, &value);
	if (status != BSN_OK || amount.len > value.len ||
	    at > value.len - amount.len)
		return status < 0 ? status : BSN_E_INVALID;
	copy = overlay_copy(overlay, value);
	add_number(copy + at, amount.data, amount.len);
	entry = overlay_change(overlay, &probe);
	entry->now.value = copy;
	entry->now.len = value.len;
	if (sum)
		entry->sums->starts |= G_GUINT64_CONSTANT(1)
				       << (at - entry->sums->at);
	else
		entry->used = MIN(entry->used, overlay->turn);
	return BSN_OK;
}

/* ---- when trials are put together --------------------------------------- */

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

static gboolean
is_sum(const Entry *entry)
{
	return entry->sums != NULL && entry->used == TRIAL_NEVER;
}

/* What was 0 is not when the other one has added to it, and a sum that is too
 * big is for a real run to find. */
gboolean
sums_agree(const Entry *a, const Entry *b)
{
	const Sums *sums = a->sums;

	return is_sum(a) && is_sum(b) && sums->at == b->sums->at &&
	       sums->len == b->sums->len && !is_zero(sums->seen, sums->len) &&
	       add_difference(a, b->now.value + sums->at, NULL) &&
	       add_difference(b, a->now.value + sums->at, NULL);
}

gboolean
sums_moved(const Entry *entry, const Entry *there)
{
	const Sums *sums = entry->sums;

	return sums != NULL && memcmp(there->now.value + sums->at, sums->seen,
				      sums->len) != 0;
}

void
sums_take(Overlay *overlay, const Entry *entry, Entry *there)
{
	const Sums *sums = entry->sums;
	guint8 *sum = overlay_copy(
		overlay, bsn_slice_of(there->now.value, there->now.len));

	(void)add_difference(entry, sum + sums->at, sum + sums->at);
	there->now.value = sum;
	there->now.changed = TRUE;
}
