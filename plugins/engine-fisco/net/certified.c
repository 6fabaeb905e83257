/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/certified.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/services.h"

typedef struct {
	bsn_jobs jobs;
	const Ledger *ledger;
	Candidate *candidates;
} Verifying;

/* Whether it is a header with this number that follows that block. */
static gboolean
follows(const Suite *suite, Candidate *candidate, guint64 number,
	const guint8 *parent)
{
	RlpReader reader = rlp_reader(candidate->raw.header);

	header_read(&reader, &candidate->header);
	return rlp_finish(&reader, NULL) == BSN_OK &&
	       suite_digest1(suite, candidate->raw.header, candidate->hash) ==
		       BSN_OK &&
	       candidate->header.number == number &&
	       memcmp(candidate->header.parent_hash, parent, HASH_LEN) == 0;
}

guint64
certified_read(const Ledger *ledger, const NetMessage *message,
	       const guint8 *parent, Candidate *candidates)
{
	RlpReader reader = rlp_reader(message->items);
	guint64 n;

	for (n = 0; n < message->n; n++) {
		candidates[n].raw = net_header_read(&reader);
		if (!follows(&ledger->suite, &candidates[n],
			     message->height + n, parent))
			break;
		parent = candidates[n].hash;
	}
	return n;
}

static void
verify_one(bsn_jobs *jobs, uint64_t index)
{
	const Verifying *verifying = (const Verifying *)jobs;
	Candidate *candidate = &verifying->candidates[index];

	candidate->err = (bsn_err)BSN_ERR_INIT;
	candidate->status = verifying->ledger->consensus->verify(
		candidate->members, candidate->n_members,
		candidate->header.number,
		bsn_slice_of(candidate->hash, HASH_LEN),
		candidate->raw.certificate, &candidate->err);
}

guint64
certified_verify(Ledger *ledger, Candidate *candidates, guint64 n)
{
	Verifying verifying = { { verify_one }, ledger, candidates };
	guint64 good = 0;

	if (!BSN_HAS(ledger->consensus, verify))
		return n;
	if (n > 1)
		services.parallel->run(ledger->chain, &verifying.jobs, n);
	else if (n == 1)
		verify_one(&verifying.jobs, 0);
	while (good < n && candidates[good].status == BSN_OK)
		good++;
	return good;
}
