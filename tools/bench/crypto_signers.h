/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/crypto_signers.h: 64 signatures by 64 keys, of a scheme of a
 * plugin.
 */
#ifndef TOOLS_BENCH_CRYPTO_SIGNERS_H
#define TOOLS_BENCH_CRYPTO_SIGNERS_H

#include <bsn/crypto.h>
#include <glib.h>

#include "tools/bench/crypto_trial.h"

#define SIGNERS_MESSAGE_LEN 32u /* a transaction's hash */

typedef struct {
	const bsn_signature *scheme;
	guint8 private_keys[TRIAL_OPS][32];
	guint8 public_keys[TRIAL_OPS][BSN_PUBLIC_KEY_MAX];
	guint8 messages[TRIAL_OPS][SIGNERS_MESSAGE_LEN];
	guint8 signatures[TRIAL_OPS][BSN_SIGNATURE_MAX];
	bsn_verify_item items[TRIAL_OPS];
} Signers;

/* g_free it. */
Signers *signers_new(const bsn_signature *scheme);
/* New keys, which nobody has seen, new messages and their signatures. */
gboolean signers_renew(Signers *signers);
/* All of them in one call, as a batch or one by one; FALSE unless all are good.
 */
gboolean signers_verify(const Signers *signers);
gboolean signers_verify_each(const Signers *signers);

#endif
