/* SPDX-License-Identifier: Apache-2.0
 *
 * What one of the fleet exports beside bsn_plugin_open.
 */
#include <bsn/plugin.h>

BSN_EXPORT int fleet_version(void);

int
fleet_version(void)
{
	return 1;
}
