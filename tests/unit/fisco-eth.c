/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fisco-eth.h"

#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

#define WORD_20                                                                \
	"0000000000000000000000000000000000000000000000000000000000000020"
#define WORD_3                                                                 \
	"0000000000000000000000000000000000000000000000000000000000000003"
#define WORD_40                                                                \
	"0000000000000000000000000000000000000000000000000000000000000040"
#define WORD_ABC                                                               \
	"6162630000000000000000000000000000000000000000000000000000000000"

EthUser
eth_user(const FiscoChain *chain, guint8 number)
{
	EthUser user = { .account = fisco_account(chain, number) };
	g_autofree char *hex = NULL;

	eth_address(user.account.public_key, user.address);
	hex = hex_encode(bsn_slice_of(user.address, 20));
	g_strlcpy(user.hex, hex, sizeof(user.hex));
	return user;
}

GByteArray *
eth_input(const char *signature, const char *words)
{
	GByteArray *input = g_byte_array_new();
	guint8 digest[32];

	eth_keccak(bsn_slice_str(signature), digest);
	g_byte_array_append(input, digest, 4);
	g_assert_true(hex_decode(words, strlen(words), input));
	return input;
}

GByteArray *
eth_evidence(void)
{
	static const char args[] = WORD_20 WORD_3 WORD_ABC;
	const GByteArray *code = fisco_evidence()->code;
	GByteArray *input = g_byte_array_new();

	g_byte_array_append(input, code->data, code->len);
	g_assert_true(hex_decode(args, strlen(args), input));
	return input;
}

json_t *
eth_submit(const FiscoChain *chain, const GByteArray *raw)
{
	g_autofree char *hex = hex_encode(buffer_slice(raw));
	g_autofree char *params = g_strdup_printf("[\"%s\"]", hex);

	return rpc_ask(chain, "eth_sendRawTransaction", params);
}

char *
eth_send(const FiscoChain *chain, EthUser *user, const EthTx *tx)
{
	g_autoptr(GByteArray) raw =
		eth_tx_sign(tx, user->account.private_key);
	g_autoptr(json_t) answer = eth_submit(chain, raw);
	const json_t *error = json_object_get(answer, "error");
	g_autofree char *want = NULL;
	guint8 digest[32];

	if (error != NULL)
		g_error("%s", text_of(error, "message"));
	eth_keccak(buffer_slice(raw), digest);
	want = hex_encode(bsn_slice_of(digest, 32));
	g_assert_cmpstr(text_of(answer, "result"), ==, want);
	user->nonce++;
	fake_host_settle();
	return g_steal_pointer(&want);
}

json_t *
eth_receipt_of(const FiscoChain *chain, const char *hash)
{
	g_autofree char *params = g_strdup_printf("[\"%s\"]", hash);
	json_t *receipt =
		rpc_result(chain, "eth_getTransactionReceipt", params);

	g_assert_true(json_is_object(receipt));
	g_assert_cmpstr(text_of(receipt, "transactionHash"), ==, hash);
	return receipt;
}

void
eth_deploy(const FiscoChain *chain, EthUser *user, guint8 *address)
{
	g_autoptr(GByteArray) input = eth_evidence();
	EthTx tx = eth_tx(user->nonce, bsn_slice_of(NULL, 0),
			  buffer_slice(input));
	g_autofree char *hash = NULL;
	g_autoptr(json_t) receipt = NULL;
	const char *made;

	tx.gas = 3000000;
	hash = eth_send(chain, user, &tx);
	receipt = eth_receipt_of(chain, hash);
	g_assert_cmpstr(text_of(receipt, "status"), ==, "0x1");
	made = text_of(receipt, "contractAddress");
	g_assert_true(hex_decode_fixed(made, strlen(made), address, 20));
}

char *
eth_deposit(const FiscoChain *chain, EthUser *user, const guint8 *contract,
	    guint8 id)
{
	GString *words = g_string_new(NULL);
	g_autofree char *text = NULL;
	g_autoptr(GByteArray) input = NULL;
	EthTx tx;

	for (guint i = 0; i < 32; i++)
		g_string_append_printf(words, "%02x", id);
	g_string_append(words, WORD_40 WORD_3 WORD_ABC);
	text = g_string_free(words, FALSE);
	input = eth_input("deposit(bytes32,string)", text);
	tx = eth_tx(user->nonce, bsn_slice_of(contract, 20),
		    buffer_slice(input));
	return eth_send(chain, user, &tx);
}

const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}
