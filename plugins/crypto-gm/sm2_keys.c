/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_keys.h"

#include <glib.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/crypto-gm/sm2_digest.h"

/* A key may be in any slot of its set. */
#define WAYS 4u
#define SETS (SM2_KEYS / WAYS)
#define KEY_WORDS (SM2_POINT_LEN / 8)

/* Counters of the sketch, and after how many keys without a table all counts
 * are halved: so few that a key which was met once is seldom taken for one that
 * was met SM2_KEYS_WORTH times. */
#define ROWS 2u
#define COUNTERS 16384u
#define AGE 8192u
#define USES_MAX 255u

/* In pins: somebody changes the slot, or wants to. */
#define CHANGING 0x80000000u

struct sm2_key {
	_Atomic uint32_t pins;	/* readers, or CHANGING */
	_Atomic uint32_t uses;	/* lately */
	_Atomic uint64_t print; /* a digest of the key; 0: none */
	/* What pins protects. */
	uint8_t public_key[SM2_POINT_LEN];
	uint8_t identity[SM3_LEN];
	Affine *table;
} __attribute__((aligned(64)));

static Sm2Key keys[SETS][WAYS];
static _Atomic uint8_t sketch[ROWS][COUNTERS];
static _Atomic uint32_t met;
static _Atomic uint64_t made;
static uint64_t salt[KEY_WORDS + 1];
static int opened;

int32_t
sm2_keys_open(bsn_err *err)
{
	if (opened)
		return BSN_OK;
	if (RAND_bytes((unsigned char *)salt, sizeof(salt)) <= 0) {
		ERR_clear_error();
		return bsn_fail(err, BSN_E_IO,
				"OpenSSL's random generator gives nothing");
	}
	opened = 1;
	return BSN_OK;
}

/* Salted, so that nobody can choose keys that share a set. Multiply and fold
 * the words pairwise; never 0. */
static uint64_t
print_of(const uint8_t *public_key)
{
	uint64_t words[KEY_WORDS], print = salt[KEY_WORDS];

	memcpy(words, public_key, sizeof(words));
	for (unsigned i = 0; i < KEY_WORDS; i += 2) {
		Limbs2 product = (Limbs2)(words[i] ^ salt[i]) *
				 (words[i + 1] ^ salt[i + 1] ^ print);

		print ^= (uint64_t)product ^ (uint64_t)(product >> 64);
	}
	return print | 1;
}

static Sm2Key *
set_of(uint64_t print)
{
	return keys[(print >> 1) % SETS];
}

/* ---- readers ------------------------------------------------------------ */

void
sm2_key_release(Sm2Key *key)
{
	atomic_fetch_sub_explicit(&key->pins, 1, memory_order_release);
}

static int
pin(Sm2Key *key)
{
	uint32_t before =
		atomic_fetch_add_explicit(&key->pins, 1, memory_order_acquire);

	if (before < CHANGING)
		return 1;
	sm2_key_release(key);
	return 0;
}

static void
count_use(Sm2Key *key)
{
	uint32_t uses = atomic_load_explicit(&key->uses, memory_order_relaxed);

	if (uses < USES_MAX)
		atomic_store_explicit(&key->uses, uses + 1,
				      memory_order_relaxed);
}

static Sm2Key *
pin_if(Sm2Key *key, uint64_t print, const uint8_t *public_key)
{
	if (atomic_load_explicit(&key->print, memory_order_relaxed) != print ||
	    !pin(key))
		return NULL;
	if (memcmp(key->public_key, public_key, SM2_POINT_LEN) == 0 &&
	    key->table != NULL)
		return key;
	sm2_key_release(key);
	return NULL;
}

Sm2Key *
sm2_key_find(const uint8_t *public_key)
{
	uint64_t print = print_of(public_key);
	Sm2Key *set = set_of(print);

	for (unsigned i = 0; i < WAYS; i++) {
		Sm2Key *key = pin_if(&set[i], print, public_key);

		if (key == NULL)
			continue;
		count_use(key);
		return key;
	}
	return NULL;
}

const Affine *
sm2_key_table(const Sm2Key *key)
{
	return key->table;
}

