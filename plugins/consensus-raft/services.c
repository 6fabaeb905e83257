/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/services.h"

#include "plugins/kit/host.h"

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
		.cpu = bsn_host_cpu(host),
	};
}

int32_t
raft_services_check(guint voters, bsn_err *err)
{
	const RaftServices *have = &raft_services;
	const Needed needed[] = {
		{ BSN_HAS(have->clock, mono_ns), BSN_CLOCK_ID },
		{ BSN_HAS(have->timer, set), BSN_TIMER_ID },
		{ BSN_HAS(have->random, fill), BSN_RANDOM_ID },
		{ BSN_HAS(have->store, commit), BSN_STORE_ID },
		{ BSN_HAS(have->keys, node_sign), BSN_KEYS_ID },
		{ voters <= 1 || BSN_HAS(have->net, send), BSN_NET_ID },
	};

	return host_check(needed, G_N_ELEMENTS(needed), "consensus raft", err);
}

void
raft_log_line(bsn_chain *chain, uint32_t level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host_log(raft_services.log, chain, level, format, args);
	va_end(args);
}
