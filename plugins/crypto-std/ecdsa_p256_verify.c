/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifying ECDSA on P-256, one signature or many.
 */
#include <openssl/bn.h>
#include <openssl/err.h>
#include <string.h>

#include "plugins/crypto-std/ecdsa_p256.h"
#include "plugins/crypto-std/ecdsa_p256_tables.h"

#define POINT_LEN 64
#define UNCOMPRESSED 0x04

/* Signatures whose divisions are done together. */
#define TOGETHER 16u

/* A signature that is verified; numbers are of one BN_CTX frame. */
typedef struct {
	const bsn_verify_item *item;
	int32_t *result;
	uint8_t digest[STD_DIGEST_LEN];
	BIGNUM *r, *s;
	BIGNUM *before; /* the product of the s in front of it */
} Claim;

/* What a verification works with. */
typedef struct {
	BN_CTX *bn;
	const BIGNUM *r;
	BIGNUM *u1, *u2;
} Numbers;

static int
in_range(const BIGNUM *number)
{
	return !BN_is_zero(number) &&
	       BN_cmp(number, EC_GROUP_get0_order(p256_group)) < 0;
}

/* Makes each s its inverse by one inversion and three multiplications for each:
 * an inversion takes as long as half a verification by a table. FALSE when out
 * of memory. */
static int
invert_all(Claim *claims, size_t n, BN_CTX *bn)
{
	const BIGNUM *q = EC_GROUP_get0_order(p256_group);
	BIGNUM *all = BN_CTX_get(bn);
	int ok = all != NULL && BN_one(all);

	for (size_t i = 0; ok && i < n; i++) {
		claims[i].before = BN_CTX_get(bn);
		ok = claims[i].before != NULL &&
		     BN_copy(claims[i].before, all) != NULL &&
		     BN_mod_mul(all, all, claims[i].s, q, bn);
	}
	ok = ok && BN_mod_inverse(all, all, q, bn) != NULL;
	/* Now it is the inverse of the product up to and with number i - 1. */
	for (size_t i = n; ok && i-- > 0;) {
		ok = BN_mod_mul(claims[i].before, claims[i].before, all, q,
				bn) &&
		     BN_mod_mul(all, all, claims[i].s, q, bn) &&
		     BN_copy(claims[i].s, claims[i].before) != NULL;
	}
	return ok;
}

/* u1 = e / s and u2 = r / s; 0 when out of memory. */
static int
numbers_set(const Numbers *n, const Claim *claim)
{
	const BIGNUM *q = EC_GROUP_get0_order(p256_group);

	return BN_bin2bn(claim->digest, STD_DIGEST_LEN, n->u1) != NULL &&
	       BN_mod_mul(n->u1, n->u1, claim->s, q, n->bn) &&
	       BN_mod_mul(n->u2, claim->r, claim->s, q, n->bn);
}

/* sum = u1 G + u2 Q, with Q's table. */
static int32_t
add_by_table(const Numbers *n, const P256Table *table, EC_POINT *sum)
{
	g_autoptr(EC_POINT) other = EC_POINT_new(p256_group);

	return other != NULL &&
			       EC_POINT_mul(p256_group, sum, n->u1, NULL, NULL,
					    n->bn) &&
			       EC_POINT_mul(table->group, other, n->u2, NULL,
					    NULL, n->bn) &&
			       EC_POINT_add(p256_group, sum, sum, other, n->bn)
		       ? BSN_OK
		       : BSN_E_NOMEM;
}

/* The same without; BSN_BAD_SIGNATURE when Q is no point of the curve. */
static int32_t
add_by_key(const Numbers *n, const uint8_t *public_key, EC_POINT *sum)
{
	g_autoptr(EC_POINT) key = EC_POINT_new(p256_group);
	uint8_t octets[1 + POINT_LEN] = { UNCOMPRESSED };

	memcpy(octets + 1, public_key, POINT_LEN);
	if (key == NULL)
		return BSN_E_NOMEM;
	if (!EC_POINT_oct2point(p256_group, key, octets, sizeof(octets), n->bn))
		return BSN_BAD_SIGNATURE;
	return EC_POINT_mul(p256_group, sum, n->u1, key, n->u2, n->bn)
		       ? BSN_OK
		       : BSN_E_NOMEM;
}

/* The signature holds when the sum's x is r, modulo the order. */
static int32_t
compare(const Numbers *n, const EC_POINT *sum)
{
	if (EC_POINT_is_at_infinity(p256_group, sum))
		return BSN_BAD_SIGNATURE;
	if (!EC_POINT_get_affine_coordinates(p256_group, sum, n->u1, NULL, n->bn) ||
	    !BN_nnmod(n->u1, n->u1, EC_GROUP_get0_order(p256_group), n->bn))
		return BSN_E_NOMEM;
	return BN_cmp(n->u1, n->r) == 0 ? BSN_OK : BSN_BAD_SIGNATURE;
}

