/* SPDX-License-Identifier: Apache-2.0
 *
 * Any answers to what a contract asks that runs as a chaincode: a value, entries in
 * order, another contract's answer. It bears them all, ends once, and does the same
 * twice.
 *
 * Input: a byte of flags (1: answers come behind the question, not within it), then
 * answers: type, length in 16 bits, little-endian, payload. Behind the last one the
 * run is cancelled.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/chaincode_run.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/plugin.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/wasm-bytes.h"

#define LATER 1u
/* ChaincodeInput {args: "f"} */
#define INPUT "\x0a\x01" "f"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int32_t bsn_plugin_open(const bsn_host *host, const bsn_plugin **out,
			bsn_err *err); /* crypto-std */

/* f: state_get "k", and puts what it begins with; iter over everything, taking each
 * key and value; call "k" "k"; and what is at 16 then is the result. */
static const char contract[] =
	"01 { 08 60 02 7f 7f 01 7f 60 01 7f 00 60 04 7f 7f 7f 7f 00"
	" 60 04 7f 7f 7f 7f 01 7f 60 01 7f 01 7f"
	" 60 06 7f 7f 7f 7f 7f 7f 01 7f 60 02 7f 7f 00 60 00 00 }"
	"02 { 08 {\"bsn\"} {\"state_get\"} 00 00 {\"bsn\"} {\"take\"} 00 01"
	" {\"bsn\"} {\"state_put\"} 00 02 {\"bsn\"} {\"iter\"} 00 03"
	" {\"bsn\"} {\"iter_next\"} 00 04 {\"bsn\"} {\"iter_value\"} 00 04"
	" {\"bsn\"} {\"call\"} 00 05 {\"bsn\"} {\"result\"} 00 06 }"
	"03 { 01 07 } 05 { 01 00 02 }"
	"07 { 02 {\"memory\"} 02 00 {\"f\"} 00 08 }"
	"0a { 01 { 00 41 00 41 01 10 00 1a 41 10 10 01"
	" 41 00 41 01 41 10 41 01 10 02"
	" 41 00 41 00 41 00 41 00 10 03 1a"
	" 03 40 41 00 10 04 41 00 4e 04 40"
	" 41 10 10 01 41 00 10 05 1a 41 10 10 01 0c 01 0b 0b"
	" 41 00 41 01 41 00 41 01 41 00 41 00 10 06 1a"
	" 41 10 10 01 41 10 41 20 10 07 0b } }"
	"0b { 01 00 41 00 0b {\"k\"} }";

typedef struct {
	bsn_chaincode_run run; /* first */
	bsn_slice answers;
	gboolean later, waits, done;
	GString *said;
} Peer;

static gboolean
take_answer(bsn_slice *rest, guint8 *type, bsn_slice *payload)
{
	gsize len;

	if (rest->len < 3)
		return FALSE;
	*type = rest->data[0];
	len = rest->data[1] | (gsize)rest->data[2] << 8;
	*payload = bsn_slice_of(rest->data + 3, MIN(len, rest->len - 3));
	rest->data += 3 + payload->len;
	rest->len -= 3 + payload->len;
	return TRUE;
}

static void
note(Peer *peer, const char *what, guint32 number, bsn_slice bytes)
{
	g_autofree char *hex = hex_encode(bytes);

	g_string_append_printf(peer->said, "%s %u %s\n", what, number, hex);
}

static void
answer(Peer *peer)
{
	bsn_slice payload;
	guint8 type;

	peer->waits = FALSE;
	if (take_answer(&peer->answers, &type, &payload)) {
		wasm_run_answer(&peer->run, type, payload);
	} else {
		peer->done = TRUE;
		wasm_run_cancel(&peer->run);
	}
}

static void
asked(bsn_chaincode_run *run, uint32_t type, bsn_slice payload)
{
	Peer *peer = (Peer *)run;

	g_assert_false(peer->waits);
	g_assert_false(peer->done);
	note(peer, "asks", type, payload);
	peer->waits = TRUE;
	if (!peer->later)
		answer(peer);
}

static void
done(bsn_chaincode_run *run, int32_t status, bsn_slice response,
     bsn_slice event, const bsn_err *err)
{
	Peer *peer = (Peer *)run;

	g_assert_false(peer->done);
	g_assert_false(peer->waits);
	peer->done = TRUE;
	note(peer, "done", (guint32)status, response);
}

static char *
run_once(WasmCode *code, guint8 flags, bsn_slice answers)
{
	GQueue siblings = G_QUEUE_INIT;
	const bsn_chaincode_call call = {
		.size = sizeof(call),
		.package_id = bsn_slice_str("label:00"),
		.tx_id = bsn_slice_str("cafe"),
		.input = bsn_slice_of(INPUT, sizeof(INPUT) - 1),
	};
	Peer peer = { .run = { .size = sizeof(bsn_chaincode_run),
			       .asked = asked,
			       .done = done },
		      .answers = answers,
		      .later = (flags & LATER) != 0,
		      .said = g_string_new(NULL) };

	g_assert_cmpint(wasm_run_begin(code, &call, &siblings, &peer.run, NULL),
			==, BSN_OK);
	while (peer.waits)
		answer(&peer);
	g_assert_true(peer.done);
	g_assert_cmpuint(siblings.length, ==, 0);
	return g_string_free(peer.said, FALSE);
}

static WasmCode *
code_once(void)
{
	static WasmCode *code;
	g_autoptr(GByteArray) module = NULL;

	if (code != NULL)
		return code;
	fake_host_open(bsn_plugin_open);
	g_assert_cmpint(wasm_plugin_open(fake_host(), NULL), ==, BSN_OK);
	module = wasm_bytes(contract);
	g_assert_cmpint(wasm_code_make(buffer_slice(module), FALSE, &code,
				       NULL),
			==, BSN_OK);
	return code;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_slice answers = bsn_slice_of(data + 1, size > 0 ? size - 1 : 0);
	g_autofree char *one = NULL, *two = NULL, *otherwise = NULL;

	if (size == 0)
		return 0;
	one = run_once(code_once(), data[0], answers);
	two = run_once(code_once(), data[0], answers);
	g_assert_cmpstr(one, ==, two);
	otherwise = run_once(code_once(), data[0] ^ LATER, answers);
	g_assert_cmpstr(one, ==, otherwise);
	return 0;
}
