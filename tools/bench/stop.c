/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/stop.h"

#include <signal.h>

#include "tools/ctl/error.h"

static const int signals[] = { SIGINT, SIGTERM };
static int came; /* atomic */

static void
note(int number)
{
	__atomic_store_n(&came, number, __ATOMIC_RELAXED);
	for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
		(void)signal(signals[i], SIG_DFL);
}

void
stop_on_signals(void)
{
	struct sigaction action = { .sa_handler = note };

	sigemptyset(&action.sa_mask);
	for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
		(void)sigaction(signals[i], &action, NULL);
}

int
stop_signal(void)
{
	return __atomic_load_n(&came, __ATOMIC_RELAXED);
}

gboolean
stop_fail(GError **error)
{
	return ctl_fail(error, CTL_ERROR_FAILED,
			"ended by %s\nA report is of what was measured until "
			"then.",
			stop_signal() == SIGTERM ? "SIGTERM" : "SIGINT");
}
