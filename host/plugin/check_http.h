/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/check_http.h: whether an engine's HTTP table keeps the rules of
 * bsn/ext/http.h.
 */
#ifndef HOST_PLUGIN_CHECK_HTTP_H
#define HOST_PLUGIN_CHECK_HTTP_H

#include <bsn/ext/http.h>

#include "host/plugin/rule.h"

/* Its routes are such, each once. Required members were looked for before. */
gboolean plugin_check_http(const bsn_engine_http *http, Refusal *refusal);

#endif
