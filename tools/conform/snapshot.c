/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/conform/snapshot.h"

#include <dirent.h>
#include <fenv.h>
#include <float.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* One thing, as it is. */
typedef struct {
	char *value; /* what is compared */
	char *shown; /* the same for people, alike in every run */
} Thing;

struct Snapshot {
	GTree *things; /* what ("descriptor 5") -> Thing */
};

static void
thing_free(gpointer data)
{
	Thing *thing = data;

	g_free(thing->value);
	g_free(thing->shown);
	g_free(thing);
}

static int
compare_names(gconstpointer a, gconstpointer b, gpointer data)
{
	return strcmp(a, b);
}

/* Takes all three; `shown` may be NULL: as the value. */
static void
add(Snapshot *snapshot, char *what, char *value, char *shown)
{
	Thing *thing = g_new0(Thing, 1);

	thing->value = value;
	thing->shown = shown != NULL ? shown : g_strdup(value);
	g_tree_replace(snapshot->things, what, thing);
}

/* ---- the process ---------------------------------------------------------- */

/* "socket:[123]" -> "socket". */
static char *
without_number(const char *target)
{
	const char *bracket = strstr(target, ":[");

	return bracket != NULL ? g_strndup(target, (gsize)(bracket - target)) :
				 g_strdup(target);
}

static void
add_descriptors(Snapshot *snapshot)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		g_autofree char *path =
			g_strconcat("/proc/self/fd/", entry->d_name, NULL);
		char *target = NULL;

		if (entry->d_name[0] == '.' ||
		    atoi(entry->d_name) == dirfd(dir))
			continue;
		target = g_file_read_link(path, NULL);
		if (target == NULL)
			continue;
		add(snapshot, g_strconcat("descriptor ", entry->d_name, NULL),
		    target, without_number(target));
	}
	if (dir != NULL)
		closedir(dir);
}

/* Their number: which they are is another in every run. */
static void
add_threads_and_children(Snapshot *snapshot)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *entry;
	guint threads = 0, children = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		g_autofree char *path = g_strconcat(
			"/proc/self/task/", entry->d_name, "/children", NULL);
		g_autofree char *list = NULL;

		if (entry->d_name[0] == '.')
			continue;
		threads++;
		if (!g_file_get_contents(path, &list, NULL, NULL))
			continue;
		for (const char *at = list; *at != '\0'; at++)
			children += *at == ' ';
	}
	if (dir != NULL)
		closedir(dir);
	add(snapshot, g_strdup("threads"), g_strdup_printf("%u", threads),
	    NULL);
	add(snapshot, g_strdup("child processes"),
	    g_strdup_printf("%u", children), NULL);
}

static void
add_timers(Snapshot *snapshot)
{
	static const struct {
		__itimer_which_t which;
		const char *name;
	} timers[] = { { ITIMER_REAL, "real" },
		       { ITIMER_VIRTUAL, "virtual" },
		       { ITIMER_PROF, "profiling" } };
	g_autofree char *list = NULL;
	guint n = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(timers); i++) {
		struct itimerval value = { 0 };

		getitimer(timers[i].which, &value);
		n += value.it_value.tv_sec != 0 || value.it_value.tv_usec != 0;
	}
	/* Those of timer_create (proc(5)); a kernel may have no such file. */
	if (g_file_get_contents("/proc/self/timers", &list, NULL, NULL))
		for (const char *at = list;
		     (at = strstr(at, "ID:")) != NULL; at++)
			n++;
	add(snapshot, g_strdup("timers"), g_strdup_printf("%u", n), NULL);
}

static void
add_environment(Snapshot *snapshot)
{
	g_auto(GStrv) names = g_listenv();
	char directory[4096];
	mode_t mask = umask(0);

	umask(mask);
	for (gsize i = 0; names[i] != NULL; i++)
		add(snapshot, g_strdup_printf("variable %s", names[i]),
		    g_strdup(g_getenv(names[i])), g_strdup("set"));
	if (getcwd(directory, sizeof(directory)) == NULL)
		directory[0] = '\0';
	add(snapshot, g_strdup("working directory"), g_strdup(directory),
	    NULL);
	add(snapshot, g_strdup("file mode mask"),
	    g_strdup_printf("%03o", (guint)mask), NULL);
}

static void
add_limits(Snapshot *snapshot)
{
	static const struct {
		__rlimit_resource_t resource;
		const char *name;
	} limits[] = { { RLIMIT_NOFILE, "limit of descriptors" },
		       { RLIMIT_CORE, "limit of core dumps" },
		       { RLIMIT_STACK, "limit of the stack" },
		       { RLIMIT_AS, "limit of memory" } };

	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
		struct rlimit limit = { 0, 0 };

		getrlimit(limits[i].resource, &limit);
		add(snapshot, g_strdup(limits[i].name),
		    g_strdup_printf("%" G_GUINT64_FORMAT,
				    (guint64)limit.rlim_cur),
		    NULL);
	}
}

