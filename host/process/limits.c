/* SPDX-License-Identifier: Apache-2.0 */
#include "host/process/limits.h"

#include <signal.h>
#include <sys/prctl.h>

gboolean
limit_resource(int resource, rlim_t max)
{
	const struct rlimit value = { max, max };

	return setrlimit(resource, &value) == 0;
}

gboolean
limits_common(guint64 cpu_s)
{
	return limit_resource(RLIMIT_CORE, 0) &&
	       limit_resource(RLIMIT_FSIZE, 0) &&
	       limit_resource(RLIMIT_CPU, cpu_s) &&
	       prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

gboolean
limits_confined(guint64 memory, guint64 file_bytes, guint64 files)
{
	return limit_resource(RLIMIT_CORE, 0) &&
	       limit_resource(RLIMIT_DATA, memory) &&
	       limit_resource(RLIMIT_FSIZE, file_bytes) &&
	       limit_resource(RLIMIT_NOFILE, files) &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}
