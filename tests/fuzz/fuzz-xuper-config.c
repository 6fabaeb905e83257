/* SPDX-License-Identifier: Apache-2.0
 *
 * Configs of chains, and what the ledger keeps of an agreement. A config that is
 * understood is read again as the same; the genesis that is made of it is read as
 * itself.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/genesis.h"
#include "plugins/engine-xuper/kernel/agreement.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/xuper-suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Suite suites[2];
static XuperPerson people[2][4];

static void
begin(void)
{
	for (guint gm = 0; gm < 2 && suites[1].hash == NULL; gm++) {
		suites[gm] = xuper_suite(gm == 1);
		for (guint i = 0; i < 4; i++)
			people[gm][i] =
				xuper_person(&suites[gm], (guint8)(i + 1));
	}
}

static Block *
make(const ChainConfig *config, guint members)
{
	const Suite *suite = &suites[config->gm ? 1 : 0];
	bsn_member list[4];
	bsn_genesis genesis = { .size = sizeof(genesis),
				.member_count = members,
				.name = bsn_slice_str(config->name),
				.config = bsn_slice_str(config->json),
				.members = list,
				.time_ms = 1 };
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	Block *block;

	memset(list, 0, sizeof(list));
	for (guint i = 0; i < members; i++) {
		list[i].size = sizeof(list[i]);
		list[i].role = BSN_ROLE_CONSENSUS;
		list[i].algorithm = suite->algorithm;
		list[i].public_key = bsn_slice_of(
			people[config->gm ? 1 : 0][i].public_key,
			PUBLIC_KEY_LEN);
	}
	block = genesis_make(&genesis, config, suite, &status, &err);
	g_assert_true((block == NULL) == (err.reason[0] != '\0'));
	return block;
}

static void
check_genesis(const ChainConfig *config, guint members)
{
	g_autoptr(Block) made = make(config, members);
	g_autoptr(ChainConfig) again = NULL;
	g_autoptr(Block) read = NULL;
	bsn_err err = BSN_ERR_INIT;
	Suite suite;

	if (made == NULL)
		return;
	if (genesis_read(made->bytes, bsn_host_crypto(fake_host()), &suite,
			 &again, &read, &err) != BSN_OK)
		g_error("%s: %s", config->json, err.reason);
	g_assert_cmpstr(again->json, ==, config->json);
	g_assert_true(memcmp(read->id, made->id, HASH_LEN) == 0);
}

static void
check_config(bsn_slice text)
{
	g_autoptr(ChainConfig) config = NULL;
	g_autoptr(ChainConfig) again = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (config_parse(bsn_slice_str("one"), text, &config, &err) != BSN_OK) {
		g_assert_cmpstr(err.reason, !=, "");
		g_assert_null(config);
		return;
	}
	g_assert_cmpint(config_parse(bsn_slice_str("one"),
				     bsn_slice_str(config->json), &again,
				     &err),
			==, BSN_OK);
	g_assert_cmpstr(config->json, ==, again->json);
	check_genesis(config, 1);
	check_genesis(config, 4);
}

static void
check_agreement(bsn_slice text)
{
	g_autoptr(Agreement) agreement = NULL;
	g_autoptr(Agreement) again = NULL;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	if (agreement_parse(text, &suites[0], &agreement, &err) != BSN_OK) {
		g_assert_cmpstr(err.reason, !=, "");
		return;
	}
	g_assert_cmpuint(agreement->n_validators, >, 0);
	agreement_write(agreement, bytes);
	g_assert_cmpint(agreement_parse(bsn_slice_of(bytes->data, bytes->len),
					&suites[0], &again, &err),
			==, BSN_OK);
	g_assert_cmpuint(again->list->len, ==, agreement->list->len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ChainConfig *config;
	Block *block;
	Suite suite;

	begin();
	check_config(bsn_slice_of(data, size));
	check_agreement(bsn_slice_of(data, size));
	if (genesis_read(bsn_slice_of(data, size), bsn_host_crypto(fake_host()),
			 &suite, &config, &block, NULL) == BSN_OK) {
		config_free(config);
		block_unref(block);
	}
	return 0;
}
