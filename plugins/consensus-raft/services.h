/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/services.h: what the host lends, found once when the
 * plugin is opened.
 */
#ifndef CONSENSUS_RAFT_SERVICES_H
#define CONSENSUS_RAFT_SERVICES_H

#include <bsn/consensus.h>
#include <bsn/ext/cpu.h>
#include <glib.h>

typedef struct {
	const bsn_log *log; /* may be NULL */
	const bsn_clock *clock;
	const bsn_timer *timer;
	const bsn_random *random;
	const bsn_store *store;
	const bsn_keys *keys;
	const bsn_crypto_by_name *crypto;
	const bsn_net *net; /* NULL: no host but this one */
	const bsn_cpu *cpu; /* may be NULL */
} RaftServices;

extern RaftServices raft_services;

/* Before any chain opens. [main] */
void raft_services_find(const bsn_host *host);
/* Returns: BSN_OK. Errors: BSN_E_VERSION with the id that is missing; a chain
 * with more than one voter needs bsn.net/1, too. [any] */
int32_t raft_services_check(guint voters, bsn_err *err);

/* One line of the host's log. [any] */
G_GNUC_PRINTF(3, 4)
void raft_log_line(bsn_chain *chain, uint32_t level, const char *format, ...);

#endif
