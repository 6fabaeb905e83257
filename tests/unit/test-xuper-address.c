/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses, keys, accounts, contracts' names and what the EVM sees of them,
 * against keys and addresses that XuperChain's repositories publish.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/hex.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-suite.h"

/* Keys of xupercore's tests and of the Java SDK's. */
#define TEYY "TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY"
#define TEYY_KEY                                                               \
	"{\"Curvname\":\"P-256\",\"X\":36505150171354363400464126431978257855" \
	"318414556425194490762274938603757905292,\"Y\":7965687695760299426952" \
	"8255245092635964473154458596947290316223079846501380076}"

static const struct {
	gboolean gm;
	const char *private_key, *address;
} published[] = {
	{ FALSE,
	  "1114970602969991065288001336349011416444467519754333155403002365000"
	  "52690483486",
	  TEYY },
	{ FALSE,
	  "7405318214104398939061971628019946585850983075251328681751687398428"
	  "8039572219",
	  "SmJG3rH2ZzYQ9ojxhbRCPwFiE9y6pD1Co" },
	{ FALSE,
	  "9869803290381867736523738843041262373897559699957388792692983096823"
	  "0132692775",
	  "WNWk3ekXeM5M2232dY2uCJmEqWhfQiDYT" },
	{ FALSE,
	  "2907963512653093405664091573534423195662150455796320710745166305888"
	  "7647996601",
	  "dpzuVdosQrF2kmzumhVeFQZa1aYcdgFpN" },
	{ TRUE,
	  "8486083137792532416153491366270151431265254483052658312398529358303"
	  "3390997689",
	  "vKEJtquL9yEzPs2gvBDVrLSfNRSgaNDGj" },
};

static void
test_published(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(published); i++) {
		const Suite suite = xuper_suite(published[i].gm);
		const XuperPerson person =
			xuper_person_of(&suite, published[i].private_key);

		g_assert_cmpstr(person.address, ==, published[i].address);
		g_assert_true(address_valid(bsn_slice_str(person.address)));
	}
}

