/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/certified.h: whether a plugin has the certificate of conformance
 * that the config asks for ([plugins] require, conformance_keys).
 */
#ifndef HOST_PLUGIN_CERTIFIED_H
#define HOST_PLUGIN_CERTIFIED_H

#include "host/plugin/rule.h"

typedef struct PluginDemand PluginDemand;

/* `level` is "L0" to "L4"; anything else, or NULL, asks for nothing.
 * `key_files` are the PEM files, NULL-ended, of whoever may certify. */
PluginDemand *plugin_demand_new(const char *level,
				const char *const *key_files);
void plugin_demand_free(PluginDemand *demand);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PluginDemand, plugin_demand_free)

/* TRUE when the file at `path` with this digest ("sm3:hex") and these kinds
 * (BSN_KIND_* of its note) has what is asked for: only engines are asked.
 * Otherwise FALSE and RULE_NOT_CERTIFIED, RULE_BAD_CERTIFICATE,
 * RULE_UNKNOWN_CERTIFIER, RULE_OTHER_CERTIFICATE or RULE_BELOW_LEVEL. */
gboolean plugin_demand_judge(const PluginDemand *demand, const char *path,
			     const char *digest, guint32 kinds,
			     Refusal *refusal);

#endif
