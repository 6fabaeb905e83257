/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/verified.h"

#include <string.h>

/* Schemes of a process. Their functions have no argument that could tell one
 * scheme from another, so there is a function for each. */
#define SCHEMES_MAX 16

typedef struct {
	const bsn_signature *plugins;
	bsn_signature *counting;
	guint64 good, bad; /* atomic */
} __attribute__((aligned(64))) Scheme;

static Scheme schemes[SCHEMES_MAX];
static guint schemes_n;

static void
count(guint64 *of, guint64 n)
{
	__atomic_fetch_add(of, n, __ATOMIC_RELAXED);
}

static int32_t
count_one(Scheme *scheme, int32_t status)
{
	if (status == BSN_OK)
		count(&scheme->good, 1);
	else if (status == BSN_BAD_SIGNATURE)
		count(&scheme->bad, 1);
	return status;
}

static int32_t
verify(Scheme *scheme, const bsn_verify_item *item)
{
	return count_one(scheme, scheme->plugins->verify(item));
}

static int32_t
verify_many(Scheme *scheme, const bsn_verify_item *items, guint64 n,
	    int32_t *results)
{
	const int32_t status = scheme->plugins->verify_many(items, n, results);
	guint64 good = 0, bad = 0;

	if (status != BSN_OK)
		return status;
	for (guint64 i = 0; i < n; i++) {
		good += results[i] == BSN_OK;
		bad += results[i] == BSN_BAD_SIGNATURE;
	}
	if (good > 0)
		count(&scheme->good, good);
	if (bad > 0)
		count(&scheme->bad, bad);
	return status;
}

static int32_t
recover(Scheme *scheme, const uint8_t *digest, const uint8_t *signature,
	uint8_t *public_key)
{
	return count_one(scheme, scheme->plugins->recover(digest, signature,
							  public_key));
}

/* ---- functions by number ------------------------------------------------ */

#define NUMBERS(X)                                                           \
	X(0)                                                                 \
	X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) \
		X(14) X(15)

#define FUNCTIONS(i)                                                        \
	static int32_t verify_##i(const bsn_verify_item *item)              \
	{                                                                   \
		return verify(&schemes[i], item);                           \
	}                                                                   \
	static int32_t verify_many_##i(const bsn_verify_item *items,        \
				       uint64_t n, int32_t *results)        \
	{                                                                   \
		return verify_many(&schemes[i], items, n, results);         \
	}                                                                   \
	static int32_t recover_##i(const uint8_t *digest,                   \
				   const uint8_t *signature,                \
				   uint8_t *public_key)                     \
	{                                                                   \
		return recover(&schemes[i], digest, signature, public_key); \
	}
NUMBERS(FUNCTIONS)

#define ENTRY(i) { verify_##i, verify_many_##i, recover_##i },
static const struct {
	int32_t (*verify)(const bsn_verify_item *item);
	int32_t (*verify_many)(const bsn_verify_item *items, uint64_t n,
			       int32_t *results);
	int32_t (*recover)(const uint8_t *digest, const uint8_t *signature,
			   uint8_t *public_key);
} functions[SCHEMES_MAX] = { NUMBERS(ENTRY) };

/* ---- schemes ------------------------------------------------------------ */

const bsn_signature *
verified_scheme(const bsn_signature *plugins)
{
	bsn_signature *counting;
	guint i = 0;

	while (i < schemes_n && schemes[i].plugins != plugins)
		i++;
	if (i == SCHEMES_MAX)
		return plugins;
	if (i < schemes_n)
		return schemes[i].counting;
	/* As long as the plugin's, whatever version it is of. */
	counting = g_memdup2(plugins, plugins->size);
	counting->verify = functions[i].verify;
	if (BSN_HAS(plugins, verify_many))
		counting->verify_many = functions[i].verify_many;
	if (BSN_HAS(plugins, recover))
		counting->recover = functions[i].recover;
	schemes[i] = (Scheme){ .plugins = plugins, .counting = counting };
	schemes_n++;
	return counting;
}

static void
write_count(MetricsWriter *w, const Scheme *scheme, const char *result,
	    const guint64 *n)
{
	metrics_counter(w, "bsn_signatures_verified_total",
			"Signatures that were judged, those of transactions, "
			"votes and identities.",
			__atomic_load_n(n, __ATOMIC_RELAXED), "algorithm",
			scheme->plugins->name, "result", result, NULL);
}

void
verified_metrics(MetricsWriter *w, void *owner)
{
	(void)owner;
	for (guint i = 0; i < schemes_n; i++) {
		write_count(w, &schemes[i], "good", &schemes[i].good);
		write_count(w, &schemes[i], "bad", &schemes[i].bad);
	}
}
