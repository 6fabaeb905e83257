/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_verify.h"

#include <string.h>

#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_digest.h"
#include "plugins/crypto-gm/sm2_keys.h"
#include "plugins/crypto-gm/sm2_numbers.h"

/* s G + t P with the table that is there, or the key itself. */
static int32_t
sum_of(Jacobian *sum, const Numbers *numbers, const Sm2Key *known,
       const uint8_t *public_key)
{
	Affine point;

	if (known != NULL) {
		sm2_sum(sum, &numbers->s, &numbers->t, sm2_key_table(known));
		return BSN_OK;
	}
	if (!sm2_point_read(&point, public_key))
		return BSN_BAD_SIGNATURE;
	sm2_sum_once(sum, &numbers->s, &numbers->t, &point);
	sm2_key_met(public_key, &point);
	return BSN_OK;
}

/* GB/T 32918.2 section 7.1. */
static int32_t
verify(const bsn_verify_item *item, const Sm2Key *known)
{
	uint8_t number[SM3_LEN];
	Numbers numbers;
	Jacobian sum;
	int32_t status;

	if (!numbers_read(&numbers, item->signature.data))
		return BSN_BAD_SIGNATURE;
	status = sm2_digest(item->convention, item->public_key.data,
			    known != NULL ? sm2_key_identity(known) : NULL,
			    item->user_id, item->message, number);
	if (status != BSN_OK)
		return status;
	status = sum_of(&sum, &numbers, known, item->public_key.data);
	if (status != BSN_OK)
		return status;
	return numbers_hold(&numbers, number, &sum) ? BSN_OK
						    : BSN_BAD_SIGNATURE;
}

int32_t
sm2_item_check(const bsn_verify_item *item)
{
	if (item == NULL || !BSN_REACHES(item, signature) ||
	    item->public_key.data == NULL || item->signature.data == NULL)
		return BSN_E_INVALID;
	if (item->convention > BSN_SIGN_DIGEST)
		return BSN_NOT_OFFERED;
	if (item->public_key.len != SM2_POINT_LEN ||
	    item->signature.len != SM2_SIGNATURE_LEN)
		return BSN_BAD_SIGNATURE;
	if ((item->message.data == NULL && item->message.len > 0) ||
	    (item->user_id.data == NULL && item->user_id.len > 0))
		return BSN_E_INVALID;
	if (item->convention == BSN_SIGN_DIGEST
		    ? item->message.len != SM3_LEN
		    : item->user_id.len > SM2_USER_ID_MAX)
		return BSN_BAD_SIGNATURE;
	return BSN_OK;
}

int32_t
sm2_verify(const bsn_verify_item *item)
{
	int32_t status = sm2_item_check(item);
	Sm2Key *known;

	if (status != BSN_OK)
		return status;
	known = sm2_key_find(item->public_key.data);
	status = verify(item, known);
	if (known != NULL)
		sm2_key_release(known);
	return status;
}
