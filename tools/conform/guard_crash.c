/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a crash: one that is a trespass on inputs ends with a verdict
 * that says so; all others end the child by their signal.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/conform/guard.h"
#include "tools/conform/guard_inputs.h"

/* The alternate stack of the signal handler: a plugin may use up its own. */
#define HANDLER_STACK (64u << 10)

static Page *crash_page;

/* Nothing is allocated: memory is as the plugin left it. */
static void
trespassed(const char *call, gboolean over)
{
	Page *to = crash_page;

	g_strlcpy(to->summary, call, sizeof(to->summary));
	g_strlcat(to->summary,
		  over ? ": what it was given is borrowed for the call; it used "
			 "it after the call had returned"
		       : ": what it is given is borrowed and not to be written "
			 "to; it wrote to it",
		  sizeof(to->summary));
	to->verdict = VERDICT_FAIL;
	to->ended = 1;
	_exit(EXIT_SUCCESS);
}

static void
caught(int number, siginfo_t *info, void *context)
{
	gboolean over = FALSE;
	const char *call = inputs_find(info->si_addr, &over);

	if (call != NULL)
		trespassed(call, over);
	signal(number, SIG_DFL);
	raise(number);
}

void
guard_catch_signals(Page *the_page)
{
	static guint8 stack[HANDLER_STACK];
	const stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_sigaction = caught,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK |
						SA_NODEFER };

	crash_page = the_page;
	sigemptyset(&action.sa_mask);
	sigaltstack(&other, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}
