/* SPDX-License-Identifier: Apache-2.0
 *
 * $cross: what other parallel chains have, for transactions and calls.
 *
 *	query {"chain","bucket","key"}      key: text; or "key_hex"
 *	query {"chain","contract","method","args"}
 *
 * args: a JSON object; of Solidity the arguments by name, for the chain's own
 * contracts texts. Answered with
 *
 *	{"chain","height","blockid","endorsed","value","ref_txid","ref_offset"}
 *
 * value in hex, null when there is none, or what the contract answers; ref_*, of a
 * key: its version. endorsed: FALSE in a call, which asks this host alone.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/cross/parachain.h"
#include "plugins/engine-xuper/cross/query.h"
#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

#define METHOD_MAX 256u

/* ---- the question --------------------------------------------------------- */

static char *
own_text(Arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

static ProtobufCBinaryData
own_bytes(Arena *arena, bsn_slice bytes)
{
	return (ProtobufCBinaryData){
		(size_t)bytes.len,
		(uint8_t *)arena_copy(arena, bytes.data, bytes.len)
	};
}

void
question_arg(Arena *arena, Bsn__Cross__Question *question, const char *name,
	     bsn_slice value)
{
	Bsn__Cross__Argument *arg = arena_room(arena, sizeof(*arg));
	gsize n = question->n_args;
	gsize at = n;
	Bsn__Cross__Argument **args =
		arena_room(arena, (n + 1) * sizeof(*args));

	bsn__cross__argument__init(arg);
	arg->name = own_text(arena, name);
	arg->value = own_bytes(arena, value);
	while (at > 0 && strcmp(question->args[at - 1]->name, name) > 0)
		at--;
	for (gsize i = 0; i < n; i++)
		args[i < at ? i : i + 1] = question->args[i];
	args[at] = arg;
	question->args = args;
	question->n_args = n + 1;
}

static int32_t
read_key(const KernelCall *call, Arena *arena, Bsn__Cross__Question *question,
	 bsn_err *err)
{
	const bsn_slice hex = kernel_arg(call, "key_hex");
	g_autoptr(GByteArray) key = g_byte_array_new();

	if (hex.len == 0) {
		question->key = own_bytes(arena, kernel_arg(call, "key"));
		return BSN_OK;
	}
	if (!hex_decode((const char *)hex.data, hex.len, key))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the argument key_hex must be bytes in hex");
	question->key = own_bytes(arena, buffer_slice(key));
	return BSN_OK;
}

/* Of Solidity all of them are one argument, JSON (contract/run.h). */
static void
put_args(Arena *arena, Bsn__Cross__Question *question, json_t *args,
	 bsn_slice text)
{
	const char *name;
	json_t *value;

	if (question->contract[0] != '$') {
		question_arg(arena, question, "input", text);
		question_arg(arena, question, "jsonEncoded",
			     bsn_slice_str("true"));
		return;
	}
	json_object_foreach(args, name, value) {
		g_autofree char *whole = json_is_string(value)
			? g_strdup(json_string_value(value))
			: value_text(value);

		question_arg(arena, question, name, bsn_slice_str(whole));
	}
}

static int32_t
read_args(const KernelCall *call, Arena *arena, Bsn__Cross__Question *question,
	  bsn_err *err)
{
	const bsn_slice given = kernel_arg(call, "args");
	const bsn_slice text = given.len > 0 ? given : bsn_slice_str("{}");
	int32_t status = BSN_OK;
	g_autoptr(json_t) args = json_parse_object(text, FACT_QUESTION_MAX,
						   "args", &status, err);

	if (args == NULL)
		return status;
	if (json_object_size(args) > FACT_ARGS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"args has more than %u members", FACT_ARGS_MAX);
	put_args(arena, question, args, text);
	return BSN_OK;
}

static int32_t
read_question(const KernelCall *call, Arena *arena,
	      Bsn__Cross__Question *question, bsn_err *err)
{
	const gboolean calls = kernel_arg(call, "contract").len > 0;
	g_autofree char *chain =
		arg_text(call, "chain", PARACHAIN_NAME_MAX, err);
	g_autofree char *name = chain == NULL ? NULL
		: arg_text(call, calls ? "contract" : "bucket", METHOD_MAX, err);
	g_autofree char *method = name == NULL || !calls
		? g_strdup("") : arg_text(call, "method", METHOD_MAX, err);

	if (name == NULL || method == NULL)
		return BSN_BAD_REQUEST;
	question->chain = own_text(arena, chain);
	*(calls ? &question->contract : &question->bucket) =
		own_text(arena, name);
	question->method = own_text(arena, method);
	return calls ? read_args(call, arena, question, err)
		     : read_key(call, arena, question, err);
}

/* ---- the answer ----------------------------------------------------------- */

static json_t *
hex_json(ProtobufCBinaryData bytes)
{
	g_autofree char *text = hex_encode(message_slice(bytes));

	return json_string(text);
}

static json_t *
fact_json(const Bsn__Cross__Fact *fact)
{
	const Bsn__Cross__Answer *answer = fact->answer;
	json_t *json = json_pack(
		"{s:s, s:I, s:o, s:b, s:o}", "chain", fact->question->chain,
		"height", (json_int_t)answer->height, "blockid",
		hex_json(answer->block_id), "endorsed",
		fact->n_endorsements > 0, "value",
		answer->there ? hex_json(answer->value) : json_null());

	if (fact->question->contract[0] != '\0')
		return json;
	json_object_set_new(json, "ref_txid",
			    answer->ref_txid.len > 0
				    ? hex_json(answer->ref_txid)
				    : json_null());
	json_object_set_new(json, "ref_offset",
			    json_integer(answer->ref_offset));
	return json;
}

static int32_t
query(KernelCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Bsn__Cross__Question question = BSN__CROSS__QUESTION__INIT;
	g_autoptr(json_t) json = NULL;
	const Bsn__Cross__Fact *fact;
	int32_t status = read_question(call, &arena, &question, err);

	if (status == BSN_OK)
		status = sandbox_ask(call->box, &question, &fact, err);
	if (status != BSN_OK)
		return status;
	json = fact_json(fact);
	answer_json(call, json);
	return BSN_OK;
}

const KernelMethod kernel_cross[] = {
	{ "$cross", "query", query, KERNEL_READS,
	  "chain, bucket, key | chain, contract, method, args" },
	{ NULL, NULL, NULL, 0, NULL },
};
