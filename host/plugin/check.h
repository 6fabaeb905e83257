/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/check.h: whether what a plugin hands out keeps the rules of the
 * ABI: sizes, required members, names, kinds, known answers.
 */
#ifndef HOST_PLUGIN_CHECK_H
#define HOST_PLUGIN_CHECK_H

#include <bsn/bsn.h>

#include "host/plugin/rule.h"

/* Entries of one array (features, algorithms) that are read. */
#define CHECK_ENTRIES_MAX 256u
/* Bytes of a JSON text in a table. */
#define CHECK_JSON_MAX 65536u

/* Told before each piece of the plugin's code is run, in words that follow
 * "in": "query(\"bsn.engine/1\")". */
typedef void (*PluginCheckWatcher)(const char *where);

/* Calls bsn_plugin_open and judges what it answered: `opened` as it returned
 * BSN_OK. RULE_OPEN_FAILED with the plugin's own reason otherwise. */
const bsn_plugin *plugin_open(bsn_plugin_open_fn open, const bsn_host *host,
			      Refusal *refusal);

/* Checks an opened plugin against its note, and appends what it offers, as
 * "framework fisco", "consensus solo", "runtime evm", "hash sm3",
 * "signature sm2" or "cipher sm4-cbc", to `offers` (g_free them). `at` may be
 * NULL. TRUE, or FALSE and the refusal. */
gboolean plugin_check(const bsn_plugin *plugin, const bsn_note_desc *note,
		      PluginCheckWatcher at, GPtrArray *offers,
		      Refusal *refusal);

#endif
