/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/claim.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/oracle-sign.h"
#include "tools/sim/pointer.h"

char *
claim_config(Run *run, const char *row)
{
	const char *detail = run_feature(run, row);

	return detail != NULL
		       ? sim_pointer_text(detail, strlen(detail), "/config")
		       : NULL;
}

gboolean
claim_says(Run *run, const char *row, const char *pointer, const char *text)
{
	const char *detail = run_feature(run, row);
	g_autofree char *said =
		detail != NULL
			? sim_pointer_text(detail, strlen(detail), pointer)
			: NULL;

	return g_strcmp0(said, text) == 0;
}

gboolean
claim_calls_old(Run *run)
{
	return !claim_says(run, "contract.upgrade", "/old_versions", "listed");
}

Bed *
claim_bed(Run *run, const char *row, gboolean deployed)
{
	/* The bed keeps the text as long as it lives, which is as long as the
	 * check. */
	const BedSpec spec = { .config = claim_config(run, row) };

	run_note(run, "%s is offered by a chain with the config %s", row,
		 spec.config != NULL ? spec.config : "of the workload");
	return deployed ? bed_with_contract(run, &spec) : bed_new(run, &spec);
}

/* ---- signing with OpenSSL ------------------------------------------------ */

static OracleKeys
keys_of(const SimKey *key)
{
	OracleKeys keys;

	memcpy(keys.private_key, key->private_key, sizeof(keys.private_key));
	memcpy(keys.public_key, key->public_key, sizeof(keys.public_key));
	return keys;
}

guint32
claim_sign(const SimKey *key, guint32 convention, const char *id,
	  bsn_slice message, guint8 *signature)
{
	OracleKeys keys = keys_of(key);

	oracle_sign(key->algorithm, convention, &keys, bsn_slice_str(id),
		    message, signature);
	/* r || s, and v behind them for secp256k1. */
	return strcmp(key->algorithm, "sm2") == 0 ? 64 : 65;
}

const char *
claim_scheme(const Run *run)
{
	return run->check->argument == CLAIM_SM2 ? "sm2" : "secp256k1";
}

const char *
claim_row(const Run *run)
{
	return run->check->argument == CLAIM_SM2 ? "function.sm2"
					 : "function.secp256k1";
}
