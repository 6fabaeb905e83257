/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/rank.h: what enough of several nodes have come to.
 */
#ifndef PLUGINS_KIT_RANK_H
#define PLUGINS_KIT_RANK_H

#include <glib.h>

/* The highest number that at least `count`, 1 or more, of the n are as great
 * as; 0 when there are fewer than `count`. Sorts them. [any] */
guint64 rank_reached(guint64 *numbers, guint n, guint count);

#endif
