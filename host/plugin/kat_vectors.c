/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/kat_vectors.h"

#include <bsn/crypto.h>
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

const EncryptionVector kat_encryption_vectors[] = {
	/* The seed is the example's number k less 1. */
	{ "sm2", "GB/T 32918.5 C.2",
	  "00000000000000000000000000000000"
	  "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc20",
	  SM2_PRIVATE, SM2_PUBLIC,
	  "656e6372797074696f6e207374616e64617264"
	  /* "encryption standard" */,
	  "04"
	  "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
	  "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
	  "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
	  "21886ca989ca9c7d58087307ca93092d651efa" },
};
const gsize kat_encryption_vector_count = G_N_ELEMENTS(kat_encryption_vectors);

const AgreementVector kat_agreement_vectors[] = {
	{ "sm2",
	  "GB/T 32918.5 B.2",
	  BSN_SM2_DEFAULT_ID,
	  { { "81eb26e941bb5af16df116495f90695272ae2cd63d6c4ae1678418be"
	      "48230029",
	      "160e12897df4edb61dd812feb96748fbd3ccf4ffe26aa6f6db9540af"
	      "49c94232"
	      "4a7dad08bb9a459531694beb20aa489d6649975e1bfcf8c4741b78b4"
	      "b223007f",
	      "d4de15474db74d06491c440d305e012400990f3e390c7e87153c12db"
	      "2ea60bb3",
	      "64ced1bdbc99d590049b434d0fd73428cf608a5db8fe5ce07f150269"
	      "40bae40e"
	      "376629c7ab21e7db260922499ddb118f07ce8eaae3e7720afef6a5cc"
	      "062070c0",
	      "18c7894b3816df16cf07b05c5ec0bef5d655d58f779cc1b400a4f388"
	      "4644db88" },
	    { "785129917d45a9ea5437a59356b82338eaadda6ceb199088f14ae10d"
	      "efa229b5",
	      "6ae848c57c53c7b1b5fa99eb2286af078ba64c64591b8b566f7357d5"
	      "76f16dfb"
	      "ee489d771621a27b36c5c7992062e9cd09a9264386f3fbea54dff693"
	      "05621c4d",
	      "7e07124814b309489125eaed101113164ebf0f3458c5bd88335c1f9d"
	      "596243d6",
	      "acc27688a6f7b706098bc91ff3ad1bff7dc2802cdb14ccccdb0a9047"
	      "1f9bd707"
	      "2fedac0494b2ffc4d6853876c79b8f301c6573ad0aa50f39fc87181e"
	      "1a1b46fe",
	      "d3a0fe15dee185ceae907a6b595cc32a266ed7b3367e9983a896dc32"
	      "fa20f8eb" } },
	  "6c89347354de2484c60b4ab1fde4c6e5" },
};
const gsize kat_agreement_vector_count = G_N_ELEMENTS(kat_agreement_vectors);

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
