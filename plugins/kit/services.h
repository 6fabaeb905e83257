/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/services.h: the host's services, found once when the plugin is
 * opened and only read afterwards. A plugin says which ones it cannot do
 * without; each of the others is NULL where the host does not offer it.
 */
#ifndef PLUGINS_KIT_SERVICES_H
#define PLUGINS_KIT_SERVICES_H

#include <bsn/bsn.h>
#include <bsn/ext/chains.h>
#include <bsn/ext/compiler.h>
#include <bsn/ext/cpu.h>
#include <bsn/ext/grpc.h>
#include <bsn/ext/http.h>
#include <bsn/ext/session.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

/* X(member, type, accessor, id, bit) */
#define SERVICES(X)                                                            \
	X(log, bsn_log, bsn_host_log, BSN_LOG_ID, 0)                           \
	X(clock, bsn_clock, bsn_host_clock, BSN_CLOCK_ID, 1)                   \
	X(timer, bsn_timer, bsn_host_timer, BSN_TIMER_ID, 2)                   \
	X(random, bsn_random, bsn_host_random, BSN_RANDOM_ID, 3)               \
	X(store, bsn_store, bsn_host_store, BSN_STORE_ID, 4)                   \
	X(crypto, bsn_crypto_by_name, bsn_host_crypto, BSN_CRYPTO_BY_NAME_ID,  \
	  5)                                                                   \
	X(keys, bsn_keys, bsn_host_keys, BSN_KEYS_ID, 6)                       \
	X(parallel, bsn_parallel, bsn_host_parallel, BSN_PARALLEL_ID, 7)       \
	X(runtimes, bsn_runtimes, bsn_host_runtimes, BSN_RUNTIMES_ID, 8)       \
	X(consensuses, bsn_consensuses, bsn_host_consensuses,                  \
	  BSN_CONSENSUSES_ID, 9)                                               \
	X(net, bsn_net, bsn_host_net, BSN_NET_ID, 10)                          \
	X(reply, bsn_reply_service, bsn_host_reply, BSN_REPLY_ID, 11)          \
	X(events, bsn_events, bsn_host_events, BSN_EVENTS_ID, 12)              \
	X(session, bsn_session_service, bsn_host_session, BSN_SESSION_ID, 13)  \
	X(compiler, bsn_compiler, bsn_host_compiler, BSN_COMPILER_ID, 14)      \
	X(cpu, bsn_cpu, bsn_host_cpu, BSN_CPU_ID, 15)                          \
	X(grpc, bsn_grpc, bsn_host_grpc, BSN_GRPC_ID, 16)                      \
	X(chains, bsn_chains, bsn_host_chains, BSN_CHAINS_ID, 17)              \
	X(http, bsn_http, bsn_host_http, BSN_HTTP_ID, 18)                      \
	X(chain, bsn_chain_service, bsn_host_chain, BSN_CHAIN_ID, 19)

typedef struct {
#define X(member, type, accessor, id, bit) const type *member;
	SERVICES(X)
#undef X
} Services;

/* A set of them: SERVICE(log) | SERVICE(clock). */
enum {
#define X(member, type, accessor, id, bit) SERVICE_BIT_##member = 1 << bit,
	SERVICES(X)
#undef X
};
#define SERVICE(member) ((guint32)SERVICE_BIT_##member)
/* What an engine needs. A host without a transport has no net. */
#define SERVICES_OF_ENGINES                                                    \
	(SERVICE(log) | SERVICE(clock) | SERVICE(timer) | SERVICE(random) |    \
	 SERVICE(store) | SERVICE(crypto) | SERVICE(keys) |                    \
	 SERVICE(parallel) | SERVICE(runtimes) | SERVICE(consensuses) |        \
	 SERVICE(reply) | SERVICE(events))

extern Services services;

/* Finds the services; `who`, the plugin's id, cannot do without `needed`.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_E_VERSION: the reason names the first that is missing. [main] */
int32_t services_find(const bsn_host *host, const char *who, guint32 needed,
		      bsn_err *err);

/* The monotonic clock in ms. [any] */
guint64 services_mono_ms(bsn_chain *chain);
/* Gives the chain up, which cannot go on: what was decided contradicts what is
 * there. What was only to be had at another time is no reason. [strand] */
void services_give_up(bsn_chain *chain, const bsn_err *why);
/* Writes one line to the host's log. [any] */
void services_log(bsn_chain *chain, guint32 level, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

#endif
