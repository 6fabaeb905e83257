/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/inquiry.h: a question of another chain, until there is
 * a fact (fact.h): this host's own chain of that name answers, as of its newest
 * final block; then this chain's validators are asked to endorse that, each after
 * asking the one on its own host. When the answer has changed meanwhile, it begins
 * again. All functions: [strand].
 */
#ifndef XUPER_CROSS_INQUIRY_H
#define XUPER_CROSS_INQUIRY_H

#include "plugins/engine-xuper/chain/chain.h"
#include "plugins/engine-xuper/cross/fact.h"

/* How long one may take, in ms; how many there are at once. */
#define INQUIRY_MS 10000u
#define INQUIRIES_MAX 64u

/* fact: an encoded Fact; without endorsements when none were wanted. Else status
 * and why. Comes once, not inside inquiry_begin; when the chain closes, too. */
typedef void (*InquiryDone)(void *owner, int32_t status, bsn_slice fact,
			    const bsn_err *err);

/* In: question, encoded, which question_check has passed; time_ms, of the
 * transaction.
 * Returns: BSN_OK. Errors: BSN_NOT_OFFERED: the host has no parallel chains;
 * BSN_BUSY. */
int32_t inquiry_begin(bsn_ledger *ledger, GBytes *question, guint64 time_ms,
		      gboolean endorsed, InquiryDone done, void *owner,
		      bsn_err *err);

#endif
