/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/contracts.h: the contracts that contract.c
 * lists, each in a source of its own.
 */
#ifndef FISCO_PRECOMPILED_CONTRACTS_H
#define FISCO_PRECOMPILED_CONTRACTS_H

#include "plugins/engine-fisco/precompiled/contract.h"

extern const PrecompiledContract system_config_contract; /* 0x1000 */
extern const PrecompiledContract table_factory_contract; /* 0x1001 */
extern const PrecompiledContract crud_contract;          /* 0x1002 */
extern const PrecompiledContract nodes_contract;         /* 0x1003 */
extern const PrecompiledContract cns_contract;           /* 0x1004 */
extern const PrecompiledContract permission_contract;    /* 0x1005 */
extern const PrecompiledContract parallel_config_contract; /* 0x1006 */
extern const PrecompiledContract lifecycle_contract;     /* 0x1007 */
extern const PrecompiledContract governance_contract;    /* 0x1008 */
extern const PrecompiledContract kv_table_factory_contract; /* 0x1010 */
extern const PrecompiledContract dag_transfer_contract;  /* 0x5002 */

/* Without a fixed address. */
extern const PrecompiledContract table_contract;
extern const PrecompiledContract kv_table_contract;
extern const PrecompiledContract entry_contract;
extern const PrecompiledContract entries_contract;
extern const PrecompiledContract condition_contract;

#endif
