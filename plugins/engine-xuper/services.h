/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/services.h: the host's services, found once when the
 * plugin is opened and only read afterwards.
 */
#ifndef XUPER_SERVICES_H
#define XUPER_SERVICES_H

#include <bsn/bsn.h>
#include <bsn/ext/cpu.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

typedef struct {
	const bsn_log *log;
	const bsn_clock *clock;
	const bsn_timer *timer;
	const bsn_random *random;
	const bsn_store *store;
	const bsn_crypto_by_name *crypto;
	const bsn_keys *keys;
	const bsn_parallel *parallel;
	const bsn_runtimes *runtimes;
	const bsn_consensuses *consensuses;
	const bsn_net *net; /* NULL when the host has no transport */
	const bsn_reply_service *reply;
	const bsn_events *events;
	const bsn_cpu *cpu; /* NULL: nobody counts it */
} Services;

extern Services services;

/* Finds the services.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_E_VERSION: the reason names the missing one. [main] */
int32_t services_find(const bsn_host *host, bsn_err *err);

/* Writes one line to the host's log. [any] */
void services_log(bsn_chain *chain, guint32 level, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

#endif
