/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/config.h"

#include "plugins/kit/json.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u
#define MINUTE_MS 60000u

static void
check_timeouts(JsonFields *fields, const Config *config)
{
	if (config->view_timeout_max < config->view_timeout)
		fields_fail(fields, "view_timeout_max_ms",
			    "is below view_timeout_ms: raise it");
	if (config->suspect_timeout > config->view_timeout)
		fields_fail(fields, "suspect_timeout_ms",
			    "is above view_timeout_ms: lower it");
}

int32_t
config_read(bsn_slice text, Config *config, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(text, CONFIG_MAX, "consensus config",
					 &object, err);

	*config = (Config){
		.block_interval = fields_u64(&fields, "block_interval_ms", 0,
					     MINUTE_MS, 0),
		.view_timeout = fields_u64(&fields, "view_timeout_ms", 100,
					   10 * MINUTE_MS, 3000),
		.view_timeout_max = fields_u64(&fields, "view_timeout_max_ms",
					       100, 60 * MINUTE_MS, MINUTE_MS),
		.suspect_timeout = fields_u64(&fields, "suspect_timeout_ms", 0,
					      MINUTE_MS, 50),
		.resend = fields_u64(&fields, "resend_ms", 20, MINUTE_MS, 500),
		.pipeline = fields_bool(&fields, "pipeline", TRUE),
	};
	check_timeouts(&fields, config);
	return fields_end(&fields);
}
