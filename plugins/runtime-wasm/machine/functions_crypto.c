/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/crypto.h"
#include "plugins/runtime-wasm/machine/functions.h"
#include "plugins/runtime-wasm/machine/gas.h"

IMPORT(hash)
{
	Frame *frame = user;
	const guint32 number = (guint32)values[0];
	const bsn_hash *hash = number == WASM_HASH_CHAIN ?
				       frame->hash :
				       wasm_crypto_hash(number);
	guint8 *digest = wasm_memory(instance, (guint32)values[3],
				     WASM_DIGEST_LEN);
	bsn_slice bytes;
	int32_t status;

	if (digest == NULL ||
	    !wasm_import_slice(instance, values[1], values[2], &bytes))
		return wasm_import_outside(instance);
	if (number >= WASM_HASHES)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "there is no hash function %u", number);
	if (hash == NULL)
		return wasm_frame_fail(frame, BSN_E_INTERNAL,
				       "no plugin of this node offers hash "
				       "function %u", number);
	status = wasm_import_pay(instance, bytes.len, GAS_HASH_BYTE);
	return status == BSN_OK ? hash->digest(&bytes, 1, digest) : status;
}

static gboolean
read_item(WasmInstance *instance, const guint64 *values, bsn_verify_item *item)
{
	return wasm_import_slice(instance, values[1], values[2],
				 &item->public_key) &&
	       wasm_import_slice(instance, values[3], values[4],
				 &item->message) &&
	       wasm_import_slice(instance, values[5], values[6],
				 &item->signature);
}

IMPORT(verify)
{
	Frame *frame = user;
	const guint32 number = (guint32)values[0];
	const bsn_signature *scheme = wasm_crypto_signature(number);
	bsn_verify_item item = { .size = sizeof(item),
				 .convention = BSN_SIGN_STANDARD };
	int32_t status;

	if (!read_item(instance, values, &item))
		return wasm_import_outside(instance);
	if (number == 0 || number >= WASM_SIGNATURES)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "there is no signature scheme %u",
				       number);
	if (scheme == NULL)
		return wasm_frame_fail(frame, BSN_E_INTERNAL,
				       "no plugin of this node offers "
				       "signature scheme %u", number);
	status = wasm_import_pay(instance, item.message.len, GAS_HASH_BYTE);
	if (status != BSN_OK)
		return status;
	status = scheme->verify(&item);
	if (status < 0)
		return status;
	values[0] = status == BSN_OK;
	return BSN_OK;
}
