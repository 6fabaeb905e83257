/* SPDX-License-Identifier: Apache-2.0
 *
 * host/io/rate.h: so many lines of a log in a minute; the others are counted.
 */
#ifndef HOST_IO_RATE_H
#define HOST_IO_RATE_H

#include <glib.h>

/* Zeroed: nothing was told yet. */
typedef struct {
	gint64 minute; /* when the present one began; monotonic, us */
	guint told, untold;
} IoRate;

/* Whether one more may be told, at `now`. *missed: how many of the minute
 * before were not; 0 but for the first of a minute. */
static inline gboolean
io_rate_allows(IoRate *rate, gint64 now, guint per_minute, guint *missed)
{
	*missed = 0;
	if (rate->minute == 0 || now - rate->minute >= 60 * G_USEC_PER_SEC) {
		*missed = rate->untold;
		*rate = (IoRate){ .minute = now };
	}
	if (rate->told >= per_minute) {
		rate->untold++;
		return FALSE;
	}
	rate->told++;
	return TRUE;
}

#endif
