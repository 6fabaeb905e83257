/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fisco-lanes.h"

#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

const LanesCode lanes_codes[LANES_CONTRACTS] = {
	{ "counter",
	  "0x60128060095f395ff35f355460203501805f35555f5260205fa000" },
	{ "hasher", "0x600d8060095f395ff360014303405f3554185f355500" },
	{ "logger", "0x60058060095f395ff35f355fa000" },
	{ "factory", "0x603b8060095f395ff377600f8060095f395ff336600c575f546001"
		     "015f55005b33ff5f525f35601860085ff58015602c57805f35555b50"
		     "5f5f6020355f5f5f35545af100" },
	{ "passer", "0x60248060095f395ff36040360360405f3760205f604036035f5f5f"
		    "355af1156020575f5160203555005b5f5ffd" },
	{ "taster", "0x60368060095f395ff3303314601b57365f5f3760205f365f5f305a"
		    "f1505f5160203555005b6040360360405f3760205f604036035f5f5f"
		    "355af15060205ffd" },
	{ "burner", "0x60038060095f395ff35b5f56" },
	{ "reader", "0x60268060095f395ff3602035601e575f355f5b8154019060019003"
		    "90816009575f5260205fa0005b6020355f355500" },
};

FiscoPair lanes_pair;
EthUser lanes_users[LANES_USERS];
char *lanes_contracts[LANES_CONTRACTS];
/* ---- the chain ---------------------------------------------------------- */

/* Users are known by their keys before there is a chain that they own on. */
static void
make_users(void)
{
	FiscoChain *chain;

	fisco_reset(1);
	chain = fisco_new("keys", ETH_CONFIG);
	for (guint8 i = 0; i < LANES_USERS; i++)
		lanes_users[i] = eth_user(chain, (guint8)(i + 1));
	fisco_free(chain);
}

static char *
config_of(const char *rules, const char *limits)
{
	g_autoptr(GString) balances = g_string_new(NULL);

	for (guint i = 0; i < LANES_USERS; i++)
		g_string_append_printf(balances, "%s\"%s\":\"" LANES_FUNDS "\"",
				       i > 0 ? "," : "", lanes_users[i].hex);
	return g_strdup_printf("{\"crypto\":\"std\",\"chain_id\":20001,"
			       "\"consensus\":{\"name\":\"manual\"},%s"
			       "\"evm\":{\"rules\":\"%s\"},\"balances\":{%s}}",
			       limits, rules, balances->str);
}

void
lanes_send(EthUser *user, const bsn_tx_request *request)
{
	int32_t status;
	g_autoptr(GByteArray) tx = fisco_build(
		lanes_pair.ahead.chain, &user->account, request, &status, NULL);

	if (tx != NULL)
		pair_submit(&lanes_pair, tx);
}

void
lanes_deploy(EthUser *user, const LanesCode *code, const char *name)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_tx_request request =
		fisco_of_kind(BSN_TX_DEPLOY, &user->account, name);

	g_assert_true(hex_decode(code->code, strlen(code->code), bytes));
	request.code = buffer_slice(bytes);
	lanes_send(user, &request);
}

/* What the first transaction of a user makes. */
static char *
first_address(const EthUser *user)
{
	guint8 list[23] = { 0xd6, 0x94 };
	guint8 digest[32];

	memcpy(list + 2, user->address, 20);
	list[22] = 0x80;
	eth_keccak(bsn_slice_of(list, sizeof(list)), digest);
	return hex_encode(bsn_slice_of(digest + 12, 20));
}

void
lanes_start(const char *rules, const char *limits, guint threads)
{
	g_autofree char *config = NULL;

	make_users();
	config = config_of(rules, limits);
	pair_start(&lanes_pair, config, threads);
	for (guint i = 0; i < LANES_CONTRACTS; i++) {
		lanes_deploy(&lanes_users[i], &lanes_codes[i],
			     lanes_codes[i].name);
		lanes_contracts[i] = first_address(&lanes_users[i]);
	}
	pair_agree(&lanes_pair);
}

void
lanes_stop(void)
{
	for (guint i = 0; i < LANES_CONTRACTS; i++)
		g_clear_pointer(&lanes_contracts[i], g_free);
	pair_stop(&lanes_pair);
}

/* ---- transactions ------------------------------------------------------- */

void
lanes_add_word(GByteArray *input, guint64 number)
{
	guint64 big_endian = GUINT64_TO_BE(number);
	static const guint8 zeros[24];

	g_byte_array_append(input, zeros, sizeof(zeros));
	g_byte_array_append(input, (const guint8 *)&big_endian, 8);
}

void
lanes_add_address(GByteArray *input, const char *address)
{
	guint8 word[32] = { 0 };

	g_assert_true(
		hex_decode_fixed(address, strlen(address), word + 12, 20));
	g_byte_array_append(input, word, sizeof(word));
}

void
lanes_call(EthUser *user, gboolean ethereum, const char *to,
	   const GByteArray *input, guint64 gas)
{
	g_autofree char *data = hex_encode(buffer_slice(input));
	g_autofree char *options = g_strdup_printf(
		"{\"gas\":%" G_GUINT64_FORMAT ",\"data\":\"%s\"}", gas, data);
	bsn_tx_request request =
		fisco_invoke(&user->account, to, NULL, NULL, options);
	guint8 address[20];
	g_autoptr(GByteArray) raw = NULL;
	EthTx tx;

	if (!ethereum) {
		lanes_send(user, &request);
		return;
	}
	g_assert_true(hex_decode_fixed(to, strlen(to), address, 20));
	tx = eth_tx(user->nonce++, bsn_slice_of(address, 20),
		    buffer_slice(input));
	tx.gas = gas;
	raw = eth_tx_sign(&tx, user->account.private_key);
	pair_submit(&lanes_pair, raw);
}

/* Of up to 32 bytes. */
static void
add_string(GByteArray *input, const char *text)
{
	guint8 word[32] = { 0 };

	memcpy(word, text, strlen(text));
	lanes_add_word(input, strlen(text));
	g_byte_array_append(input, word, sizeof(word));
}

GByteArray *
lanes_strings(const char *signature, const char *const *strings, guint n)
{
	GByteArray *input = eth_input(signature, "");

	for (guint i = 0; i < n; i++)
		lanes_add_word(input, 32 * n + 64 * i);
	for (guint i = 0; i < n; i++)
		add_string(input, strings[i]);
	return input;
}

GByteArray *
lanes_dag(const char *signature, const char *const *names, guint n,
	  const guint8 *amount)
{
	GByteArray *input = eth_input(signature, "");

	for (guint i = 0; i < n; i++)
		lanes_add_word(input, 32 * (n + 1) + 64 * i);
	g_byte_array_append(input, amount, 32);
	for (guint i = 0; i < n; i++)
		add_string(input, names[i]);
	return input;
}

GByteArray *
lanes_addresses(const char *signature, const char *one, const char *other)
{
	GByteArray *input = eth_input(signature, "");

	lanes_add_address(input, one);
	if (other != NULL)
		lanes_add_address(input, other);
	return input;
}
