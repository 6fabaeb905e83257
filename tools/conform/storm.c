/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/storm.h"

#include <string.h>
#include <sys/resource.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/sanitized.h"
#include "tools/sim/crypto.h"

/* Statuses are counted from this one on. */
#define STATUS_LEAST (-32)

/* ---- what comes ---------------------------------------------------------- */

static gsize
peak_bytes(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (gsize)usage.ru_maxrss << 10;
}

void
storm_begin(Storm *storm, Run *run, const char *what)
{
	*storm = (Storm){ .run = run, .what = what, .peak = peak_bytes() };
}

gboolean
status_is_known(int32_t status)
{
#define KNOWN(symbol, code, ...)                                               \
	if (status == (code))                                                  \
		return TRUE;
	BSN_STATUS_MAP(KNOWN)
#undef KNOWN
	return FALSE;
}

const char *
reason_fault(const bsn_err *err)
{
	const char *end = memchr(err->reason, '\0', sizeof(err->reason));

	if (end == NULL)
		return "has no NUL at its end";
	if (end == err->reason)
		return "is empty";
	if (!g_utf8_validate(err->reason, end - err->reason, NULL))
		return "is not UTF-8";
	for (const char *at = err->reason; at < end; at++)
		if (g_ascii_iscntrl(*at))
			return "has a control character in it";
	return NULL;
}

static gsize
place_of(const Storm *storm, int32_t status)
{
	return (gsize)(CLAMP(status, STATUS_LEAST,
			     STATUS_LEAST +
				     (int)G_N_ELEMENTS(storm->counts) - 1) -
		       STATUS_LEAST);
}

void
storm_count(Storm *storm, int32_t status)
{
	storm->counts[place_of(storm, status)]++;
}

guint64
storm_counted(const Storm *storm, int32_t status)
{
	return storm->counts[place_of(storm, status)];
}

void
storm_answer(Storm *storm, int32_t status, const bsn_err *err,
	     gboolean by_host)
{
	const char *fault;

	storm_count(storm, status);
	if (status == BSN_OK)
		return;
	EXPECT(storm->run,
	       (status > BSN_OK && status_is_known(status)) ||
		       (by_host && status == BSN_E_INVALID),
	       "%s must refuse what is wrong with a status above 0 that the "
	       "ABI has; it answered %s: %.200s",
	       storm->what, bed_status_name(status), err->reason);
	fault = reason_fault(err);
	EXPECT(storm->run, fault == NULL,
	       "%s must say why it refuses, in one sentence of UTF-8; with "
	       "status %s the reason %s",
	       storm->what, bed_status_name(status), fault);
}

void
storm_end(Storm *storm)
{
	g_autoptr(GString) line = g_string_new(NULL);
	gsize peak = peak_bytes();

	for (guint i = 0; i < G_N_ELEMENTS(storm->counts); i++)
		if (storm->counts[i] > 0)
			g_string_append_printf(
				line, "%s%" G_GUINT64_FORMAT " %s",
				line->len > 0 ? ", " : "", storm->counts[i],
				bed_status_name((int)i + STATUS_LEAST));
	run_note(storm->run, "%s: %s", storm->what, line->str);
	EXPECT(storm->run,
	       SANITIZED || peak < storm->peak + STORM_MEMORY_MAX,
	       "wrong inputs must not take memory without end; %s took more "
	       "than %u MiB",
	       storm->what, STORM_MEMORY_MAX >> 20);
}

/* ---- what must be as it was ---------------------------------------------- */

Standing
standing_of(Bed *bed, guint node)
{
	const bsn_reply *reply = bed_ledger(bed, node);

	EXPECT(bed_run_of(bed), reply->status == BSN_OK,
	       "the ledger must be there to be asked; %s: %s",
	       bed_status_name(reply->status), reply->err.reason);
	return (Standing){ .height = reply->ledger.height,
			   .txs = reply->ledger.txs,
			   .hash = reply->ledger.block_hash };
}

gboolean
storm_recovers(Bed *bed)
{
	const char *algorithm = bed_account(bed, 0)->algorithm;

	return BSN_HAS(sim_crypto_table.signature(algorithm), recover);
}

void
standing_check(Bed *bed, guint node, const Standing *before)
{
	Run *run = bed_run_of(bed);
	Standing now = standing_of(bed, node);

	EXPECT(run,
	       now.height == before->height && now.txs == before->txs &&
		       bsn_slice_equal(bsn_id_slice(&now.hash),
				       bsn_id_slice(&before->hash)),
	       "wrong inputs must change nothing: height %" G_GUINT64_FORMAT
	       " with %" G_GUINT64_FORMAT " transactions; it is %"
	       G_GUINT64_FORMAT " with %" G_GUINT64_FORMAT "%s",
	       before->height, before->txs, now.height, now.txs,
	       now.height == before->height ? ", and another hash" : "");
	bed_put(bed, "after", "the storm");
	bed_must_have(bed, node, "after", "the storm");
}
