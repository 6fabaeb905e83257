/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1006. A record: the number of critical arguments, one byte.
 */
#include "plugins/engine-fisco/precompiled/parallel-config.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/precompiled/call.h"
#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"

static StateKey
record_key(const guint8 *contract, const guint8 *selector)
{
	StateKey key = state_key('P');

	state_key_add(&key, bsn_slice_of(contract, ADDRESS_LEN));
	state_key_add(&key, bsn_slice_of(selector, SELECTOR_LEN));
	return key;
}

int32_t
parallel_config_load(Overlay *state, const guint8 *contract,
		     const guint8 *selector, guint64 *criticals)
{
	StateKey key = record_key(contract, selector);
	bsn_slice value;
	int32_t status = overlay_get(state, state_key_slice(&key), &value);

	if (status != BSN_OK)
		return status;
	if (value.len != 1)
		return BSN_E_CORRUPT;
	*criticals = value.data[0];
	return BSN_OK;
}

/* The contract itself, or who deployed it. */
static int32_t
may_declare(PrecompiledCall *call, gboolean *allowed)
{
	const guint8 *address = call->args[0].bytes.data;
	Contract contract;
	int32_t status = precompiled_charge(call, GAS_READ);

	*allowed = memcmp(call->caller, address, ADDRESS_LEN) == 0;
	if (status != BSN_OK || *allowed)
		return status;
	status = contract_load(call->state, address, &contract);
	*allowed = status == BSN_OK &&
		   memcmp(contract.owner, call->caller, ADDRESS_LEN) == 0;
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

/* The record of the function that arguments 0 and 1 name.
 * Out: code: 0 or PRECOMPILED_DENIED. */
static int32_t
find_record(PrecompiledCall *call, StateKey *key, gint64 *code)
{
	guint8 digest[HASH_LEN];
	gboolean allowed;
	int32_t status = may_declare(call, &allowed);

	if (status != BSN_OK)
		return status;
	*code = allowed ? 0 : PRECOMPILED_DENIED;
	status = suite_digest1(&call->ledger->suite, call->args[1].bytes,
			       digest);
	*key = record_key(call->args[0].bytes.data, digest);
	return status == BSN_OK ? BSN_OK : BSN_E_INTERNAL;
}

static int32_t
declare(PrecompiledCall *call)
{
	guint64 criticals;
	guint8 value;
	StateKey key;
	gint64 code;
	int32_t status = find_record(call, &key, &code);

	if (status != BSN_OK)
		return status;
	if (!arg_count(&call->args[2], &criticals) ||
	    criticals > PARALLEL_CRITICALS_MAX)
		return precompiled_fail(call,
					"at most %u arguments are critical",
					PARALLEL_CRITICALS_MAX);
	value = (guint8)criticals;
	if (code == 0)
		status = precompiled_put(call, &key,
					 bsn_slice_of(&value, 1));
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static int32_t
take_back(PrecompiledCall *call)
{
	StateKey key;
	gint64 code;
	int32_t status = find_record(call, &key, &code);

	if (status == BSN_OK && code == 0)
		status = precompiled_delete(call, &key);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static const PrecompiledFunction functions[] = {
	{ 0x0553904e, 0xdc536a62, "registerParallelFunctionInternal(address,string,uint256)",
	  declare, GAS_WRITES },
	{ 0x11e3f2af, 0x714c65bd, "unregisterParallelFunctionInternal(address,string)",
	  take_back, GAS_WRITES },
};

const PrecompiledContract parallel_config_contract = {
	"ParallelConfig", 0x1006, functions, G_N_ELEMENTS(functions)
};
