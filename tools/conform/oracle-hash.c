/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/oracle-hash.h"

#include <openssl/evp.h>
#include <string.h>

#define LANES 25u
#define ROUNDS 24u
#define RATE 136u /* bytes */

/* FIPS 202 section 3.2: theta, rho and pi, chi, iota on 5 x 5 lanes. */
static guint64
rotate(guint64 lane, guint by)
{
	return by == 0 ? lane : lane << by | lane >> (64 - by);
}

static void
theta(guint64 *a)
{
	guint64 column[5];

	for (guint x = 0; x < 5; x++)
		column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	for (guint i = 0; i < LANES; i++)
		a[i] ^= column[(i + 4) % 5] ^ rotate(column[(i + 1) % 5], 1);
}

/* Lane (1, 0) goes to (y, 2x + 3y) in turn, rotated by triangular numbers. */
static void
rho_pi(guint64 *a)
{
	guint x = 1, y = 0;
	guint64 moved = a[1];

	for (guint t = 0; t < LANES - 1; t++) {
		guint next = (2 * x + 3 * y) % 5;
		guint64 lane;

		x = y;
		y = next;
		lane = a[x + 5 * y];
		a[x + 5 * y] = rotate(moved, (t + 1) * (t + 2) / 2 % 64);
		moved = lane;
	}
}

static void
chi(guint64 *a)
{
	for (guint64 *row = a; row < a + LANES; row += 5) {
		guint64 old[5];

		memcpy(old, row, sizeof(old));
		for (guint x = 0; x < 5; x++)
			row[x] ^= ~old[(x + 1) % 5] & old[(x + 2) % 5];
	}
}

/* Bit 2^j - 1 of each round's constant comes from a shift register (FIPS 202
 * algorithm 5), whose state goes on from round to round. */
static guint64
round_constant(guint8 *lfsr)
{
	guint64 constant = 0;

	for (guint j = 0; j < 7; j++) {
		if (*lfsr & 1)
			constant ^= (guint64)1 << ((1u << j) - 1);
		*lfsr = (guint8)(*lfsr << 1 ^ (*lfsr & 0x80 ? 0x71 : 0));
	}
	return constant;
}

static void
keccak_f(guint64 *a)
{
	guint8 lfsr = 1;

	for (guint i = 0; i < ROUNDS; i++) {
		theta(a);
		rho_pi(a);
		chi(a);
		a[0] ^= round_constant(&lfsr);
	}
}

static void
absorb(guint64 *a, const guint8 *block)
{
	for (guint i = 0; i < RATE; i++)
		a[i / 8] ^= (guint64)block[i] << (8 * (i % 8));
	keccak_f(a);
}

void
oracle_keccak(guint8 padding, const void *data, gsize len, guint8 *digest)
{
	guint64 a[LANES] = { 0 };
	guint8 last[RATE] = { 0 };
	const guint8 *at = data;

	for (; len >= RATE; len -= RATE, at += RATE)
		absorb(a, at);
	if (len > 0)
		memcpy(last, at, len);
	last[len] ^= padding;
	last[RATE - 1] ^= 0x80;
	absorb(a, last);
	for (guint i = 0; i < ORACLE_DIGEST_LEN; i++)
		digest[i] = (guint8)(a[i / 8] >> (8 * (i % 8)));
}

void
oracle_digest(const char *algorithm, const void *data, gsize len,
	      guint8 *digest)
{
	const EVP_MD *md = strcmp(algorithm, "sm3") == 0 ? EVP_sm3() :
							   EVP_sha256();

	if (strcmp(algorithm, "keccak-256") == 0) {
		oracle_keccak(0x01, data, len, digest);
		return;
	}
	g_assert(strcmp(algorithm, "sm3") == 0 ||
		 strcmp(algorithm, "sha-256") == 0);
	if (EVP_Digest(len > 0 ? data : "", len, digest, NULL, md, NULL) != 1)
		g_error("OpenSSL cannot compute %s", algorithm);
}
