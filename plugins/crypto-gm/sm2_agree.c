/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2 key exchange (GB/T 32918.3). The curve's cofactor is 1.
 */
#include "plugins/crypto-gm/sm2_agree.h"

#include <openssl/crypto.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/secret.h"
#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_digest.h"
#include "plugins/crypto-gm/sm2_kdf.h"

/* What begins the confirmations of the responder and of the initiator. */
#define RESPONDER_TAG 0x02
#define INITIATOR_TAG 0x03

/* A party's public half: what Z is of, and R. */
typedef struct {
	uint8_t identity[SM3_LEN];
	uint8_t once[SM2_POINT_LEN];
} Party;

typedef struct {
	Sc d, once; /* this side's secret numbers */
	Affine peer, peer_once;
	Party parties[2]; /* initiator, responder */
} Exchange;

/* ---- reading ------------------------------------------------------------- */

static int
is_private(bsn_slice key)
{
	return key.data != NULL && key.len == SM2_SCALAR_LEN;
}

static int
is_public(bsn_slice key)
{
	return key.data != NULL && key.len == SM2_POINT_LEN;
}

static int32_t
check(const bsn_key_agreement_side *side, uint64_t key_len, const uint8_t *key)
{
	if (side == NULL || key == NULL || key_len == 0 ||
	    key_len > BSN_AGREED_KEY_MAX || !BSN_REACHES(side, peer_user_id) ||
	    side->role > BSN_KEY_AGREEMENT_RESPONDER)
		return BSN_E_INVALID;
	if (!is_private(side->private_key) ||
	    !is_private(side->once_private_key) ||
	    !is_public(side->peer_public_key) ||
	    !is_public(side->peer_once_public_key))
		return BSN_BAD_REQUEST;
	return BSN_OK;
}

static int32_t
read_own(const bsn_key_agreement_side *side, Exchange *exchange, Party *own)
{
	uint8_t public_key[SM2_POINT_LEN];
	int32_t status = sm2_derive(side->private_key.data, public_key);

	if (status == BSN_OK)
		status = sm2_derive(side->once_private_key.data, own->once);
	if (status != BSN_OK)
		return status;
	(void)sm2_private_read(&exchange->d, side->private_key.data);
	(void)sm2_private_read(&exchange->once, side->once_private_key.data);
	return sm2_identity(public_key, side->user_id, own->identity);
}

static int32_t
read_peer(const bsn_key_agreement_side *side, Exchange *exchange, Party *peer)
{
	if (!sm2_point_read(&exchange->peer, side->peer_public_key.data) ||
	    !sm2_point_read(&exchange->peer_once,
			    side->peer_once_public_key.data))
		return BSN_BAD_REQUEST;
	memcpy(peer->once, side->peer_once_public_key.data, SM2_POINT_LEN);
	return sm2_identity(side->peer_public_key.data, side->peer_user_id,
			    peer->identity);
}

static int32_t
read_side(const bsn_key_agreement_side *side, Exchange *exchange)
{
	int32_t status =
		read_peer(side, exchange, &exchange->parties[1 - side->role]);

	if (status != BSN_OK)
		return status;
	return read_own(side, exchange, &exchange->parties[side->role]);
}

/* ---- the shared point ---------------------------------------------------- */

/* 2^127 + (x mod 2^127) of a point's x. */
static void
half_of(Sc *r, const uint8_t *xy)
{
	uint8_t bytes[SM2_SCALAR_LEN] = { 0 };

	memcpy(bytes + SM2_SCALAR_LEN / 2, xy + SM2_SCALAR_LEN / 2,
	       SM2_SCALAR_LEN / 2);
	bytes[SM2_SCALAR_LEN / 2] |= 0x80;
	(void)sc_read(r, bytes);
}

/* P + x R of the peer's, all of which is public. 0 when that is infinity. */
static int
peer_point(const Exchange *exchange, const Party *peer, Affine *r)
{
	Jacobian sum;
	Fe inverse;
	Sc half;

	half_of(&half, peer->once);
	sm2_sum_once(&sum, &sc_zero, &half, &exchange->peer_once);
	jacobian_add_affine(&sum, &sum, &exchange->peer);
	if (fe_is_zero(&sum.z))
		return 0;
	fe_inv(&inverse, &sum.z);
	jacobian_affine(r, &sum, &inverse);
	return 1;
}

