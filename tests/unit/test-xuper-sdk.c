/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages as JSON, and transactions as XuperChain's JavaScript SDK makes them:
 * their digests and ids are the SDK's own (tests/xuper-sdk/make-vectors.mjs).
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/tx.h"
#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/codec/message_json.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-suite.h"

#define TEXT_MAX (1u << 20)

static Suite suite;

static void *
read_as(Arena *arena, const ProtobufCMessageDescriptor *type, const char *text)
{
	int32_t status = BSN_OK;
	bsn_err err = BSN_ERR_INIT;
	void *message = message_from_json(arena, type, sdk_maps,
					  bsn_slice_str(text), TEXT_MAX, &status,
					  &err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_nonnull(message);
	return message;
}

static void
assert_written(const void *message, const char *expected)
{
	g_autoptr(json_t) json = message_to_json(message, sdk_maps);
	g_autofree char *text = json_text(json);

	g_assert_cmpstr(text, ==, expected);
}

/* ---- JSON ---- */

static void
test_names(void)
{
	static const char written[] =
		"{\"bcname\":\"x\",\"txid\":\"AQI=\",\"status\":\"CONFIRM\","
		"\"distance\":\"-3\",\"tx\":{\"tx_inputs\":[{\"ref_txid\":"
		"\"AQ==\",\"ref_offset\":7}],\"contract_requests\":["
		"{\"args\":{\"a\":\"MQ==\",\"b\":\"\"},\"resource_limits\":[{},"
		"{\"type\":\"XFEE\",\"limit\":\"9223372036854775807\"}]}]}}";
	static const char other[] =
		"{\"bcname\":\"x\",\"txid\":\"AQI=\",\"status\":2,\"header\":"
		"null,\"distance\":-3,\"nobody\":[{}],\"tx\":{\"txInputs\":"
		"[{\"refTxid\":\"AQ==\",\"refOffset\":\"7\"}],"
		"\"contractRequests\":[{\"args\":{\"a\":\"MQ==\",\"b\":null},"
		"\"resourceLimits\":[{\"type\":\"CPU\"},{\"type\":3,\"limit\":"
		"9223372036854775807}]}]}}";
	g_auto(Arena) arena = ARENA_INIT;

	assert_written(read_as(&arena, &pb__tx_status__descriptor, written),
		       written);
	assert_written(read_as(&arena, &pb__tx_status__descriptor, other),
		       written);
	assert_written(read_as(&arena, &pb__tx_status__descriptor, ""), "{}");
}

static void
test_maps(void)
{
	static const char acl[] =
		"{\"pm\":{\"rule\":\"SIGN_THRESHOLD\",\"acceptValue\":0.5},"
		"\"aksWeight\":{\"me\":0.25,\"you\":1.0},\"akSets\":{\"sets\":"
		"{\"1\":{\"aks\":[\"me\"]}},\"expression\":\"1\"}}";
	g_auto(Arena) arena = ARENA_INIT;
	const Pb__Acl *message =
		read_as(&arena, &pb__acl__descriptor, acl);

	g_assert_cmpuint(message->n_aksweight, ==, 2);
	assert_written(message, acl);
}

static void
test_refused(void)
{
	static const struct {
		const char *text, *reason;
	} wrong[] = {
		{ "{", "the body" },
		{ "[]", "the body" },
		{ "{\"bcname\":1}", "bcname is no text" },
		{ "{\"txid\":\"AQ\"}", "txid is no Base64" },
		{ "{\"txid\":\"A===\"}", "txid is no Base64" },
		{ "{\"status\":\"MAYBE\"}", "status is none of its values" },
		{ "{\"distance\":\"1x\"}", "distance is no 64-bit integer" },
		{ "{\"distance\":1.5}", "distance is no 64-bit integer" },
		{ "{\"tx\":[]}", "tx is no object" },
		{ "{\"tx\":{\"coinbase\":1}}",
		  "tx.coinbase is neither true nor false" },
		{ "{\"tx\":{\"tx_inputs\":[{},{\"ref_offset\":2147483648}]}}",
		  "tx.tx_inputs[1].ref_offset is no 32-bit integer" },
		{ "{\"tx\":{\"contract_requests\":[{\"args\":[]}]}}",
		  "tx.contract_requests[0].args is no object" },
		{ "{\"tx\":{\"contract_requests\":[{\"args\":{\"k\":1}}]}}",
		  "tx.contract_requests[0].args.k is no Base64" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_auto(Arena) arena = ARENA_INIT;
		int32_t status = BSN_OK;
		bsn_err err = BSN_ERR_INIT;

		g_assert_null(message_from_json(
			&arena, &pb__tx_status__descriptor, sdk_maps,
			bsn_slice_str(wrong[i].text), TEXT_MAX, &status, &err));
		g_assert_cmpint(status, ==, BSN_BAD_REQUEST);
		g_assert_nonnull(strstr(err.reason, wrong[i].reason));
	}
}

/* What a message in a map is without a value: nothing that could be written. */
static void
test_null_in_map(void)
{
	static const char acl[] = "{\"akSets\":{\"sets\":{\"1\":null}}}";
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	bsn_err err = BSN_ERR_INIT;

	g_assert_null(message_from_json(&arena, &pb__acl__descriptor, sdk_maps,
					bsn_slice_str(acl), TEXT_MAX, &status,
					&err));
	g_assert_cmpint(status, ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, "akSets.sets.1 is no object");
}

/* As Go's encoding/json, with which XuperChain's endorser and its clients talk. */
static void
test_numbers(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(json_t) json = message_to_numbers(
		read_as(&arena, &pb__tx_status__descriptor,
			"{\"status\":\"CONFIRM\",\"distance\":\"-3\",\"tx\":{"
			"\"contract_requests\":[{\"resource_limits\":[{\"type\":"
			"\"XFEE\",\"limit\":\"9223372036854775807\"}]}]}}"),
		sdk_maps);
	g_autofree char *text = json_text(json);

	g_assert_cmpstr(text, ==,
			"{\"status\":2,\"distance\":-3,\"tx\":{"
			"\"contract_requests\":[{\"resource_limits\":[{\"type\":3,"
			"\"limit\":9223372036854775807}]}]}}");
}

/* Structures for nothing: an object of two bytes is a transaction. */
static void
test_bounded(void)
{
	g_autoptr(GString) text = g_string_new("{\"transactions\":[{}");
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < 100000; i++)
		g_string_append(text, ",{}");
	g_string_append(text, "]}");
	g_assert_null(message_from_json(
		&arena, &xldgpb__internal_block__descriptor, sdk_maps,
		bsn_slice_of(text->str, text->len), TEXT_MAX, &status, &err));
	g_assert_cmpint(status, ==, BSN_TOO_LARGE);
}

/* Parsed, a value of two bytes takes a hundred: also where no field is. */
static void
test_values(void)
{
	g_autoptr(GString) text = g_string_new("{\"nobody\":[0");
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < 1u << 18; i++)
		g_string_append(text, ",0");
	g_string_append(text, "]}");
	g_assert_null(message_from_json(
		&arena, &pb__tx_status__descriptor, sdk_maps,
		bsn_slice_of(text->str, text->len), TEXT_MAX, &status, &err));
	g_assert_cmpint(status, ==, BSN_TOO_LARGE);
	g_string_assign(text, "{\"bcname\":\"");
	for (guint i = 0; i < 1u << 19; i++)
		g_string_append_c(text, ',');
	g_string_append(text, "\"}");
	g_assert_nonnull(message_from_json(
		&arena, &pb__tx_status__descriptor, sdk_maps,
		bsn_slice_of(text->str, text->len), TEXT_MAX, &status, &err));
}

