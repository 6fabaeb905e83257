/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/parallel-config.h: functions that were
 * declared to be parallel (0x1006): the first arguments of a call name all
 * that it shares with other calls.
 */
#ifndef FISCO_PRECOMPILED_PARALLEL_CONFIG_H
#define FISCO_PRECOMPILED_PARALLEL_CONFIG_H

#include <glib.h>

#include "plugins/engine-fisco/overlay.h"

/* Arguments that may be critical. */
#define PARALLEL_CRITICALS_MAX 64u

/* How many of a function's first arguments are its conflict keys.
 *
 * Returns: BSN_OK, or BSN_NOT_FOUND: it was not declared.
 * In:      contract, 20 bytes; selector, 4 bytes, by the chain's hash.
 * Errors:  as overlay_get; BSN_E_CORRUPT. [strand] */
int32_t parallel_config_load(Overlay *state, const guint8 *contract,
			     const guint8 *selector, guint64 *criticals);

#endif
