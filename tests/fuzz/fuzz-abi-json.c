/* SPDX-License-Identifier: Apache-2.0
 *
 * An ABI JSON up to a NUL, then arguments in JSON up to another, then revert
 * data: parses the interface and asks it for everything.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <glib.h>

#include "plugins/kit/solidity/interface.h"
#include "plugins/kit/json.h"
#include "tests/unit/sha256-hash.h"

#define JSON_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cuts the input at its first NUL. */
static bsn_slice
next_part(bsn_slice *input)
{
	const uint8_t *end = input->len > 0
				     ? memchr(input->data, 0, input->len)
				     : NULL;
	bsn_slice part = *input;

	if (end == NULL) {
		*input = bsn_slice_of(NULL, 0);
		return part;
	}
	part.len = (guint64)(end - input->data);
	*input = bsn_slice_of(end + 1, input->len - part.len - 1);
	return part;
}

static void
call_function(const AbiInterface *interface, const AbiFunction *function,
	      const json_t *args)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_slice signature = bsn_slice_str(function->signature);
	const AbiFunction *found =
		abi_find_function(interface, signature, args, NULL, NULL);

	/* Signatures may be written twice, and be longer than one may ask. */
	if (found != NULL)
		g_assert_cmpstr(found->signature, ==, function->signature);
	abi_find_function(interface, bsn_slice_str(function->name), args, NULL,
			  NULL);
	abi_encode_call(function, args, out, NULL);
}

static void
decode_events(const AbiInterface *interface, bsn_slice data)
{
	for (guint i = 0; i < interface->events->len; i++) {
		const AbiEvent *event = interface->events->pdata[i];
		const bsn_slice topic = bsn_slice_of(event->topic, 32);
		const bsn_slice topics[] = { topic, topic, topic, topic };
		guint64 n = event->n_indexed + (event->anonymous ? 0 : 1);
		g_autoptr(json_t) payload = NULL;

		abi_decode_event(interface, topics, n < 5 ? n : 5, data,
				 &event, &payload, NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice rest = bsn_slice_of(data, size);
	g_autoptr(json_t) abi =
		json_parse(next_part(&rest), JSON_MAX, "abi", NULL, NULL);
	g_autoptr(json_t) args =
		json_parse(next_part(&rest), JSON_MAX, "args", NULL, NULL);
	g_autoptr(AbiInterface) interface = NULL;
	g_autofree char *reason = NULL;

	if (abi != NULL)
		interface = abi_interface_new(abi, &sha256_hash, NULL);
	reason = abi_revert_reason(interface, &sha256_hash, rest);
	g_assert_true(g_utf8_validate(reason, -1, NULL));
	g_assert_cmpuint(strlen(reason), <, BSN_REASON_MAX);
	for (guint i = 0; interface != NULL && i < interface->functions->len;
	     i++)
		call_function(interface, interface->functions->pdata[i], args);
	if (interface != NULL)
		decode_events(interface, rest);
	return 0;
}