/* ---- the SDK's transactions ---- */

static void
assert_hex(bsn_slice bytes, const json_t *expected)
{
	g_autofree char *text = hex_encode(bytes);

	g_assert_cmpstr(text + 2, ==, json_string_value(expected));
}

static void
check_vector(const json_t *vector)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *text = json_text(json_object_get(vector, "tx"));
	Xldgpb__Transaction *msg =
		read_as(&arena, &xldgpb__transaction__descriptor, text);
	g_autoptr(Tx) tx = tx_make(&suite, msg);

	g_assert_nonnull(tx);
	assert_hex(bsn_slice_of(tx->digest, HASH_LEN),
		   json_object_get(vector, "digest"));
	assert_hex(bsn_slice_of(tx->id, HASH_LEN),
		   json_object_get(vector, "txid"));
	g_assert_cmpuint(tx_time_ms(tx->msg), ==, 0);
}

static json_t *
vectors(void)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "tests/unit/data/xuper-sdk-txs.json", NULL);
	json_t *list = json_load_file(path, 0, NULL);

	g_assert_nonnull(list);
	return list;
}

static void
test_vectors(void)
{
	g_autoptr(json_t) list = vectors();
	json_t *vector;
	size_t i;

	g_assert_cmpuint(json_array_size(list), ==, 2);
	json_array_foreach (list, i, vector)
		check_vector(vector);
}

