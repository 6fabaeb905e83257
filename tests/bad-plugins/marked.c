/* SPDX-License-Identifier: Apache-2.0
 *
 * A good plugin that leaves the mark, to show that a mark would be seen.
 */
#define PLUGIN_ID "test.marked"
#include "minimal.h"

#include "mark.h"

MINIMAL_NOTE;
MINIMAL_OPEN
