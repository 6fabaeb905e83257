/* SPDX-License-Identifier: Apache-2.0
 *
 * Some targets load plugins of the build: libFuzzer's own main knows nothing of
 * where they are. (replay.c has it from the environment.)
 */
#include <glib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char name[] = "fuzz";
	char *own[] = { name, NULL };
	char **own_argv = own;
	int own_argc = 1;

	g_setenv("G_TEST_BUILDDIR", BUILDDIR, FALSE);
	g_test_init(&own_argc, &own_argv, NULL);
	return 0;
}