/* ---- signals -------------------------------------------------------------- */

static char *
signal_text(int number)
{
	const char *name = sigabbrev_np(number);

	return name != NULL ? g_strdup_printf("SIG%s", name) :
			      g_strdup_printf("signal %d", number);
}

static void
add_signals(Snapshot *snapshot)
{
	sigset_t blocked;

	sigemptyset(&blocked);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	for (int i = 1; i < NSIG; i++) {
		g_autofree char *name = signal_text(i);
		struct sigaction action;

		if (sigaction(i, NULL, &action) != 0)
			continue;
		add(snapshot, g_strdup_printf("handler of %s", name),
		    g_strdup_printf("%p %x", (void *)action.sa_sigaction,
				    (guint)action.sa_flags),
		    g_strdup(action.sa_handler == SIG_DFL ? "the default" :
			     action.sa_handler == SIG_IGN ? "ignored" :
							    "a function"));
		add(snapshot, g_strdup_printf("mask of %s", name),
		    g_strdup(sigismember(&blocked, i) ? "blocked" : "open"),
		    NULL);
	}
}

/* ---- the calling thread --------------------------------------------------- */

/* Whether numbers below DBL_MIN are flushed to zero, as libraries that were
 * linked with -ffast-math set it for the whole thread. */
static gboolean
flushes_to_zero(void)
{
	volatile double least = DBL_MIN;

	least /= 2;
	return least == 0;
}

static void
add_thread_state(Snapshot *snapshot)
{
	stack_t stack = { .ss_flags = SS_DISABLE };

	sigaltstack(NULL, &stack);
	add(snapshot, g_strdup("locale"),
	    g_strdup(setlocale(LC_ALL, NULL)), NULL);
	add(snapshot, g_strdup("locale of the thread"),
	    g_strdup_printf("%p", (void *)uselocale((locale_t)0)),
	    g_strdup(uselocale((locale_t)0) == LC_GLOBAL_LOCALE ?
			     "the process's" :
			     "one of its own"));
	add(snapshot, g_strdup("rounding mode"),
	    g_strdup_printf("%d", fegetround()), NULL);
	add(snapshot, g_strdup("floating point exceptions that trap"),
	    g_strdup_printf("%x", (guint)fegetexcept()), NULL);
	add(snapshot, g_strdup("numbers below the least normal one"),
	    g_strdup(flushes_to_zero() ? "flushed to zero" : "kept"), NULL);
	add(snapshot, g_strdup("stack of signals"),
	    g_strdup(stack.ss_flags & SS_DISABLE ? "none" : "one"), NULL);
}

/* ---- snapshots ------------------------------------------------------------ */

Snapshot *
snapshot_take(void)
{
	Snapshot *snapshot = g_new0(Snapshot, 1);

	snapshot->things = g_tree_new_full(compare_names, NULL, g_free,
					   thing_free);
	add_descriptors(snapshot);
	add_threads_and_children(snapshot);
	add_timers(snapshot);
	add_environment(snapshot);
	add_limits(snapshot);
	add_signals(snapshot);
	add_thread_state(snapshot);
	return snapshot;
}

void
snapshot_free(Snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	g_tree_unref(snapshot->things);
	g_free(snapshot);
}

typedef struct {
	GTree *other;
	GString *line;
	gboolean forward; /* other is what it was before */
} Comparison;

static void G_GNUC_PRINTF(2, 3)
say(Comparison *comparison, const char *format, ...)
{
	va_list args;

	if (comparison->line->len > 0)
		g_string_append(comparison->line, "; ");
	va_start(args, format);
	g_string_append_vprintf(comparison->line, format, args);
	va_end(args);
}

static gboolean
compare_thing(gpointer what, gpointer data, gpointer user_data)
{
	Comparison *comparison = user_data;
	const Thing *thing = data;
	const Thing *other = g_tree_lookup(comparison->other, what);

	if (other == NULL)
		say(comparison, "%s is %s (%s)", (const char *)what,
		    comparison->forward ? "new" : "gone", thing->shown);
	else if (comparison->forward &&
		 strcmp(thing->value, other->value) != 0)
		say(comparison, "%s was %s, is %s", (const char *)what,
		    other->shown,
		    strcmp(thing->shown, other->shown) != 0 ? thing->shown :
							      "another");
	return FALSE;
}

char *
snapshot_difference(const Snapshot *before, const Snapshot *after)
{
	Comparison comparison = { .other = before->things,
				  .line = g_string_new(NULL),
				  .forward = TRUE };

	g_tree_foreach(after->things, compare_thing, &comparison);
	comparison.other = after->things;
	comparison.forward = FALSE;
	g_tree_foreach(before->things, compare_thing, &comparison);
	if (comparison.line->len > 0)
		return g_string_free(comparison.line, FALSE);
	g_string_free(comparison.line, TRUE);
	return NULL;
}
