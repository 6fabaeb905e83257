/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine with the same HTTP route twice.
 */
#define PLUGIN_ID "test.http-twice"
#include "http.h"

MINIMAL_NOTE;

static const bsn_http_route route = { sizeof(route), 0, "POST",
				      "/v1/get_block" };
static const bsn_http_route *const routes[] = { &route, &route, NULL };

HTTP_OPEN(routes)
