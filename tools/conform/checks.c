/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/check.h"

#include <string.h>

/* All groups, in the order of a report; those of one word are neighbours. */
#define GROUPS(X)                 \
	X(checks_load_file)       \
	X(checks_load)            \
	X(checks_load_tables)     \
	X(checks_load_features)   \
	X(checks_workload)        \
	X(checks_abi)             \
	X(checks_abi_calls)       \
	X(checks_abi_memory)      \
	X(checks_abi_records)     \
	X(checks_abi_same)        \
	X(checks_robust)          \
	X(checks_robust_config)   \
	X(checks_robust_net)      \
	X(checks_robust_open)     \
	X(checks_robust_queries)  \
	X(checks_robust_submit)   \
	X(checks_hash)            \
	X(checks_sm2)             \
	X(checks_signature)       \
	X(checks_cipher)          \
	X(checks_public_key)      \
	X(checks_function)        \
	X(checks_function_forged) \
	X(checks_function_nodes)  \
	X(checks_function_sign)   \
	X(checks_function_sm3)    \
	X(checks_isolation)       \
	X(checks_alone)           \
	X(checks_chain)           \
	X(checks_genesis)         \
	X(checks_join)            \
	X(checks_leave)           \
	X(checks_contract)        \
	X(checks_contract_life)   \
	X(checks_contract_run)    \
	X(checks_status)          \
	X(checks_capability)      \
	X(checks_tx)              \
	X(checks_tx_found)        \
	X(checks_tx_twice)        \
	X(checks_ledger)          \
	X(checks_block)           \
	X(checks_clock)           \
	X(checks_block_verify)    \
	X(checks_event)           \
	X(checks_long)            \
	X(checks_sim)

#define GROUP_DECLARED(group) extern const CheckGroup group;
GROUPS(GROUP_DECLARED)

#define GROUP_LISTED(group) &group,
const CheckGroup *const check_groups[] = { GROUPS(GROUP_LISTED) NULL };

const Check *
check_find(const char *id)
{
	for (guint g = 0; check_groups[g] != NULL; g++)
		for (gsize i = 0; i < check_groups[g]->n; i++)
			if (strcmp(check_groups[g]->checks[i].id, id) == 0)
				return &check_groups[g]->checks[i];
	return NULL;
}