const uint8_t *
sm2_key_identity(const Sm2Key *key)
{
	return key->identity;
}

/* ---- keys without a table ----------------------------------------------- */

/* Counts may get lost between threads. */
static void
halve_counts(void)
{
	for (unsigned i = 0; i < ROWS * COUNTERS; i++) {
		_Atomic uint8_t *count = &sketch[i / COUNTERS][i % COUNTERS];
		uint8_t n = atomic_load_explicit(count, memory_order_relaxed);

		atomic_store_explicit(count, n / 2, memory_order_relaxed);
	}
	for (unsigned i = 0; i < SM2_KEYS; i++) {
		_Atomic uint32_t *uses = &keys[i / WAYS][i % WAYS].uses;
		uint32_t n = atomic_load_explicit(uses, memory_order_relaxed);

		atomic_store_explicit(uses, n / 2, memory_order_relaxed);
	}
}

/* How often the key was met lately, this time included, or more. */
static uint32_t
count_met(uint64_t print)
{
	uint32_t least = USES_MAX;

	if (atomic_fetch_add_explicit(&met, 1, memory_order_relaxed) % AGE ==
	    AGE - 1)
		halve_counts();
	for (unsigned i = 0; i < ROWS; i++) {
		uint64_t at = print >> (16 + 24 * i);
		_Atomic uint8_t *count = &sketch[i][at % COUNTERS];
		uint32_t n = atomic_load_explicit(count, memory_order_relaxed);

		if (n < USES_MAX)
			atomic_store_explicit(count, (uint8_t)++n,
					      memory_order_relaxed);
		least = MIN(least, n);
	}
	return least;
}

static uint32_t
uses_of(const Sm2Key *key)
{
	return atomic_load_explicit(&key->print, memory_order_relaxed) == 0
		       ? 0
		       : atomic_load_explicit(&key->uses, memory_order_relaxed);
}

static Sm2Key *
least_used(Sm2Key *set)
{
	Sm2Key *least = &set[0];

	for (unsigned i = 1; i < WAYS; i++)
		if (uses_of(&set[i]) < uses_of(least))
			least = &set[i];
	return least;
}

/* Whether nobody reads it, nor will until it is given back. */
static int
take(Sm2Key *key)
{
	uint32_t none = 0;

	return atomic_compare_exchange_strong_explicit(
		&key->pins, &none, CHANGING, memory_order_acquire,
		memory_order_relaxed);
}

static void
give_back(Sm2Key *key)
{
	/* Readers that came and went meanwhile are not overwritten. */
	atomic_fetch_sub_explicit(&key->pins, CHANGING, memory_order_release);
}

static int
is_known(Sm2Key *set, uint64_t print)
{
	for (unsigned i = 0; i < WAYS; i++)
		if (atomic_load_explicit(&set[i].print, memory_order_relaxed) ==
		    print)
			return 1;
	return 0;
}

/* Takes over the table. */
static void
replace(Sm2Key *key, uint64_t print, const uint8_t *public_key, Affine *table,
	uint32_t uses)
{
	free(key->table);
	key->table = table;
	memcpy(key->public_key, public_key, SM2_POINT_LEN);
	(void)sm2_identity(public_key, (bsn_slice){ NULL, 0 }, key->identity);
	atomic_store_explicit(&key->uses, uses, memory_order_relaxed);
	atomic_store_explicit(&key->print, print, memory_order_relaxed);
	atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
}

void
sm2_key_met(const uint8_t *public_key, const Affine *point)
{
	uint64_t print = print_of(public_key);
	uint32_t uses = count_met(print);
	Sm2Key *set = set_of(print), *key = least_used(set);
	Affine *table;

	if (uses < SM2_KEYS_WORTH || uses <= uses_of(key) ||
	    is_known(set, print) || !take(key))
		return;
	table = aligned_alloc(64, SM2_TABLE_POINTS * sizeof(Affine));
	if (table != NULL) {
		sm2_table_make(table, point);
		replace(key, print, public_key, table, uses);
	}
	give_back(key);
}

uint64_t
sm2_keys_made(void)
{
	return atomic_load_explicit(&made, memory_order_relaxed);
}
