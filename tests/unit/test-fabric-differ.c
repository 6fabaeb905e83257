/* SPDX-License-Identifier: Apache-2.0
 *
 * In what two results differ, as people are told.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/ledger/rwset_builder.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"

/* What one endorser gives; zeroed fields mean the default. */
typedef struct {
	const char *key;       /* "k", that is written */
	gsize key_len;	       /* of a key with NULs */
	bsn_slice value;       /* "v"; deleted when `deletes` */
	const char *second;    /* another key that is written */
	const char *metadata;  /* of the key */
	const char *range_end; /* a range "a" to that, which was empty */
	const char *namespace; /* "basic" */
	const char *event;
	const char *event_payload;
	const char *message;
	const char *payload;
	const char *version; /* "1.0" */
	guint64 block;	     /* that wrote the key that was read; 0: none */
	int32_t status;	     /* 200 */
	gboolean deletes;
	gboolean broken; /* its namespace's read-write set is none */
} Result;

static Suite suite;

static const char *
text_or(const char *text, const char *fallback)
{
	return text != NULL ? text : fallback;
}

static void
put_key(RwsetBuilder *builder, const Result *result, bsn_slice ns)
{
	const char *name = text_or(result->key, "k");
	const bsn_slice key = bsn_slice_of(
		name, result->key_len > 0 ? result->key_len : strlen(name));
	const Version version = { result->block, 4 };
	const MetadataEntry entry = { "VALIDATION_PARAMETER",
				      bsn_slice_str(result->metadata) };
	bsn_slice value = result->value;

	if (value.data == NULL && !result->deletes)
		value = bsn_slice_str("v");
	rwset_builder_read(builder, ns, key,
			   result->block > 0 ? &version : NULL);
	rwset_builder_write(builder, ns, key, value);
	if (result->metadata != NULL)
		rwset_builder_describe(builder, ns, key, &entry, 1);
	if (result->second != NULL)
		rwset_builder_write(builder, ns, bsn_slice_str(result->second),
				    value);
}

static ProtobufCBinaryData
make_results(Arena *arena, const Result *result)
{
	const bsn_slice ns = bsn_slice_str(text_or(result->namespace, "basic"));
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_auto(QueryResults) found = { 0 };
	RwsetBuilder builder;

	if (result->broken)
		return fabric_text("\22\13\n\5basic\22\2\377\377");
	query_results_init(&found, &suite, RESULTS_DEGREE);
	rwset_builder_init(&builder, &suite, arena);
	put_key(&builder, result, ns);
	query_results_finish(&found, arena);
	if (result->range_end != NULL)
		rwset_builder_range(&builder, ns, bsn_slice_str("a"),
				    bsn_slice_str(result->range_end), TRUE,
				    &found);
	rwset_builder_finish(&builder, out);
	rwset_builder_clear(&builder);
	return message_bytes(
		bsn_slice_of(arena_copy(arena, out->data, out->len), out->len));
}

static ProtobufCBinaryData
make_event(Arena *arena, const Result *result)
{
	Protos__ChaincodeEvent event = PROTOS__CHAINCODE_EVENT__INIT;

	if (result->event == NULL)
		return (ProtobufCBinaryData){ 0, NULL };
	event.chaincode_id = (char *)"basic";
	event.event_name = (char *)result->event;
	event.payload = fabric_text(text_or(result->event_payload, ""));
	return message_bytes(message_put(arena, &event));
}

static bsn_slice
make(Arena *arena, const Result *result)
{
	Protos__Response response = PROTOS__RESPONSE__INIT;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeAction action = PROTOS__CHAINCODE_ACTION__INIT;
	Protos__ProposalResponsePayload payload =
		PROTOS__PROPOSAL_RESPONSE_PAYLOAD__INIT;

	response.status = result->status != 0 ? result->status : 200;
	response.message = (char *)text_or(result->message, "");
	response.payload = fabric_text(text_or(result->payload, ""));
	id.name = (char *)"basic";
	id.version = (char *)text_or(result->version, "1.0");
	action.results = make_results(arena, result);
	action.events = make_event(arena, result);
	action.response = &response;
	action.chaincode_id = &id;
	payload.extension = message_bytes(message_put(arena, &action));
	return message_put(arena, &payload);
}

