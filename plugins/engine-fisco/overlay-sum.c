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

/* The first byte of a sum that is not looked at. As many such sums as there are
 * trials are no overflow together, so that whoever adds finds room in any order
 * of them; a larger one counts as a value that was used. */
#define FIRST_BYTE_MAX 0x0fu
G_STATIC_ASSERT(TRIALS_MAX * (FIRST_BYTE_MAX + 1) <= 256);

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
	if (entry != NULL || !overlay->is_trial)
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
	if (!sum || copy[at] > FIRST_BYTE_MAX)
		entry->used = MIN(entry->used, overlay->turn);
	return BSN_OK;
}

/* ---- when trials are put together --------------------------------------- */

static gboolean
is_sum(const Entry *entry)
{
	return entry->sums != NULL && entry->used == TRIAL_NEVER;
}

/* What was 0 is not when the other one has added to it. */
gboolean
sums_agree(const Entry *a, const Entry *b)
{
	const Sums *sums = a->sums;

	return is_sum(a) && is_sum(b) && sums->at == b->sums->at &&
	       sums->len == b->sums->len && !is_zero(sums->seen, sums->len);
}

gboolean
sums_moved(const Entry *entry, const Entry *there)
{
	const Sums *sums = entry->sums;

	return sums != NULL && memcmp(there->now.value + sums->at, sums->seen,
				      sums->len) != 0;
}

/* Adds the difference a byte at a time from the end. No number overflows, so
 * that all of them are one. */
void
sums_take(Overlay *overlay, const Entry *entry, Entry *there)
{
	const Sums *sums = entry->sums;
	const guint8 *now = entry->now.value + sums->at;
	guint8 *copy = overlay_copy(
		overlay, bsn_slice_of(there->now.value, there->now.len));
	guint8 *sum = copy + sums->at;
	gint carry = 0;

	for (guint i = sums->len; i-- > 0;) {
		carry += sum[i] + now[i] - sums->seen[i];
		sum[i] = (guint8)(carry & 0xff);
		carry = (carry - sum[i]) / 256;
	}
	there->now.value = copy;
	there->now.changed = TRUE;
}
