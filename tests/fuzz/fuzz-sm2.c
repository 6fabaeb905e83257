/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as what comes from others: a public key, a message and a signature;
 * a ciphertext in either form; the keys of a peer; messages to digest. The
 * first byte says which. OpenSSL has the last word on signatures and on what
 * could be decrypted; a batch and a single call must agree.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/public_key.h"
#include "tests/unit/gm-openssl.h"

#define ROOM 4096u
#define MESSAGES 20u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A key that everybody may know. */
static const guint8 private_key[32] = {
	0x39, 0x45, 0x20, 0x8f, 0x7b, 0x21, 0x44, 0xb1, 0x3f, 0x36, 0xe3,
	0x8a, 0xc6, 0xd3, 0x9f, 0x95, 0x88, 0x93, 0x93, 0x69, 0x28, 0x60,
	0xb5, 0x1a, 0x42, 0xfb, 0x81, 0xef, 0x4d, 0xf7, 0xc5, 0xb8,
};
static guint8 public_key[64];

static void
open_once(void)
{
	static gboolean opened;

	if (opened)
		return;
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2.public_key(private_key, public_key), ==, BSN_OK);
	opened = TRUE;
}

/* Key, signature, number; what comes behind is a message by the standard. */
static void
fuzz_verify(bsn_slice in)
{
	bsn_verify_item items[2];
	int32_t results[2], alone;
	gboolean by_openssl = FALSE;

	if (in.len < 160)
		return;
	items[0] = (bsn_verify_item){
		.size = sizeof(items[0]),
		.convention = BSN_SIGN_DIGEST,
		.public_key = bsn_slice_of(in.data, 64),
		.signature = bsn_slice_of(in.data + 64, 64),
		.message = bsn_slice_of(in.data + 128, 32),
	};
	items[1] = items[0];
	items[1].convention = BSN_SIGN_STANDARD;
	items[1].message = bsn_slice_of(in.data + 128, in.len - 128);
	alone = gm_sm2.verify(&items[0]);
	g_assert_cmpint(gm_sm2.verify_many(items, 2, results), ==, BSN_OK);
	g_assert_cmpint(results[0], ==, alone);
	g_assert_cmpint(results[1], ==, gm_sm2.verify(&items[1]));
	{
		g_autoptr(EVP_PKEY) key = gm_openssl_key(NULL, in.data);

		if (key != NULL)
			by_openssl = gm_openssl_verify(key, in.data + 128,
						       in.data + 64);
	}
	g_assert_cmpint(alone, ==, by_openssl ? BSN_OK : BSN_BAD_SIGNATURE);
}

static void
openssl_must_decrypt(bsn_slice der, bsn_slice text)
{
	g_autoptr(EVP_PKEY) key = gm_openssl_key(private_key, public_key);
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	guint8 out[ROOM];
	gsize len = sizeof(out);

	g_assert_cmpint(EVP_PKEY_decrypt_init(ctx), ==, 1);
	g_assert_cmpint(EVP_PKEY_decrypt(ctx, out, &len, der.data, der.len), ==,
			1);
	g_assert_true(bsn_slice_equal(bsn_slice_of(out, len), text));
}

static void
fuzz_decrypt(bsn_slice in, guint32 form)
{
	guint8 out[ROOM];
	bsn_fixed_sink sink = bsn_fixed_sink_of(out, sizeof(out));
	int32_t status =
		gm_sm2_encryption.decrypt(private_key, form, in, &sink.sink);

	if (status != BSN_OK) {
		g_assert_true(status == BSN_BAD_REQUEST ||
			      status == BSN_TOO_LARGE);
		g_assert_cmpuint(sink.len, ==, 0);
	} else if (form == BSN_ENCRYPTED_DER) {
		openssl_must_decrypt(in, bsn_slice_of(out, sink.len));
	}
}

static void
fuzz_agree(bsn_slice in)
{
	bsn_key_agreement_side side = {
		.size = sizeof(side),
		.private_key = bsn_slice_of(private_key, 32),
		.once_private_key = bsn_slice_of(private_key, 32),
	};
	guint8 key[40], confirmation[32], expected[32];
	int32_t status;

	if (in.len < 129)
		return;
	side.role = in.data[0] & 1;
	side.peer_public_key = bsn_slice_of(in.data + 1, 64);
	side.peer_once_public_key = bsn_slice_of(in.data + 65, 64);
	side.peer_user_id = bsn_slice_of(in.data + 129, in.len - 129);
	status = gm_sm2_agreement.agree(&side, sizeof(key), key, confirmation,
					expected);
	g_assert_true(status == BSN_OK || status == BSN_BAD_REQUEST);
	if (status == BSN_OK)
		g_assert_true(memcmp(confirmation, expected, 32) != 0);
}

/* Messages of the lengths that the bytes say. */
static void
fuzz_digests(bsn_slice in)
{
	guint8 digests[MESSAGES][32], alone[32];
	bsn_slice messages[MESSAGES] = { { NULL, 0 } };
	guint n = 0;

	while (in.len > 0 && n < MESSAGES) {
		guint64 len = MIN(in.data[0], in.len - 1);

		messages[n++] = bsn_slice_of(in.data + 1, len);
		in = bsn_slice_of(in.data + 1 + len, in.len - 1 - len);
	}
	g_assert_cmpint(gm_sm3.digest_many(messages, n, digests[0]), ==,
			BSN_OK);
	for (guint i = 0; i < n; i++) {
		g_assert_cmpint(gm_sm3.digest(&messages[i], 1, alone), ==,
				BSN_OK);
		g_assert_true(memcmp(alone, digests[i], 32) == 0);
		EVP_Digest(messages[i].data, messages[i].len, alone, NULL,
			   EVP_sm3(), NULL);
		g_assert_true(memcmp(alone, digests[i], 32) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice in;

	open_once();
	if (size == 0)
		return 0;
	in = bsn_slice_of(data + 1, size - 1);
	switch (data[0] % 5) {
	case 0:
		fuzz_verify(in);
		break;
	case 1:
		fuzz_decrypt(in, BSN_ENCRYPTED_RAW);
		break;
	case 2:
		fuzz_decrypt(in, BSN_ENCRYPTED_DER);
		break;
	case 3:
		fuzz_agree(in);
		break;
	case 4:
		fuzz_digests(in);
		break;
	}
	return 0;
}
