/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ops/resources.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define NS_PER_S 1000000000u
#define NS_PER_US 1000u
/* st_blocks counts these, whatever the file system's own are. */
#define BLOCK_BYTES 512u
/* A scrape must not take long. */
#define FILES_MAX 4096u

/* ---- what the kernel says ----------------------------------------------- */

/* The number of the line "NAME: 123 ..."; FALSE when there is none. */
static gboolean
find_number(const char *text, const char *name, guint64 *out)
{
	const gsize len = strlen(name);

	while (text != NULL && *text != '\0') {
		if (strncmp(text, name, len) == 0 && text[len] == ':') {
			*out = g_ascii_strtoull(text + len + 1, NULL, 10);
			return TRUE;
		}
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	return FALSE;
}

static guint64
find_kb(const char *text, const char *name)
{
	guint64 kb = 0;

	if (!find_number(text, name, &kb) || kb > G_MAXUINT64 / 1024)
		return 0;
	return kb * 1024;
}

void
resources_read_status(const char *text, ResourcesMemory *out)
{
	out->resident = find_kb(text, "VmRSS");
	out->anonymous = find_kb(text, "RssAnon");
	out->peak = find_kb(text, "VmHWM");
}

gboolean
resources_read_io(const char *text, guint64 *written)
{
	return find_number(text, "write_bytes", written);
}

/* ---- files -------------------------------------------------------------- */

static guint64
add_directory(const char *directory, guint depth, guint *files)
{
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	guint64 bytes = 0;
	const char *name;

	while (dir != NULL && *files < FILES_MAX &&
	       (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		struct stat file;

		(*files)++;
		if (lstat(path, &file) != 0)
			continue;
		if (S_ISREG(file.st_mode))
			bytes += (guint64)file.st_blocks * BLOCK_BYTES;
		else if (S_ISDIR(file.st_mode) && depth > 0)
			bytes += add_directory(path, depth - 1, files);
	}
	return bytes;
}

guint64
resources_disk_bytes(const char *directory, guint depth)
{
	guint files = 0;

	return add_directory(directory, depth, &files);
}

/* ---- metrics ------------------------------------------------------------ */

static void
write_memory(MetricsWriter *w)
{
	g_autofree char *text = NULL;
	ResourcesMemory memory;

	if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL))
		return;
	resources_read_status(text, &memory);
	metrics_gauge(w, "bsn_process_resident_bytes",
		      "Memory of the process, its files' pages included.",
		      (double)memory.resident, NULL);
	metrics_gauge(w, "bsn_process_anonymous_bytes",
		      "Memory of the process that is no file's.",
		      (double)memory.anonymous, NULL);
	metrics_gauge(w, "bsn_process_resident_peak_bytes",
		      "The largest memory until now, files' pages included.",
		      (double)memory.peak, NULL);
}

static void
write_written(MetricsWriter *w)
{
	g_autofree char *text = NULL;
	guint64 written;

	if (g_file_get_contents("/proc/self/io", &text, NULL, NULL) &&
	    resources_read_io(text, &written))
		metrics_counter(w, "bsn_process_written_bytes_total",
				"Bytes that the process had written to disks.",
				written, NULL);
}

static guint64
ns_of(const struct timeval *time)
{
	return (guint64)time->tv_sec * NS_PER_S +
	       (guint64)time->tv_usec * NS_PER_US;
}

static void
write_cpu(MetricsWriter *w, int who, const char *of)
{
	struct rusage usage;

	if (getrusage(who, &usage) != 0)
		return;
	metrics_seconds(w, "bsn_process_cpu_seconds_total",
			"CPU time as the kernel counts it; of children when "
			"they have ended.",
			ns_of(&usage.ru_utime), "of", of, "mode", "user", NULL);
	metrics_seconds(w, "bsn_process_cpu_seconds_total",
			"CPU time as the kernel counts it; of children when "
			"they have ended.",
			ns_of(&usage.ru_stime), "of", of, "mode", "system",
			NULL);
}

void
resources_metrics(MetricsWriter *w, void *owner)
{
	(void)owner;
	write_memory(w);
	write_written(w);
	write_cpu(w, RUSAGE_SELF, "self");
	write_cpu(w, RUSAGE_CHILDREN, "children");
}
