/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine whose framework's name is none.
 */
#define PLUGIN_ID "test.bad-name"
#define FRAMEWORK "../Evil"
#include "minimal.h"

MINIMAL_NOTE;
MINIMAL_OPEN
