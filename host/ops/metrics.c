/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ops/metrics.h"

#include <math.h>
#include <stdarg.h>

typedef struct {
	MetricsProvider provide;
	void *owner;
} Provider;

struct Metrics {
	GArray *providers;
};

typedef struct {
	const char *type;
	char *name, *help;
	GString *samples; /* lines */
} Family;

struct MetricsWriter {
	GPtrArray *families; /* in order of first mention */
	GHashTable *by_name;
};

Metrics *
metrics_new(void)
{
	Metrics *metrics = g_new(Metrics, 1);

	metrics->providers = g_array_new(FALSE, FALSE, sizeof(Provider));
	return metrics;
}

void
metrics_free(Metrics *metrics)
{
	if (metrics == NULL)
		return;
	g_array_unref(metrics->providers);
	g_free(metrics);
}

void
metrics_add(Metrics *metrics, MetricsProvider provider, void *owner)
{
	Provider entry = { provider, owner };

	g_array_append_val(metrics->providers, entry);
}

/* ---- families ---- */

static void
family_free(void *data)
{
	Family *family = data;

	g_free(family->name);
	g_free(family->help);
	g_string_free(family->samples, TRUE);
	g_free(family);
}

/* NULL for a name that was given another type before. */
static Family *
find_family(MetricsWriter *w, const char *name, const char *help,
	    const char *type)
{
	Family *family = g_hash_table_lookup(w->by_name, name);

	if (family == NULL) {
		family = g_new(Family, 1);
		family->type = type;
		family->name = g_strdup(name);
		family->help = g_strdup(help);
		family->samples = g_string_new(NULL);
		g_ptr_array_add(w->families, family);
		g_hash_table_insert(w->by_name, family->name, family);
	}
	g_return_val_if_fail(g_str_equal(family->type, type), NULL);
	return family;
}

/* ---- text ---- */

static void
append_escaped(GString *out, const char *text, gboolean quotes)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	for (const char *at = valid; *at != '\0'; at++) {
		if (*at == '\n')
			g_string_append(out, "\\n");
		else if (*at == '\\' || (quotes && *at == '"'))
			g_string_append_printf(out, "\\%c", *at);
		else
			g_string_append_c(out, *at);
	}
}

/* The shortest text that reads back as the same number. */
static void
append_number(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	if (isnan(value)) {
		g_string_append(out, "NaN");
	} else if (isinf(value)) {
		g_string_append(out, value > 0 ? "+Inf" : "-Inf");
	} else {
		g_ascii_formatd(text, sizeof(text), "%.15g", value);
		if (g_ascii_strtod(text, NULL) < value ||
		    g_ascii_strtod(text, NULL) > value)
			g_ascii_formatd(text, sizeof(text), "%.17g", value);
		g_string_append(out, text);
	}
}

static void
append_label(GString *out, const char *name, const char *value)
{
	g_string_append_printf(out, "%s%s=\"", out->len > 0 ? "," : "", name);
	append_escaped(out, value, TRUE);
	g_string_append_c(out, '"');
}

/* "a=\"1\",b=\"2\"" of pairs. */
static GString *
read_labels(va_list args)
{
	GString *labels = g_string_new(NULL);
	const char *name;

	while ((name = va_arg(args, const char *)) != NULL)
		append_label(labels, name, va_arg(args, const char *));
	return labels;
}

/* Everything of a sample but its value. */
static void
begin_sample(Family *family, const char *suffix, const char *labels)
{
	g_string_append_printf(family->samples, "%s%s", family->name, suffix);
	if (labels[0] != '\0')
		g_string_append_printf(family->samples, "{%s}", labels);
	g_string_append_c(family->samples, ' ');
}

static void
integer_sample(Family *family, const char *suffix, const char *labels,
	       guint64 value)
{
	begin_sample(family, suffix, labels);
	g_string_append_printf(family->samples, "%" G_GUINT64_FORMAT "\n",
			       value);
}

static void
number_sample(Family *family, const char *suffix, const char *labels,
	      double value)
{
	begin_sample(family, suffix, labels);
	append_number(family->samples, value);
	g_string_append_c(family->samples, '\n');
}

/* ---- kinds ---- */

void
metrics_counter(MetricsWriter *w, const char *name, const char *help,
		guint64 value, ...)
{
	Family *family = find_family(w, name, help, "counter");
	g_autoptr(GString) labels = NULL;
	va_list args;

	va_start(args, value);
	labels = read_labels(args);
	va_end(args);
	if (family != NULL)
		integer_sample(family, "", labels->str, value);
}

void
metrics_seconds(MetricsWriter *w, const char *name, const char *help,
		guint64 ns, ...)
{
	Family *family = find_family(w, name, help, "counter");
	g_autoptr(GString) labels = NULL;
	va_list args;

	va_start(args, ns);
	labels = read_labels(args);
	va_end(args);
	if (family != NULL)
		number_sample(family, "", labels->str, (double)ns / 1e9);
}

void
metrics_gauge(MetricsWriter *w, const char *name, const char *help,
	      double value, ...)
{
	Family *family = find_family(w, name, help, "gauge");
	g_autoptr(GString) labels = NULL;
	va_list args;

	va_start(args, value);
	labels = read_labels(args);
	va_end(args);
	if (family != NULL)
		number_sample(family, "", labels->str, value);
}

/* The format's buckets hold all that is below their bound. */
static void
histogram_samples(Family *family, const MetricsHistogram *histogram,
		  const char *labels)
{
	guint64 count = 0;

	for (guint i = 0; i <= histogram->n; i++) {
		g_autoptr(GString) with_bound = g_string_new(labels);
		g_autoptr(GString) bound = g_string_new(NULL);

		count += histogram->counts[i];
		append_number(bound, i < histogram->n ? histogram->bounds[i]
						      : INFINITY);
		append_label(with_bound, "le", bound->str);
		integer_sample(family, "_bucket", with_bound->str, count);
	}
	number_sample(family, "_sum", labels, histogram->sum);
	integer_sample(family, "_count", labels, count);
}

void
metrics_histogram(MetricsWriter *w, const char *name, const char *help,
		  const MetricsHistogram *histogram, ...)
{
	Family *family = find_family(w, name, help, "histogram");
	g_autoptr(GString) labels = NULL;
	va_list args;

	va_start(args, histogram);
	labels = read_labels(args);
	va_end(args);
	if (family != NULL)
		histogram_samples(family, histogram, labels->str);
}

/* ---- all ---- */

static void
append_family(GString *out, const Family *family)
{
	g_string_append_printf(out, "# HELP %s ", family->name);
	append_escaped(out, family->help, FALSE);
	g_string_append_printf(out, "\n# TYPE %s %s\n", family->name,
			       family->type);
	g_string_append_len(out, family->samples->str,
			    (gssize)family->samples->len);
}

char *
metrics_render(const Metrics *metrics)
{
	GString *out = g_string_new(NULL);
	MetricsWriter w = {
		.families = g_ptr_array_new_with_free_func(family_free),
		.by_name = g_hash_table_new(g_str_hash, g_str_equal),
	};

	for (guint i = 0; i < metrics->providers->len; i++) {
		const Provider *entry =
			&g_array_index(metrics->providers, Provider, i);

		entry->provide(&w, entry->owner);
	}
	for (guint i = 0; i < w.families->len; i++)
		append_family(out, w.families->pdata[i]);
	g_hash_table_unref(w.by_name);
	g_ptr_array_unref(w.families);
	return g_string_free(out, FALSE);
}
