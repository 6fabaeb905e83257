/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pow/rule.h"

/* Periods that one solve time counts for, at most. */
#define SOLVE_PERIODS_MAX 6u

guint
rule_line(const PowConfig *config)
{
	return (guint)MAX(config->window + config->depth + 1, RULE_MEDIAN);
}

/* Whether nobody had a reason to mine upon line[at]. */
static gboolean
is_idle(const PowConfig *config, const RuleBlock *line, guint n, guint at)
{
	for (guint i = at; i < n && i < at + config->depth; i++)
		if (line[i].loaded)
			return FALSE;
	return !config->always;
}

/* How long it took to make line[at], as far as it counts; latest: the latest time
 * that those before it have. */
static guint64
solve_ms(const PowConfig *config, const RuleBlock *line, guint n, guint at,
	 guint64 latest)
{
	const guint64 most = is_idle(config, line, n, at + 1)
				     ? config->period
				     : SOLVE_PERIODS_MAX * config->period;

	if (line[at + 1].bits == 0)
		return config->period;
	return line[at].time_ms > latest ? MIN(line[at].time_ms - latest, most)
					 : 0;
}

static void
parent_target(const PowConfig *config, const RuleBlock *parent, Target *target)
{
	if (parent->bits == 0 || !target_from_bits(parent->bits, target))
		*target = config->start;
}

static Target
bounded(const PowConfig *config, Target next, const Target *parent)
{
	const Target most = target_scale(parent, 2, 1);
	const Target least = target_scale(parent, 1, 2);

	if (target_compare(&next, &most) > 0)
		next = most;
	if (target_compare(&next, &least) < 0)
		next = least;
	if (target_compare(&next, &config->easiest) > 0)
		next = config->easiest;
	return next;
}

/* How many of the first have a target. */
static guint
blocks_there(const RuleBlock *line, guint most)
{
	guint there = 0;

	while (there < most && line[there].bits != 0)
		there++;
	return there;
}

guint32
rule_bits(const PowConfig *config, const RuleBlock *line, guint n)
{
	const guint64 window = config->window;
	const guint64 weights = window * (window + 1) / 2;
	const guint there = blocks_there(line, MIN(n - 1, (guint)window));
	Target sum = { { 0 } }, parent, next;
	guint64 weighted = 0, latest = line[there].time_ms;
	guint32 bits;

	for (guint i = (guint)window; i-- > 0;) {
		Target target = config->start, part;

		if (i < there) {
			parent_target(config, &line[i], &target);
			weighted += (window - i) *
				    solve_ms(config, line, n, i, latest);
			latest = MAX(latest, line[i].time_ms);
		} else {
			weighted += (window - i) * config->period;
		}
		part = target_scale(&target, 1, window);
		sum = target_add(sum, &part);
	}
	parent_target(config, &line[0], &parent);
	next = target_scale(&sum, weighted, weights * config->period);
	next = bounded(config, next, &parent);
	bits = target_to_bits(&next);
	/* So hard that its half is none. */
	return bits != 0 ? bits : 0x01010000u;
}

static gint
compare_ms(gconstpointer a, gconstpointer b)
{
	const guint64 left = *(const guint64 *)a, right = *(const guint64 *)b;

	return (left > right) - (left < right);
}

guint64
rule_median_ms(const RuleBlock *line, guint n)
{
	guint64 times[RULE_MEDIAN];

	n = MIN(n, RULE_MEDIAN);
	for (guint i = 0; i < n; i++)
		times[i] = line[i].time_ms;
	qsort(times, n, sizeof(times[0]), compare_ms);
	return times[n / 2];
}