static void
assert_differ(const Result *a, const Result *b, const char *want)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *got = differ_explain(make(&arena, a), make(&arena, b));

	g_assert_cmpstr(got, ==, want);
	g_assert_true(g_utf8_validate(got, -1, NULL));
}

static const Result plain;
static const guint8 binary[] = { 0xff, 0, 1 };

/* The same but for one member. */
#define DIFFER(want, ...) \
	assert_differ(&plain, &(const Result){ __VA_ARGS__ }, want)

static void
test_keys(void)
{
	DIFFER("key k of basic is \"v\" and \"w\"",
	       .value = { (const guint8 *)"w", 1 });
	DIFFER("key k of basic is \"v\" and 0xff0001", .value = { binary, 3 });
	DIFFER("key k of basic is \"v\" and \"123456789012345678901234...\"",
	       .value = { (const guint8 *)"12345678901234567890123456", 26 });
	DIFFER("key k of basic is \"v\" and deleted", .deletes = TRUE);
	DIFFER("key l of basic is not written and \"v\"", .second = "l");
	DIFFER("key a of basic is not written and \"v\"", .second = "a");
	DIFFER("key k of basic is \"v\" and not written", .key = "l");
	DIFFER("key /o/1/ of basic is not written and \"v\"",
	       .key = "\0o\0"
		      "1\0",
	       .key_len = 5);
	DIFFER("key  of basic is not written and \"v\"", .second = "");
	DIFFER("key k of basic is with metadata not set and set to 1 entries",
	       .metadata = "x");
	DIFFER("key k of basic is read not there and as of block 3 "
	       "transaction 4",
	       .block = 3);
}

static void
test_the_first_may_lack_it(void)
{
	const Result second = { .second = "l" };

	assert_differ(&second, &plain,
		      "key l of basic is \"v\" and not written");
}

static void
test_ranges(void)
{
	const Result to_y = { .range_end = "y" };
	const Result to_z = { .range_end = "z" };

	assert_differ(&to_y, &to_z,
		      "the range from \"a\" to \"y\" of basic was read with "
		      "other keys or versions");
	DIFFER("basic was queried for 0 ranges and for 1", .range_end = "z");
}

static void
test_others(void)
{
	const Result event = { .event = "Put" };
	const Result louder = { .event = "Put", .event_payload = "!" };
	const Result other = { .event = "Del" };

	DIFFER("only the first uses basic", .namespace = "other");
	DIFFER("only the second has an event", .event = "Put");
	assert_differ(&event, &plain, "only the first has an event");
	assert_differ(&event, &other, "the event is Put and Del");
	assert_differ(&event, &louder, "the event Put says \"\" and \"!\"");
	DIFFER("the status is 200 and 201", .status = 201);
	DIFFER("the message is \"\" and \"so\"", .message = "so");
	DIFFER("the response is \"\" and \"so\"", .payload = "so");
	DIFFER("the chaincode's version is 1.0 and 2.0", .version = "2.0");
	DIFFER("their bytes are not the same", .status = 200);
	DIFFER("what was read and is written of basic", .broken = TRUE);
}

static void
test_junk(void)
{
	g_autofree char *text =
		differ_explain(bsn_slice_str("x"), bsn_slice_of(NULL, 0));

	g_assert_cmpstr(text, ==, "their bytes are not the same");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	suite = fabric_suite(FALSE);
	g_test_add_func("/fabric/differ/keys", test_keys);
	g_test_add_func("/fabric/differ/the-first-may-lack-it",
			test_the_first_may_lack_it);
	g_test_add_func("/fabric/differ/ranges", test_ranges);
	g_test_add_func("/fabric/differ/others", test_others);
	g_test_add_func("/fabric/differ/junk", test_junk);
	return g_test_run();
}
