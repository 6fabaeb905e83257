/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/table-contract.h: functions that the
 * factories and the tables of both kinds have in common; as PrecompiledRun.
 */
#ifndef FISCO_PRECOMPILED_TABLE_CONTRACT_H
#define FISCO_PRECOMPILED_TABLE_CONTRACT_H

#include "plugins/engine-fisco/precompiled/address.h"
#include "plugins/engine-fisco/precompiled/call.h"

int32_t table_contract_open(PrecompiledCall *call, TableAddress kind);
int32_t table_contract_create(PrecompiledCall *call);
int32_t table_contract_new_entry(PrecompiledCall *call);

#endif
