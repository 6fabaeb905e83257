/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/no_http.h: bsn.http/1 where nobody asks: in the scan of a plugin.
 */
#ifndef HOST_SERVICE_NO_HTTP_H
#define HOST_SERVICE_NO_HTTP_H

#include <bsn/ext/http.h>

extern const bsn_http service_no_http;

#endif
