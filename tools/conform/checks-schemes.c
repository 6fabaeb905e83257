/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of checks of signature schemes but SM2.
 */
#include "tools/conform/scheme-checks.h"

#define BY(kind, convention) SCHEME_ARGUMENT(kind, convention)

#define SCHEME_CHECK(name, id, sentence, row, clause, run, argument)           \
	{ "function." name "-" id, name " " sentence ".", row, clause,         \
	  LEVEL_TABLES, 1, BSN_KIND_CRYPTO, run, argument }

/* What all have. */
#define SCHEME_CHECKS(name, kind, row)                                         \
	SCHEME_CHECK(name, "vectors",                                          \
		     "verifies published signatures and derives their key",    \
		     row, "crypto.h: bsn_signature.verify",                    \
		     check_signature_vectors, kind),                           \
	SCHEME_CHECK(name, "openssl-verifies",                                 \
		     "signs what OpenSSL verifies", row,                       \
		     "crypto.h: bsn_signature.sign", check_openssl_verifies,   \
		     kind),                                                    \
	SCHEME_CHECK(name, "verifies-openssl",                                 \
		     "verifies what OpenSSL signs", row,                       \
		     "crypto.h: bsn_signature.verify",                         \
		     check_verifies_openssl, kind),                            \
	SCHEME_CHECK(name, "conventions",                                      \
		     "offers the same conventions for signing and verifying, " \
		     "and no unknown one",                                     \
		     row, "crypto.h: bsn_signature.sign", check_conventions,   \
		     kind),                                                    \
	SCHEME_CHECK(name, "changed",                                          \
		     "refuses a signature when anything was changed", row,     \
		     "crypto.h: bsn_signature.verify", check_changed, kind),   \
	SCHEME_CHECK(name, "bad-numbers",                                      \
		     "refuses r and s out of range", row,                      \
		     "crypto.h: bsn_signature.verify", check_numbers, kind),   \
	SCHEME_CHECK(name, "bad-lengths",                                      \
		     "refuses signatures of any other length", row,            \
		     "crypto.h: bsn_signature.verify",                         \
		     check_signature_lengths, kind),                           \
	SCHEME_CHECK(name, "bad-keys", "refuses public keys that are none",    \
		     row, "crypto.h: bsn_signature.verify", check_bad_keys,    \
		     kind),                                                    \
	SCHEME_CHECK(name, "nonces",                                           \
		     "signs each message with a nonce of its own", row,        \
		     "crypto.h: bsn_signature.sign", check_nonces, kind),      \
	SCHEME_CHECK(name, "many", "judges many signatures as one by one",     \
		     row, "crypto.h: bsn_signature.verify_many",               \
		     check_verify_many, kind),                                 \
	SCHEME_CHECK(name, "inputs-alone", "leaves its inputs alone", row,     \
		     "base.h: rule 3", check_signature_inputs, kind)

/* What those on Weierstrass curves have. */
#define ECDSA_CHECKS(name, kind, row)                                          \
	SCHEME_CHECK(name, "digest", "signs and verifies a given digest", row, \
		     "base.h: BSN_SIGN_DIGEST", check_convention,              \
		     BY(kind, BSN_SIGN_DIGEST)),                               \
	SCHEME_CHECK(name, "digest-length",                                    \
		     "takes no digest but of 32 bytes", row,                   \
		     "base.h: BSN_SIGN_DIGEST", check_digest_length, kind),    \
	SCHEME_CHECK(name, "edges",                                            \
		     "judges signatures at the edge of the range as its "      \
		     "standard does",                                          \
		     row, "crypto.h: bsn_signature.verify", check_edges,       \
		     kind),                                                    \
	SCHEME_CHECK(name, "generate", "keys are their seed, reduced", row,    \
		     "crypto.h: bsn_signature.generate", check_generate,       \
		     kind),                                                    \
	SCHEME_CHECK(name, "private-keys",                                     \
		     "takes private keys of 1 to n - 1 and no other", row,     \
		     "crypto.h: bsn_signature.public_key", check_scalars,      \
		     kind)

#define K1_ROW "function.secp256k1"

static const Check checks[] = {
	SCHEME_CHECKS("secp256k1", SCHEME_SECP256K1, K1_ROW),
	ECDSA_CHECKS("secp256k1", SCHEME_SECP256K1, K1_ROW),
	SCHEME_CHECK("secp256k1", "low-s",
		     "has one signature, of the two that fit", K1_ROW,
		     "crypto.h: encodings", check_low_s, SCHEME_SECP256K1),
	SCHEME_CHECK("secp256k1", "recover", "recovers the signer's key",
		     K1_ROW, "crypto.h: bsn_signature.recover", check_recover,
		     SCHEME_SECP256K1),
	SCHEME_CHECKS("ecdsa-p256", SCHEME_P256, NULL),
	ECDSA_CHECKS("ecdsa-p256", SCHEME_P256, NULL),
	SCHEME_CHECKS("ed25519", SCHEME_ED25519, NULL),
};

CHECK_GROUP(checks_signature, checks);
