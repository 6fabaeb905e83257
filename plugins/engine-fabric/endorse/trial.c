/* SPDX-License-Identifier: Apache-2.0
 *
 * A run that ends in time. Those that there is no room for wait their turn, within
 * their time, so that a batch may be larger than what runs at once.
 */
#include "plugins/engine-fabric/endorse/endorse_private.h"

struct Trial {
	Channel *channel;
	RunInput input;
	Run *run; /* NULL: it waits, or is over */
	Deadline deadline;
	RunDone done;
	gpointer owner;
	GList link;	    /* of Endorsing.waiting */
	gboolean waiting;
	gboolean beginning; /* inside start */
	gboolean over;
};

/* Nobody is told anything from here on. */
static void
release(Trial *trial)
{
	struct Endorsing *endorsing = trial->channel->endorsing;

	deadline_disarm(trial->channel, &trial->deadline);
	if (trial->waiting)
		g_queue_unlink(&endorsing->waiting, &trial->link);
	else
		endorsing->runs--;
	trial->over = TRUE;
	if (!trial->beginning)
		g_free(trial);
}

static void
finished(gpointer owner, const RunOutcome *outcome)
{
	Trial *trial = owner;
	Channel *channel = trial->channel;
	const RunDone done = trial->done;
	const gpointer whose = trial->owner;

	release(trial);
	done(whose, outcome);
	trials_start(channel);
}

/* FALSE: it is over already. */
static gboolean
start(Trial *trial)
{
	trial->beginning = TRUE;
	trial->channel->endorsing->runs++;
	trial->run =
		run_begin(trial->channel, &trial->input, finished, trial);
	trial->beginning = FALSE;
	if (!trial->over)
		return TRUE;
	g_free(trial);
	return FALSE;
}

/* Those that end at once make room for the next here, and not one inside the
 * other. */
void
trials_start(Channel *channel)
{
	struct Endorsing *endorsing = channel->endorsing;
	GList *link;

	if (endorsing->starting || channel->closing)
		return;
	endorsing->starting = TRUE;
	while (endorsing->runs < ENDORSE_RUNS_MAX &&
	       (link = g_queue_pop_head_link(&endorsing->waiting)) != NULL) {
		Trial *trial = link->data;

		trial->waiting = FALSE;
		(void)start(trial);
	}
	endorsing->starting = FALSE;
}

static void
refuse(RunDone done, gpointer owner, int32_t status, const bsn_err *err)
{
	const RunOutcome outcome = { .status = status, .err = err };

	done(owner, &outcome);
}

/* Whoever waits begins when all whose time has passed are told (deadline.c). */
static void
passed(Deadline *deadline)
{
	Trial *trial = (Trial *)((char *)deadline - offsetof(Trial, deadline));
	const RunDone done = trial->done;
	const gpointer owner = trial->owner;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status =
		bsn_fail(&err, BSN_TIMEOUT,
			 trial->waiting ? "other calls have kept the chaincode "
					  "busy for %u seconds"
					: "the chaincode has not answered "
					  "within %u seconds",
			 ENDORSE_RUN_MS / 1000);

	if (trial->run != NULL)
		run_cancel(trial->run);
	release(trial);
	refuse(done, owner, status, &err);
}

static Trial *
trial_new(Channel *channel, const RunInput *input, RunDone done, gpointer owner)
{
	Trial *trial = g_new0(Trial, 1);

	trial->channel = channel;
	trial->input = *input;
	trial->done = done;
	trial->owner = owner;
	trial->link.data = trial;
	deadline_arm(channel, &trial->deadline, ENDORSE_RUN_MS, passed);
	return trial;
}

Trial *
trial_begin(Channel *channel, const RunInput *input, RunDone done,
	    gpointer owner)
{
	struct Endorsing *endorsing = channel->endorsing;
	bsn_err err = BSN_ERR_INIT;
	Trial *trial;

	if (endorsing->waiting.length >= ENDORSE_WAITING_MAX) {
		refuse(done, owner,
		       bsn_fail(&err, BSN_BUSY,
				"%u chaincode calls wait on this node: try "
				"again",
				ENDORSE_WAITING_MAX),
		       &err);
		return NULL;
	}
	trial = trial_new(channel, input, done, owner);
	if (endorsing->runs < ENDORSE_RUNS_MAX)
		return start(trial) ? trial : NULL;
	trial->waiting = TRUE;
	g_queue_push_tail_link(&endorsing->waiting, &trial->link);
	return trial;
}

/* Not the next one from here: its owner is told what comes of it, and this one's
 * is in the midst of something. */
void
trial_cancel(Trial *trial)
{
	Channel *channel = trial->channel;

	if (trial->run != NULL)
		run_cancel(trial->run);
	release(trial);
	if (channel->endorsing->waiting.length > 0 && !channel->closing)
		(void)services.timer->set(channel->chain, TIMER_RUNS, 0);
}
