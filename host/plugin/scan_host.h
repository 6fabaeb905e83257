/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/scan_host.h: the host as a plugin sees it while it is scanned: it
 * offers the same services as the daemon, without any chain.
 */
#ifndef HOST_PLUGIN_SCAN_HOST_H
#define HOST_PLUGIN_SCAN_HOST_H

#include <bsn/host.h>

extern const bsn_host scan_host;

#endif
