/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/workload.h: what a run does, as a config file describes it
 * (docs/benchmarking.md has all of its words) and a command line changes it.
 *
 * A group such as [load] holds for every framework; what [load fabric] says
 * takes the place of it there.
 */
#ifndef TOOLS_BENCH_WORKLOAD_H
#define TOOLS_BENCH_WORKLOAD_H

#include "tools/bench/result.h"

#define WORKLOAD_IN_FLIGHT_MAX 4096u
#define WORKLOAD_TRANSACTIONS_MAX G_GUINT64_CONSTANT(100000000)
#define WORKLOAD_RATE_MAX 1000000.0
#define WORKLOAD_BATCH_MAX 10000u
#define WORKLOAD_CHAINS_MAX 10000u
#define WORKLOAD_RECORDS_MAX G_GUINT64_CONSTANT(1000000000)
#define WORKLOAD_SIGNERS_MAX 100000u
#define WORKLOAD_SUBSCRIBERS_MAX 512u

typedef enum {
	SIGNING_AUTO,	/* here where transactions are made here at little cost,
			 * that is fisco's; else hosted */
	SIGNING_HERE,	/* with keys of this program's */
	SIGNING_HOSTED, /* by a key that the host keeps */
} Signing;

typedef enum {
	BY_SEQUENCE, /* the keys sign in turn */
	BY_RECORD,   /* that of the record that it is about */
} SignedBy;

/* Where signers come from. */
typedef enum {
	SIGNERS_IDENTITY, /* who asks */
	SIGNERS_NEW,	  /* so many new keys */
	SIGNERS_FRESH,	  /* a new key for each transaction: seen once */
} Signers;

/* [load], for one framework. */
typedef struct {
	char *contract, *function, *args;
	gboolean reads; /* a query, nothing is committed */
	guint signing;	/* Signing */
	char *hosted;	/* the hosted key that signs; NULL: one is to be made */
	char *signers;	/* "identity", "first-seen", or how many new ones */
	guint signed_by; /* SignedBy */
	guint64 records;
	char *draw;   /* as draw_parse takes it */
	guint64 seed; /* 0: another in each run */

	guint mode; /* LoopMode */
	double rate;
	gboolean poisson; /* an open loop's turns come by chance */
	guint64 in_flight;
	guint64 batch;
	guint64 transactions, warm_up;
	double seconds; /* after which a run ends; 0: when all is sent */
	double timeout_s;
	guint64 retries;
} LoadPlan;

/* Where signers come from, and how many. */
Signers load_plan_signers(const LoadPlan *plan, guint *n);
/* What a command line may have changed. FALSE with an error, CTL_ERROR_USAGE.
 */
gboolean load_plan_check(const LoadPlan *plan, GError **error);
/* Of warm_up: a tenth of the transactions. */
#define LOAD_PLAN_UNSET G_MAXUINT64

/* [ramp] */
typedef struct {
	double start;	 /* rate of the first step */
	double most;	 /* it is not gone beyond */
	double percent;	 /* the quantile, and */
	double bound_ms; /* what it stays under */
	double errors;	 /* share of the transactions that may fail, percent */
	double step_s, warm_up_s;
	double precision; /* share of the rate at which it ends, percent */
} RampPlan;

/* [deploy], for one framework. */
typedef struct {
	char *code;   /* a file beside the workload's; NULL: nothing is deployed
		       */
	char *native; /* what runtime-native has, instead */
	char *args, *options; /* JSON, or NULL */
} DeployPlan;

/* [prepare], for one framework: transactions that go before, one for each
 * record; all of them are committed then. */
typedef struct {
	char *function, *args; /* NULL: none */
} PreparePlan;

/* [events] */
typedef struct {
	guint64 subscribers; /* 0: none */
	char *name;	     /* of the event, NULL: any */
	gboolean websocket;
} EventsPlan;

/* [chains], for one framework: those that are made for a run that names none.
 */
typedef struct {
	guint64 count;
	char *framework, *config; /* JSON */
} ChainsPlan;

typedef struct {
	char *name;	 /* of the file, without its ending */
	char *title;	 /* a line */
	char *about;	 /* a paragraph, or NULL */
	char *directory; /* of the file; NULL: there is none */
	GKeyFile *file;
	GHashTable *overrides; /* "GROUP KEY" to a value */
	GStrv engines; /* [workload] engines: frameworks whose chains are made
			* and measured one after the other; NULL: none */
} Workload;

/* By name, among those of the search path, or a file when it has a slash or
 * ends with ".conf". NULL with an error, CTL_ERROR_USAGE, that says which there
 * are. */
Workload *workload_find(const char *name, GError **error);
/* From a text. */
Workload *workload_parse(const char *name, const char *text, GError **error);
/* DagTransfer as bsn-bench measures a chain without a workload. */
Workload *workload_default(void);
void workload_free(Workload *workload);
/* What a command line says takes the place of what is written. */
void workload_override(Workload *workload, const char *group, const char *key,
		       const char *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Workload, workload_free)

/* Directories with workloads: BSN_BENCH_PATH, else what is installed. */
GStrv workload_path(void);
/* Names of all that there are, in order; char *. For g_ptr_array_unref. */
GPtrArray *workload_names(void);

/* What holds for a framework (NULL: whatever it is). FALSE with an error,
 * CTL_ERROR_USAGE, that names group and key. The plans are to be cleared in any
 * case. */
gboolean workload_load(const Workload *workload, const char *framework,
		       LoadPlan *plan, GError **error);
gboolean workload_deploy(const Workload *workload, const char *framework,
			 DeployPlan *plan, GError **error);
gboolean workload_prepare(const Workload *workload, const char *framework,
			  PreparePlan *plan, GError **error);
gboolean workload_ramp(const Workload *workload, RampPlan *plan,
		       GError **error);
gboolean workload_events(const Workload *workload, const char *framework,
			 EventsPlan *plan, GError **error);
gboolean workload_chains(const Workload *workload, const char *framework,
			 ChainsPlan *plan, GError **error);

void load_plan_clear(LoadPlan *plan);
void deploy_plan_clear(DeployPlan *plan);
void prepare_plan_clear(PreparePlan *plan);
void events_plan_clear(EventsPlan *plan);
void chains_plan_clear(ChainsPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LoadPlan, load_plan_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DeployPlan, deploy_plan_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PreparePlan, prepare_plan_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EventsPlan, events_plan_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChainsPlan, chains_plan_clear)

#endif
