/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/votes/services.h"

#include "plugins/kit/host.h"

Services services;

void
services_open(const bsn_host *host)
{
	services = (Services){
		.log = bsn_host_log(host),
		.clock = bsn_host_clock(host),
		.timer = bsn_host_timer(host),
		.store = bsn_host_store(host),
		.crypto = bsn_host_crypto(host),
		.keys = bsn_host_keys(host),
		.parallel = bsn_host_parallel(host),
		.net = bsn_host_net(host),
		.cpu = bsn_host_cpu(host),
	};
}

int32_t
services_check(const char *who, guint members, bsn_err *err)
{
	const Needed needed[] = {
		{ BSN_HAS(services.clock, mono_ns), BSN_CLOCK_ID },
		{ BSN_HAS(services.timer, set), BSN_TIMER_ID },
		{ BSN_HAS(services.store, commit), BSN_STORE_ID },
		{ BSN_HAS(services.crypto, signature), BSN_CRYPTO_BY_NAME_ID },
		{ BSN_HAS(services.keys, node_sign), BSN_KEYS_ID },
		{ members < 2 || BSN_HAS(services.net, send), BSN_NET_ID },
	};

	return host_check(needed, G_N_ELEMENTS(needed), who, err);
}

void
services_log(bsn_chain *chain, uint32_t level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host_log(services.log, chain, level, format, args);
	va_end(args);
}

guint64
services_now_ms(bsn_chain *chain)
{
	return services.clock->mono_ns(chain) / 1000000u;
}
