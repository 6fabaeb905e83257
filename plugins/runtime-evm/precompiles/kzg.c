/* SPDX-License-Identifier: Apache-2.0
 *
 * Precompile 10, the point evaluation of EIP-4844. Chains here have no blobs,
 * so there is nothing to evaluate: it accepts no proof. It is here all the
 * same, since a call to an address without code succeeds, and a contract might
 * take that for a proof that holds.
 */
#include "plugins/runtime-evm/precompiles/precompiles.h"

#define GAS_POINT_EVALUATION 50000

uint64_t
kzg_gas(Fork fork, bsn_slice input)
{
	return GAS_POINT_EVALUATION;
}

bool
kzg_run(Evm *evm, bsn_slice input)
{
	return false;
}
