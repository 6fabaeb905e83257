/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of the runtime of chaincodes: mailboxes, messages, connection.json and
 * how a program of node's is started.
 */
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/kit/sink.h"
#include "plugins/runtime-chaincode/connection.h"
#include "plugins/runtime-chaincode/mailbox.h"
#include "plugins/runtime-chaincode/node.h"
#include "plugins/runtime-chaincode/shim.h"

/* ---- mailboxes ---- */

enum { WRITERS = 4, LETTERS = 20000 };

typedef struct {
	Letter letter;
	guint writer, number;
} Numbered;

typedef struct {
	Mailbox *box;
	GAsyncQueue *wakes;
	guint writer;
} Writer;

static gpointer
write_letters(gpointer data)
{
	Writer *writer = data;

	for (guint i = 0; i < LETTERS; i++) {
		Numbered *one = g_new0(Numbered, 1);

		one->writer = writer->writer;
		one->number = i;
		if (mailbox_put(writer->box, &one->letter))
			g_async_queue_push(writer->wakes, writer);
	}
	return NULL;
}

/* The reader looks only when it is woken, and misses nothing. */
static void
test_mailbox(void)
{
	Mailbox box = { NULL, FALSE };
	GAsyncQueue *wakes = g_async_queue_new();
	Writer writers[WRITERS];
	GThread *threads[WRITERS];
	guint next[WRITERS] = { 0 };
	guint n = 0;

	for (guint i = 0; i < WRITERS; i++) {
		writers[i] = (Writer){ &box, wakes, i };
		threads[i] = g_thread_new("writer", write_letters, &writers[i]);
	}
	while (n < WRITERS * LETTERS) {
		Letter *letter;

		g_async_queue_pop(wakes);
		letter = mailbox_take(&box);
		while (letter != NULL) {
			Numbered *one = (Numbered *)letter;

			letter = letter->next;
			g_assert_cmpuint(one->number, ==, next[one->writer]++);
			g_free(one);
			n++;
		}
	}
	for (guint i = 0; i < WRITERS; i++)
		g_thread_join(threads[i]);
	g_assert_null(mailbox_take(&box));
	g_async_queue_unref(wakes);
}

/* ---- messages ---- */

static void
test_message(void)
{
	const ShimMessage out = { .type = SHIM_COMPLETED,
				  .payload = bsn_slice_str("payload"),
				  .tx_id = bsn_slice_str("ab"),
				  .channel_id = bsn_slice_str("ch"),
				  .proposal = bsn_slice_str("proposal"),
				  .event = bsn_slice_str("event") };
	g_autoptr(GBytes) bytes = shim_encode(&out);
	ShimMessage in;

	g_assert_cmpint(shim_decode(bytes_slice(bytes), &in, NULL), ==, BSN_OK);
	g_assert_cmpuint(in.type, ==, SHIM_COMPLETED);
	g_assert_true(bsn_slice_equal(in.payload, out.payload));
	g_assert_true(bsn_slice_equal(in.tx_id, out.tx_id));
	g_assert_true(bsn_slice_equal(in.channel_id, out.channel_id));
	g_assert_true(bsn_slice_equal(in.event, out.event));
}

static void
assert_no_message(const char *bytes, gsize len)
{
	ShimMessage message;

	g_assert_cmpint(shim_decode(bsn_slice_of(bytes, len), &message, NULL),
			==, BSN_BAD_REQUEST);
}

static void
test_no_message(void)
{
	assert_no_message("\x0a\x01"
			  "a",
			  3);		  /* a type that is bytes */
	assert_no_message("\x18\x01", 2); /* a payload that is a number */
	assert_no_message("\x1a\x02"
			  "a",
			  3);		      /* cut off */
	assert_no_message("\x22\x01\xff", 3); /* no UTF-8 */
	assert_no_message("\x22\x01\0", 3);   /* a NUL in an id */
	assert_no_message("\x0b", 1);	      /* a group */
	assert_no_message("\x00\x01", 2);     /* field 0 */
}

static void
test_questions(void)
{
	g_assert_true(shim_is_question(SHIM_GET_STATE));
	g_assert_true(shim_is_question(SHIM_PURGE_PRIVATE_DATA));
	g_assert_false(shim_is_question(SHIM_COMPLETED));
	g_assert_false(shim_is_question(SHIM_RESPONSE));
	g_assert_false(shim_is_question(SHIM_KEEPALIVE));
	g_assert_false(shim_is_question(12));
	g_assert_false(shim_is_question(24));
	g_assert_false(shim_is_question(G_MAXUINT32));
}

/* ---- connection.json ---- */

