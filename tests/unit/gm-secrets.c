/* SPDX-License-Identifier: Apache-2.0
 *
 * What works on secrets, for memcheck: they are marked as undefined, so that it
 * reports every branch and every address that depends on one. Built with
 * GM_FIND_LEAKS, by which the sources say what may be known (secret.h).
 *
 *	gm-secrets everything|branch|address|result [adx]
 *
 * All but the first leak, which memcheck must find. By every way of arithmetic
 * that the processor says it has, or by mulx, adcx and adox.
 */
#include <bsn/helpers/bytes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "plugins/crypto-gm/fe_paths.h"
#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/public_key.h"
#include "plugins/crypto-gm/secret.h"
#include "plugins/crypto-gm/sm2_curve.h"
#include "tests/unit/gm-paths.h"

#define TEXT_LEN 700u

static void
hide(void *data, gsize len)
{
	VALGRIND_MAKE_MEM_UNDEFINED(data, len);
}

typedef struct {
	guint8 seed[48], private_key[32], public_key[64];
} Keys;

/* A pair whose private key is a secret. */
static void
make_keys(Keys *keys)
{
	g_assert_cmpint(RAND_bytes(keys->seed, sizeof(keys->seed)), ==, 1);
	hide(keys->seed, sizeof(keys->seed));
	g_assert_cmpint(gm_sm2.generate(keys->seed, keys->private_key,
					keys->public_key),
			==, BSN_OK);
}

static void
keys_and_signatures(const Keys *keys)
{
	const bsn_slice message = bsn_slice_str("a message");
	guint8 derived[64], signature[64];

	g_assert_cmpint(gm_sm2.public_key(keys->private_key, derived), ==,
			BSN_OK);
	g_assert_true(memcmp(derived, keys->public_key, 64) == 0);
	/* The first time, and with what is kept of the key. */
	for (guint i = 0; i < 3; i++) {
		const bsn_verify_item item = {
			.size = sizeof(item),
			.public_key = bsn_slice_of(keys->public_key, 64),
			.message = message,
			.signature = bsn_slice_of(signature, 64),
		};

		g_assert_cmpint(
			gm_sm2.sign(keys->private_key, BSN_SIGN_STANDARD,
				    bsn_slice_of(NULL, 0), message, signature),
			==, BSN_OK);
		g_assert_cmpint(gm_sm2.verify(&item), ==, BSN_OK);
	}
}

/* A key at the end of its range, and one beyond: the answer may be known. */
static void
keys_out_of_range(void)
{
	guint8 private_key[32] = { 0 }, public_key[64];

	hide(private_key, sizeof(private_key));
	g_assert_cmpint(gm_sm2.public_key(private_key, public_key), ==,
			BSN_BAD_REQUEST);
	memset(private_key, 0xff, sizeof(private_key));
	hide(private_key, sizeof(private_key));
	g_assert_cmpint(gm_sm2.public_key(private_key, public_key), ==,
			BSN_BAD_REQUEST);
}

static void
encryption(const Keys *keys, guint32 form)
{
	const gsize room = TEXT_LEN + BSN_ENCRYPTION_OVERHEAD_MAX;
	guint8 text[TEXT_LEN], seed[48];
	g_autofree guint8 *encrypted = g_malloc(room);
	g_autofree guint8 *back = g_malloc(room);
	bsn_fixed_sink sink = bsn_fixed_sink_of(encrypted, room);
	bsn_fixed_sink got = bsn_fixed_sink_of(back, room);

	memset(text, 0x5a, sizeof(text));
	hide(text, sizeof(text));
	g_assert_cmpint(RAND_bytes(seed, sizeof(seed)), ==, 1);
	hide(seed, sizeof(seed));
	g_assert_cmpint(gm_sm2_encryption.encrypt(
				seed, keys->public_key, form,
				bsn_slice_of(text, sizeof(text)), &sink.sink),
			==, BSN_OK);
	g_assert_cmpint(gm_sm2_encryption.decrypt(
				keys->private_key, form,
				bsn_slice_of(encrypted, sink.len), &got.sink),
			==, BSN_OK);
	/* Whether the text is right is no secret of this test. */
	secret_reveal(back, got.len);
	g_assert_cmpuint(got.len, ==, TEXT_LEN);
	g_assert_cmpuint(back[0], ==, 0x5a);
	encrypted[sink.len - 1] ^= 1;
	got = bsn_fixed_sink_of(back, room);
	g_assert_cmpint(gm_sm2_encryption.decrypt(
				keys->private_key, form,
				bsn_slice_of(encrypted, sink.len), &got.sink),
			==, BSN_BAD_REQUEST);
}

