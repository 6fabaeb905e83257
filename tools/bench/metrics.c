/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/metrics.h"

#include <curl/curl.h>
#include <math.h>
#include <string.h>

#include "tools/ctl/error.h"

#define TIMEOUT_MS 5000L

const char *const metrics_part_names[METRICS_PARTS] = {
	[METRICS_PARSE] = "parse",	   [METRICS_CRYPTO] = "crypto",
	[METRICS_CONSENSUS] = "consensus", [METRICS_EXECUTION] = "execution",
	[METRICS_STORAGE] = "storage",	   [METRICS_NOTIFY] = "notify",
	[METRICS_ENGINE] = "engine",	   [METRICS_HOST] = "host",
};

const char *const metrics_stage_names[METRICS_STAGES] = {
	"parse", "queue", "verify", "store", "commit",
};

/* ---- a page ------------------------------------------------------------- */

/* The number of the line "NAME VALUE" or "NAME{LABELS} VALUE", where `sample`
 * is everything before its space; FALSE when it is another line. */
static gboolean
read_sample(const char *line, const char *sample, double *value)
{
	gsize len = strlen(sample);
	char *end = NULL;

	if (strncmp(line, sample, len) != 0 || line[len] != ' ')
		return FALSE;
	*value = g_ascii_strtod(line + len + 1, &end);
	return end > line + len + 1 && (*end == '\0' || *end == ' ') &&
	       isfinite(*value) && *value >= 0;
}

/* Adds the line's number when it is NAME{LABEL="VALUE"}. */
static void
take_labelled(const char *line, const char *name, const char *label,
	      const char *value, double *to)
{
	g_autofree char *sample =
		g_strdup_printf("%s{%s=\"%s\"}", name, label, value);
	double number;

	if (read_sample(line, sample, &number))
		*to += number;
}

static void
take_cpu(Metrics *metrics, const char *line)
{
	for (guint i = 0; i < METRICS_PARTS; i++)
		take_labelled(line, "bsn_cpu_seconds_total", "part",
			      metrics_part_names[i], &metrics->cpu_s[i]);
}

static void
take_stage(MetricsStage *stage, const char *line, const char *name)
{
	take_labelled(line, "bsn_stage_seconds_count", "stage", name,
		      &stage->count);
	take_labelled(line, "bsn_stage_seconds_sum", "stage", name,
		      &stage->seconds);
	take_labelled(line, "bsn_stage_transactions_total", "stage", name,
		      &stage->transactions);
}

static void
take_stages(Metrics *metrics, const char *line)
{
	if (g_str_has_prefix(line, "bsn_stage_seconds_bucket"))
		return;
	for (guint i = 0; i < METRICS_STAGES; i++)
		take_stage(&metrics->stages[i], line, metrics_stage_names[i]);
}

/* Adds the line's number, behind whatever labels, when it begins so. */
static void
take_any(const char *line, const char *begin, double *to)
{
	const char *brace = strchr(line, '}');
	g_autofree char *sample = NULL;
	double value;

	if (brace == NULL || !g_str_has_prefix(line, begin))
		return;
	sample = g_strndup(line, (gsize)(brace + 1 - line));
	if (read_sample(line, sample, &value))
		*to += value;
}

/* Names of chains need no escape. */
static void
take_blocks(Metrics *metrics, const char *line, const char *chain)
{
	g_autofree char *begin =
		chain != NULL
			? g_strdup_printf(
				  "bsn_chain_blocks_total{chain=\"%s\",", chain)
			: g_strdup("bsn_chain_blocks_total{");

	take_any(line, begin, &metrics->blocks);
}

/* Lines without labels. */
static void
take_plain(Metrics *metrics, const char *line)
{
	const struct {
		const char *name;
		double *to;
	} lines[] = {
		{ "bsn_store_sync_seconds_total", &metrics->sync_s },
		{ "bsn_store_syncs_total", &metrics->syncs },
		{ "bsn_store_disk_bytes", &metrics->disk_bytes },
		{ "bsn_process_resident_bytes", &metrics->resident_bytes },
		{ "bsn_process_anonymous_bytes", &metrics->anonymous_bytes },
		{ "bsn_process_written_bytes_total", &metrics->written_bytes },
	};
	double value;

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
		if (read_sample(line, lines[i].name, &value))
			*lines[i].to += value;
}

static void
take_line(Metrics *metrics, const char *line, const char *chain)
{
	if (g_str_has_prefix(line, "bsn_cpu_"))
		take_cpu(metrics, line);
	else if (g_str_has_prefix(line, "bsn_stage_"))
		take_stages(metrics, line);
	else if (g_str_has_prefix(line, "bsn_chain_blocks_"))
		take_blocks(metrics, line, chain);
	else if (g_str_has_prefix(line, "bsn_process_cpu_"))
		/* Of the process and of its children, in all modes. */
		take_any(line, "bsn_process_cpu_", &metrics->process_cpu_s);
	else
		take_plain(metrics, line);
}

void
metrics_add_page(Metrics *metrics, const char *page, gsize len,
		 const char *chain)
{
	const char *end = page + len;

	while (page < end) {
		const char *feed = memchr(page, '\n', (gsize)(end - page));
		const char *stop = feed != NULL ? feed : end;
		g_autofree char *line =
			g_strndup(page, (gsize)(stop - page));

		take_line(metrics, line, chain);
		page = stop + 1;
	}
}

/* Both are so many numbers. */
static void
add_all(Metrics *into, const Metrics *more, double sign)
{
	double *to = (double *)into;
	const double *from = (const double *)more;

	for (gsize i = 0; i < sizeof(*into) / sizeof(*to); i++)
		to[i] += sign * from[i];
}

void
metrics_add(Metrics *into, const Metrics *more)
{
	add_all(into, more, 1);
}

Metrics
metrics_between(const Metrics *before, const Metrics *after)
{
	Metrics rise = *after;

	add_all(&rise, before, -1);
	rise.resident_bytes = after->resident_bytes;
	rise.anonymous_bytes = after->anonymous_bytes;
	rise.disk_bytes = after->disk_bytes;
	rise.disk_before_bytes = before->disk_bytes;
	return rise;
}

/* ---- asking ------------------------------------------------------------- */

static size_t
on_data(char *data, size_t size, size_t n, void *user)
{
	GByteArray *page = user;

	if (size * n > METRICS_PAGE_MAX - page->len)
		return 0;
	g_byte_array_append(page, (guint8 *)data, (guint)(size * n));
	return size * n;
}

static CURLcode
get_page(const char *url, GByteArray *page)
{
	CURL *curl = curl_easy_init();
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, page);
	code = curl_easy_perform(curl);
	curl_easy_cleanup(curl);
	return code;
}

gboolean
metrics_add_host(Metrics *metrics, const char *url, const char *chain,
		 GError **error)
{
	g_autoptr(GByteArray) page = g_byte_array_new();
	g_autofree char *target = g_strconcat(url, "/metrics", NULL);
	CURLcode code = get_page(target, page);

	if (code != CURLE_OK)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"%s cannot be read: %s\nSee [ops] listen in "
				"the host's config.",
				target, curl_easy_strerror(code));
	metrics_add_page(metrics, (const char *)page->data, page->len, chain);
	return TRUE;
}
