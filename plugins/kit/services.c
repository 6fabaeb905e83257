/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/services.h"

#include "plugins/kit/host.h"

#define NS_PER_MS G_GUINT64_CONSTANT(1000000)

Services services;

int32_t
services_find(const bsn_host *host, const char *who, guint32 needed,
	      bsn_err *err)
{
#define X(member, type, accessor, id, bit) services.member = accessor(host);
	SERVICES(X)
#undef X
	const Needed all[] = {
#define X(member, type, accessor, id, bit)                                     \
	{ services.member != NULL || (needed & SERVICE(member)) == 0, id },
		SERVICES(X)
#undef X
	};

	return host_check(all, G_N_ELEMENTS(all), who, err);
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
