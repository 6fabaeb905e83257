/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-suite.h: XuperChain's two suites with the algorithms of the
 * build, and people who have keys of them.
 */
#ifndef TESTS_UNIT_XUPER_SUITE_H
#define TESTS_UNIT_XUPER_SUITE_H

#include "plugins/engine-xuper/identity/address.h"

typedef struct {
	guint8 private_key[32];
	guint8 public_key[PUBLIC_KEY_LEN];
	char address[ADDRESS_MAX];
} XuperPerson;

Suite xuper_suite(gboolean gm);
/* Whose private key is that number. */
XuperPerson xuper_person(const Suite *suite, guint8 number);
/* Whose private key is this decimal text. */
XuperPerson xuper_person_of(const Suite *suite, const char *private_key);
/* Signs a digest; appends DER. A BlockSign, whose owner is a XuperSigner. */
typedef struct {
	const Suite *suite;
	const XuperPerson *person;
} XuperSigner;
int32_t xuper_sign(void *owner, const guint8 digest[HASH_LEN], GByteArray *der,
		   bsn_err *err);

#endif
