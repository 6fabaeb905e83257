/* SPDX-License-Identifier: Apache-2.0
 *
 * Which fault this file has, and those that it has before it is opened.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bad-plugins/fleet/fleet.h"

/* Volatile, since make-variant changes it and the compiler must not know it. */
__attribute__((used)) static volatile const FleetMark mark = {
	.magic = FLEET_MAGIC,
	.fault = "none",
};

static Fault the_fault;

Fault
fleet_fault(void)
{
	return the_fault;
}

static Fault
find_fault(const char *name)
{
#define FAULT_X(symbol, kind, verdict, check, sentence)                        \
	if (strcmp(name, #symbol) == 0)                                        \
		return FAULT_##symbol;
	FLEET_FAULTS(FAULT_X)
#undef FAULT_X
	return FAULT_NONE;
}

static Fault
read_mark(void)
{
	char name[FLEET_NAME_MAX];

	for (gsize i = 0; i < sizeof(name); i++)
		name[i] = mark.fault[i];
	name[sizeof(name) - 1] = '\0';
	return find_fault(name);
}

void
fleet_crash(void)
{
	volatile int *volatile nowhere = NULL;

	*nowhere = 1;
}

void
fleet_hang(void)
{
	for (;;)
		pause();
}

static void *
wait_forever(void *nothing)
{
	fleet_hang();
	return nothing;
}

__attribute__((constructor)) static void
construct(void)
{
	pthread_t thread;

	the_fault = read_mark();
	CRASH_IF(constructor_crashes);
	if (IS(constructor_hangs))
		fleet_hang();
	if (IS(constructor_exits))
		exit(0);
	if (IS(constructor_starts_thread) &&
	    pthread_create(&thread, NULL, wait_forever, NULL) == 0)
		pthread_detach(thread);
	if (IS(constructor_opens_file) && open("/dev/null", O_RDONLY) < 0)
		abort();
	if (IS(constructor_sets_variable))
		setenv("BSN_FLEET", "1", 1);
}
