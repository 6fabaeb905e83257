/* SPDX-License-Identifier: Apache-2.0
 *
 * Leaves the same mark: nothing of an untrusted file may run either.
 */
#define PLUGIN_ID "test.untrusted"
#include "minimal.h"

#include "mark.h"

MINIMAL_NOTE;
MINIMAL_OPEN