/* What the text would not show. */
static void
test_hidden(void)
{
	g_autoptr(json_t) list = vectors();
	g_autofree char *text =
		json_text(json_object_get(json_array_get(list, 1), "tx"));
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction *msg =
		read_as(&arena, &xldgpb__transaction__descriptor, text);
	const ProtobufCBinaryData none = { 0, NULL };
	ProtobufCBinaryData *fields[] = {
		&msg->tx_inputs[0]->ref_txid,	&msg->tx_inputs[0]->from_addr,
		&msg->tx_inputs[0]->amount,	&msg->tx_inputs_ext[0]->key,
		&msg->tx_outputs_ext[0]->key,	&msg->tx_outputs_ext[0]->value,
	};

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		const ProtobufCBinaryData before = *fields[i];

		*fields[i] = none;
		g_assert_null(tx_make(&suite, msg));
		*fields[i] = before;
	}
	msg->version = 2;
	g_assert_null(tx_make(&suite, msg));
}

/* ---- ids cover all ---- */

#define AT(type, message, field)                                               \
	(*(type *)(void *)((guint8 *)(message) + (field)->offset))

typedef struct {
	Xldgpb__Transaction *root;
	const Tx *before;
	guint changes;
} Changing;

/* Another transaction has another id, or is none. */
static void
assert_another(Changing *changing)
{
	g_autoptr(Tx) tx = tx_make(&suite, changing->root);

	changing->changes++;
	if (tx != NULL && !bsn_slice_equal(tx->bytes, changing->before->bytes))
		g_assert_true(memcmp(tx->id, changing->before->id, HASH_LEN) !=
			      0);
}

static void change_all(Changing *changing, ProtobufCMessage *message);

static void
change_text(Changing *changing, char **text)
{
	char *before = *text;
	g_autofree char *longer = g_strconcat(before, "<", NULL);

	*text = longer;
	assert_another(changing);
	*text = (char *)"";
	assert_another(changing);
	*text = before;
}

static void
change_bytes(Changing *changing, ProtobufCBinaryData *bytes)
{
	const ProtobufCBinaryData before = *bytes;
	g_autofree guint8 *longer = g_malloc0(before.len + 1);

	if (before.len > 0)
		memcpy(longer, before.data, before.len);
	*bytes = (ProtobufCBinaryData){ before.len + 1, longer };
	assert_another(changing);
	*bytes = (ProtobufCBinaryData){ 0, NULL };
	assert_another(changing);
	*bytes = before;
}

