/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON of XuperChain's services as messages: what is read is written, read again
 * and the same. The first byte says which message it is.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/codec/message_json.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX (1u << 20)

static const ProtobufCMessageDescriptor *const types[] = {
	&pb__tx_status__descriptor,
	&pb__acl__descriptor,
	&pb__pre_exec_with_select_utxorequest__descriptor,
	&pb__endorser_request__descriptor,
	&pb__block__descriptor,
	&pb__address_contracts_response__descriptor,
};

static void
check(const void *message, const ProtobufCMessageDescriptor *type,
      json_t *(*write)(const void *message, MessageMaps maps))
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(json_t) json = write(message, sdk_maps);
	g_autofree char *text = json_text(json);
	int32_t status = BSN_OK;
	bsn_err err = BSN_ERR_INIT;
	const void *again = message_from_json(&arena, type, sdk_maps,
					      bsn_slice_str(text), 16 * TEXT_MAX,
					      &status, &err);
	g_autoptr(GByteArray) one = NULL, two = NULL;

	/* Defaults are left out, so it may have less room for as much. */
	if (again == NULL && status == BSN_TOO_LARGE)
		return;
	g_assert_nonnull(again);
	one = message_pack(message);
	two = message_pack(again);
	g_assert_true(bsn_slice_equal(buffer_slice(one), buffer_slice(two)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;
	const ProtobufCMessageDescriptor *type;
	int32_t status = BSN_OK;
	bsn_err err = BSN_ERR_INIT;
	const void *message;

	if (size == 0)
		return 0;
	type = types[data[0] % G_N_ELEMENTS(types)];
	message = message_from_json(&arena, type, sdk_maps,
				    bsn_slice_of(data + 1, size - 1), TEXT_MAX,
				    &status, &err);
	g_assert_true((message == NULL) == (err.reason[0] != '\0'));
	if (message == NULL)
		return 0;
	check(message, type, message_to_json);
	check(message, type, message_to_numbers);
	return 0;
}
