/* SPDX-License-Identifier: Apache-2.0
 *
 * Its note and its table say different ids.
 */
#define PLUGIN_ID "test.id-mismatch"
#include "minimal.h"

BSN_PLUGIN_NOTE("test.other", PLUGIN_VERSION, BSN_KIND_ENGINE);
MINIMAL_OPEN
