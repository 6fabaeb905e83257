/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/claim.h: what an engine says of a row that it offers.
 */
#ifndef TOOLS_CONFORM_CLAIM_H
#define TOOLS_CONFORM_CLAIM_H

#include "tools/conform/bed.h"

/* The config of a chain on which the row holds: "config" in the claim's detail,
 * a JSON object text; NULL: the workload's will do. g_free it. */
char *claim_config(Run *run, const char *row);
/* Whether the claim's detail has this text at a JSON pointer. */
gboolean claim_says(Run *run, const char *row, const char *pointer,
		    const char *text);
/* Whether versions that are not the newest are called by names of their own;
 * a claim may say that they are only listed ("old_versions"). */
gboolean claim_calls_old(Run *run);
/* A bed with that config; its contract is deployed when `deployed`. */
Bed *claim_bed(Run *run, const char *row, gboolean deployed);

/* Check.argument of checks that are the same for two schemes. */
#define CLAIM_SM2 0u
#define CLAIM_SECP256K1 1u

/* The scheme that the check is for, and its row. */
const char *claim_scheme(const Run *run);
const char *claim_row(const Run *run);
/* Signs with OpenSSL, by a convention (bsn/base.h) and for a user id; "" is the
 * default one. The signature's length. */
guint32 claim_sign(const SimKey *key, guint32 convention, const char *id,
		   bsn_slice message, guint8 *signature);

#endif