static void
agreement(const Keys *own, const Keys *own_once, const Keys *peer,
	  const Keys *peer_once, guint32 role, guint8 *key)
{
	const bsn_key_agreement_side side = {
		.size = sizeof(side),
		.role = role,
		.private_key = bsn_slice_of(own->private_key, 32),
		.once_private_key = bsn_slice_of(own_once->private_key, 32),
		.peer_public_key = bsn_slice_of(peer->public_key, 64),
		.peer_once_public_key = bsn_slice_of(peer_once->public_key, 64),
	};
	guint8 confirmation[32], expected[32];

	g_assert_cmpint(
		gm_sm2_agreement.agree(&side, 48, key, confirmation, expected),
		==, BSN_OK);
	secret_reveal(key, 48);
}

static void
everything(void)
{
	Keys a, b, a_once, b_once;
	guint8 of_a[48], of_b[48];

	make_keys(&a);
	make_keys(&b);
	make_keys(&a_once);
	make_keys(&b_once);
	keys_and_signatures(&a);
	keys_out_of_range();
	encryption(&a, BSN_ENCRYPTED_RAW);
	encryption(&b, BSN_ENCRYPTED_DER);
	agreement(&a, &a_once, &b, &b_once, BSN_KEY_AGREEMENT_INITIATOR, of_a);
	agreement(&b, &b_once, &a, &a_once, BSN_KEY_AGREEMENT_RESPONDER, of_b);
	g_assert_true(memcmp(of_a, of_b, sizeof(of_a)) == 0);
}

/* ---- what must be found ---------------------------------------------------
 */

static volatile guint64 sink;

static void
leak_by_branch(void)
{
	Keys keys;

	make_keys(&keys);
	if ((keys.private_key[31] & 1) != 0)
		sink++;
}

static void
leak_by_address(void)
{
	static volatile guint8 table[256];
	Keys keys;

	make_keys(&keys);
	sink += table[keys.private_key[31]];
}

/* A result that is not revealed: the mark has come through all arithmetic. */
static void
leak_by_result(void)
{
	Affine point;
	Keys keys;
	Sc d;

	make_keys(&keys);
	(void)sm2_private_read(&d, keys.private_key);
	(void)sm2_mul_base(&point, &d);
	if ((point.x.w[0] & 1) != 0)
		sink++;
}

static const struct {
	const char *name;
	void (*run)(void);
} jobs[] = {
	{ "everything", everything },
	{ "branch", leak_by_branch },
	{ "address", leak_by_address },
	{ "result", leak_by_result },
};

static void
run(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(jobs); i++)
		if (strcmp(jobs[i].name, name) == 0)
			jobs[i].run();
}

/* Memcheck does what these instructions do, but has the processor say that it
 * has none. */
static void
run_adx(const char *name)
{
#ifdef FE_HAVE_ADX
	fe_mul = fe_mul_adx;
	fe_sqr = fe_sqr_adx;
	fe_sqr_n = fe_sqr_n_adx;
	run(name);
#endif
}

int
main(int argc, char **argv)
{
	g_assert_cmpint(argc, >, 1);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
	if (argc > 2) {
		run_adx(argv[1]);
		return 0;
	}
	for (guint i = 0; i < gm_path_count(); i++) {
		printf("%s\n", gm_path_use(i));
		run(argv[1]);
	}
	return 0;
}
