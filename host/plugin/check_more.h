/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/check_more.h: whether what a plugin offers beyond its kinds' own
 * tables (bsn/ext) keeps the rules of the ABI.
 */
#ifndef HOST_PLUGIN_CHECK_MORE_H
#define HOST_PLUGIN_CHECK_MORE_H

#include <bsn/bsn.h>

#include "host/plugin/check.h"

/* Extensions of an engine, and of a runtime; `at` may be NULL. TRUE, or FALSE and
 * the refusal. */
gboolean plugin_check_engine_more(const bsn_engine *engine,
				  PluginCheckWatcher at, Refusal *refusal);
gboolean plugin_check_runtime_more(const bsn_runtime *runtime,
				   PluginCheckWatcher at, Refusal *refusal);

#endif
