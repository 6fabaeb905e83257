/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/message_rate.h: how many messages one caller may send: so many
 * in a second, and so many that wait for an answer. Main loop only.
 */
#ifndef HOST_GATEWAY_MESSAGE_RATE_H
#define HOST_GATEWAY_MESSAGE_RATE_H

#include <bsn/base.h>
#include <glib.h>

/* On average, and at once. */
#define MESSAGES_PER_S 200
#define MESSAGES_BURST 400
/* That wait for an answer. */
#define MESSAGES_WAITING_MAX 256u

typedef struct MessageRates MessageRates;

MessageRates *message_rates_new(void);
void message_rates_free(MessageRates *rates);
/* Counts a message of a caller, by the certificate's fingerprint, until
 * message_rates_done; `now` is monotonic, in microseconds.
 *
 * Returns: BSN_OK. Errors: BSN_BUSY. */
int32_t message_rates_take(MessageRates *rates, const char *fingerprint,
			   gint64 now, bsn_err *err);
void message_rates_done(MessageRates *rates, const char *fingerprint);
/* Forgets who has been quiet; about once a second. */
void message_rates_tick(MessageRates *rates, gint64 now);

#endif
