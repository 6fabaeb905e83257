/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-suite.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/amount.h"
#include "plugins/kit/codec/der.h"
#include "tests/unit/fake-host.h"

Suite
xuper_suite(gboolean gm)
{
	bsn_err err = BSN_ERR_INIT;
	Suite suite;

	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	g_assert_cmpint(
		suite_find(&suite, bsn_host_crypto(fake_host()), gm, &err), ==,
		BSN_OK);
	return suite;
}

static XuperPerson
person(const Suite *suite, const guint8 private_key[32])
{
	XuperPerson person;

	memcpy(person.private_key, private_key, 32);
	g_assert_cmpint(suite->signature->public_key(person.private_key,
						     person.public_key),
			==, BSN_OK);
	address_of(suite, person.public_key, person.address);
	return person;
}

XuperPerson
xuper_person(const Suite *suite, guint8 number)
{
	guint8 private_key[32] = { 0 };

	private_key[31] = number;
	return person(suite, private_key);
}

XuperPerson
xuper_person_of(const Suite *suite, const char *private_key)
{
	guint8 number[AMOUNT_LEN];

	g_assert_true(amount_from_text(bsn_slice_str(private_key), number));
	return person(suite, number);
}

int32_t
xuper_sign(void *owner, const guint8 digest[HASH_LEN], GByteArray *der,
	   bsn_err *err)
{
	const XuperSigner *signer = owner;
	guint8 raw[SIGNATURE_RAW_LEN], encoded[DER_SIGNATURE_MAX];

	g_assert_cmpint(signer->suite->signature->sign(
				signer->person->private_key, BSN_SIGN_DIGEST,
				bsn_slice_of(NULL, 0),
				bsn_slice_of(digest, HASH_LEN), raw),
			==, BSN_OK);
	g_byte_array_append(der, encoded,
			    (guint)der_put_signature(raw, encoded));
	return BSN_OK;
}
