/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/level.h"

static const struct {
	const char *name, *promise;
} levels[LEVELS] = {
	[LEVEL_LOADS] = { "L0", "loads" },
	[LEVEL_TABLE2] = { "L1", "Table 2 on one node" },
	[LEVEL_TABLES] = { "L2", "both tables" },
	[LEVEL_SIMULATOR] = { "L3", "simulator" },
	[LEVEL_SOAK] = { "L4", "soak" },
};

const char *
level_name(gint level)
{
	return level >= 0 && level < LEVELS ? levels[level].name : "none";
}

const char *
level_promise(gint level)
{
	return level >= 0 && level < LEVELS ? levels[level].promise :
					      "no level reached";
}

static const Result *
result_of(const GPtrArray *results, const Check *check)
{
	for (guint i = 0; i < results->len; i++) {
		const Result *result = results->pdata[i];

		if (result->check == check)
			return result;
	}
	return NULL;
}

static gboolean
is_for(const Check *check, guint32 kinds)
{
	return check->kinds == 0 || (check->kinds & kinds) != 0;
}

/* FALSE when a check of exactly this level was not run or is not good; `found`
 * counts those that found the plugin to do what it must. */
static gboolean
group_holds(const CheckGroup *group, guint level, guint32 kinds,
	    const GPtrArray *results, guint *found)
{
	for (gsize i = 0; i < group->n; i++) {
		const Check *check = &group->checks[i];
		const Result *result;

		if (check->level != level || !is_for(check, kinds))
			continue;
		result = result_of(results, check);
		if (result == NULL || !verdict_is_good(result->verdict))
			return FALSE;
		*found += result->verdict != VERDICT_NOT_CLAIMED;
	}
	return TRUE;
}

static gboolean
level_holds(const CheckGroup *const *groups, guint level, guint32 kinds,
	    const GPtrArray *results)
{
	guint found = 0;

	for (; *groups != NULL; groups++)
		if (!group_holds(*groups, level, kinds, results, &found))
			return FALSE;
	return found > 0;
}

gint
level_reached(const CheckGroup *const *groups, guint32 kinds,
	      const GPtrArray *results)
{
	gint level = LEVEL_NONE;

	while (level + 1 < LEVELS &&
	       level_holds(groups, (guint)(level + 1), kinds, results))
		level++;
	return level;
}
