/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/precompiles/precompiles.h: Ethereum's precompiled
 * contracts (Yellow Paper, appendix E).
 */
#ifndef PLUGINS_RUNTIME_EVM_PRECOMPILES_H
#define PLUGINS_RUNTIME_EVM_PRECOMPILES_H

#include "plugins/runtime-evm/evm.h"

typedef struct {
	/* What it costs; UINT64_MAX when that is more than anybody has. */
	uint64_t (*gas)(Fork fork, bsn_slice input);
	/* Runs; the output goes into evm->returned, which is empty before.
	 * False: it fails. */
	bool (*run)(Evm *evm, bsn_slice input);
} Precompile;

/* Those that there are: 1 to PRECOMPILE_LAST. */
#define PRECOMPILE_LAST 10u

/* NULL when the fork has none at the address. [any] */
const Precompile *precompile_find(Fork fork, const Address *address);

/* Needs of the precompiles that may be missing; checked when the plugin opens.
 * Errors: BSN_E_VERSION. [main] */
int32_t precompiles_open(bsn_err *err);

uint64_t ecrecover_gas(Fork fork, bsn_slice input);
bool ecrecover_run(Evm *evm, bsn_slice input);
uint64_t sha256_gas(Fork fork, bsn_slice input);
bool sha256_run(Evm *evm, bsn_slice input);
uint64_t ripemd160_gas(Fork fork, bsn_slice input);
bool ripemd160_run(Evm *evm, bsn_slice input);
uint64_t identity_gas(Fork fork, bsn_slice input);
bool identity_run(Evm *evm, bsn_slice input);
uint64_t modexp_gas(Fork fork, bsn_slice input);
bool modexp_run(Evm *evm, bsn_slice input);
uint64_t bn254_add_gas(Fork fork, bsn_slice input);
bool bn254_add_run(Evm *evm, bsn_slice input);
uint64_t bn254_mul_gas(Fork fork, bsn_slice input);
bool bn254_mul_run(Evm *evm, bsn_slice input);
uint64_t bn254_pairing_gas(Fork fork, bsn_slice input);
bool bn254_pairing_run(Evm *evm, bsn_slice input);
uint64_t blake2f_gas(Fork fork, bsn_slice input);
bool blake2f_run(Evm *evm, bsn_slice input);
uint64_t kzg_gas(Fork fork, bsn_slice input);
bool kzg_run(Evm *evm, bsn_slice input);

#endif
