/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/bad-plugins/mark.h: a constructor that makes the file that
 * BSN_TEST_MARK names, as evidence that it was run.
 */
#ifndef TESTS_BAD_PLUGINS_MARK_H
#define TESTS_BAD_PLUGINS_MARK_H

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void
leave_mark(void)
{
	const char *path = getenv("BSN_TEST_MARK");

	if (path != NULL)
		close(open(path, O_WRONLY | O_CREAT, 0600));
}

#endif