static void
test_connection(void)
{
	g_autoptr(Connection) one = NULL;

	g_assert_cmpint(connection_parse(
				bsn_slice_str("{\"address\":\"127.0.0.1:9999\","
					      "\"dial_timeout\":\"1m30s\","
					      "\"tls_required\":true,"
					      "\"client_auth_required\":true,"
					      "\"client_key\":\"k\","
					      "\"client_cert\":\"c\","
					      "\"root_cert\":\"r\"}"),
				&one, NULL),
			==, BSN_OK);
	g_assert_cmpstr(one->address, ==, "127.0.0.1:9999");
	g_assert_cmpuint(one->dial_ms, ==, 90000);
	g_assert_true(one->tls);
	g_assert_cmpstr(one->client_key, ==, "k");
	g_assert_cmpstr(one->client_cert, ==, "c");
	g_assert_cmpstr(one->root_cert, ==, "r");
}

static void
expect_no_connection(const char *json, const char *reason)
{
	g_autoptr(Connection) one = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(connection_parse(bsn_slice_str(json), &one, &err), ==,
			BSN_BAD_REQUEST);
	g_assert_null(one);
	if (strstr(err.reason, reason) == NULL)
		g_error("%s: %s", json, err.reason);
}

static void
test_no_connection(void)
{
	expect_no_connection("{}", "connection.json.address is missing");
	expect_no_connection("{\"address\":\"\"}", "address");
	expect_no_connection("{\"address\":\"a:1\",\"dial_timeout\":\"10\"}",
			     "dial_timeout");
	expect_no_connection("{\"address\":\"a:1\",\"dial_timeout\":\"99h\"}",
			     "dial_timeout");
	expect_no_connection("{\"address\":\"a:1\",\"tls_required\":true}",
			     "root_cert");
	expect_no_connection("{\"address\":\"a:1\",\"tls_required\":true,"
			     "\"root_cert\":\"r\","
			     "\"client_auth_required\":true}",
			     "client_key");
	expect_no_connection("{\"address\":\"a:1\",\"adress\":1}", "adress");
}

/* ---- how a program is started ---- */

static ChaincodePackage *
package_with(const char *start, const char *extra)
{
	g_autofree char *json = g_strdup_printf(
		"{\"main\":\"index.js\",\"scripts\":{\"start\":\"%s\"}}",
		start);
	const ChaincodeFile files[] = {
		{ "src/package.json", FALSE, bsn_slice_str(json) },
		{ "src/index.js", TRUE, bsn_slice_str("1") },
		{ "META-INF/x.json", FALSE, bsn_slice_str("2") },
		{ extra, FALSE, bsn_slice_str("3") },
	};
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	ChaincodePackage *package = NULL;

	g_assert_cmpint(chaincode_package_write("a_1", "node", "", files, 4,
						bytes, NULL),
			==, BSN_OK);
	g_assert_cmpint(
		chaincode_package_read(buffer_slice(bytes), &package, NULL), ==,
		BSN_OK);
	return package;
}

static void
expect_start(const char *start, const char *extra, const char *expected)
{
	g_autoptr(ChaincodePackage) package = package_with(start, extra);
	g_autoptr(NodeProgram) program = NULL;
	g_autofree char *words = NULL;

	g_assert_cmpint(node_program_read(package, "/shared", &program, NULL),
			==, BSN_OK);
	g_ptr_array_add(program->argv, NULL);
	words = g_strjoinv(" ", (char **)program->argv->pdata);
	g_assert_cmpstr(words, ==, expected);
	g_assert_nonnull(node_program_find(program, "index.js"));
	g_assert_null(node_program_find(program, "META-INF/x.json"));
}

static void
test_start(void)
{
	expect_start("fabric-chaincode-node start", "src/a",
		     "node /shared/fabric-shim/cli.js start");
	expect_start("fabric-chaincode-node start",
		     "src/node_modules/fabric-shim/cli.js",
		     "node node_modules/fabric-shim/cli.js start");
	expect_start("node  index", "src/a", "node index");
	expect_start("node index.js --verbose", "src/a",
		     "node index.js --verbose");
}

static void
expect_no_start(const char *start)
{
	g_autoptr(ChaincodePackage) package = package_with(start, "src/a");
	g_autoptr(NodeProgram) program = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(node_program_read(package, "/shared", &program, &err),
			==, BSN_BAD_REQUEST);
	g_assert_true(g_str_has_prefix(err.reason,
				       "package.json: the script \"start\" "));
}

static void
test_no_start(void)
{
	expect_no_start("");
	expect_no_start("node");
	expect_no_start("node -e 1");
	expect_no_start("node other.js");
	expect_no_start("node index.js; rm -rf /");
	expect_no_start("node $HOME/index.js");
	expect_no_start("ts-node index.js");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name, function) g_test_add_func("/chaincode/parts/" name, function)
	T("a-mailbox-wakes-its-reader-whenever-it-must", test_mailbox);
	T("messages-come-back", test_message);
	T("what-is-no-message-is-refused", test_no_message);
	T("questions-are-known", test_questions);
	T("a-connection-is-read", test_connection);
	T("what-is-no-connection-is-refused", test_no_connection);
	T("a-program-is-started-as-its-package-says", test_start);
	T("what-only-a-shell-can-read-is-refused", test_no_start);
#undef T
	return g_test_run();
}
