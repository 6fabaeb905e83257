/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/services.h: the host's services, found once when the
 * plugin is opened and only read afterwards.
 */
#ifndef FISCO_SERVICES_H
#define FISCO_SERVICES_H

#include <bsn/bsn.h>
#include <bsn/ext/compiler.h>
#include <bsn/ext/cpu.h>
#include <bsn/ext/session.h>
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
	const bsn_session_service *session; /* NULL: nothing is pushed */
	const bsn_compiler *compiler; /* NULL: nothing is compiled */
	const bsn_cpu *cpu; /* NULL: nobody counts it */
	const bsn_chain_service *chain; /* NULL: the host is older than it */
} Services;

extern Services services;

/* Finds the services.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_E_VERSION: the reason names the missing one. [main] */
int32_t services_find(const bsn_host *host, bsn_err *err);

/* The monotonic clock in ms. [any] */
guint64 services_mono_ms(bsn_chain *chain);
/* Gives the chain up, which cannot go on: what was decided contradicts what is
 * there. What was only to be had at another time is no reason. [strand] */
void services_give_up(bsn_chain *chain, const bsn_err *why);
/* Writes one line to the host's log. [any] */
void services_log(bsn_chain *chain, guint32 level, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

#endif
