/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions: what their ids cover, and that content has one encoding.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/digest.h"
#include "plugins/engine-xuper/format/tx.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-suite.h"

static Suite suite;

static ProtobufCBinaryData
bytes(const char *text)
{
	return (ProtobufCBinaryData){ strlen(text), (uint8_t *)text };
}

/* A transaction with something in every field. */
typedef struct {
	Xldgpb__Transaction msg;
	Xldgpb__TxInput input, *inputs[1];
	Xldgpb__TxOutput output, *outputs[1];
	Xldgpb__TxInputExt input_ext, *inputs_ext[1];
	Xldgpb__TxOutputExt output_ext, *outputs_ext[1];
	Xldgpb__Argument a, b, *args[2];
	Xldgpb__ResourceLimit limit, *limits[1];
	Xldgpb__InvokeRequest request, *requests[1];
	Xldgpb__SignatureInfo sign, *signs[1];
	Xldgpb__HDInfo hd;
	char *auth[2];
} Full;

static void
put_request(Full *full)
{
	xldgpb__argument__init(&full->a);
	xldgpb__argument__init(&full->b);
	xldgpb__resource_limit__init(&full->limit);
	xldgpb__invoke_request__init(&full->request);
	full->a.key = "a";
	full->a.value = bytes("1");
	full->b.key = "b";
	full->b.value = bytes("");
	full->args[0] = &full->a;
	full->args[1] = &full->b;
	full->limit.type = XLDGPB__RESOURCE_TYPE__DISK;
	full->limit.limit = 1024;
	full->limits[0] = &full->limit;
	full->request.module_name = "evm";
	full->request.contract_name = "counter";
	full->request.method_name = "increase";
	full->request.args = full->args;
	full->request.n_args = 2;
	full->request.resource_limits = full->limits;
	full->request.n_resource_limits = 1;
	full->request.amount = "3";
	full->requests[0] = &full->request;
	full->msg.contract_requests = full->requests;
	full->msg.n_contract_requests = 1;
}

static void
put_utxos(Full *full)
{
	xldgpb__tx_input__init(&full->input);
	xldgpb__tx_output__init(&full->output);
	full->input.ref_txid = bytes("ref");
	full->input.ref_offset = 1;
	full->input.from_addr = bytes("from");
	full->input.amount = bytes("\x10");
	full->input.frozen_height = -1;
	full->output.amount = bytes("\x0f");
	full->output.to_addr = bytes("to");
	full->output.frozen_height = 5;
	full->inputs[0] = &full->input;
	full->outputs[0] = &full->output;
	full->msg.tx_inputs = full->inputs;
	full->msg.n_tx_inputs = 1;
	full->msg.tx_outputs = full->outputs;
	full->msg.n_tx_outputs = 1;
}

static void
put_xmodel(Full *full)
{
	xldgpb__tx_input_ext__init(&full->input_ext);
	xldgpb__tx_output_ext__init(&full->output_ext);
	full->input_ext.bucket = "bucket";
	full->input_ext.key = bytes("key");
	full->input_ext.ref_offset = 2;
	full->output_ext.bucket = "bucket";
	full->output_ext.key = bytes("key");
	full->output_ext.value = bytes("value");
	full->inputs_ext[0] = &full->input_ext;
	full->outputs_ext[0] = &full->output_ext;
	full->msg.tx_inputs_ext = full->inputs_ext;
	full->msg.n_tx_inputs_ext = 1;
	full->msg.tx_outputs_ext = full->outputs_ext;
	full->msg.n_tx_outputs_ext = 1;
}

static void
fill(Full *full)
{
	memset(full, 0, sizeof(*full));
	xldgpb__transaction__init(&full->msg);
	put_utxos(full);
	put_xmodel(full);
	put_request(full);
	xldgpb__signature_info__init(&full->sign);
	xldgpb__hdinfo__init(&full->hd);
	full->sign.publickey = "key";
	full->sign.sign = bytes("sign");
	full->signs[0] = &full->sign;
	full->hd.hd_public_key = bytes("hd");
	full->auth[0] = "alice";
	full->auth[1] = "bob";
	full->msg.desc = bytes("desc");
	full->msg.nonce = "nonce";
	full->msg.timestamp = 1700000000000000000;
	full->msg.version = TX_VERSION;
	full->msg.autogen = TRUE;
	full->msg.initiator = "alice";
	full->msg.auth_require = full->auth;
	full->msg.n_auth_require = 2;
	full->msg.initiator_signs = full->signs;
	full->msg.n_initiator_signs = 1;
	full->msg.auth_require_signs = full->signs;
	full->msg.n_auth_require_signs = 1;
	full->msg.hd_info = &full->hd;
}

