/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/intake.h"

/* Envelopes that one job reads. */
#define CHUNK 16u

static void
read_chunk(bsn_jobs *jobs, uint64_t index)
{
	Intake *intake = (Intake *)jobs;
	const Channel *channel = intake->channel;
	const guint64 to = MIN((index + 1) * CHUNK, intake->n);

	for (guint64 i = index * CHUNK; i < to; i++)
		block_tx_read(&intake->txs[i], &channel->suite,
			      bsn_slice_str(channel->id),
			      intake->txs[i].envelope);
}

Intake
intake_run(Channel *channel, BlockTx *txs, guint64 n)
{
	Intake intake = {
		{ read_chunk }, channel, n, txs, g_new0(Admission, n)
	};

	services.parallel->run(channel->chain, &intake.jobs,
			       (n + CHUNK - 1) / CHUNK);
	for (guint64 i = 0; i < n; i++)
		intake.admissions[i].tx = &txs[i];
	admit_judge(channel, intake.admissions, n, FALSE);
	return intake;
}

void
intake_clear(Intake *intake)
{
	for (guint64 i = 0; i < intake->n; i++) {
		admission_clear(&intake->admissions[i]);
		block_tx_clear(&intake->txs[i]);
	}
	g_free(intake->admissions);
	g_free(intake->txs);
}