/* U = t (P + x R) with t = d + x' r, as x || y. Mask: 0 when it is infinity. */
static uint64_t
shared_point(const Exchange *exchange, const Party *own, const Affine *peer,
	     uint8_t *xy)
{
	uint64_t finite;
	Affine point;
	Sc half, t;

	half_of(&half, own->once);
	sc_mul(&t, &half, &exchange->once);
	sc_add(&t, &t, &exchange->d);
	finite = sm2_mul(&point, &t, peer);
	sm2_point_write(xy, &point);
	OPENSSL_cleanse(&t, sizeof(t));
	OPENSSL_cleanse(&point, sizeof(point));
	return finite;
}

/* ---- what comes of it ---------------------------------------------------- */

static void
derive_key(const Exchange *exchange, const uint8_t *xy, uint8_t *key,
	   uint64_t key_len)
{
	Sm3 begin;

	sm3_init(&begin);
	sm3_update(&begin, xy, SM2_POINT_LEN);
	for (unsigned i = 0; i < 2; i++)
		sm3_update(&begin, exchange->parties[i].identity, SM3_LEN);
	sm2_kdf(&begin, key, key_len);
	OPENSSL_cleanse(&begin, sizeof(begin));
}

/* SM3(tag || yU || SM3(xU || ZA || ZB || x1 || y1 || x2 || y2)). */
static void
confirm(const Exchange *exchange, const uint8_t *xy, uint8_t tag, uint8_t *out)
{
	uint8_t inner[SM3_LEN];
	Sm3 sm3;

	sm3_init(&sm3);
	sm3_update(&sm3, xy, SM2_SCALAR_LEN);
	for (unsigned i = 0; i < 2; i++)
		sm3_update(&sm3, exchange->parties[i].identity, SM3_LEN);
	for (unsigned i = 0; i < 2; i++)
		sm3_update(&sm3, exchange->parties[i].once, SM2_POINT_LEN);
	sm3_final(&sm3, inner);
	sm3_init(&sm3);
	sm3_update(&sm3, &tag, 1);
	sm3_update(&sm3, xy + SM2_SCALAR_LEN, SM2_SCALAR_LEN);
	sm3_update(&sm3, inner, SM3_LEN);
	sm3_final(&sm3, out);
	OPENSSL_cleanse(&sm3, sizeof(sm3));
	OPENSSL_cleanse(inner, sizeof(inner));
}

static int32_t
agree(const bsn_key_agreement_side *side, const Exchange *exchange,
      uint64_t key_len, uint8_t *key, uint8_t *confirmation, uint8_t *expected)
{
	static const uint8_t tags[] = { INITIATOR_TAG, RESPONDER_TAG };
	uint8_t xy[SM2_POINT_LEN];
	uint64_t finite;
	Affine peer;

	if (!peer_point(exchange, &exchange->parties[1 - side->role], &peer))
		return BSN_BAD_REQUEST;
	finite = shared_point(exchange, &exchange->parties[side->role], &peer,
			      xy);
	secret_reveal(&finite, sizeof(finite)); /* what the caller is told */
	if (finite) {
		derive_key(exchange, xy, key, key_len);
		if (confirmation != NULL)
			confirm(exchange, xy, tags[side->role], confirmation);
		if (expected != NULL)
			confirm(exchange, xy, tags[1 - side->role], expected);
	}
	OPENSSL_cleanse(xy, sizeof(xy));
	return finite ? BSN_OK : BSN_BAD_REQUEST;
}

int32_t
sm2_agree(const bsn_key_agreement_side *side, uint64_t key_len, uint8_t *key,
	  uint8_t *confirmation, uint8_t *expected)
{
	int32_t status = check(side, key_len, key);
	Exchange exchange;

	if (status == BSN_OK)
		status = read_side(side, &exchange);
	if (status == BSN_OK)
		status = agree(side, &exchange, key_len, key, confirmation,
			       expected);
	OPENSSL_cleanse(&exchange.d, sizeof(exchange.d));
	OPENSSL_cleanse(&exchange.once, sizeof(exchange.once));
	return status;
}
