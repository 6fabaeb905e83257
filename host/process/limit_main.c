/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-limited MEMORY_BYTES CPU_SECONDS PROGRAM ARGUMENT...
 *
 * Becomes the program, which cannot use more than that, write files, leave a
 * core or gain rights, and which ends with whoever started this. (posix_spawn
 * sets no limits, and a process with threads and much memory had better not
 * fork.) When it cannot, it says why and exits with 126 or, when there is no
 * such program, 127, as a shell does.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/process/limits.h"

int
main(int argc, char **argv)
{
	int error;

	if (argc < 4) {
		fputs("usage: bsn-limited MEMORY_BYTES CPU_SECONDS PROGRAM "
		      "ARGUMENT...\n",
		      stderr);
		return 126;
	}
	if (!limits_common(strtoull(argv[2], NULL, 10)) ||
	    !limit_resource(RLIMIT_DATA, strtoull(argv[1], NULL, 10))) {
		fprintf(stderr, "setting limits failed: %s\n",
			strerror(errno));
		return 126;
	}
	execvp(argv[3], argv + 3);
	error = errno;
	fprintf(stderr, "%s: %s\n", argv[3], strerror(error));
	/* What a library does at the end might not do with so little. */
	_exit(error == ENOENT ? 127 : 126);
}
