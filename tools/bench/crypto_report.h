/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/crypto_report.h: what `bsn-bench crypto` found, for people and
 * for programs.
 */
#ifndef TOOLS_BENCH_CRYPTO_REPORT_H
#define TOOLS_BENCH_CRYPTO_REPORT_H

#include <glib.h>

#include "tools/bench/crypto_cores.h"
#include "tools/bench/crypto_trial.h"

typedef enum {
	CRYPTO_TABLE,
	CRYPTO_JSON,
	CRYPTO_RATIOS, /* "NAME RATIO" */
} CryptoForm;

typedef struct {
	CryptoForm form;
	const char *plugin; /* file */
	Cores cores;
} CryptoReport;

/* What is known before the first trial. */
void crypto_report_begin(const CryptoReport *report);
/* A trial's result, as soon as it is known. */
void crypto_report_trial(const CryptoReport *report, const Trial *trial,
			 const TrialResult *result);
/* What the second core brings: `known` and `first` times as much, with known
 * and with new keys. */
void crypto_report_cores(const CryptoReport *report, const char *algorithm,
			 double known, double first);
void crypto_report_end(const CryptoReport *report);

#endif
