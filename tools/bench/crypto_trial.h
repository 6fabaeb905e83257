/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/crypto_trial.h: one comparison of a plugin with OpenSSL, and how
 * it is run.
 */
#ifndef TOOLS_BENCH_CRYPTO_TRIAL_H
#define TOOLS_BENCH_CRYPTO_TRIAL_H

#include <glib.h>

/* Operations of one go: a batch, or as many calls. */
#define TRIAL_OPS 64u

/* Functions answer FALSE when an answer was wrong. */
typedef struct {
	char *name;	      /* "sm2-verify-first-single"; stable */
	gboolean is_headline; /* one of those that --ratios has */
	const char *what;     /* for people */
	gpointer data;
	/* Before each go, off the clock. Optional. */
	gboolean (*prepare)(gpointer data);
	gboolean (*prepare_reference)(gpointer data);
	/* TRIAL_OPS operations by the plugin, and by OpenSSL (optional). */
	gboolean (*run)(gpointer data);
	gboolean (*reference)(gpointer data);
} Trial;

/* What a trial came to. */
typedef struct {
	double ns;	     /* of CPU an operation, the median */
	double reference_ns; /* 0: there is none */
	double ratio;	     /* median of the rounds' own; 0: there is none */
} TrialResult;

/* Trials in the order in which they are run, owned. */
GPtrArray *trials_new(void);
/* `name` is "ALGORITHM-OPERATION"; the rest of the trial is filled in by
 * whoever adds it. */
Trial *trial_add(GPtrArray *trials, const char *algorithm,
		 const char *operation, const char *what, gpointer data);

/* Lets both take turns of about 10 ms until each has had `seconds` of CPU time.
 * FALSE when an answer was wrong. */
gboolean trial_run(const Trial *trial, double seconds, TrialResult *result);

/* Sorts the values. */
double trial_median(GArray *values);

#endif
