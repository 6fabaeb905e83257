/* SPDX-License-Identifier: Apache-2.0
 *
 * A run that ends in time.
 */
#include "plugins/engine-fabric/endorse/endorse_private.h"

struct Trial {
	Channel *channel;
	Run *run;
	Deadline deadline;
	RunDone done;
	gpointer owner;
	gboolean beginning; /* inside trial_begin */
	gboolean over;
};

static void
release(Trial *trial)
{
	deadline_disarm(trial->channel, &trial->deadline);
	trial->channel->endorsing->runs--;
	trial->over = TRUE;
	if (!trial->beginning)
		g_free(trial);
}

static void
finished(gpointer owner, const RunOutcome *outcome)
{
	Trial *trial = owner;
	const RunDone done = trial->done;
	const gpointer whose = trial->owner;

	release(trial);
	done(whose, outcome);
}

static void
refuse(RunDone done, gpointer owner, int32_t status, const bsn_err *err)
{
	const RunOutcome outcome = { .status = status, .err = err };

	done(owner, &outcome);
}

static void
passed(Deadline *deadline)
{
	Trial *trial = (Trial *)((char *)deadline - offsetof(Trial, deadline));
	const RunDone done = trial->done;
	const gpointer owner = trial->owner;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status =
		bsn_fail(&err, BSN_TIMEOUT,
			 "the chaincode has not answered within %u seconds",
			 ENDORSE_RUN_MS / 1000);

	run_cancel(trial->run);
	release(trial);
	refuse(done, owner, status, &err);
}

Trial *
trial_begin(Channel *channel, const RunInput *input, RunDone done,
	    gpointer owner)
{
	bsn_err err = BSN_ERR_INIT;
	Trial *trial;

	if (channel->endorsing->runs >= ENDORSE_RUNS_MAX) {
		refuse(done, owner,
		       bsn_fail(&err, BSN_BUSY,
				"%u chaincode calls are under way on this "
				"node: try again",
				ENDORSE_RUNS_MAX),
		       &err);
		return NULL;
	}
	trial = g_new0(Trial, 1);
	trial->channel = channel;
	trial->done = done;
	trial->owner = owner;
	trial->beginning = TRUE;
	channel->endorsing->runs++;
	deadline_arm(channel, &trial->deadline, ENDORSE_RUN_MS, passed);
	trial->run = run_begin(channel, input, finished, trial);
	trial->beginning = FALSE;
	if (!trial->over)
		return trial;
	g_free(trial);
	return NULL;
}

void
trial_cancel(Trial *trial)
{
	run_cancel(trial->run);
	release(trial);
}
