/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/host.h"

#include <bsn/helpers/error.h>

void
host_log(const bsn_log *log, bsn_chain *chain, guint32 level,
	 const char *format, va_list args)
{
	g_autofree char *text = NULL;

	if (!BSN_HAS(log, write))
		return;
	text = g_strdup_vprintf(format, args);
	log->write(chain, level, text);
}

void
host_give_up(const bsn_chain_service *service, const bsn_log *log,
	     bsn_chain *chain, const bsn_err *why)
{
	g_autofree char *text = NULL;

	if (BSN_HAS(service, fail)) {
		service->fail(chain, why);
		return;
	}
	if (!BSN_HAS(log, write))
		return;
	text = g_strconcat("the chain cannot go on: ", why->reason, NULL);
	log->write(chain, BSN_LOG_ERROR, text);
}

int32_t
host_check(const Needed *needed, gsize n, const char *who, bsn_err *err)
{
	for (gsize i = 0; i < n; i++)
		if (!needed[i].there)
			return bsn_fail(err, BSN_E_VERSION,
					"%s needs %s, which this host does "
					"not offer",
					who, needed[i].id);
	return BSN_OK;
}

const bsn_member *
member_at(const bsn_member *members, guint64 i)
{
	return (const void *)((const char *)members + i * members->size);
}
