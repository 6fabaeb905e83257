/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/suggest.h"

#include <string.h>

static guint
min3(guint a, guint b, guint c)
{
	return MIN(MIN(a, b), c);
}

guint
suggest_distance(const char *a, const char *b)
{
	guint rows[SUGGEST_WORD_MAX + 1][SUGGEST_WORD_MAX + 1];
	gsize n = strlen(a);
	gsize m = strlen(b);

	if (n > SUGGEST_WORD_MAX || m > SUGGEST_WORD_MAX)
		return G_MAXUINT;
	for (gsize i = 0; i <= n; i++)
		rows[i][0] = (guint)i;
	for (gsize j = 0; j <= m; j++)
		rows[0][j] = (guint)j;
	for (gsize i = 1; i <= n; i++)
		for (gsize j = 1; j <= m; j++) {
			guint change = a[i - 1] == b[j - 1] ? 0 : 1;

			rows[i][j] =
				min3(rows[i - 1][j] + 1, rows[i][j - 1] + 1,
				     rows[i - 1][j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				rows[i][j] =
					MIN(rows[i][j], rows[i - 2][j - 2] + 1);
		}
	return rows[n][m];
}

const char *
suggest_nearest(const char *word, const char *const *candidates)
{
	const char *nearest = NULL;
	guint best = G_MAXUINT;

	for (; *candidates != NULL; candidates++) {
		guint limit = MAX(1u, (guint)strlen(*candidates) / 3);
		guint distance = suggest_distance(word, *candidates);

		if (strlen(word) > 1 && g_str_has_prefix(*candidates, word))
			distance = 0;
		if (distance > limit || distance >= best)
			continue;
		best = distance;
		nearest = *candidates;
	}
	return nearest;
}
