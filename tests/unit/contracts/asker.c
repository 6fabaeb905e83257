/* SPDX-License-Identifier: Apache-2.0
 *
 * A contract that calls others, for tests of engines. Made by make-asker.
 */
#include <bsn_contract.h>

#define PAIRS 4u /* arguments of the other: names n0.., values v0.. */

static bsn_text
named(const char *prefix, uint32_t n)
{
	char *name = (char *)bsn_alloc(3);
	bsn_text value = BSN_TEXT("");

	name[0] = prefix[0];
	name[1] = (char)('0' + n);
	name[2] = '\0';
	(void)bsn_find_arg(UINT32_MAX, name, &value);
	return value;
}

/* contract, function; v0, v1, ..: the other's arguments, and n0, n1, ..: their
 * names, where they have some. */
BSN_EXPORT(ask)
{
	bsn_text contract = bsn_arg(0, "contract");
	bsn_text function = bsn_arg(1, "function");
	bsn_writer args = BSN_WRITER;
	bsn_text output;
	int32_t status;

	for (uint32_t i = 0; i < PAIRS; i++) {
		bsn_text value = named("v", i);

		if (value.len > 0)
			bsn_field_add(&args, named("n", i), value);
	}
	bsn_put(BSN_TEXT("asked"), contract);
	status = bsn_call(contract, function, bsn_written(&args), &output);
	if (status != 0)
		bsn_revert(BSN_JOIN(bsn_decimal((uint64_t)status),
				    BSN_TEXT(": "), output));
	bsn_result(output);
}

/* The same, but whatever comes of it is no failure. */
BSN_EXPORT(try)
{
	bsn_text contract = bsn_arg(0, "contract");
	bsn_text function = bsn_arg(1, "function");
	bsn_text output;
	int32_t status =
		bsn_call(contract, function, BSN_TEXT(""), &output);

	bsn_result(BSN_JOIN(bsn_decimal((uint64_t)status), BSN_TEXT(": "),
			    output));
}

BSN_EXPORT(asked)
{
	bsn_text contract;

	if (bsn_get(BSN_TEXT("asked"), &contract))
		bsn_result(contract);
}

/* Who calls, who signed, and what this contract is called. */
BSN_EXPORT(who)
{
	bsn_result(BSN_JOIN(bsn_caller(), BSN_TEXT(" "), bsn_origin(),
			    BSN_TEXT(" "), bsn_self()));
}

BSN_EXPORT(spin)
{
	volatile uint32_t n = 0;

	for (;;)
		n++;
}

BSN_EXPORT(trap)
{
	__builtin_trap();
}
