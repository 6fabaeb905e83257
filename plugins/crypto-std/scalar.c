/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <openssl/bn.h>

#include "plugins/crypto-std/std.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)

int32_t
std_scalar_from_seed(const uint8_t *seed, const uint8_t *order,
		     uint8_t *private_key)
{
	g_autoptr(BN_CTX) bn = BN_CTX_secure_new();
	g_autoptr(BIGNUM) wide = BN_bin2bn(seed, STD_SEED_LEN, NULL);
	g_autoptr(BIGNUM) max = BN_bin2bn(order, STD_SCALAR_LEN, NULL);
	g_autoptr(BIGNUM) scalar = BN_new();

	if (bn == NULL || wide == NULL || max == NULL || scalar == NULL)
		return BSN_E_NOMEM;
	BN_set_flags(wide, BN_FLG_CONSTTIME);
	if (!BN_sub_word(max, 1) || !BN_mod(scalar, wide, max, bn) ||
	    !BN_add_word(scalar, 1) ||
	    BN_bn2binpad(scalar, private_key, STD_SCALAR_LEN) < 0)
		return BSN_E_NOMEM;
	return BSN_OK;
}
