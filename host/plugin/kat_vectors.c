/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/kat_vectors.h"

#include <bsn/base.h>
#include <string.h>

const HashVector kat_hash_vectors[] = {
	{ "sm3", "GB/T 32905 A.1", "abc", 1,
	  "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
	{ "sm3", "GB/T 32905 A.2", "abcd", 16,
	  "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732" },
	{ "sha-256", "FIPS 180-4, NIST example 1", "abc", 1,
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "sha-256", "FIPS 180-4, NIST example 2",
	  "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ "keccak-256", "Ethereum's Yellow Paper, KEC(())", "", 1,
	  "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470" },
	{ "keccak-256", "the Keccak team's vector for \"abc\"", "abc", 1,
	  "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45" },
};
const gsize kat_hash_vector_count = G_N_ELEMENTS(kat_hash_vectors);

#define SM2_PRIVATE                                                            \
	"3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
#define SM2_PUBLIC                                                             \
	"09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"     \
	"ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
#define SM2_SIGNATURE                                                          \
	"f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"     \
	"b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
#define EIP155_PRIVATE                                                         \
	"4646464646464646464646464646464646464646464646464646464646464646"
#define EIP155_PUBLIC                                                          \
	"4bc2a31265153f07e70e0bab08724e6b85e217f8cd628ceb62974247bb493382"     \
	"ce28cab79ad7119ee1ad3ebcdb98a16805211530ecc6cfefa1b88e6dff99232a"
#define EIP155_SIGNATURE                                                       \
	"28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"     \
	"67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d8300"

const SignatureVector kat_signature_vectors[] = {
	{ "sm2", "GB/T 32918.5 A.2", BSN_SIGN_STANDARD,
	  "6d65737361676520646967657374" /* "message digest" */, SM2_PRIVATE,
	  SM2_PUBLIC, SM2_SIGNATURE, 0 },
	{ "sm2", "GB/T 32918.5 A.2, from e on", BSN_SIGN_DIGEST,
	  "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640",
	  SM2_PRIVATE, SM2_PUBLIC, SM2_SIGNATURE, 0 },
	{ "ecdsa-p256", "RFC 6979 A.2.5", BSN_SIGN_STANDARD,
	  "74657374" /* "test" */,
	  "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
	  "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
	  "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
	  "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
	  "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
	  0 },
	{ "ed25519", "RFC 8032 7.1 test 2", BSN_SIGN_STANDARD, "72",
	  "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
	  1 },
	{ "secp256k1", "EIP-155, example", BSN_SIGN_STANDARD,
	  "ec098504a817c8008252089435353535353535353535353535353535353535"
	  "35880de0b6b3a764000080018080",
	  EIP155_PRIVATE, EIP155_PUBLIC, EIP155_SIGNATURE, 0 },
	{ "secp256k1", "EIP-155, example, from the hash on", BSN_SIGN_DIGEST,
	  "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53",
	  EIP155_PRIVATE, EIP155_PUBLIC, EIP155_SIGNATURE, 0 },
};
const gsize kat_signature_vector_count = G_N_ELEMENTS(kat_signature_vectors);

/* GB/T 32907 gives one block; in counter mode it is the key stream of the block
 * as counter. The longer ones are of draft-ribose-cfrg-sm4. */
#define SM4_KEY "0123456789abcdeffedcba9876543210"

const CipherVector kat_cipher_vectors[] = {
	{ "sm4-ctr", "GB/T 32907 A.1", SM4_KEY, SM4_KEY,
	  "00000000000000000000000000000000",
	  "681edf34d206965e86b3e94f536e4246" },
	{ "sm4-ctr", "draft-ribose-cfrg-sm4 A.2.5", SM4_KEY,
	  "000102030405060708090a0b0c0d0e0f",
	  "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
	  "eeeeeeeeeeeeeeeeffffffffffffffffaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb",
	  "ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7"
	  "f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514" },
	{ "sm4-cbc", "GB/T 32907 A.1", SM4_KEY,
	  "00000000000000000000000000000000", SM4_KEY,
	  "681edf34d206965e86b3e94f536e4246" },
	{ "sm4-cbc", "draft-ribose-cfrg-sm4 A.2.2", SM4_KEY,
	  "000102030405060708090a0b0c0d0e0f",
	  "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffaaaaaaaabbbbbbbb",
	  "78ebb11cc40b0a48312aaeb2040244cb4cb7016951909226979b0d15dc6a8f6d" },
};
const gsize kat_cipher_vector_count = G_N_ELEMENTS(kat_cipher_vectors);

GByteArray *
kat_bytes(const char *hex)
{
	GByteArray *bytes = g_byte_array_new();

	for (gsize i = 0; hex[i] != '\0'; i += 2) {
		int high = g_ascii_xdigit_value(hex[i]);
		int low = g_ascii_xdigit_value(hex[i + 1]);
		guint8 byte = (guint8)(high << 4 | low);

		g_assert(high >= 0 && low >= 0);
		g_byte_array_append(bytes, &byte, 1);
	}
	return bytes;
}
