/* SPDX-License-Identifier: Apache-2.0
 *
 * What the host's CPU time is spent on.
 */
#include <string.h>
#include <time.h>

#include "host/ops/cpu.h"

/* What /metrics says of a part, in microseconds. */
static guint64
spent_us(const char *part)
{
	Metrics *metrics = metrics_new();
	g_autofree char *sample =
		g_strdup_printf("bsn_cpu_seconds_total{part=\"%s\"} ", part);
	g_autofree char *text = NULL;
	const char *at;

	metrics_add(metrics, cpu_metrics, NULL);
	text = metrics_render(metrics);
	at = strstr(text, sample);
	g_assert_nonnull(at);
	metrics_free(metrics);
	return (guint64)(g_ascii_strtod(at + strlen(sample), NULL) * 1e6);
}

/* Spends so much CPU time of this thread. */
static void
spend_us(guint64 us)
{
	struct timespec now, end;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	end.tv_nsec += (long)us * 1000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	while (now.tv_sec < end.tv_sec ||
	       (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
}

static void
test_cpu_parts(void)
{
	const guint64 crypto = spent_us("crypto");
	const guint64 storage = spent_us("storage");

	g_assert_cmpuint(cpu_charge(BSN_CPU_CRYPTO), ==, BSN_CPU_HOST);
	spend_us(3000);
	g_assert_cmpuint(cpu_charge(BSN_CPU_STORAGE), ==, BSN_CPU_CRYPTO);
	spend_us(5000);
	g_assert_cmpuint(cpu_charge(BSN_CPU_CRYPTO), ==, BSN_CPU_STORAGE);
	spend_us(3000);
	g_assert_cmpuint(cpu_charge(BSN_CPU_HOST), ==, BSN_CPU_CRYPTO);
	g_assert_cmpuint(spent_us("crypto") - crypto, >=, 5990);
	g_assert_cmpuint(spent_us("storage") - storage, >=, 4990);
}

/* The scrape's own thread is counted up to now. */
static void
test_cpu_of_the_scraper(void)
{
	const guint64 host = spent_us("host");

	spend_us(2000);
	g_assert_cmpuint(spent_us("host") - host, >=, 1990);
}

static void
test_cpu_unknown_part(void)
{
	(void)cpu_charge(BSN_CPU_PARTS);
	g_assert_cmpuint(cpu_charge(BSN_CPU_HOST), ==, BSN_CPU_ENGINE);
	g_assert_cmpuint(cpu_part(), ==, BSN_CPU_HOST);
}

/* As a plugin does: it gives back what it was told. */
static void
test_cpu_own_part(void)
{
	const guint64 parse = spent_us("parse");

	(void)cpu_charge(CPU_PARSE);
	g_assert_cmpuint(service_cpu.charge(BSN_CPU_CRYPTO), ==, CPU_PARSE);
	g_assert_cmpuint(service_cpu.charge(CPU_PARSE), ==, BSN_CPU_CRYPTO);
	spend_us(2000);
	g_assert_cmpuint(cpu_charge(BSN_CPU_HOST), ==, CPU_PARSE);
	g_assert_cmpuint(spent_us("parse") - parse, >=, 1990);
	(void)cpu_charge(CPU_OWN + CPU_OWN_PARTS);
	g_assert_cmpuint(cpu_charge(BSN_CPU_HOST), ==, BSN_CPU_ENGINE);
}

static void
test_cpu_enter(void)
{
	cpu_enter(CPU_NOTIFY);
	cpu_enter(CPU_NOTIFY);
	g_assert_cmpuint(cpu_part(), ==, CPU_NOTIFY);
	cpu_enter(BSN_CPU_HOST);
	g_assert_cmpuint(cpu_part(), ==, BSN_CPU_HOST);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cpu/time-is-charged-to-the-part-of-its-thread",
			test_cpu_parts);
	g_test_add_func("/cpu/the-scraping-thread-is-counted-up-to-now",
			test_cpu_of_the_scraper);
	g_test_add_func("/cpu/a-part-that-there-is-not-is-the-engine",
			test_cpu_unknown_part);
	g_test_add_func("/cpu/a-plugin-gives-back-a-part-of-the-host's-own",
			test_cpu_own_part);
	g_test_add_func("/cpu/a-part-is-entered-once", test_cpu_enter);
	return g_test_run();
}
