/* SPDX-License-Identifier: Apache-2.0
 *
 * Has a note, but does not export bsn_plugin_open.
 */
#define PLUGIN_ID "test.no-open"
#include "minimal.h"

MINIMAL_NOTE;

BSN_EXPORT const bsn_plugin *plugin_open_misspelt(void);

const bsn_plugin *
plugin_open_misspelt(void)
{
	return &minimal_plugin;
}
