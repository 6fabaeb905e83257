/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/tdpos_private.h: candidates and votes in the state.
 *
 * Bucket "$tdpos": "nominate_CANDIDATE" -> {"amount":"10","from":"OWNER"};
 * "ballots_CANDIDATE" -> all votes for it; "vote_CANDIDATE_OWNER" -> those of one.
 * Votes stay with a candidate that is not nominated any more until who gave them
 * takes them back.
 */
#ifndef XUPER_KERNEL_TDPOS_PRIVATE_H
#define XUPER_KERNEL_TDPOS_PRIVATE_H

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/kernel/terms.h"

#define BUCKET_TDPOS "$tdpos"
#define NOMINATE_PREFIX "nominate_"
#define BALLOTS_PREFIX "ballots_"
#define VOTE_PREFIX "vote_"

/* An amount of the bucket; zero when there is none. */
int32_t tdpos_amount(Sandbox *box, const char *key, guint8 amount[AMOUNT_LEN],
		     bsn_err *err);
/* Holds the election: those with most votes become the validators.
 * Returns: BSN_OK, also when nothing changes. */
int32_t tdpos_elect(Sandbox *box, const Terms *terms, bsn_err *err);
int32_t tdpos_infos(KernelCall *call, bsn_err *err);

#endif
