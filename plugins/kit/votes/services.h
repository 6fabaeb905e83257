/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/votes/services.h: what the host lends to a protocol whose members
 * vote.
 */
#ifndef KIT_VOTES_SERVICES_H
#define KIT_VOTES_SERVICES_H

#include <bsn/ext/cpu.h>
#include <glib.h>

typedef struct {
	const bsn_log *log;           /* may be NULL */
	const bsn_clock *clock;
	const bsn_timer *timer;
	const bsn_store *store;
	const bsn_crypto_by_name *crypto;
	const bsn_keys *keys;
	const bsn_parallel *parallel; /* may be NULL */
	const bsn_cpu *cpu;           /* may be NULL */
	const bsn_net *net;           /* NULL: chains of one member only */
} Services;

extern Services services;

/* Finds them; once, before any chain opens. [main] */
void services_open(const bsn_host *host);

/* Whether a chain of `members` consensus members has what it needs; `who` needs
 * it.
 *
 * Returns: BSN_OK. Errors: BSN_E_VERSION, which names what is missing. */
int32_t services_check(const char *who, guint members, bsn_err *err);

/* One line for the administrator. [any] */
void services_log(bsn_chain *chain, uint32_t level, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* A clock for intervals, in ms. [any] */
guint64 services_now_ms(bsn_chain *chain);

#endif
