/* SPDX-License-Identifier: Apache-2.0
 *
 * function.sm2-engine, function.secp256k1-engine: the engine's own use of a
 * signature scheme. What the scheme itself does right or wrong is for its
 * plugin's checks.
 */
#include <string.h>

#include "tools/conform/claim.h"

typedef struct {
	const char *algorithm; /* what the engine must ask for */
	guint signatures;
	guint32 convention; /* of the last one */
} Signer;

static guint32
sign_well(const SimKey *key, const bsn_signable *what, guint8 *signature,
	  gpointer data)
{
	Signer *signer = data;

	if (strcmp(what->algorithm, signer->algorithm) != 0)
		return 0;
	signer->signatures++;
	signer->convention = what->convention;
	return claim_sign(key, what->convention, "", what->message, signature);
}

static void
uses_scheme(Run *run)
{
	const char *scheme = claim_scheme(run);
	Bed *bed = claim_bed(run, claim_row(run), FALSE);
	Signer signer = { .algorithm = scheme };
	BedDone done;

	EXPECT(run,
	       strcmp(bed_node_key(bed, 0)->algorithm, scheme) == 0,
	       "member_algorithm must be %s with the config of the claim; it "
	       "is %s",
	       scheme, bed_node_key(bed, 0)->algorithm);
	bed_set_sign(bed, sign_well, &signer);
	done = bed_deploy(bed, 0, 0, 1);
	bed_must_commit(bed, &done, "a transaction signed by OpenSSL");
	EXPECT(run, signer.signatures > 0,
	       "a transaction must be signed with %s; no signature was asked "
	       "for",
	       scheme);
	run_note(run, "%u signature(s) by OpenSSL with %s, convention %u",
		 signer.signatures, scheme, signer.convention);
	for (guint i = 0; i < MIN(run->cases, 20); i++) {
		g_autofree char *value = g_strdup_printf("%u", i);

		bed_put(bed, "by openssl", value);
		bed_must_have(bed, 0, "by openssl", value);
	}
}

#define CHECK(id, scheme, argument, function, sentence)                        \
	{ "function." scheme "-" id, sentence, "function." scheme,             \
	  "engine.h: bsn_tx_ops.sign_round", LEVEL_TABLES, 1,                  \
	  BSN_KIND_ENGINE, function, argument }

static const Check list[] = {
	CHECK("engine", "sm2", CLAIM_SM2, uses_scheme,
	      "Members and transactions of a chain with SM2 are signed with "
	      "it, and what OpenSSL signs is taken."),
	CHECK("engine", "secp256k1", CLAIM_SECP256K1, uses_scheme,
	      "Members and transactions of a chain with secp256k1 are signed "
	      "with it, and what OpenSSL signs is taken."),
};
CHECK_GROUP(checks_function_sign, list);
