/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine with an HTTP route that the host would take for an access token.
 */
#define PLUGIN_ID "test.http-token"
#include "http.h"

MINIMAL_NOTE;

static const bsn_http_route route = { sizeof(route), 0, "GET",
				      "/bsn_status/get" };
static const bsn_http_route *const routes[] = { &route, NULL };

HTTP_OPEN(routes)