/* ---- the encoding ---- */

/* Written out by hand, from what xupercore's encoder does. */
#define N(digits) "00000000000000" digits
static const char core[] =
	N("01") N("03") "726566" N("01") N("04") "66726f6d" N(
		"01") "10"
		      "ffffffffffffffff" N("01") N("01") "0f" N("02") "746f" N(
			      "05") N("04") "64657363" N("00")
			      N("05") "6e6f6e6365"
				      "17979cfe362a0000" N("03") N("01") N("01") N("06") "6275636b6574" N(
					      "03") "6b6579" N("00") N("02")
					      N("01") N("06") "6275636b6574" N("03") "6b6579" N(
						      "05") "76616c7565" N("01")
						      N("03") "65766d" N("07") "636f756e746572" N("08") "696e637265617365" N(
							      "02")
							      N("01") "61" N("0"
									     "1") "31" N("01") "62" N(
								      "00") N("01")
								      N("02") "0000000000000400" N(
									      "01") "33" N("05") "616c696365" N("02")
									      N("05") "616c696365" N(
										      "03") "626f62";
static const char signs[] = N("01") N("03") "6b6579" N("04") "7369676e" N("01")
	N("03") "6b6579" N("04") "7369676e" N("00") N("00");
static const char hd[] = N("02") "6864" N("00");

static void
double_hash_of(const char *const *parts, guint8 digest[HASH_LEN])
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	bsn_slice slice;

	for (; *parts != NULL; parts++)
		g_assert_true(hex_decode(*parts, strlen(*parts), all));
	slice = bsn_slice_of(all->data, all->len);
	suite_double(&suite, &slice, 1, digest);
}

static void
test_encoding(void)
{
	const char *const signed_parts[] = { core, hd, NULL };
	const char *const all_parts[] = { core, signs, hd, NULL };
	guint8 expected[HASH_LEN], digest[HASH_LEN];
	g_autoptr(Tx) tx = NULL;
	Full full;

	for (gint gm = 0; gm < 2; gm++) {
		suite = xuper_suite(gm);
		fill(&full);
		g_clear_pointer(&tx, tx_unref);
		tx = tx_make(&suite, &full.msg);
		double_hash_of(signed_parts, expected);
		assert_bytes(tx->digest, HASH_LEN, expected, HASH_LEN);
		tx_digest(&suite, &full.msg, digest);
		assert_bytes(digest, HASH_LEN, expected, HASH_LEN);
		double_hash_of(all_parts, expected);
		assert_bytes(tx->id, HASH_LEN, expected, HASH_LEN);
		assert_bytes(tx->msg->txid.data, tx->msg->txid.len, tx->id,
			     HASH_LEN);
	}
	suite = xuper_suite(FALSE);
}

/* ---- one encoding ---- */

static Tx *
decode(const GByteArray *from, gboolean lenient, int32_t expected)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;
	Tx *tx = tx_decode(&suite, bsn_slice_of(from->data, from->len), lenient,
			   &status, &err);

	g_assert_cmpint(status, ==, expected);
	g_assert_true((tx != NULL) == (expected == BSN_OK));
	g_assert_true((err.reason[0] != '\0') == (expected != BSN_OK));
	return tx;
}

static GByteArray *
array_of(bsn_slice from)
{
	GByteArray *array = g_byte_array_new();

	g_byte_array_append(array, from.data, (guint)from.len);
	return array;
}

/* Strictly refused; taken leniently, as the same transaction. */
static void
assert_lenient(const Tx *tx, const GByteArray *other)
{
	g_autoptr(Tx) again = decode(other, TRUE, BSN_OK);

	decode(other, FALSE, BSN_BAD_REQUEST);
	g_assert_true(bsn_slice_equal(again->bytes, tx->bytes));
	assert_bytes(again->id, HASH_LEN, tx->id, HASH_LEN);
}

static void
test_round_trip(void)
{
	g_autoptr(GByteArray) encoded = NULL;
	g_autoptr(Tx) tx = NULL;
	g_autoptr(Tx) again = NULL;
	Full full;

	fill(&full);
	tx = tx_make(&suite, &full.msg);
	encoded = array_of(tx->bytes);
	again = decode(encoded, FALSE, BSN_OK);
	g_assert_true(bsn_slice_equal(again->bytes, tx->bytes));
	assert_bytes(again->id, HASH_LEN, tx->id, HASH_LEN);
	assert_bytes(again->digest, HASH_LEN, tx->digest, HASH_LEN);
	g_assert_cmpstr(again->msg->initiator, ==, "alice");
}

