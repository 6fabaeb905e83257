/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/services.h"

#include <stdarg.h>

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
	};
	const struct {
		const void *table;
		const char *id;
	} needed[] = {
		{ services.log, BSN_LOG_ID },
		{ services.clock, BSN_CLOCK_ID },
		{ services.timer, BSN_TIMER_ID },
		{ services.random, BSN_RANDOM_ID },
		{ services.store, BSN_STORE_ID },
		{ services.crypto, BSN_CRYPTO_BY_NAME_ID },
		{ services.keys, BSN_KEYS_ID },
		{ services.parallel, BSN_PARALLEL_ID },
		{ services.runtimes, BSN_RUNTIMES_ID },
		{ services.consensuses, BSN_CONSENSUSES_ID },
		{ services.reply, BSN_REPLY_ID },
		{ services.events, BSN_EVENTS_ID },
	};

	for (guint i = 0; i < G_N_ELEMENTS(needed); i++)
		if (needed[i].table == NULL)
			return bsn_fail(err, BSN_E_VERSION,
					"the host does not offer %s, which "
					"bsn.engine-fisco needs",
					needed[i].id);
	return BSN_OK;
}

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	services.log->write(chain, level, text);
}

guint64
services_mono_ms(bsn_chain *chain)
{
	return services.clock->mono_ns(chain) / NS_PER_MS;
}
