/* SPDX-License-Identifier: Apache-2.0
 *
 * Divides by zero, as far as the parent can see, in query.
 */
#define PLUGIN_ID "test.crash-in-query"
#include "minimal.h"

#include <signal.h>

MINIMAL_NOTE;

static const void *
query(const char *id)
{
	raise(SIGFPE);
	return NULL;
}

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	minimal_plugin.query = query;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
