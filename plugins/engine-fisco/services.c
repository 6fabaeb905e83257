/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/services.h"

#include "plugins/kit/host.h"

#define NS_PER_MS G_GUINT64_CONSTANT(1000000)

Services services;

int32_t
services_find(const bsn_host *host, bsn_err *err)
{
	services = (Services){
		.log = bsn_host_log(host),
		.clock = bsn_host_clock(host),
		.timer = bsn_host_timer(host),
		.random = bsn_host_random(host),
		.store = bsn_host_store(host),
		.crypto = bsn_host_crypto(host),
		.keys = bsn_host_keys(host),
		.parallel = bsn_host_parallel(host),
		.runtimes = bsn_host_runtimes(host),
		.consensuses = bsn_host_consensuses(host),
		.net = bsn_host_net(host),
		.reply = bsn_host_reply(host),
		.events = bsn_host_events(host),
		.session = bsn_host_session(host),
		.compiler = bsn_host_compiler(host),
		.cpu = bsn_host_cpu(host),
		.chain = bsn_host_chain(host),
	};
	const Needed needed[] = {
		{ services.log != NULL, BSN_LOG_ID },
		{ services.clock != NULL, BSN_CLOCK_ID },
		{ services.timer != NULL, BSN_TIMER_ID },
		{ services.random != NULL, BSN_RANDOM_ID },
		{ services.store != NULL, BSN_STORE_ID },
		{ services.crypto != NULL, BSN_CRYPTO_BY_NAME_ID },
		{ services.keys != NULL, BSN_KEYS_ID },
		{ services.parallel != NULL, BSN_PARALLEL_ID },
		{ services.runtimes != NULL, BSN_RUNTIMES_ID },
		{ services.consensuses != NULL, BSN_CONSENSUSES_ID },
		{ services.reply != NULL, BSN_REPLY_ID },
		{ services.events != NULL, BSN_EVENTS_ID },
	};

	return host_check(needed, G_N_ELEMENTS(needed), "bsn.engine-fisco",
			  err);
}

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host_log(services.log, chain, level, format, args);
	va_end(args);
}

void
services_give_up(bsn_chain *chain, const bsn_err *why)
{
	host_give_up(services.chain, services.log, chain, why);
}

guint64
services_mono_ms(bsn_chain *chain)
{
	return services.clock->mono_ns(chain) / NS_PER_MS;
}
