/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions with effects, for which a plugin asks its host, since it only reacts
 * to calls; and functions that differ from run to run.
 *
 * Not here is what the runtimes of C++ and Rust bring along into every plugin,
 * used or not: open, read, write, close, stat, mmap, getenv, getcwd, syscall,
 * keys of threads, locks. Formatting, memory and mathematics are nobody's
 * business.
 */
#include <string.h>

#include "tools/conform/load.h"

#define ANY 0u
/* Who makes nonces and keys needs a generator; everybody else must come to the
 * same result as the others. */
#define NOT_CRYPTO BSN_KIND_CRYPTO

typedef struct {
	const char *reason;
	guint32 allowed; /* BSN_KIND_* that may use it */
	const char *symbols; /* separated by spaces; "x*": all that begin so */
} Imports;

static const Imports lists[] = {
	{ "uses sockets", ANY,
	  "socket socketpair bind listen accept accept4 connect send sendto "
	  "sendmsg recv recvfrom recvmsg getaddrinfo gethostbyname "
	  "g_socket_* curl_* SSL_* BIO_new_connect BIO_new_accept" },
	{ "starts threads", ANY,
	  "pthread_create thrd_create clone clone3 g_thread_new "
	  "g_thread_try_new g_thread_pool_new "
	  "_ZNSt6thread15_M_start_threadE*" },
	{ "starts processes", ANY,
	  "fork vfork execl execle execlp execv execve execvp execvpe "
	  "fexecve posix_spawn posix_spawnp system popen daemon g_spawn_* "
	  "g_subprocess_*" },
	{ "ends the process", ANY, "exit _exit _Exit quick_exit" },
	{ "changes how signals are handled", ANY,
	  "signal sigaction sigprocmask pthread_sigmask sigaltstack sigwait "
	  "signalfd bsd_signal sysv_signal kill raise pthread_kill" },
	{ "sets timers of the process", ANY,
	  "alarm setitimer timer_create timerfd_create g_timeout_add "
	  "g_timeout_add_full" },
	{ "waits", ANY,
	  "sleep usleep nanosleep clock_nanosleep g_usleep select pselect "
	  "epoll_create epoll_create1" },
	/* uselocale is for one thread; left changed, other checks see it. */
	{ "changes the locale", ANY, "setlocale" },
	{ "changes the environment", ANY,
	  "setenv unsetenv putenv clearenv g_setenv g_unsetenv" },
	{ "changes the working directory or file modes", ANY,
	  "chdir fchdir chroot umask" },
	{ "opens files", ANY,
	  "fopen fopen64 freopen creat mkdir mkstemp unlink remove rename "
	  "opendir truncate tmpfile g_file_get_contents "
	  "g_file_set_contents g_fopen g_open sqlite3_open* mdb_env_open" },
	{ "reads a clock", ANY,
	  "time gettimeofday clock_gettime clock ftime localtime localtime_r "
	  "g_get_monotonic_time g_get_real_time g_date_time_new_now* "
	  "_ZNSt6chrono*3nowEv" },
	{ "draws random numbers", NOT_CRYPTO,
	  "rand rand_r random drand48 lrand48 mrand48 srand srandom getrandom "
	  "getentropy arc4random* g_random_* g_rand_new RAND_bytes "
	  "RAND_priv_bytes _ZNSt13random_device*" },
	{ "loads code", ANY, "dlopen dlmopen lt_dlopen* g_module_open*" },
};

static gboolean
is_one_of(const char *symbols, const char *symbol)
{
	g_auto(GStrv) list = g_strsplit(symbols, " ", -1);

	for (gsize i = 0; list[i] != NULL; i++)
		if (g_pattern_match_simple(list[i], symbol))
			return TRUE;
	return FALSE;
}

const char *
load_import_reason(const char *symbol, guint32 kinds)
{
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if ((kinds & lists[i].allowed) == 0 &&
		    is_one_of(lists[i].symbols, symbol))
			return lists[i].reason;
	return NULL;
}
