/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/ambient.h"

#include <errno.h>
#include <glib.h>
#include <sys/random.h>

static uint64_t
clock_wall_ms(bsn_chain *chain)
{
	return (uint64_t)g_get_real_time() / 1000;
}

static uint64_t
clock_mono_ns(bsn_chain *chain)
{
	return (uint64_t)g_get_monotonic_time() * 1000;
}

const bsn_clock service_clock = {
	.size = sizeof(service_clock),
	.wall_ms = clock_wall_ms,
	.mono_ns = clock_mono_ns,
};

static int32_t
random_fill(bsn_chain *chain, void *data, uint64_t len)
{
	uint8_t *at = data;

	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return BSN_E_IO;
		at += got;
		len -= (uint64_t)got;
	}
	return BSN_OK;
}

const bsn_random service_random = {
	.size = sizeof(service_random),
	.fill = random_fill,
};
