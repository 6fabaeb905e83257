/* SPDX-License-Identifier: Apache-2.0
 *
 * What methods share.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/reason.h"

void *
sdk_new(SdkCall *call, const ProtobufCMessageDescriptor *type)
{
	void *message = arena_room(&call->arena, type->sizeof_message);

	protobuf_c_message_init(type, message);
	return message;
}

char *
sdk_text(SdkCall *call, const char *text)
{
	return arena_copy(&call->arena, text, strlen(text));
}

ProtobufCBinaryData
sdk_bytes(SdkCall *call, bsn_slice bytes)
{
	return (ProtobufCBinaryData){
		(size_t)bytes.len,
		(uint8_t *)arena_copy(&call->arena, bytes.data, bytes.len),
	};
}

char *
sdk_amount(SdkCall *call, const guint8 amount[AMOUNT_LEN])
{
	g_autofree char *text = amount_to_text(amount);

	return sdk_text(call, text);
}

Pb__Header *
sdk_header(SdkCall *call, const Pb__Header *asked)
{
	Pb__Header *header = sdk_new(call, &pb__header__descriptor);

	if (asked != NULL)
		header->logid = asked->logid;
	return header;
}

int32_t
sdk_chain(const SdkCall *call, const char *bcname, bsn_err *err)
{
	const char *name = call->ledger->config->name;
	g_autofree char *shown = NULL;

	if (strcmp(bcname, name) == 0)
		return BSN_OK;
	shown = quote_text(bsn_slice_str(bcname));
	return bsn_fail(err, BSN_NOT_FOUND,
			"BLOCKCHAIN_NOTEXIST: bcname is %s, and the chain here "
			"is %s",
			shown, name);
}

const Block *
sdk_keep(SdkCall *call, Block *block)
{
	g_ptr_array_add(call->kept, block);
	return block;
}

Sandbox *
sdk_sandbox(const SdkCall *call, Layer *layer)
{
	const SandboxEnv env = { .config = call->ledger->config,
				 .suite = &call->ledger->suite };

	return sandbox_new(layer, &env);
}

Pb__XChainErrorEnum
sdk_error(int32_t status, gint code)
{
	static const struct {
		gint code;
		Pb__XChainErrorEnum error;
	} errors[] = {
		{ XUPER_SIGNATURE, PB__XCHAIN_ERROR_ENUM__TX_SIGN_ERROR },
		{ XUPER_SIGNER, PB__XCHAIN_ERROR_ENUM__TX_SIGN_ERROR },
		{ XUPER_DUPLICATE, PB__XCHAIN_ERROR_ENUM__TX_DUPLICATE_ERROR },
		{ XUPER_UTXO_UNKNOWN,
		  PB__XCHAIN_ERROR_ENUM__UTXOVM_NOT_FOUND_ERROR },
		{ XUPER_DOUBLE_SPEND,
		  PB__XCHAIN_ERROR_ENUM__UTXOVM_NOT_FOUND_ERROR },
		{ XUPER_UTXO_FROZEN,
		  PB__XCHAIN_ERROR_ENUM__UTXOVM_NOT_FOUND_ERROR },
		{ XUPER_UTXO_FOREIGN, PB__XCHAIN_ERROR_ENUM__UTXO_SIGN_ERROR },
		{ XUPER_NOT_BALANCED,
		  PB__XCHAIN_ERROR_ENUM__INPUT_OUTPUT_NOT_EQUAL_ERROR },
		{ XUPER_FEE, PB__XCHAIN_ERROR_ENUM__TX_FEE_NOT_ENOUGH_ERROR },
		{ XUPER_STALE_READ, PB__XCHAIN_ERROR_ENUM__RWSET_INVALID_ERROR },
		{ XUPER_RWSET, PB__XCHAIN_ERROR_ENUM__RWSET_INVALID_ERROR },
		{ XUPER_RESOURCES, PB__XCHAIN_ERROR_ENUM__GAS_NOT_ENOUGH_ERROR },
		{ XUPER_ACL, PB__XCHAIN_ERROR_ENUM__RWACL_INVALID_ERROR },
		{ XUPER_METHOD_ACL, PB__XCHAIN_ERROR_ENUM__RWACL_INVALID_ERROR },
		{ XUPER_CONTRACT, PB__XCHAIN_ERROR_ENUM__TX_VERIFICATION_ERROR },
		{ XUPER_OTHER_CHAIN,
		  PB__XCHAIN_ERROR_ENUM__TX_VERIFICATION_ERROR },
	};

	if (status == BSN_OK)
		return PB__XCHAIN_ERROR_ENUM__SUCCESS;
	for (guint i = 0; i < G_N_ELEMENTS(errors); i++)
		if (errors[i].code == code)
			return errors[i].error;
	if (status == BSN_BUSY || status == BSN_UNAVAILABLE ||
	    status == BSN_FULL)
		return PB__XCHAIN_ERROR_ENUM__SERVICE_REFUSED_ERROR;
	return status > 0 ? PB__XCHAIN_ERROR_ENUM__VALIDATE_ERROR :
			    PB__XCHAIN_ERROR_ENUM__UNKNOW_ERROR;
}
