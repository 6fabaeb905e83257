/* SPDX-License-Identifier: Apache-2.0
 *
 * The number of a function of the engine's own contracts, then arguments for
 * it. What is decoded lies within the input.
 */
#include <bsn/helpers/bytes.h>
#include <glib.h>

#include "plugins/engine-fisco/precompiled/args.h"
#include "plugins/engine-fisco/precompiled/contract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Arrays of all kinds, which no function has yet. */
static const char *const arrays[] = {
	"f(string[])", "f(address[],uint256)", "f(bool[],bytes[])",
	"f(bytes32[],string)",
};

static const char *
signature_at(guint8 number)
{
	const PrecompiledContract *contract;

	for (guint i = 0; (contract = precompiled_contract_at(i)) != NULL; i++) {
		if (number < contract->n_functions)
			return contract->functions[number].signature;
		number = (guint8)(number - contract->n_functions);
	}
	return arrays[number % G_N_ELEMENTS(arrays)];
}

static void
check_within(bsn_slice part, bsn_slice whole)
{
	if (part.len == 0)
		return;
	g_assert_true(part.data >= whole.data);
	g_assert_cmpuint(part.len, <=, whole.len);
	g_assert_cmpuint((guint64)(part.data - whole.data), <=,
			 whole.len - part.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arg args[ARGS_MAX];
	const char *problem;
	bsn_slice input;
	int n;

	if (size == 0)
		return 0;
	input = bsn_slice_of(data + 1, size - 1);
	n = args_decode(signature_at(data[0]), input, args, &problem);
	g_assert_true((n < 0) == (problem != NULL));
	for (int i = 0; i < n; i++) {
		check_within(args[i].bytes, input);
		for (guint j = 0; j < args[i].n; j++)
			check_within(args[i].items[j], input);
	}
	args_clear(args);
	return 0;
}
