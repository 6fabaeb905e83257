/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks of encryption and agreement, each of which finds what it is for;
 * see test-conform-crypto.c.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/public_key.h"
#include "tests/unit/conform-wrong.h"
#include "tools/conform/checks-crypto.h"

static const CheckGroup *const groups[] = { &checks_public_key, NULL };

static bsn_encryption encryption;
static bsn_key_agreement agreement;

static void
assert_found(const char *ids)
{
	conform_assert_found(groups,
			     conform_public_key(&encryption, &agreement), ids);
	encryption = gm_sm2_encryption;
	agreement = gm_sm2_agreement;
}

static void
what_is_right_passes(void)
{
	assert_found("");
}

/* Its text is there for everybody. */
static int32_t
encrypts_for_nobody(const uint8_t *seed, const uint8_t *public_key,
		    uint32_t form, bsn_slice text, bsn_sink *sink)
{
	static const uint8_t other[64] = { 0 };

	(void)public_key;
	if (gm_sm2_encryption.encrypt(seed, other, form, text, sink) == BSN_OK)
		return BSN_OK;
	return sink->write(sink, text.data, text.len);
}

/* Without the comparison of C3: an answer to everything. */
static int32_t
decrypts_anything(const uint8_t *private_key, uint32_t form,
		  bsn_slice encrypted, bsn_sink *text)
{
	int32_t status =
		gm_sm2_encryption.decrypt(private_key, form, encrypted, text);

	return status == BSN_BAD_REQUEST ? text->write(text, encrypted.data, 1)
					 : status;
}

/* Refuses, but has written by then. */
static int32_t
writes_first(const uint8_t *private_key, uint32_t form, bsn_slice encrypted,
	     bsn_sink *text)
{
	int32_t status =
		gm_sm2_encryption.decrypt(private_key, form, encrypted, text);

	if (status == BSN_BAD_REQUEST)
		(void)text->write(text, encrypted.data, 1);
	return status;
}

/* The order of the first standard: C1 || C2 || C3. */
typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} Whole;

static int32_t
take(bsn_sink *sink, const void *data, uint64_t len)
{
	g_byte_array_append(((Whole *)sink)->bytes, data, (guint)len);
	return BSN_OK;
}

#define C1_LEN 65u
#define C3_LEN 32u

/* Takes `len` bytes at C1's end behind the rest. */
static int32_t
turn(GByteArray *bytes, guint len, bsn_sink *sink)
{
	g_autoptr(GByteArray) turned = g_byte_array_new();

	g_byte_array_append(turned, bytes->data, C1_LEN);
	g_byte_array_append(turned, bytes->data + C1_LEN + len,
			    bytes->len - C1_LEN - len);
	g_byte_array_append(turned, bytes->data + C1_LEN, len);
	return sink->write(sink, turned->data, turned->len);
}

static int32_t
encrypts_in_the_old_order(const uint8_t *seed, const uint8_t *public_key,
			  uint32_t form, bsn_slice text, bsn_sink *sink)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Whole whole = { { take }, bytes };
	int32_t status;

	if (form != BSN_ENCRYPTED_RAW)
		return gm_sm2_encryption.encrypt(seed, public_key, form, text,
						 sink);
	status = gm_sm2_encryption.encrypt(seed, public_key, form, text,
					   &whole.sink);
	return status == BSN_OK ? turn(bytes, C3_LEN, sink) : status;
}

static int32_t
decrypts_the_old_order(const uint8_t *private_key, uint32_t form,
		       bsn_slice encrypted, bsn_sink *text)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) turned = g_byte_array_new();
	Whole whole = { { take }, turned };

	if (form == BSN_ENCRYPTED_RAW && encrypted.len > C1_LEN + C3_LEN) {
		g_byte_array_append(bytes, encrypted.data,
				    (guint)encrypted.len);
		(void)turn(bytes, bytes->len - C1_LEN - C3_LEN, &whole.sink);
		encrypted = bsn_slice_of(turned->data, turned->len);
	}
	return gm_sm2_encryption.decrypt(private_key, form, encrypted, text);
}

