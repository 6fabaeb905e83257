/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine with an HTTP route whose path is none.
 */
#define PLUGIN_ID "test.http-path"
#include "http.h"

MINIMAL_NOTE;

static const bsn_http_route route = { sizeof(route), 0, "POST",
				      "v1/get block" };
static const bsn_http_route *const routes[] = { &route, NULL };

HTTP_OPEN(routes)
