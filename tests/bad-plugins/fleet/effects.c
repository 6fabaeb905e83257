/* SPDX-License-Identifier: Apache-2.0
 *
 * What an engine must not do to the process that it is a guest in.
 */
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bad-plugins/fleet/fleet.h"

/* Should nobody end the child that is left behind, it ends by itself, s. */
#define CHILD_LIFE 30u

static gpointer
wait_forever(gpointer nothing)
{
	fleet_hang();
	return nothing;
}

static void
leave_child(void)
{
	if (fork() != 0)
		return;
	alarm(CHILD_LIFE);
	fleet_hang();
}

static void
leave_descriptor(int descriptor)
{
	if (descriptor < 0)
		abort();
}

/* Another one than there is. */
static void
change_locale(void)
{
	const char *now = setlocale(LC_ALL, NULL);

	setlocale(LC_ALL, strcmp(now, "C") == 0 ? "C.UTF-8" : "C");
}

static void
change_signals(void)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, SIGUSR1);
	if (IS(changes_signal_mask))
		pthread_sigmask(SIG_BLOCK, &one, NULL);
	if (IS(changes_signal_handler))
		signal(SIGUSR1, SIG_IGN);
}

static void
change_directory(void)
{
	char now[2];

	if (chdir(getcwd(now, sizeof(now)) != NULL ? "/tmp" : "/") != 0)
		abort();
}

static void
change_state(void)
{
	if (IS(changes_locale))
		change_locale();
	change_signals();
	if (IS(changes_directory))
		change_directory();
	if (IS(changes_environment))
		setenv("BSN_FLEET", "1", 1);
	if (IS(changes_umask))
		umask(umask(0) ^ 0070);
	if (IS(changes_rounding))
		fesetround(fegetround() == FE_UPWARD ? FE_DOWNWARD
						     : FE_UPWARD);
}

void
fleet_effects(void)
{
	static gboolean done;

	if (done)
		return;
	done = TRUE;
	if (IS(starts_thread))
		g_thread_unref(g_thread_new("fleet", wait_forever, NULL));
	if (IS(starts_process))
		leave_child();
	if (IS(opens_socket))
		leave_descriptor(socket(AF_INET, SOCK_STREAM, 0));
	if (IS(opens_file))
		leave_descriptor(open("/dev/null", O_RDONLY));
	if (IS(prints) && (puts("a word of the fleet") < 0 || fflush(stdout)))
		abort();
	change_state();
}
