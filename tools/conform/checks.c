/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/check.h"

#include <string.h>

extern const CheckGroup checks_contract;
extern const CheckGroup checks_contract_life;
extern const CheckGroup checks_contract_run;
extern const CheckGroup checks_function_sign;
extern const CheckGroup checks_function_sm3;
extern const CheckGroup checks_tx;

const CheckGroup *const check_groups[] = {
	&checks_contract,
	&checks_contract_life,
	&checks_contract_run,
	&checks_function_sign,
	&checks_function_sm3,
	&checks_tx,
	NULL,
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
