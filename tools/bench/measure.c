/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/measure.h"

#include "tools/bench/units.h"

#define US_PER_S 1e6

/* ---- per transaction ---------------------------------------------------- */

static double
per_tx(const Record *record, double value)
{
	if (!record_knows(value) || record->committed <= 0)
		return RECORD_UNKNOWN;
	return value / record->committed;
}

double
measure_cpu_us(const Record *record, const char *part)
{
	if (record->cpu->len == 0)
		return RECORD_UNKNOWN;
	return per_tx(record,
		      US_PER_S * (part != NULL ? record_value(record->cpu, part)
					       : record_total(record->cpu)));
}

double
measure_disk_per_tx(const Record *record)
{
	return per_tx(record, record_disk_growth(record));
}

/* ---- all of them -------------------------------------------------------- */

static double
throughput(const Record *record)
{
	return record->committed_per_s;
}

static double
best_rate(const Record *record)
{
	return record->best_rate;
}

static double
p50(const Record *record)
{
	return record->latency.p50;
}

static double
p95(const Record *record)
{
	return record->latency.p95;
}

static double
p99(const Record *record)
{
	return record->latency.p99;
}

static double
p999(const Record *record)
{
	return record->latency.p999;
}

static double
slowest(const Record *record)
{
	return record->latency.max;
}

static double
delivery(const Record *record)
{
	return record->delivery.p99;
}

static double
failures(const Record *record)
{
	const double failed = record_total(record->errors);
	const double all = failed + MAX(record->committed, 0);

	return all > 0 ? failed / all : RECORD_UNKNOWN;
}

static double
cpu(const Record *record)
{
	return measure_cpu_us(record, NULL);
}

static double
crypto(const Record *record)
{
	return measure_cpu_us(record, "crypto");
}

static double
execution(const Record *record)
{
	return measure_cpu_us(record, "execution");
}

static double
storage(const Record *record)
{
	return measure_cpu_us(record, "storage");
}

static double
client_cpu(const Record *record)
{
	const double us = per_tx(record, record->client_cpu_s);

	return record_knows(us) ? us * US_PER_S : RECORD_UNKNOWN;
}

static char *
say_rate(double value)
{
	g_autofree char *rate = units_rate(value);

	return g_strconcat(rate, "/s", NULL);
}

const Measure measures[] = {
	{ "throughput", TRUE, TRUE, throughput, say_rate },
	{ "highest rate", TRUE, TRUE, best_rate, say_rate },
	{ "latency p50", FALSE, TRUE, p50, units_ms },
	{ "latency p95", FALSE, FALSE, p95, units_ms },
	{ "latency p99", FALSE, TRUE, p99, units_ms },
	{ "latency p99.9", FALSE, FALSE, p999, units_ms },
	{ "slowest", FALSE, FALSE, slowest, units_ms },
	{ "event delivery p99", FALSE, TRUE, delivery, units_ms },
	{ "failed", FALSE, TRUE, failures, units_percent },
	{ "CPU of the nodes per transaction", FALSE, TRUE, cpu, units_us },
	{ "of it crypto", FALSE, FALSE, crypto, units_us },
	{ "of it execution", FALSE, FALSE, execution, units_us },
	{ "of it storage", FALSE, FALSE, storage, units_us },
	{ "CPU of the client per transaction", FALSE, FALSE, client_cpu,
	  units_us },
	{ "memory of the nodes", FALSE, TRUE, record_resident, units_bytes },
	{ "disk per transaction", FALSE, TRUE, measure_disk_per_tx,
	  units_bytes },
	{ NULL, FALSE, FALSE, NULL, NULL },
};
