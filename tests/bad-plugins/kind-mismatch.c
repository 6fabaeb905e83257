/* SPDX-License-Identifier: Apache-2.0
 *
 * Its note promises a runtime too.
 */
#define PLUGIN_ID "test.kind-mismatch"
#include "minimal.h"

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE | BSN_KIND_RUNTIME);
MINIMAL_OPEN
