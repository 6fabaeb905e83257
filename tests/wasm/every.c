/* SPDX-License-Identifier: Apache-2.0
 *
 * What the samples do not use of the SDK for C, each function answered as text; every.ts
 * is the same in AssemblyScript.
 */
#include <bsn_contract.h>

BSN_EXPORT(hex)
{
	bsn_text bytes;

	if (!bsn_unhex(bsn_arg(0, "text"), &bytes))
		bsn_revert(BSN_TEXT("no digits"));
	bsn_result(bsn_hex(bytes));
}

BSN_EXPORT(digest)
{
	bsn_result(bsn_hex(bsn_hash(BSN_SHA256, bsn_arg(0, "data"))));
}

BSN_EXPORT(sum)
{
	uint64_t a, b;

	if (!bsn_number(bsn_arg(0, "a"), &a) ||
	    !bsn_number(bsn_arg(1, "b"), &b))
		bsn_revert(BSN_TEXT("no number"));
	bsn_result(bsn_decimal(a + b));
}

/* The entries between two keys, as JSON; `skip` is deleted before. */
BSN_EXPORT(entries)
{
	bsn_writer out = BSN_WRITER;
	bsn_text key, value, skip;
	uint32_t handle;

	bsn_put(BSN_TEXT("a"), BSN_TEXT("1"));
	bsn_put(BSN_TEXT("b"), BSN_TEXT("2"));
	bsn_put(BSN_TEXT("c"), BSN_TEXT(""));
	if (bsn_find_arg(2, "skip", &skip))
		bsn_del(skip);
	handle = bsn_iter(bsn_arg(0, "from"), bsn_arg(1, "to"));
	bsn_json_open(&out, '{');
	while (bsn_next(handle, &key, &value)) {
		bsn_json_key(&out, key);
		bsn_json_text(&out, value);
	}
	bsn_json_close(&out, '}');
	bsn_result(bsn_written(&out));
}

/* What another contract answers, or why it does not. */
BSN_EXPORT(ask)
{
	bsn_writer args = BSN_WRITER;
	bsn_text output;
	int32_t status;

	bsn_field_add(&args, BSN_TEXT("to"), bsn_arg(1, "to"));
	bsn_field_add(&args, BSN_TEXT(""), bsn_self());
	status = bsn_call(BSN_TEXT("other"), bsn_arg(0, "function"),
			  bsn_written(&args), &output);
	bsn_result(BSN_JOIN(status == 0 ? BSN_TEXT("yes: ") :
					  BSN_TEXT("no: "),
			    output));
}

/* More than there is memory. */
BSN_EXPORT(bomb)
{
	for (;;)
		memset(bsn_alloc(1u << 20), 1, 1u << 20);
}
