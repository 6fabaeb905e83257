/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-std/std.h"

int32_t
std_check_item(const bsn_signature *scheme, const bsn_verify_item *item)
{
	if (item == NULL || !BSN_REACHES(item, signature) ||
	    item->public_key.data == NULL || item->signature.data == NULL ||
	    (item->message.data == NULL && item->message.len > 0))
		return BSN_E_INVALID;
	if (item->public_key.len != scheme->public_key_len ||
	    item->signature.len != scheme->signature_len)
		return BSN_BAD_SIGNATURE;
	return BSN_OK;
}
