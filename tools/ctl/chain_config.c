/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/chain_config.h"

#include "tools/ctl/organisations.h"
#include "tools/ctl/settings.h"

json_t *
chain_config_read(const Args *args, GError **error)
{
	const char *text = args_option(args, "config");
	json_t *config = json_object();

	if (text != NULL) {
		json_decref(config);
		config = ctl_read_json(text, "--config", error);
	}
	if (config != NULL && !json_is_object(config)) {
		ctl_fail(error, CTL_ERROR_USAGE,
			 "--config is no JSON object\nWrite it as "
			 "'{\"key\": value}'.");
		g_clear_pointer(&config, json_decref);
	}
	if (config != NULL && (!settings_take(args, "set", config, error) ||
			       !organisations_add(config, args, error)))
		g_clear_pointer(&config, json_decref);
	return config;
}
