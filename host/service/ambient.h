/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/ambient.h: the services that are the same whichever chain asks,
 * and before there is any: for the daemon and for the scan of a plugin.
 */
#ifndef HOST_SERVICE_AMBIENT_H
#define HOST_SERVICE_AMBIENT_H

#include <bsn/host.h>

extern const bsn_clock service_clock;
extern const bsn_random service_random;

#endif
