/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/services.h"

#include <bsn/helpers/error.h>

RaftServices raft_services;

void
raft_services_find(const bsn_host *host)
{
	raft_services = (RaftServices){
		.log = bsn_host_log(host),
		.clock = bsn_host_clock(host),
		.timer = bsn_host_timer(host),
		.random = bsn_host_random(host),
		.store = bsn_host_store(host),
		.keys = bsn_host_keys(host),
		.crypto = bsn_host_crypto(host),
		.net = bsn_host_net(host),
	};
}

int32_t
raft_services_check(guint voters, bsn_err *err)
{
	const RaftServices *have = &raft_services;
	const struct {
		const char *id;
		gboolean there;
	} needed[] = {
		{ BSN_CLOCK_ID, BSN_HAS(have->clock, mono_ns) },
		{ BSN_TIMER_ID, BSN_HAS(have->timer, set) },
		{ BSN_RANDOM_ID, BSN_HAS(have->random, fill) },
		{ BSN_STORE_ID, BSN_HAS(have->store, commit) },
		{ BSN_KEYS_ID, BSN_HAS(have->keys, node_sign) },
		{ BSN_NET_ID, voters <= 1 || BSN_HAS(have->net, send) },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
		if (!needed[i].there)
			return bsn_fail(err, BSN_E_VERSION,
					"this host does not offer %s",
					needed[i].id);
	return BSN_OK;
}

void
raft_log_line(bsn_chain *chain, uint32_t level, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if (!BSN_HAS(raft_services.log, write))
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	raft_services.log->write(chain, level, text);
}
