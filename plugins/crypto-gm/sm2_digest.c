/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_digest.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/sm2_curve.h"

static Sm3 default_begin;

/* ENTL || ID || a || b || xG || yG: all of Z_A but the key. */
static void
identity_begin(Sm3 *sm3, bsn_slice user_id)
{
	const uint8_t entl[] = { (uint8_t)(user_id.len * 8 >> 8),
				 (uint8_t)(user_id.len * 8) };
	const bsn_slice curve = sm2_curve_parameters();

	sm3_init(sm3);
	sm3_update(sm3, entl, sizeof(entl));
	sm3_update(sm3, user_id.data, user_id.len);
	sm3_update(sm3, curve.data, curve.len);
}

void
sm2_digest_open(void)
{
	identity_begin(&default_begin, bsn_slice_str(BSN_SM2_DEFAULT_ID));
}

int
sm2_is_default_id(bsn_slice user_id)
{
	const size_t len = sizeof(BSN_SM2_DEFAULT_ID) - 1;

	return user_id.len == 0 ||
	       (user_id.len == len && user_id.data != NULL &&
		memcmp(user_id.data, BSN_SM2_DEFAULT_ID, len) == 0);
}

int32_t
sm2_identity(const uint8_t *public_key, bsn_slice user_id, uint8_t *identity)
{
	Sm3 sm3;

	if (user_id.data == NULL && user_id.len > 0)
		return BSN_E_INVALID;
	if (user_id.len > SM2_USER_ID_MAX)
		return BSN_BAD_REQUEST;
	if (sm2_is_default_id(user_id))
		sm3 = default_begin;
	else
		identity_begin(&sm3, user_id);
	sm3_update(&sm3, public_key, SM2_POINT_LEN);
	sm3_final(&sm3, identity);
	return BSN_OK;
}

static int32_t
with_identity(const uint8_t *public_key, const uint8_t *default_identity,
	      bsn_slice user_id, bsn_slice message, uint8_t *e)
{
	uint8_t identity[SM3_LEN];
	int32_t status;
	Sm3 sm3;

	sm3_init(&sm3);
	if (default_identity != NULL && sm2_is_default_id(user_id)) {
		sm3_update(&sm3, default_identity, SM3_LEN);
	} else {
		status = sm2_identity(public_key, user_id, identity);
		if (status != BSN_OK)
			return status;
		sm3_update(&sm3, identity, SM3_LEN);
	}
	sm3_update(&sm3, message.data, message.len);
	sm3_final(&sm3, e);
	return BSN_OK;
}

int32_t
sm2_digest(uint32_t convention, const uint8_t *public_key,
	   const uint8_t *default_identity, bsn_slice user_id,
	   bsn_slice message, uint8_t *e)
{
	uint8_t hashed[SM3_LEN];

	if ((message.data == NULL && message.len > 0) ||
	    (user_id.data == NULL && user_id.len > 0))
		return BSN_E_INVALID;
	switch (convention) {
	case BSN_SIGN_STANDARD:
		return with_identity(public_key, default_identity, user_id,
				     message, e);
	case BSN_SIGN_PREHASHED:
		sm3_digest(message.data, message.len, hashed);
		return with_identity(public_key, default_identity, user_id,
				     bsn_slice_of(hashed, sizeof(hashed)), e);
	case BSN_SIGN_DIGEST:
		if (message.len != SM3_LEN)
			return BSN_BAD_REQUEST;
		memcpy(e, message.data, SM3_LEN);
		return BSN_OK;
	}
	return BSN_NOT_OFFERED;
}
