/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-contract.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

guint xuper_contract_runs;

static int32_t
put(KernelCall *call, bsn_err *err)
{
	g_atomic_int_inc(&xuper_contract_runs);
	return sandbox_put(call->box, bsn_slice_str(TEST_BUCKET),
			   kernel_arg(call, "key"), kernel_arg(call, "value"),
			   err);
}

static int32_t
copy(KernelCall *call, bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status;

	g_atomic_int_inc(&xuper_contract_runs);
	status = sandbox_get(call->box, bsn_slice_str(TEST_BUCKET),
			     kernel_arg(call, "from"), value, err);
	if (status != BSN_OK)
		return bsn_fail(err, status, "there is nothing to copy");
	return sandbox_put(call->box, bsn_slice_str(TEST_BUCKET),
			   kernel_arg(call, "to"), buffer_slice(value), err);
}

typedef struct {
	SandboxScan scan;
	guint n;
} Count;

static int32_t
count_item(SandboxScan *scan, bsn_slice key, bsn_slice value)
{
	(void)key;
	(void)value;
	((Count *)scan)->n++;
	return BSN_OK;
}

static int32_t
count(KernelCall *call, bsn_err *err)
{
	const bsn_slice none = { NULL, 0 };
	Count counting = { { count_item }, 0 };
	g_autofree char *text = NULL;
	int32_t status;

	g_atomic_int_inc(&xuper_contract_runs);
	status = sandbox_scan(call->box, bsn_slice_str(TEST_BUCKET), none, none,
			      &counting.scan, err);
	text = g_strdup_printf("%u", counting.n);
	return status != BSN_OK
		       ? status
		       : sandbox_put(call->box, bsn_slice_str("counts"),
				     kernel_arg(call, "to"),
				     bsn_slice_str(text), err);
}

static int32_t
pay(KernelCall *call, bsn_err *err)
{
	guint8 amount[AMOUNT_LEN];

	g_atomic_int_inc(&xuper_contract_runs);
	g_assert_true(amount_from_text(kernel_arg(call, "amount"), amount));
	return sandbox_transfer(call->box, bsn_slice_str(TEST_BANK),
				kernel_arg(call, "to"), amount, err);
}

static int32_t
deny(KernelCall *call, bsn_err *err)
{
	(void)call;
	g_atomic_int_inc(&xuper_contract_runs);
	return bsn_fail(err, BSN_DENIED, "not today");
}

static int32_t
burn(KernelCall *call, bsn_err *err)
{
	guint8 cpu[AMOUNT_LEN];
	guint64 used;

	(void)err;
	g_atomic_int_inc(&xuper_contract_runs);
	g_assert_true(amount_from_text(kernel_arg(call, "cpu"), cpu));
	memcpy(&used, cpu + AMOUNT_LEN - sizeof(used), sizeof(used));
	sandbox_use(call->box, RESOURCE_CPU, GUINT64_FROM_BE(used));
	return BSN_OK;
}

static const KernelMethod methods[] = {
	{ TEST_CONTRACT, "put", put, 0, "key, value" },
	{ TEST_CONTRACT, "copy", copy, 0, "from, to" },
	{ TEST_CONTRACT, "count", count, 0, "to" },
	{ TEST_CONTRACT, "pay", pay, 0, "to, amount" },
	{ TEST_CONTRACT, "deny", deny, 0, "" },
	{ TEST_CONTRACT, "burn", burn, 0, "cpu" },
};

/* By the linker, instead of kernel_find and before it. */
const KernelMethod *__real_kernel_find(bsn_slice contract, bsn_slice method);
const KernelMethod *__wrap_kernel_find(bsn_slice contract, bsn_slice method);

const KernelMethod *
__wrap_kernel_find(bsn_slice contract, bsn_slice method)
{
	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
		if (bsn_slice_equal(contract, bsn_slice_str(TEST_CONTRACT)) &&
		    bsn_slice_equal(method, bsn_slice_str(methods[i].method)))
			return &methods[i];
	return __real_kernel_find(contract, method);
}