static void
test_wrong_address(void)
{
	static const char *const wrong[] = {
		"",
		"T",
		"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydZ", /* another checksum */
		"1TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY",
		"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iyd",
		"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iyd0", /* no such digit */
		"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydYY",
		"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
		"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
		"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", /* version 0 */
		"XC1111111111111111@xuper",
		"counter",
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(address_valid(bsn_slice_str(wrong[i])));
	g_assert_false(address_valid(bsn_slice_of(TEYY, sizeof(TEYY))));
}

static void
test_key_json(void)
{
	const Suite suite = xuper_suite(FALSE);
	const XuperPerson person =
		xuper_person_of(&suite, published[0].private_key);
	g_autofree char *json = key_to_json(&suite, person.public_key);
	guint8 key[PUBLIC_KEY_LEN];

	g_assert_cmpstr(json, ==, TEYY_KEY);
	g_assert_true(key_from_json(&suite, bsn_slice_str(json), key));
	assert_bytes(key, sizeof(key), person.public_key, sizeof(key));
	g_assert_true(key_from_json(
		&suite,
		bsn_slice_str(" {\"Y\" : 7 ,\n\"Curvname\":\"P-256\",\"X\":0}"),
		key));
	g_assert_cmpuint(key[63], ==, 7);
}

static void
test_wrong_key_json(void)
{
	static const char *const wrong[] = {
		"",
		"{}",
		"{\"Curvname\":\"P-256\",\"X\":1}",
		"{\"Curvname\":\"P-256\",\"X\":1,\"Y\":2",
		"{\"Curvname\":\"P-256\",\"X\":1,\"Y\":2},",
		"{\"Curvname\":\"P-256\",\"X\":1,\"X\":1,\"Y\":2}",
		"{\"Curvname\":\"P-256\",\"X\":1,\"Y\":2,\"D\":3}",
		"{\"Curvname\":\"SM2-P-256\",\"X\":1,\"Y\":2}",
		"{\"Curvname\":\"P-256\",\"X\":-1,\"Y\":2}",
		"{\"Curvname\":\"P-256\",\"X\":1.0,\"Y\":2}",
		"{\"Curvname\":\"P-256\",\"X\":01,\"Y\":2}",
		"{\"Curvname\":\"P-256\",\"X\":\"1\",\"Y\":2}",
		"{\"Curvname\":\"P-256,\"X\":1,\"Y\":2}",
		/* 2^256 */
		("{\"Curvname\":\"P-256\",\"X\":11579208923731619542357098500868"
		"7907853269984665640564039457584007913129639936,\"Y\":2}"),
	};
	const Suite suite = xuper_suite(FALSE);
	guint8 key[PUBLIC_KEY_LEN];

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(
			key_from_json(&suite, bsn_slice_str(wrong[i]), key));
}

/* xupercore signs what it is given as it is: "test" is the number. */
static void
test_published_signature(void)
{
	const Suite suite = xuper_suite(FALSE);
	g_autoptr(GByteArray) der = g_byte_array_new();
	guint8 digest[HASH_LEN] = { 0 }, key[PUBLIC_KEY_LEN];
	SuiteItem items[3];
	int32_t results[3];
	static const char hex[] =
		"30450221009af3f6f448d4d855d97e5966e3302eb11b174fc4f1860cdd2e74"
		"be005a94c263022051e5a592b5d4acf284b080b1b007634938a632cb36837f"
		"479a9f297acf93d46e";

	memcpy(digest + HASH_LEN - 4, "test", 4);
	g_assert_true(hex_decode(hex, strlen(hex), der));
	g_assert_true(key_from_json(&suite, bsn_slice_str(TEYY_KEY), key));
	items[0] =
		(SuiteItem){ key, digest, bsn_slice_of(der->data, der->len) };
	items[1] = (SuiteItem){ key, digest,
				bsn_slice_of(der->data, der->len - 1) };
	items[2] = items[0];
	suite_verify(&suite, items, 3, results);
	g_assert_cmpint(results[0], ==, BSN_OK);
	g_assert_cmpint(results[1], ==, BSN_BAD_SIGNATURE);
	g_assert_cmpint(results[2], ==, BSN_OK);
	suite_verify(&suite, &items[1], 1, results);
	g_assert_cmpint(results[0], ==, BSN_BAD_SIGNATURE);
}

static void
test_signatures_of_both_suites(void)
{
	for (gint gm = 0; gm < 2; gm++) {
		const Suite suite = xuper_suite(gm);
		const XuperPerson person = xuper_person(&suite, 7);
		XuperSigner signer = { &suite, &person };
		guint8 digest[HASH_LEN] = { 1, 2, 3 }, other[HASH_LEN] = { 1 };
		g_autoptr(GByteArray) der = g_byte_array_new();
		SuiteItem items[2];
		int32_t results[2];

		xuper_sign(&signer, digest, der, NULL);
		items[0] = (SuiteItem){ person.public_key, digest,
					bsn_slice_of(der->data, der->len) };
		items[1] = items[0];
		items[1].digest = other;
		suite_verify(&suite, items, 2, results);
		g_assert_cmpint(results[0], ==, BSN_OK);
		g_assert_cmpint(results[1], ==, BSN_BAD_SIGNATURE);
	}
}

/* ---- accounts and contracts ---- */

static void
test_accounts(void)
{
	const bsn_slice xuper = bsn_slice_str("xuper");
	static const char *const wrong[] = {
		"",
		"XC1111111111111111",
		"XC1111111111111111@",
		"XC111111111111111@xuper",
		"XC11111111111111111@xuper",
		"XC111111111111111a@xuper",
		"xc1111111111111111@xuper",
		"XC1111111111111111/xuper",
		"XC1111111111111111@xu/per",
		"XC1111111111111111@xu per",
		"XC1111111111111111@"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaa",
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(account_valid(bsn_slice_str(wrong[i])));
	g_assert_true(account_valid(bsn_slice_str("XC1111111111111111@xuper")));
	g_assert_false(
		account_valid(bsn_slice_of("XC1111111111111111@xuper", 25)));
	g_assert_true(account_of_chain(
		bsn_slice_str("XC1111111111111111@xuper"), xuper));
	g_assert_false(account_of_chain(
		bsn_slice_str("XC1111111111111111@xuper2"), xuper));
}

static void
test_contract_names(void)
{
	static const char *const right[] = { "name", "_na1", "a.b_",
					     "a123456789012345" };
	static const char *const wrong[] = {
		"abc",	"1abc", ".abc", "abc.", "ab-c", "a1234567890123456",
		"ab c", "",
	};

	for (guint i = 0; i < G_N_ELEMENTS(right); i++)
		g_assert_true(contract_name_valid(bsn_slice_str(right[i])));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(contract_name_valid(bsn_slice_str(wrong[i])));
}

/* As the Java SDK's tests have them. */
static void
test_evm_names(void)
{
	static const struct {
		const char *name, *evm;
	} pairs[] = {
		{ "XC1111111111111113@xuper",
		  "3131313231313131313131313131313131313133" },
		{ "dpzuVdosQrF2kmzumhVeFQZa1aYcdgFpN",
		  "93F86A462A3174C7AD1281BCF400A9F18D244E06" },
		{ "jSPJQSAR3NWoKcSFMxYGfcY8KVskvNMtm",
		  "D1824C1050F55CA7E564243CE087706CACF1C687" },
		{ "storagedata11", "313131312D2D2D73746F72616765646174613131" },
		{ "a123456789012345",
		  "3131313161313233343536373839303132333435" },
	};
	const Suite suite = xuper_suite(FALSE);
	guint8 evm[EVM_ADDRESS_LEN], expected[EVM_ADDRESS_LEN];

	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *name = NULL;

		g_assert_true(hex_decode_fixed(pairs[i].evm,
					       strlen(pairs[i].evm), expected,
					       sizeof(expected)));
		g_assert_true(
			evm_address_of(bsn_slice_str(pairs[i].name), evm));
		assert_bytes(evm, sizeof(evm), expected, sizeof(expected));
		name = evm_address_name(&suite, bsn_slice_str("xuper"), evm);
		g_assert_cmpstr(name, ==, pairs[i].name);
	}
	g_assert_false(evm_address_of(bsn_slice_str("abc"), evm));
	g_assert_false(evm_address_of(bsn_slice_str(""), evm));
}

static void
test_evm_names_of_hashes(void)
{
	/* They begin as contracts and accounts do, and are none. */
	static const char *const odd[] = { "1111--ab------------",
					   "11121111111111111a11",
					   "1111----------------",
					   "1111-------------abc" };

	for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
		const Suite suite = xuper_suite(i % 2);
		g_autofree char *name = evm_address_name(
			&suite, bsn_slice_str("xuper"), (const guint8 *)odd[i]);
		guint8 evm[EVM_ADDRESS_LEN];

		g_assert_true(address_valid(bsn_slice_str(name)));
		g_assert_true(evm_address_of(bsn_slice_str(name), evm));
		assert_bytes(evm, sizeof(evm), odd[i], sizeof(evm));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/address/published-keys-have-their-addresses",
			test_published);
	g_test_add_func("/xuper/address/others-are-refused",
			test_wrong_address);
	g_test_add_func("/xuper/key/json-is-read-and-written", test_key_json);
	g_test_add_func("/xuper/key/other-json-is-refused",
			test_wrong_key_json);
	g_test_add_func("/xuper/suite/a-published-signature-verifies",
			test_published_signature);
	g_test_add_func("/xuper/suite/both-sign-a-digest-as-it-is",
			test_signatures_of_both_suites);
	g_test_add_func("/xuper/account/names", test_accounts);
	g_test_add_func("/xuper/contract/names", test_contract_names);
	g_test_add_func("/xuper/evm/published-names", test_evm_names);
	g_test_add_func("/xuper/evm/a-hash-that-looks-like-a-name",
			test_evm_names_of_hashes);
	return g_test_run();
}
