/* SPDX-License-Identifier: Apache-2.0
 *
 * What the samples of docs/vendor-guide.md stand among: included before each.
 */
#include <bsn/bsn.h>
#include <bsn/helpers/error.h>
#include <bsn/helpers/json.h>

struct bsn_ledger {
	bsn_chain *chain;
	const bsn_consensus *protocol;
	bsn_agreement *agreement;
};

#ifndef SAMPLE_HAS_HOST
static struct {
	const bsn_store *store;
	const bsn_reply_service *reply;
} host;
#endif

extern const bsn_engine engine;

void answer_all_up_to(bsn_ledger *ledger, uint64_t block);
