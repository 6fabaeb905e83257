/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions that begin again, and those that took too long.
 */
#include "plugins/engine-xuper/cross/inquiry-private.h"

#include "plugins/kit/services.h"

static guint64
due(const Inquiry *inquiry)
{
	return inquiry->again_ms != 0 ? inquiry->again_ms
				      : inquiry->deadline_ms;
}

void
inquiry_arm(bsn_ledger *ledger)
{
	const guint64 now = services_mono_ms(ledger->chain);
	guint64 first = G_MAXUINT64;
	GHashTableIter iter;
	gpointer inquiry;

	g_hash_table_iter_init(&iter, ledger->cross->inquiries);
	while (g_hash_table_iter_next(&iter, NULL, &inquiry))
		first = MIN(first, due(inquiry));
	if (first != G_MAXUINT64)
		(void)services.timer->set(ledger->chain, TIMER_INQUIRY,
					  first > now ? first - now : 0);
}

static void
run_due(Inquiry *inquiry)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (services_mono_ms(inquiry->ledger->chain) >= inquiry->deadline_ms) {
		if (inquiry->answer == NULL)
			inquiry_note_refusal(inquiry, BSN_UNAVAILABLE,
				     "it does not answer");
		inquiry_fail_lacking(inquiry);
		return;
	}
	status = inquiry_ask(inquiry, &err);
	if (status != BSN_OK)
		inquiry_fail(inquiry, status, &err);
}

static int
by_number(gconstpointer a, gconstpointer b)
{
	const guint64 x = (*(Inquiry *const *)a)->number;
	const guint64 y = (*(Inquiry *const *)b)->number;

	return (x > y) - (x < y);
}

void
inquiry_timer(bsn_ledger *ledger)
{
	const guint64 now = services_mono_ms(ledger->chain);
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer inquiry;

	g_hash_table_iter_init(&iter, ledger->cross->inquiries);
	while (g_hash_table_iter_next(&iter, NULL, &inquiry))
		if (due(inquiry) <= now)
			g_ptr_array_add(list, inquiry);
	g_ptr_array_sort(list, by_number);
	for (guint i = 0; i < list->len; i++)
		run_due(list->pdata[i]);
	inquiry_arm(ledger);
}
