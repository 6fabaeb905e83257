/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/check.h"

#include <string.h>

extern const CheckGroup checks_status, checks_tx, checks_ledger, checks_block,
	checks_event;

const CheckGroup *const check_groups[] = {
	&checks_status, &checks_tx, &checks_ledger, &checks_block,
	&checks_event, NULL,
};

const Check *
check_find(const char *id)
{
	for (guint g = 0; check_groups[g] != NULL; g++)
		for (gsize i = 0; i < check_groups[g]->n; i++)
			if (strcmp(check_groups[g]->checks[i].id, id) == 0)
				return &check_groups[g]->checks[i];
	return NULL;
}
