/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/chaincode/calls.h"
#include "plugins/kit/sink.h"

/* ---- life ---- */

Run *
run_ref(Run *run)
{
	run->users++;
	return run;
}

void
run_unref(Run *run)
{
	if (--run->users > 0)
		return;
	g_ptr_array_unref(run->calls);
	simulator_free(run->simulator);
	run->channel->runs->under_way--;
	g_free(run);
}

/* From here on nobody is told anything. The deepest call first. */
static void
run_end(Run *run)
{
	run->over = TRUE;
	for (guint i = run->calls->len; i > 0; i--)
		call_cancel(run->calls->pdata[i - 1]);
	run_unref(run);
}

static void
run_finish(Run *run, const RunOutcome *outcome)
{
	if (run->over)
		return;
	run->over = TRUE;
	run->done(run->owner, outcome);
	run_end(run);
}

void
run_fail(Run *run, int32_t status, const bsn_err *err)
{
	const RunOutcome outcome = { .status = status, .err = err };

	run_finish(run, &outcome);
}

void
run_succeed(Run *run, const Protos__Response *response,
	    const Protos__ChaincodeEvent *event, const char *version)
{
	g_autoptr(GByteArray) results = g_byte_array_new();
	g_autoptr(GByteArray) private_results = g_byte_array_new();

	if (!run->input.read_only) {
		simulator_finish(run->simulator, results);
		simulator_finish_private(run->simulator, private_results);
	}
	run_finish(run, &(RunOutcome){ .status = BSN_OK,
				       .response = response,
				       .event = event,
				       .results = buffer_slice(results),
				       .private_results =
					       buffer_slice(private_results),
				       .version = version });
}

/* Whether the same call may go well on another node, or the chaincode cannot be
 * spoken to. */
gboolean
run_dooms(int32_t status)
{
	return status < 0 || status == BSN_FAULT || status == BSN_UNAVAILABLE ||
	       status == BSN_EXPIRED || status == BSN_BUSY ||
	       status == BSN_OUT_OF_BUDGET ||
	       status == BSN_FULL || status == BSN_TIMEOUT;
}

void
run_doom(Run *run, int32_t status, const bsn_err *err)
{
	if (run->doomed != BSN_OK)
		return;
	run->doomed = status;
	run->doom = *err;
}

/* ---- runs ---- */

static void
run_system(Run *run)
{
	g_autoptr(GByteArray) payload = g_byte_array_new();
	Protos__Response response = PROTOS__RESPONSE__INIT;
	bsn_err message = BSN_ERR_INIT;

	system_call(run->channel, &run->input, run->simulator, payload,
		    &message, &response);
	run_succeed(run, &response, NULL, SYSTEM_VERSION);
}

Run *
run_begin(Channel *channel, const RunInput *input, RunDone done, gpointer owner)
{
	Run *run = g_new0(Run, 1);
	gboolean over;

	run->users = 1;
	run->channel = channel;
	run->input = *input;
	run->done = done;
	run->owner = owner;
	run->simulator = simulator_new(channel->ledger);
	run->calls = g_ptr_array_new_with_free_func((GDestroyNotify)call_free);
	channel->runs->under_way++;
	(void)run_ref(run);
	if (system_chaincode_exists(input->chaincode))
		run_system(run);
	else
		call_begin(run, NULL, input->chaincode, input->input);
	over = run->over;
	run_unref(run);
	return over ? NULL : run;
}

void
run_cancel(Run *run)
{
	if (!run->over)
		run_end(run);
}

void
runs_open(Channel *channel)
{
	channel->runs = g_new0(Runs, 1);
	programs_init(&channel->runs->programs);
	g_queue_init(&channel->runs->turns);
}

void
runs_close(Channel *channel)
{
	g_assert(channel->runs->under_way == 0);
	programs_clear(channel, &channel->runs->programs);
	g_clear_pointer(&channel->runs, g_free);
}
