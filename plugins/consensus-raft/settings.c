/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/settings.h"

#include "plugins/kit/json.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u

int32_t
raft_settings_read(bsn_slice config, RaftSettings *settings, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(config, CONFIG_MAX, "consensus config",
					 &object, err);

	settings->election_ms = (guint32)fields_u64(
		&fields, "election_timeout_ms", 100, 60000, 1000);
	settings->pipeline = (guint32)fields_u64(&fields, "pipeline", 1, 8, 2);
	settings->keep =
		(guint32)fields_u64(&fields, "keep_entries", 16, 65536, 128);
	return fields_end(&fields);
}
