/* SPDX-License-Identifier: Apache-2.0
 *
 * From a message to the number that is signed.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/oracle-curve.h"
#include "tools/conform/oracle-hash.h"
#include "tools/conform/oracle-sign.h"

#define NUMBER_LEN CURVE_NUMBER_LEN

/* Of the standard convention (bsn/base.h). */
static const char *
hash_of(const char *scheme)
{
	if (strcmp(scheme, "sm2") == 0)
		return "sm3";
	return strcmp(scheme, "secp256k1") == 0 ? "keccak-256" : "sha-256";
}

void
oracle_sm2_za(const guint8 *public_key, bsn_slice user_id, guint8 *za)
{
	/* a, b, xG, yG of GB/T 32918.5 appendix A.1. */
	static const char parameters[] =
		"fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffff"
		"fc28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d94"
		"0e9332c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a458933"
		"4c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e5"
		"2139f0a0";
	g_autoptr(GByteArray) text = g_byte_array_new();
	guint8 entl[2];

	if (user_id.len == 0)
		user_id = bsn_slice_str(BSN_SM2_DEFAULT_ID);
	g_assert(user_id.len <= G_MAXUINT16 / 8);
	entl[0] = (guint8)(user_id.len * 8 >> 8);
	entl[1] = (guint8)(user_id.len * 8);
	g_byte_array_append(text, entl, sizeof(entl));
	g_byte_array_append(text, user_id.data, (guint)user_id.len);
	for (gsize i = 0; parameters[i] != '\0'; i += 2) {
		guint8 byte = (guint8)(g_ascii_xdigit_value(parameters[i]) *
					       16 +
				       g_ascii_xdigit_value(
					       parameters[i + 1]));

		g_byte_array_append(text, &byte, 1);
	}
	g_byte_array_append(text, public_key, CURVE_POINT_LEN);
	oracle_digest("sm3", text->data, text->len, za);
}

static void
with_za(const guint8 *public_key, bsn_slice user_id, bsn_slice message,
	guint8 *e)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	guint8 za[NUMBER_LEN];

	oracle_sm2_za(public_key, user_id, za);
	g_byte_array_append(text, za, sizeof(za));
	if (message.len > 0)
		g_byte_array_append(text, message.data, (guint)message.len);
	oracle_digest("sm3", text->data, text->len, e);
}

void
oracle_number(const char *scheme, guint32 convention, const guint8 *public_key,
	      bsn_slice user_id, bsn_slice message, guint8 *e)
{
	const char *hash = hash_of(scheme);
	guint8 hashed[NUMBER_LEN];

	if (convention == BSN_SIGN_DIGEST) {
		g_assert(message.len == NUMBER_LEN);
		memcpy(e, message.data, NUMBER_LEN);
		return;
	}
	if (convention == BSN_SIGN_PREHASHED) {
		oracle_digest(hash, message.data, message.len, hashed);
		message = bsn_slice_of(hashed, sizeof(hashed));
	}
	if (strcmp(scheme, "sm2") == 0)
		with_za(public_key, user_id, message, e);
	else
		oracle_digest(hash, message.data, message.len, e);
}
