/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pow/rule.h: what follows for a block's target and time from
 * the blocks before it.
 *
 * The target is the linearly weighted moving average of zawy12's LWMA-1
 * ("Difficulty algorithms", https://github.com/zawy12/difficulty-algorithms,
 * issue 3): the average of the last N targets times the weighted average of the
 * last N solve times, the newest weighing N times the oldest, over the expected
 * one. So each block adjusts, and hash power that comes or goes is followed within
 * N blocks without swinging. Here
 *
 * - a solve time is what a block's time is above the latest before it: who says one
 *   that is too early, and then the right one, wins nothing by the leap;
 * - it counts for at most six periods, and a target is at most twice its parent's
 *   and at least half: whoever lies about the time gains little;
 * - it counts for at most one period where nobody had a reason to mine, since all
 *   that anybody waits for was final: an idle chain becomes no easier, and harder
 *   for whoever fills it with empty blocks. With `always` all count;
 * - where there are no N blocks the missing ones have the first target and one
 *   period each.
 *
 * A block's time is above the median of the last 11 (Bitcoin's rule, BIP 113).
 *
 * All functions: [any].
 */
#ifndef POW_RULE_H
#define POW_RULE_H

#include "plugins/consensus-pow/config.h"

#define RULE_MEDIAN 11u
/* Blocks that the rules look at, at most. */
#define RULE_LINE_MAX (POW_WINDOW_MAX + POW_DEPTH_MAX + RULE_MEDIAN)

typedef struct {
	guint64 time_ms;
	guint32 bits;    /* 0: not made by proof of work */
	gboolean loaded; /* somebody waits for something in it */
} RuleBlock;

/* How many blocks before one its rules look at. */
guint rule_line(const PowConfig *config);

/* Compact target of the block upon line[0]; line[i + 1] is the parent of line[i],
 * n of them, at least 1: as many as rule_line says or all that there are. */
guint32 rule_bits(const PowConfig *config, const RuleBlock *line, guint n);
/* Which the time of that block must be above, in ms. */
guint64 rule_median_ms(const RuleBlock *line, guint n);

#endif
