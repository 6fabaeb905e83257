/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/services.h: the host as plugins see it.
 */
#ifndef HOST_SERVICE_SERVICES_H
#define HOST_SERVICE_SERVICES_H

#include <bsn/bsn.h>
#include <bsn/ext/http.h>

/* The table that bsn_plugin_open is given. */
extern const bsn_host host_as_plugins_see_it;

/* Its service tables that live in other files. */
extern const bsn_reply_service service_reply;
extern const bsn_http service_http;

#endif
