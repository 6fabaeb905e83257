/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/submit_scan.h: finished transactions in the body of a request,
 * {"txs":["0x..", ..]}, read in one pass into one piece of memory: what nearly
 * all that is submitted looks like. Pure function; any thread.
 */
#ifndef HOST_GATEWAY_SUBMIT_SCAN_H
#define HOST_GATEWAY_SUBMIT_SCAN_H

#include <glib.h>

/* The transactions of such a body, GBytes that share their memory; NULL for any
 * other body, right or wrong.
 *
 * In: max, how many there may be. */
GPtrArray *submit_scan(const void *data, gsize len, guint max);

#endif
