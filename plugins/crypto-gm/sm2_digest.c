/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_digest.h"

#include <glib.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/sm2_curve.h"

/* The length of a user id in bits stands in two bytes. */
#define USER_ID_MAX (UINT16_MAX / 8)

/* Z_A = SM3(ENTL || ID || a || b || xG || yG || xA || yA), GB/T 32918.2
 * section 5.5. */
static int32_t
identity_digest(const uint8_t *public_key, bsn_slice user_id, uint8_t *za)
{
	if (user_id.len == 0)
		user_id = bsn_slice_str(BSN_SM2_DEFAULT_ID);
	if (user_id.len > USER_ID_MAX)
		return BSN_BAD_REQUEST;

	const uint8_t entl[] = { (uint8_t)(user_id.len * 8 >> 8),
				 (uint8_t)(user_id.len * 8) };
	const bsn_slice parts[] = {
		bsn_slice_of(entl, sizeof(entl)),
		user_id,
		sm2_curve_parameters(),
		bsn_slice_of(public_key, SM2_POINT_LEN),
	};

	return gm_sm3.digest(parts, G_N_ELEMENTS(parts), za);
}

static int32_t
with_identity(const uint8_t *public_key, bsn_slice user_id, bsn_slice message,
	      uint8_t *e)
{
	uint8_t za[SM3_LEN];
	int32_t status = identity_digest(public_key, user_id, za);
	const bsn_slice parts[] = { bsn_slice_of(za, sizeof(za)), message };

	if (status != BSN_OK)
		return status;
	return gm_sm3.digest(parts, G_N_ELEMENTS(parts), e);
}

int32_t
sm2_digest(uint32_t convention, const uint8_t *public_key, bsn_slice user_id,
	   bsn_slice message, uint8_t *e)
{
	uint8_t hashed[SM3_LEN];
	int32_t status;

	if ((message.data == NULL && message.len > 0) ||
	    (user_id.data == NULL && user_id.len > 0))
		return BSN_E_INVALID;
	switch (convention) {
	case BSN_SIGN_STANDARD:
		return with_identity(public_key, user_id, message, e);
	case BSN_SIGN_PREHASHED:
		status = gm_sm3.digest(&message, 1, hashed);
		if (status != BSN_OK)
			return status;
		return with_identity(public_key, user_id,
				     bsn_slice_of(hashed, sizeof(hashed)), e);
	case BSN_SIGN_DIGEST:
		if (message.len != SM3_LEN)
			return BSN_BAD_REQUEST;
		memcpy(e, message.data, SM3_LEN);
		return BSN_OK;
	}
	return BSN_NOT_OFFERED;
}