/* An empty text is one, too. */
static int32_t
encrypts_nothing(const uint8_t *seed, const uint8_t *public_key, uint32_t form,
		 bsn_slice text, bsn_sink *sink)
{
	return text.len > 0 ? gm_sm2_encryption.encrypt(seed, public_key, form,
							text, sink)
			    : BSN_OK;
}

static int32_t
calls_other_forms_malformed(const uint8_t *private_key, uint32_t form,
			    bsn_slice encrypted, bsn_sink *text)
{
	if (form > BSN_ENCRYPTED_DER)
		return BSN_BAD_REQUEST;
	return gm_sm2_encryption.decrypt(private_key, form, encrypted, text);
}

static void
wrong_encryption_is_found(void)
{
	encryption.encrypt = encrypts_for_nobody;
	assert_found("sm2-encryption-openssl sm2-encryption-raw "
		     "sm2-encryption-refusals sm2-encryption-changed");
	encryption.encrypt = encrypts_in_the_old_order;
	encryption.decrypt = decrypts_the_old_order;
	assert_found("sm2-encryption-raw");
	encryption.encrypt = encrypts_nothing;
	assert_found("sm2-encryption-refusals");
	encryption.decrypt = calls_other_forms_malformed;
	assert_found("sm2-encryption-refusals");
	encryption.decrypt = decrypts_anything;
	assert_found("sm2-encryption-refusals sm2-encryption-changed");
	encryption.decrypt = writes_first;
	assert_found("sm2-encryption-changed");
}

static int32_t
knows_no_user_ids(const bsn_key_agreement_side *side, uint64_t key_len,
		  uint8_t *key, uint8_t *confirmation, uint8_t *expected)
{
	bsn_key_agreement_side same = *side;

	same.user_id = same.peer_user_id = bsn_slice_of(NULL, 0);
	return gm_sm2_agreement.agree(&same, key_len, key, confirmation,
				      expected);
}

/* Where it should come to another key, it comes to none. */
static int32_t
refuses_a_user_id(const bsn_key_agreement_side *side, uint64_t key_len,
		  uint8_t *key, uint8_t *confirmation, uint8_t *expected)
{
	if (bsn_slice_equal(side->user_id, bsn_slice_str("eve")))
		return BSN_BAD_REQUEST;
	return gm_sm2_agreement.agree(side, key_len, key, confirmation,
				      expected);
}

static int32_t
sends_one_thing(const bsn_key_agreement_side *side, uint64_t key_len,
		uint8_t *key, uint8_t *confirmation, uint8_t *expected)
{
	int32_t status = gm_sm2_agreement.agree(side, key_len, key,
						confirmation, expected);

	if (status == BSN_OK)
		memcpy(expected, confirmation, 32);
	return status;
}

static int32_t
takes_any_point(const bsn_key_agreement_side *side, uint64_t key_len,
		uint8_t *key, uint8_t *confirmation, uint8_t *expected)
{
	int32_t status = gm_sm2_agreement.agree(side, key_len, key,
						confirmation, expected);

	return status == BSN_BAD_REQUEST ? BSN_OK : status;
}

static void
wrong_agreement_is_found(void)
{
	agreement.agree = knows_no_user_ids;
	assert_found("sm2-agreement");
	agreement.agree = refuses_a_user_id;
	assert_found("sm2-agreement");
	agreement.agree = sends_one_thing;
	assert_found("sm2-agreement");
	agreement.agree = takes_any_point;
	assert_found("sm2-agreement-points");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
	encryption = gm_sm2_encryption;
	agreement = gm_sm2_agreement;
#define ADD(test) g_test_add_func("/conform-public-key/" #test, test)
	ADD(what_is_right_passes);
	ADD(wrong_encryption_is_found);
	ADD(wrong_agreement_is_found);
	return g_test_run();
}
