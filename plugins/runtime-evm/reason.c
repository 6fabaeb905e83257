/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/reason.h"

#include <bsn/helpers/bytes.h>

static const char *const sentences[] = {
	[END_NONE] = "it did not end",
	[END_STOP] = "it succeeded",
	[END_RETURN] = "it succeeded",
	[END_REVERT] = "the contract refused it without a reason",
	[END_OUT_OF_GAS] = "it ran out of its budget",
	[END_STACK_UNDERFLOW] = "an instruction found too little on the stack",
	[END_STACK_OVERFLOW] = "the stack grew over 1024 items",
	[END_BAD_JUMP] = "it jumped to a place that is no JUMPDEST",
	[END_UNDEFINED_OPCODE] = "it came to an undefined opcode",
	[END_INVALID_OPCODE] = "it came to an INVALID instruction",
	[END_STATIC_CHANGE] = "it tried to change state in a read-only call",
	[END_RETURN_DATA] = "it read beyond the end of a call's output",
	[END_CODE_SIZE] = "the deployed code would be over 24576 bytes",
	[END_CODE_PREFIX] = "the deployed code begins with the byte 0xef",
	[END_COLLISION] = "there is a contract at the new address already",
	[END_NO_CODE] = "there is no code to be replaced, or to replace it",
	[END_PRECOMPILE] = "a precompiled contract did not accept its input",
	[END_BUILTIN] = "a contract of the chain itself failed",
	[END_BROKEN] = "the chain's state could not be read or written",
};

int32_t
ending_status(Ending ending)
{
	if (ending_is_success(ending))
		return BSN_OK;
	if (ending == END_REVERT)
		return BSN_REVERTED;
	return ending == END_OUT_OF_GAS ? BSN_OUT_OF_BUDGET : BSN_FAULT;
}

/* Whether a revert's data is an encoded call of `signature`, whose selector is
 * made with the chain's hash. */
static bool
has_selector(const Evm *evm, const char *signature)
{
	bsn_slice text = bsn_slice_str(signature);
	uint8_t digest[BSN_DIGEST_MAX];

	return evm->returned_len >= 4 + 32 &&
	       evm->hash->digest(&text, 1, digest) == BSN_OK &&
	       memcmp(evm->returned, digest, 4) == 0;
}

/* The text of Error(string): offset, length, bytes. */
static bool
revert_text(const Evm *evm, char *out, gsize size)
{
	const uint8_t *data = evm->returned + 4;
	uint64_t len = evm->returned_len - 4;
	U256 at, n;
	gsize take;
	g_autofree char *valid = NULL;
	const char *end;

	at = u256_load(data);
	if (!u256_is_u64(&at) || len < 64 || at.w[0] > len - 32)
		return false;
	n = u256_load(data + at.w[0]);
	if (!u256_is_u64(&n) || n.w[0] == 0 || n.w[0] > len - 32 - at.w[0])
		return false;
	take = MIN(n.w[0], size - 1);
	valid = g_utf8_make_valid((const char *)data + at.w[0] + 32,
				  (gssize)take);
	g_strlcpy(out, valid, size);
	if (!g_utf8_validate(out, -1, &end))
		out[end - out] = '\0'; /* it was cut in a character */
	return true;
}

static bool
revert_reason(const Evm *evm, char *out, gsize size)
{
	if (has_selector(evm, "Error(string)"))
		return revert_text(evm, out, size);
	if (has_selector(evm, "Panic(uint256)")) {
		U256 code = u256_load(evm->returned + 4);

		g_snprintf(out, size, "the contract panicked with code 0x%02"
			   G_GINT64_MODIFIER "x", u256_saturate(&code));
		return true;
	}
	return false;
}

void
ending_reason(const Evm *evm, char *out, gsize size)
{
	if (evm->ending == END_REVERT && revert_reason(evm, out, size))
		return;
	if ((evm->ending == END_BUILTIN || evm->ending == END_REVERT) &&
	    evm->builtin_reason != NULL)
		g_strlcpy(out, evm->builtin_reason, size);
	else
		g_strlcpy(out, sentences[evm->ending], size);
}
