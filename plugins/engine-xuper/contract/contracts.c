/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/contracts.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "xldgpb/xcontract.pb-c.h"

#define ADDRESS_TEXT_LEN (2u + 2u * EVM_ADDRESS_LEN)

/* ---- descriptions ------------------------------------------------------ */

void
contract_desc_clear(ContractDesc *desc)
{
	g_clear_pointer(&desc->runtime, g_free);
	g_clear_pointer(&desc->compiler, g_free);
}

const char *
contract_state_text(ContractState state)
{
	switch (state) {
	case CONTRACT_ACTIVE:
		return "active";
	case CONTRACT_FROZEN:
		return "frozen";
	case CONTRACT_UNINSTALLED:
		return "uninstalled";
	}
	return "unknown";
}

int32_t
contract_desc_read(bsn_slice value, ContractDesc *desc, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Xldgpb__WasmCodeDesc *msg = message_unpack(
		&arena, &xldgpb__wasm_code_desc__descriptor, value, NULL,
		NULL);

	*desc = (ContractDesc){ .version = 0 };
	if (msg == NULL || msg->version == 0 ||
	    code_kind(msg->contract_type) == NULL ||
	    msg->state > CONTRACT_UNINSTALLED || msg->digest.len != HASH_LEN)
		return bsn_fail(err, BSN_E_CORRUPT,
				"a contract's description cannot be read");
	desc->state = (ContractState)msg->state;
	desc->code = code_kind(msg->contract_type);
	desc->version = msg->version;
	memcpy(desc->digest, msg->digest.data, HASH_LEN);
	desc->runtime = g_strdup(msg->runtime);
	desc->compiler = g_strdup(msg->compiler);
	return BSN_OK;
}

char *
contract_version_text(guint32 number, bsn_slice value)
{
	if (value.len <= HASH_LEN)
		return g_strdup_printf("%u", number);
	return g_strndup((const char *)value.data + HASH_LEN,
			 value.len - HASH_LEN);
}

char *
contract_key(bsn_slice name, const char *what)
{
	return g_strdup_printf("%.*s.%s", (int)name.len,
			       (const char *)name.data, what);
}

int32_t
contract_load(Sandbox *box, bsn_slice name, ContractDesc *desc, bsn_err *err)
{
	g_autofree char *key = contract_key(name, "desc");
	g_autofree char *quoted = NULL;
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status = BSN_NOT_FOUND;

	*desc = (ContractDesc){ .version = 0 };
	if (contract_name_valid(name))
		status = sandbox_get(box, bsn_slice_str(BUCKET_CONTRACT),
				     bsn_slice_str(key), value, err);
	if (status == BSN_OK)
		return contract_desc_read(buffer_slice(value), desc, err);
	if (status != BSN_NOT_FOUND)
		return status;
	quoted = quote_text(name);
	return bsn_fail(err, status, "there is no contract %s", quoted);
}

int32_t
contract_store(Sandbox *box, bsn_slice name, const ContractDesc *desc,
	       bsn_err *err)
{
	Xldgpb__WasmCodeDesc msg = XLDGPB__WASM_CODE_DESC__INIT;
	g_autofree char *key = contract_key(name, "desc");
	g_autoptr(GByteArray) value = NULL;

	msg.runtime = desc->runtime != NULL ? desc->runtime : (char *)"";
	msg.compiler = desc->compiler != NULL ? desc->compiler : (char *)"";
	msg.digest = message_bytes(bsn_slice_of(desc->digest, HASH_LEN));
	msg.contract_type = (char *)desc->code->module;
	msg.version = desc->version;
	msg.state = desc->state;
	value = message_pack(&msg);
	return sandbox_put(box, bsn_slice_str(BUCKET_CONTRACT),
			   bsn_slice_str(key), buffer_slice(value), err);
}

int32_t
contract_callable(Sandbox *box, bsn_slice name, ContractDesc *desc,
		  bsn_err *err)
{
	int32_t status = contract_load(box, name, desc, err);

	if (status != BSN_OK)
		return status;
	if (desc->state == CONTRACT_FROZEN)
		return bsn_fail(err, BSN_FROZEN,
				"the contract %.*s is frozen; its account can "
				"unfreeze it",
				(int)name.len, (const char *)name.data);
	if (desc->state == CONTRACT_UNINSTALLED)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the contract %.*s is uninstalled",
				(int)name.len, (const char *)name.data);
	return BSN_OK;
}

/* ---- names ------------------------------------------------------------- */

gboolean
contract_name_free(bsn_slice name)
{
	static const char *const buckets[] = {
		BUCKET_CONTRACT,	 BUCKET_ACCOUNT,
		BUCKET_METHOD_ACL,	 BUCKET_CONTRACT_ACCOUNT,
		BUCKET_ACCOUNT_CONTRACT, BUCKET_ADDRESS_ACCOUNT,
		MODULE_WASM,
	};

	for (guint i = 0; i < G_N_ELEMENTS(buckets); i++)
		if (bsn_slice_equal(name, bsn_slice_str(buckets[i])))
			return FALSE;
	return contract_name_valid(name);
}

static gboolean
read_address(bsn_slice text, guint8 evm[EVM_ADDRESS_LEN])
{
	return text.len == ADDRESS_TEXT_LEN &&
	       memcmp(text.data, "0x", 2) == 0 &&
	       hex_decode_fixed((const char *)text.data, text.len, evm,
				EVM_ADDRESS_LEN);
}

gboolean
contract_address(bsn_slice name, guint8 evm[EVM_ADDRESS_LEN])
{
	return read_address(name, evm) ||
	       (contract_name_valid(name) && evm_address_of(name, evm));
}

char *
contract_name_at(const Suite *suite, const char *chain,
		 const guint8 evm[EVM_ADDRESS_LEN])
{
	g_autofree char *name =
		evm_address_name(suite, bsn_slice_str(chain), evm);

	if (name != NULL && contract_name_valid(bsn_slice_str(name)))
		return g_steal_pointer(&name);
	return hex_encode(bsn_slice_of(evm, EVM_ADDRESS_LEN));
}

int32_t
contract_resolve(const Suite *suite, const char *chain, bsn_slice text,
		 char **name, bsn_err *err)
{
	g_autofree char *quoted = NULL;
	guint8 evm[EVM_ADDRESS_LEN];

	*name = NULL;
	if (read_address(text, evm))
		*name = contract_name_at(suite, chain, evm);
	else if (contract_name_valid(text))
		*name = g_strndup((const char *)text.data, text.len);
	if (*name != NULL)
		return BSN_OK;
	quoted = quote_text(text);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%s is no contract's name: it has %u to %u letters, "
			"digits, _ and dots, a letter or _ first, and no dot "
			"last; or it is 0x and 40 hex digits",
			quoted, CONTRACT_NAME_MIN, CONTRACT_NAME_MAX);
}
