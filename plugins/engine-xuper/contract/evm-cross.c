/* SPDX-License-Identifier: Apache-2.0
 *
 * $cross for Solidity: at the address that the chain's own contracts have there
 * (invoke.c), 0x313131312d2d2d2d2d2d2d2d2d2d2463726f7373:
 *
 *	query(string chain, string bucket, bytes key) returns (bytes)
 *	call(string chain, string contract, string method, bytes input)
 *		returns (bytes)
 *
 * A key without a value answers no bytes. call runs Solidity code of the other
 * chain, whose input and answer are as the ABI has them.
 */
#include "plugins/engine-xuper/contract/code-private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/interface.h"
#include "plugins/engine-xuper/cross/query.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define ADDRESS "1111----------$cross"
#define SIGNATURE_QUERY "query(string,string,bytes)"
#define SIGNATURE_CALL "call(string,string,string,bytes)"
#define WORD 32u

gboolean
evm_cross_is(bsn_slice contract)
{
	return bsn_slice_equal(contract, bsn_slice_str(ADDRESS));
}

/* ---- the question --------------------------------------------------------- */

static gboolean
decode(const char *signature, bsn_slice input, json_t **args)
{
	g_autoptr(AbiFunction) function = abi_function_from_signature(
		bsn_slice_str(signature), interface_hash(), NULL);

	*args = NULL;
	if (function == NULL || input.len < ABI_SELECTOR_LEN ||
	    memcmp(function->selector, input.data, ABI_SELECTOR_LEN) != 0)
		return FALSE;
	*args = abi_decode(function->inputs,
			   bsn_slice_of(input.data + ABI_SELECTOR_LEN,
					input.len - ABI_SELECTOR_LEN),
			   NULL);
	return TRUE;
}

static char *
text_at(const json_t *args, size_t at)
{
	return (char *)json_string_value(json_array_get(args, at));
}

static bsn_slice
bytes_at(Arena *arena, const json_t *args, size_t at)
{
	const char *hex = text_at(args, at);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	(void)hex_decode(hex, strlen(hex), bytes);
	return bsn_slice_of(arena_copy(arena, bytes->data, bytes->len),
			    bytes->len);
}

/* Texts of the question are those of *args. */
static int32_t
read_question(bsn_slice input, Arena *arena, json_t **args,
	      Bsn__Cross__Question *question, bsn_err *err)
{
	if (decode(SIGNATURE_QUERY, input, args) && *args != NULL) {
		question->chain = text_at(*args, 0);
		question->bucket = text_at(*args, 1);
		question->key = message_bytes(bytes_at(arena, *args, 2));
		return BSN_OK;
	}
	if (decode(SIGNATURE_CALL, input, args) && *args != NULL) {
		question->chain = text_at(*args, 0);
		question->contract = text_at(*args, 1);
		question->method = text_at(*args, 2);
		question_arg(arena, question, "input",
			     bytes_at(arena, *args, 3));
		return BSN_OK;
	}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"$cross has " SIGNATURE_QUERY " and " SIGNATURE_CALL);
}

/* ---- the answer ----------------------------------------------------------- */

static void
put_word(GByteArray *out, guint64 value)
{
	guint8 word[WORD] = { 0 };
	const guint64 big = GUINT64_TO_BE(value);

	memcpy(word + WORD - sizeof(big), &big, sizeof(big));
	g_byte_array_append(out, word, WORD);
}

static int32_t
write_answer(bsn_slice value, bsn_sink *output)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	put_word(out, WORD);
	put_word(out, value.len);
	g_byte_array_append(out, value.data, (guint)value.len);
	while (out->len % WORD != 0)
		g_byte_array_append(out, (const guint8 *)"", 1);
	return output->write(output, out->data, out->len);
}

int32_t
evm_cross_run(CodeView *view, const bsn_call *call, bsn_sink *output,
	      bsn_outcome *outcome)
{
	g_auto(Arena) arena = ARENA_INIT;
	Bsn__Cross__Question question = BSN__CROSS__QUESTION__INIT;
	g_autoptr(json_t) args = NULL;
	const Bsn__Cross__Fact *fact;
	int32_t status = (call->flags & BSN_CALL_DELEGATE) == 0
		? read_question(call->input, &arena, &args, &question,
				&view->refused)
		: bsn_fail(&view->refused, BSN_BAD_REQUEST,
			   "$cross is called, not delegated to");

	if (status == BSN_OK)
		status = sandbox_ask(view->box, &question, &fact,
				     &view->refused);
	if (status == BSN_OK)
		status = code_own_charge(view, call, fact->answer->value.len,
					 outcome);
	if (status != BSN_OK)
		return code_own_refused(view, call, status, outcome);
	outcome->status = BSN_OK;
	return write_answer(message_slice(fact->answer->value), output);
}
