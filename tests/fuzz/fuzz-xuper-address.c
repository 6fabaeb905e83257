/* SPDX-License-Identifier: Apache-2.0
 *
 * Names as they come: addresses, accounts, contracts, keys as JSON; and 20
 * bytes that the EVM has.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Suite suites[2];

static void
look_at_name(bsn_slice text)
{
	const gboolean named = address_valid(text) || account_valid(text) ||
			       contract_name_valid(text);
	guint8 evm[EVM_ADDRESS_LEN];

	g_assert_true(evm_address_of(text, evm) == named);
	g_assert_cmpint(address_valid(text) + account_valid(text) +
				contract_name_valid(text),
			<=, 1);
}

static void
look_at_key(const Suite *suite, bsn_slice json)
{
	guint8 key[PUBLIC_KEY_LEN], again[PUBLIC_KEY_LEN];
	g_autofree char *text = NULL;
	char address[ADDRESS_MAX];

	if (!key_from_json(suite, json, key))
		return;
	text = key_to_json(suite, key);
	g_assert_true(key_from_json(suite, bsn_slice_str(text), again));
	assert_bytes(key, sizeof(key), again, sizeof(again));
	address_of(suite, key, address);
	g_assert_true(address_valid(bsn_slice_str(address)));
}

static void
look_at_evm(const Suite *suite, const guint8 evm[EVM_ADDRESS_LEN])
{
	g_autofree char *name =
		evm_address_name(suite, bsn_slice_str("xuper"), evm);
	guint8 again[EVM_ADDRESS_LEN];

	g_assert_true(evm_address_of(bsn_slice_str(name), again));
	assert_bytes(evm, EVM_ADDRESS_LEN, again, EVM_ADDRESS_LEN);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_slice text = bsn_slice_of(data, size);

	for (guint i = 0; i < G_N_ELEMENTS(suites); i++) {
		if (suites[i].hash == NULL)
			suites[i] = xuper_suite((gboolean)i);
		look_at_key(&suites[i], text);
		if (size >= EVM_ADDRESS_LEN)
			look_at_evm(&suites[i], data);
	}
	look_at_name(text);
	return 0;
}
