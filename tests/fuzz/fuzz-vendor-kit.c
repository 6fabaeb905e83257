/* SPDX-License-Identifier: Apache-2.0
 *
 * What the vendor kit's engine reads from outside, and the helpers that it
 * reads it with. The first byte says what the rest is: a contract, which is run
 * as well; a transaction; a call's arguments; a genesis and a head.
 */
#include "vendor-kit/acme.c"

#include <stdlib.h>

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int32_t
find_nothing(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	return BSN_NOT_FOUND;
}

static const bsn_store empty_store = { .size = sizeof(bsn_store),
				       .get = find_nothing };

/* Every function ends, with a text or with a reason. */
static void
run_all(const program *p)
{
	static bsn_ledger ledger;
	const bsn_slice args[ARGS_MAX] = { bsn_slice_str("7"),
					   bsn_slice_str("\303\251") };

	for (uint32_t i = 0; i < p->functions; i++) {
		bsn_err err = BSN_ERR_INIT;
		run *r = run_new(&ledger, bsn_slice_str("signer"));
		int32_t status = run_function(r, p, p->function[i].name, args,
					      p->function[i].parameters, &err);

		assert(r->used <= BUDGET);
		assert(status >= 0);
		assert((status == BSN_OK) == (err.reason[0] == '\0'));
		assert(bsn_is_text(bsn_slice_str(err.reason)));
		assert(bsn_is_text(string_slice(&r->result)));
		run_free(r);
	}
}

static void
read_contract(bsn_slice code)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_buf found = BSN_BUF_INIT;
	program *p = NULL;
	int32_t status = program_new(code, &p, &err);

	assert((status == BSN_OK) == (p != NULL));
	assert((status == BSN_OK) == (err.reason[0] == '\0'));
	if (p != NULL) {
		put_findings(&found, p);
		run_all(p);
	}
	free(found.data);
	free(p);
}

/* What is read is written as it was: one transaction has one encoding. */
static void
read_transaction(bsn_slice bytes)
{
	bsn_buf again = BSN_BUF_INIT;
	tx t;

	if (read_tx(bytes, &t, NULL) != BSN_OK)
		return;
	put_tx(&again, &t);
	assert(bsn_slice_equal(bsn_buf_slice(&again), t.signed_part));
	free(again.data);
}

/* What was read and is written as JSON is read as the same. */
static void
read_args(bsn_slice json)
{
	bsn_buf again = BSN_BUF_INIT;
	arguments args, same;

	if (read_arguments(json, &args, NULL) != BSN_OK)
		return;
	bsn_json(&again, "[");
	for (uint32_t i = 0; i < args.n; i++)
		bsn_json(&again, i > 0 ? ",$t" : "$t",
			 string_slice(&args.item[i]));
	bsn_json(&again, "]");
	assert(read_arguments(bsn_buf_slice(&again), &same, NULL) == BSN_OK);
	assert(same.n == args.n);
	for (uint32_t i = 0; i < args.n; i++)
		assert(bsn_slice_equal(string_slice(&args.item[i]),
				       string_slice(&same.item[i])));
	free(again.data);
}

static void
read_stored(bsn_slice bytes)
{
	block b = { .bytes = BSN_BUF_INIT };
	head h;
	int bad = 0;

	(void)read_head(bytes, &h, NULL);
	(void)check_no_options(bytes, "options", NULL);
	read_receipt(&b, bytes, &bad);
	if (!bad)
		for (uint64_t i = 0; i < b.n_events; i++) {
			(void)bsn_take_field(&b.events, 1, NAME_LEN_MAX);
			(void)bsn_take_field(&b.events, 2, VALUE_MAX);
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice rest = bsn_slice_of(size > 1 ? data + 1 : NULL,
				      size > 1 ? size - 1 : 0);

	host.store = &empty_store;
	switch (size > 0 ? data[0] % 4 : 0) {
	case 0:
		read_contract(rest);
		break;
	case 1:
		read_transaction(rest);
		break;
	case 2:
		read_args(rest);
		break;
	case 3:
		read_stored(rest);
		break;
	}
	return 0;
}
