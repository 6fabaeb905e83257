/* SPDX-License-Identifier: Apache-2.0
 *
 * A history of a chain, as the unit tests tell it (tests/unit/xuper-kernel.h).
 * The first line is the protocol; each of the others is a transaction or a block,
 * with tabs between:
 *
 *	SIGNERS METHOD NAME VALUE ...
 *	block HEIGHT TERM
 *
 * Whatever people do, no call breaks, each refusal has a reason, blocks can be
 * made and somebody agrees on them, and there are as many governance tokens as at
 * first.
 */
#include <stdlib.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/kernel/agreement.h"
#include "tests/unit/xuper-kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS_MAX 64u
#define SUPPLY 30000u
#define CONFIG                                                                 \
	"{\"predistribution\":[{\"address\":\"#0\",\"quota\":\"10000\"},"      \
	"{\"address\":\"#7\",\"quota\":\"10000\"},"                            \
	"{\"address\":\"#8\",\"quota\":\"10000\"}],"                           \
	"\"consensus\":{\"name\":\"chainedbft\"}}"

static KernelChain *chain;
static Layer *genesis;

static void
begin(void)
{
	if (chain != NULL)
		return;
	chain = kernel_chain_new(CONFIG, FALSE, 6, 4);
	genesis = chain->layer;
}

/* Another protocol, as if the genesis had it. */
static void
set_protocol(const char *name)
{
	static const char *const known[] = { "tdpos", "xpoa", "single", NULL };
	g_autofree char *text = g_strdup_printf(
		"{\"protocol\":\"%s\",\"config\":{%s},"
		"\"validators\":[\"#0\"%s]}",
		name, strcmp(name, "tdpos") == 0 ? "\"proposer_num\":4" : "",
		strcmp(name, "single") == 0 ? ""
					    : ",\"#1\",\"#2\",\"#3\"");
	g_autofree char *named = kernel_text(chain, text);
	const XVersion version = { .there = TRUE };

	if (g_strv_contains(known, name))
		xmodel_put(chain->layer, bsn_slice_str(BUCKET_CONSENSUS),
			   bsn_slice_str(KEY_AGREEMENT), &version,
			   bsn_slice_str(named));
}

static void
step(const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, "\t",
					 2 + 2 * KERNEL_ARGS_MAX);
	guint n = g_strv_length(words);
	int32_t status;

	if (n >= 3 && strcmp(words[0], "block") == 0) {
		guint64 height = g_ascii_strtoull(words[1], NULL, 10);

		status = kernel_block(chain,
				      CLAMP(height, chain->height + 1,
					    G_MAXINT64 / 2),
				      g_ascii_strtoull(words[2], NULL, 10),
				      NULL);
		g_assert_true(status == BSN_OK || status == BSN_NOT_FOUND);
		return;
	}
	if (n < 2 || n % 2 != 0)
		return;
	status = kernel_call_pairs(chain, words[0], words[1],
				   (const char *const *)words + 2);
	g_assert_cmpint(status, >=, BSN_OK);
}

/* Sums up balances. */
typedef struct {
	XScan scan;
	guint64 sum;
} Sum;

static int32_t
add_balance(XScan *scan, bsn_slice key, const XVersion *version,
	    bsn_slice value)
{
	g_autofree char *text = g_strndup((const char *)value.data, value.len);
	json_t *json = json_loads(text, 0, NULL);

	(void)key;
	(void)version;
	((Sum *)scan)->sum += g_ascii_strtoull(
		json_string_value(json_object_get(json, "total_balance")),
		NULL, 10);
	json_decref(json);
	return BSN_OK;
}

static void
check(void)
{
	Sum sum = { .scan.item = add_balance };
	g_autofree char *validators = kernel_validators(chain);

	g_assert_cmpstr(validators, !=, "");
	g_assert_cmpint(xmodel_scan(chain->layer, bsn_slice_str("governToken"),
				    bsn_slice_str("balanceOf_"),
				    bsn_slice_str("balanceOf`"), &sum.scan,
				    NULL),
			==, BSN_OK);
	g_assert_cmpuint(sum.sum, ==, SUPPLY);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", STEPS_MAX);

	begin();
	chain->layer = layer_over(genesis);
	chain->height = 0;
	chain->term = 0;
	for (guint i = 0; lines[i] != NULL; i++)
		if (i == 0)
			set_protocol(lines[0]);
		else
			step(lines[i]);
	check();
	layer_unref(chain->layer);
	chain->layer = genesis;
	return 0;
}