static void
test_other_encodings(void)
{
	static const guint8 received[] = { 0xf0, 0x01, 0x05 };	 /* field 30 */
	static const guint8 empty_sign[] = { 0xfa, 0x01, 0x00 }; /* 31 */
	static const guint8 empty_desc[] = { 0x32, 0x00 };
	g_autoptr(Tx) tx = NULL;
	Xldgpb__ModifyBlock modify = XLDGPB__MODIFY_BLOCK__INIT;
	g_autoptr(GByteArray) out = NULL;
	Full full;

	fill(&full);
	full.msg.hd_info = NULL;
	tx = tx_make(&suite, &full.msg);
	out = array_of(tx->bytes);
	g_byte_array_append(out, received, sizeof(received));
	assert_lenient(tx, out);
	g_byte_array_set_size(out, (guint)tx->bytes.len);
	g_byte_array_append(out, empty_sign, sizeof(empty_sign));
	assert_lenient(tx, out);
	/* Out of its place. */
	g_byte_array_set_size(out, (guint)tx->bytes.len);
	g_byte_array_prepend(out, empty_desc, sizeof(empty_desc));
	assert_lenient(tx, out);
	g_clear_pointer(&out, g_byte_array_unref);
	/* Arguments the other way round, no txid, other fields that no id
	 * covers. */
	full.args[0] = &full.b;
	full.args[1] = &full.a;
	full.msg.blockid = bytes("block");
	full.msg.modify_block = &modify;
	out = message_pack(&full.msg);
	assert_lenient(tx, out);
}

static void
test_refused(void)
{
	static const guint8 unknown[] = { 0xf8, 0x7f, 0x01 };
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(Tx) tx = NULL;
	Full full;

	decode(out, FALSE, BSN_BAD_REQUEST);
	fill(&full);
	tx = tx_make(&suite, &full.msg);
	g_byte_array_append(out, tx->bytes.data, (guint)tx->bytes.len);
	out->data[5] ^= 1; /* in the txid */
	decode(out, FALSE, BSN_BAD_REQUEST);
	decode(out, TRUE, BSN_BAD_REQUEST);
	out->data[5] ^= 1;
	g_byte_array_append(out, unknown, sizeof(unknown));
	decode(out, FALSE, BSN_BAD_REQUEST);
	decode(out, TRUE, BSN_BAD_REQUEST);
	full.b.key = "a";
	g_clear_pointer(&out, g_byte_array_unref);
	out = message_pack(&full.msg);
	decode(out, TRUE, BSN_BAD_REQUEST);
	full.b.key = "b";
	full.msg.version = 1;
	g_clear_pointer(&out, g_byte_array_unref);
	out = message_pack(&full.msg);
	decode(out, TRUE, BSN_BAD_REQUEST);
}

static void
test_too_large(void)
{
	g_autofree Xldgpb__TxOutput **outputs =
		g_new(Xldgpb__TxOutput *, TX_ITEMS_MAX + 1);
	g_autoptr(GByteArray) out = NULL;
	Full full;

	fill(&full);
	for (guint i = 0; i <= TX_ITEMS_MAX; i++)
		outputs[i] = &full.output;
	full.msg.tx_outputs = outputs;
	full.msg.n_tx_outputs = TX_ITEMS_MAX + 1;
	out = message_pack(&full.msg);
	decode(out, TRUE, BSN_TOO_LARGE);
	g_assert_null(tx_make(&suite, &full.msg));
	g_byte_array_set_size(out, TX_MAX + 1);
	memset(out->data, 0, out->len);
	decode(out, TRUE, BSN_TOO_LARGE);
}

static void
free_judged(gpointer judged)
{
	*(gboolean *)judged = TRUE;
}

static void
test_references(void)
{
	gboolean freed = FALSE;
	Full full;
	Tx *tx;

	fill(&full);
	tx = tx_make(&suite, &full.msg);
	tx->judged = &freed;
	tx->judged_free = free_judged;
	tx_unref(tx_ref(tx));
	g_assert_false(freed);
	tx_unref(tx);
	g_assert_true(freed);
	tx_unref(NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	suite = xuper_suite(FALSE);
	g_test_add_func("/xuper/tx/ids-and-digests-are-xuperchains",
			test_encoding);
	g_test_add_func("/xuper/tx/round-trip", test_round_trip);
	g_test_add_func("/xuper/tx/content-has-one-encoding",
			test_other_encodings);
	g_test_add_func("/xuper/tx/others-are-refused", test_refused);
	g_test_add_func("/xuper/tx/limits", test_too_large);
	g_test_add_func("/xuper/tx/references", test_references);
	return g_test_run();
}
