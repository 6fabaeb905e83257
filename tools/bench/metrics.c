/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/metrics.h"

#include <curl/curl.h>
#include <math.h>
#include <string.h>

#include "tools/ctl/error.h"

#define TIMEOUT_MS 5000L

const char *const metrics_part_names[BSN_CPU_PARTS] = {
	[BSN_CPU_HOST] = "host",           [BSN_CPU_ENGINE] = "engine",
	[BSN_CPU_CRYPTO] = "crypto",       [BSN_CPU_CONSENSUS] = "consensus",
	[BSN_CPU_EXECUTION] = "execution", [BSN_CPU_STORAGE] = "storage",
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

static void
take_cpu(Metrics *metrics, const char *line)
{
	double value;

	for (guint i = 0; i < BSN_CPU_PARTS; i++) {
		g_autofree char *sample = g_strdup_printf(
			"bsn_cpu_seconds_total{part=\"%s\"}",
			metrics_part_names[i]);

		if (read_sample(line, sample, &value))
			metrics->cpu_s[i] += value;
	}
}

/* Names of chains need no escape. */
static void
take_blocks(Metrics *metrics, const char *line, const char *chain)
{
	g_autofree char *begin = g_strdup_printf(
		"bsn_chain_blocks_total{chain=\"%s\",", chain);
	const char *brace = strchr(line, '}');
	g_autofree char *sample = NULL;
	double value;

	if (brace == NULL || !g_str_has_prefix(line, begin))
		return;
	sample = g_strndup(line, (gsize)(brace + 1 - line));
	if (read_sample(line, sample, &value))
		metrics->blocks += value;
}

static void
take_line(Metrics *metrics, const char *line, const char *chain)
{
	double value;

	if (g_str_has_prefix(line, "bsn_cpu_"))
		take_cpu(metrics, line);
	else if (g_str_has_prefix(line, "bsn_chain_blocks_"))
		take_blocks(metrics, line, chain);
	else if (read_sample(line, "bsn_store_sync_seconds_total", &value))
		metrics->sync_s += value;
	else if (read_sample(line, "bsn_store_syncs_total", &value))
		metrics->syncs += value;
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

void
metrics_add(Metrics *metrics, const Metrics *more)
{
	metrics->sync_s += more->sync_s;
	metrics->syncs += more->syncs;
	metrics->blocks += more->blocks;
	for (guint i = 0; i < BSN_CPU_PARTS; i++)
		metrics->cpu_s[i] += more->cpu_s[i];
}

Metrics
metrics_between(const Metrics *before, const Metrics *after)
{
	Metrics rise = {
		.sync_s = after->sync_s - before->sync_s,
		.syncs = after->syncs - before->syncs,
		.blocks = after->blocks - before->blocks,
	};

	for (guint i = 0; i < BSN_CPU_PARTS; i++)
		rise.cpu_s[i] = after->cpu_s[i] - before->cpu_s[i];
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
