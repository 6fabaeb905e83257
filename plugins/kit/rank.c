/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/rank.h"

#include <stdlib.h>

static gint
descending(gconstpointer a, gconstpointer b)
{
	const guint64 *left = a, *right = b;

	return *left < *right ? 1 : *left > *right ? -1 : 0;
}

guint64
rank_reached(guint64 *numbers, guint n, guint count)
{
	if (n < count)
		return 0;
	qsort(numbers, n, sizeof(*numbers), descending);
	return numbers[count - 1];
}
