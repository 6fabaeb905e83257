/* SPDX-License-Identifier: Apache-2.0
 *
 * check/loops.h: loops over storage that are as long as somebody makes them.
 */
#ifndef PLUGINS_RUNTIME_EVM_CHECK_LOOPS_H
#define PLUGINS_RUNTIME_EVM_CHECK_LOOPS_H

#include "plugins/runtime-evm/check/paths.h"

/* Marks the beginnings of such loops. [any] */
void loops_mark(const Paths *paths, Region *region);

#endif