static void
change_one(Changing *changing, const ProtobufCFieldDescriptor *field, void *at)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		change_text(changing, at);
		return;
	case PROTOBUF_C_TYPE_BYTES:
		change_bytes(changing, at);
		return;
	case PROTOBUF_C_TYPE_MESSAGE:
		if (*(void **)at != NULL)
			change_all(changing, *(void **)at);
		return;
	default: /* integers, enums and bools, whose lowest byte comes first */
		*(guint8 *)at ^= 1;
		assert_another(changing);
		*(guint8 *)at ^= 1;
	}
}

/* Without the last; the first one twice; each changed. */
static void
change_list(Changing *changing, ProtobufCMessage *message,
	    const ProtobufCFieldDescriptor *field)
{
	size_t *n = (void *)((guint8 *)message + field->quantifier_offset);
	void **items = AT(void **, message, field);
	g_autofree void **more = g_new0(void *, *n + 1);

	if (*n == 0)
		return;
	memcpy(more, items, *n * sizeof(*more));
	more[*n] = items[0];
	AT(void **, message, field) = more;
	(*n)++;
	assert_another(changing);
	AT(void **, message, field) = items;
	*n -= 2;
	assert_another(changing);
	(*n)++;
	for (size_t i = 0; i < *n; i++)
		change_one(changing, field, &items[i]);
}

static void
change_all(Changing *changing, ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned i = 0; i < type->n_fields; i++)
		if (type->fields[i].label == PROTOBUF_C_LABEL_REPEATED)
			change_list(changing, message, &type->fields[i]);
		else
			change_one(changing, &type->fields[i],
				   (guint8 *)message + type->fields[i].offset);
}

static void
test_covered(void)
{
	static const gint versions[] = { TX_VERSION, TX_VERSION_JSON };
	g_autoptr(json_t) list = vectors();
	g_autofree char *text =
		json_text(json_object_get(json_array_get(list, 1), "tx"));

	for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_auto(Arena) arena = ARENA_INIT;
		Changing changing = {
			read_as(&arena, &xldgpb__transaction__descriptor, text),
			NULL, 0
		};
		g_autoptr(Tx) before = NULL;

		changing.root->version = versions[i];
		changing.before = before = tx_make(&suite, changing.root);
		g_assert_nonnull(before);
		change_all(&changing, &changing.root->base);
		g_assert_cmpuint(changing.changes, >, 50);
	}
}

static void
test_nothing(void)
{
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	Xldgpb__TxOutput output = XLDGPB__TX_OUTPUT__INIT;
	guint8 zero = 0;

	msg.version = TX_VERSION_JSON;
	g_assert_true(tx_output_is_nothing(&msg, &output));
	output.amount = (ProtobufCBinaryData){ 1, &zero };
	g_assert_true(tx_output_is_nothing(&msg, &output));
	zero = 1;
	g_assert_false(tx_output_is_nothing(&msg, &output));
	zero = 0;
	msg.version = TX_VERSION;
	g_assert_false(tx_output_is_nothing(&msg, &output));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	suite = xuper_suite(FALSE);
	g_test_add_func("/xuper/sdk/json/names-and-values", test_names);
	g_test_add_func("/xuper/sdk/json/maps-are-objects", test_maps);
	g_test_add_func("/xuper/sdk/json/refusals-name-the-place",
			test_refused);
	g_test_add_func("/xuper/sdk/json/room-is-bounded", test_bounded);
	g_test_add_func("/xuper/sdk/json/values-are-bounded", test_values);
	g_test_add_func("/xuper/sdk/json/maps-of-messages-have-no-null",
			test_null_in_map);
	g_test_add_func("/xuper/sdk/json/numbers-as-gos", test_numbers);
	g_test_add_func("/xuper/sdk/tx/ids-are-the-sdks", test_vectors);
	g_test_add_func("/xuper/sdk/tx/nothing-is-hidden-from-the-id",
			test_hidden);
	g_test_add_func("/xuper/sdk/tx/ids-cover-everything", test_covered);
	g_test_add_func("/xuper/sdk/tx/outputs-of-nothing", test_nothing);
	return g_test_run();
}