/* FIPS 186-5 section 6.4.2, with s inverted. */
static int32_t
judge(const Claim *claim, const Numbers *n)
{
	const uint8_t *public_key = claim->item->public_key.data;
	g_autoptr(EC_POINT) sum = EC_POINT_new(p256_group);
	P256Table *table;
	int32_t status;

	if (sum == NULL || !numbers_set(n, claim))
		return BSN_E_NOMEM;
	table = p256_table_of(p256_group, public_key);
	status = table != NULL ? add_by_table(n, table, sum)
			       : add_by_key(n, public_key, sum);
	p256_table_unref(table);
	return status == BSN_OK ? compare(n, sum) : status;
}

/* Reads the numbers. Returns: BSN_OK; BSN_BAD_SIGNATURE: they are out of range;
 * BSN_E_NOMEM. */
static int32_t
claim_read(Claim *claim, BN_CTX *bn)
{
	const uint8_t *signature = claim->item->signature.data;

	claim->r = BN_CTX_get(bn);
	claim->s = BN_CTX_get(bn);
	if (claim->s == NULL ||
	    BN_bin2bn(signature, STD_SCALAR_LEN, claim->r) == NULL ||
	    BN_bin2bn(signature + STD_SCALAR_LEN, STD_SCALAR_LEN, claim->s) ==
		    NULL)
		return BSN_E_NOMEM;
	return in_range(claim->r) && in_range(claim->s) ? BSN_OK
							: BSN_BAD_SIGNATURE;
}

/* Judges n that have a digest, at most TOGETHER, in a frame of bn. */
static int32_t
judge_claims(Claim *claims, size_t n, BN_CTX *bn)
{
	Numbers numbers = { .bn = bn,
			    .u1 = BN_CTX_get(bn),
			    .u2 = BN_CTX_get(bn) };
	size_t left = 0;

	if (numbers.u2 == NULL)
		return BSN_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		*claims[i].result = claim_read(&claims[i], bn);
		if (*claims[i].result < 0)
			return *claims[i].result;
		if (*claims[i].result == BSN_OK)
			claims[left++] = claims[i];
	}
	if (left > 0 && !invert_all(claims, left, bn))
		return BSN_E_NOMEM;
	for (size_t i = 0; i < left; i++) {
		numbers.r = claims[i].r;
		*claims[i].result = judge(&claims[i], &numbers);
	}
	return BSN_OK;
}

static int32_t
judge_all(Claim *claims, size_t n)
{
	g_autoptr(BN_CTX) bn = NULL;
	int32_t status;

	if (n == 0)
		return BSN_OK;
	bn = BN_CTX_new();
	if (bn == NULL)
		return BSN_E_NOMEM;
	ERR_set_mark();
	BN_CTX_start(bn);
	status = judge_claims(claims, n, bn);
	BN_CTX_end(bn);
	ERR_pop_to_mark();
	return status;
}

/* What can be said of an item without its numbers; BSN_OK: nothing, and the
 * digest is there. */
static int32_t
look_at(const bsn_verify_item *item, uint8_t *digest)
{
	int32_t shape = std_check_item(&std_ecdsa_p256, item);
	int32_t status;

	if (shape == BSN_E_INVALID)
		return shape;
	status = p256_digest(item->convention, item->message, digest);
	if (status == BSN_BAD_REQUEST || (status == BSN_OK && shape != BSN_OK))
		return BSN_BAD_SIGNATURE;
	return status;
}

int32_t
p256_verify(const bsn_verify_item *item)
{
	int32_t result = BSN_E_NOMEM;
	Claim claim = { .item = item, .result = &result };
	int32_t status = look_at(item, claim.digest);

	if (status == BSN_OK)
		status = judge_all(&claim, 1);
	else
		result = status;
	return status == BSN_OK ? result : status;
}

/* Items come with a stride of their own: rule 2 of the ABI. */
static const bsn_verify_item *
item_at(const bsn_verify_item *items, uint64_t i)
{
	return (const bsn_verify_item *)(const void *)((const char *)items +
						       i * items->size);
}

int32_t
p256_verify_many(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	Claim claims[TOGETHER];
	size_t gathered = 0;
	int32_t status = BSN_OK;

	if (n > 0 && (items == NULL || results == NULL))
		return BSN_E_INVALID;
	for (uint64_t i = 0; i < n && status == BSN_OK; i++) {
		Claim *claim = &claims[gathered];

		*claim = (Claim){ .item = item_at(items, i),
				  .result = &results[i] };
		results[i] = look_at(claim->item, claim->digest);
		if (results[i] == BSN_OK)
			gathered++;
		if (gathered < TOGETHER && i + 1 < n)
			continue;
		status = judge_all(claims, gathered);
		gathered = 0;
	}
	return status;
}
