/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/message_rate.h"

#include <bsn/helpers/error.h>

#define INTERVAL (G_USEC_PER_SEC / MESSAGES_PER_S)

typedef struct {
	gint64 next; /* when its messages so far are all paid for */
	guint waiting;
} Rate;

struct MessageRates {
	GHashTable *callers; /* Rate by fingerprint */
};

MessageRates *
message_rates_new(void)
{
	MessageRates *rates = g_new0(MessageRates, 1);

	rates->callers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       g_free);
	return rates;
}

void
message_rates_free(MessageRates *rates)
{
	g_hash_table_unref(rates->callers);
	g_free(rates);
}

int32_t
message_rates_take(MessageRates *rates, const char *fingerprint, gint64 now,
		   bsn_err *err)
{
	Rate *rate = g_hash_table_lookup(rates->callers, fingerprint);

	if (rate == NULL) {
		rate = g_new0(Rate, 1);
		g_hash_table_insert(rates->callers, g_strdup(fingerprint),
				    rate);
	}
	if (rate->waiting >= MESSAGES_WAITING_MAX)
		return bsn_fail(err, BSN_BUSY,
				"%u of your messages wait for an answer, as "
				"many as may",
				rate->waiting);
	rate->next = MAX(rate->next, now);
	if (rate->next - now >= (gint64)MESSAGES_BURST * INTERVAL)
		return bsn_fail(err, BSN_BUSY,
				"you send more than %d messages a second",
				MESSAGES_PER_S);
	rate->next += INTERVAL;
	rate->waiting++;
	return BSN_OK;
}

void
message_rates_done(MessageRates *rates, const char *fingerprint)
{
	Rate *rate = g_hash_table_lookup(rates->callers, fingerprint);

	rate->waiting--;
}

static gboolean
is_quiet(gpointer fingerprint, gpointer value, gpointer now)
{
	const Rate *rate = value;

	return rate->waiting == 0 && rate->next <= *(const gint64 *)now;
}

void
message_rates_tick(MessageRates *rates, gint64 now)
{
	(void)g_hash_table_foreach_remove(rates->callers, is_quiet, &now);
}
