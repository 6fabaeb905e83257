/* SPDX-License-Identifier: Apache-2.0
 *
 * A shared object that is no plugin.
 */
#define PLUGIN_ID "test.no-note"
#include "minimal.h"

MINIMAL_OPEN
