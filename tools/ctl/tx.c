/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl tx: transactions.
 */
#include <string.h>

#include "tools/ctl/cosign.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/progress.h"
#include "tools/ctl/receipt.h"
#include "tools/ctl/settings.h"
#include "tools/ctl/transact.h"

/* Largest file of finished transactions. */
#define SUBMIT_FILE_MAX (256u * 1024 * 1024)
/* Transactions in one request, and digits of them, unless --batch says less:
 * well inside what a host takes by default. */
#define BATCH_DEFAULT 100
#define BATCH_MAX 10000
#define BATCH_DIGITS_MAX (768u * 1024)

/* What a command line asks of a contract; to be released. */
static json_t *
invocation(const Args *args, GError **error)
{
	json_t *request = transact_request("invoke", args_operand(args, 1));

	json_object_set_new(request, "function",
			    json_string(args_operand(args, 2)));
	json_object_set_new(request, "args", transact_words(args, 3));
	if (!settings_add_options(args, request, error))
		g_clear_pointer(&request, json_decref);
	return request;
}

static gboolean
run_send(Ctl *ctl, const Args *args, GError **error)
{
	json_t *request = invocation(args, error);
	const gboolean ok =
		request != NULL &&
		transact(ctl, args, args_operand(args, 0), request, error);

	json_decref(request);
	return ok;
}

static gboolean
run_sign(Ctl *ctl, const Args *args, GError **error)
{
	json_t *request = invocation(args, error);
	json_t *round = request != NULL
				? transact_sign_here(
					  ctl, args_operand(args, 0), request,
					  args_option(args, "algorithm"), error)
				: NULL;

	json_decref(request);
	if (round == NULL)
		return FALSE;
	cosign_print(ctl, round);
	json_decref(round);
	return TRUE;
}

static gboolean
run_cosign(Ctl *ctl, const Args *args, GError **error)
{
	json_t *round = cosign_read(args_operand(args, 1), error);
	json_t *next = round != NULL
			       ? cosign(ctl, args_operand(args, 0), round,
					args_option(args, "signer"), error)
			       : NULL;

	json_decref(round);
	if (next == NULL)
		return FALSE;
	cosign_print(ctl, next);
	json_decref(next);
	return TRUE;
}

static gboolean
run_show(Ctl *ctl, const Args *args, GError **error)
{
	json_t *answer =
		ctl_get(ctl,
			client_target("chains", args_operand(args, 0), "txs",
				      args_operand(args, 1), NULL),
			error);

	if (answer == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, answer);
	else
		receipt_print(&ctl->output, answer);
	json_decref(answer);
	return TRUE;
}

/* ---- submit ------------------------------------------------------------- */

/* The lines of a file that hold something; the file's text is changed. */
static GPtrArray *
split_lines(char *text)
{
	GPtrArray *lines = g_ptr_array_new();
	char *rest = NULL;

	for (char *line = strtok_r(text, "\r\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\r\n", &rest))
		if (*g_strstrip(line) != '\0')
			g_ptr_array_add(lines, line);
	return lines;
}

static gboolean
check_lines(const GPtrArray *lines, const char *file, GError **error)
{
	for (guint i = 0; i < lines->len; i++) {
		g_autoptr(GBytes) tx = ctl_hex_decode(lines->pdata[i]);

		if (tx == NULL || g_bytes_get_size(tx) == 0)
			return ctl_fail(error, CTL_ERROR_FAILED,
					"%s: transaction %u is not "
					"hexadecimal\nNothing was submitted. "
					"Give one transaction a line.",
					file, i + 1);
	}
	if (lines->len > 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"%s holds no transactions\nGive one a line, in "
			"hexadecimal.",
			file);
}

/* The next batch from line *at on, which moves. */
static json_t *
next_batch(const GPtrArray *lines, guint *at, guint max)
{
	json_t *txs = json_array();
	gsize digits = 0;

	while (*at < lines->len && json_array_size(txs) < max) {
		const char *line = lines->pdata[*at];
		const char *bare =
			g_str_has_prefix(line, "0x") ? line + 2 : line;
		g_autofree char *tx = g_strconcat("0x", bare, NULL);

		digits += strlen(tx);
		if (json_array_size(txs) > 0 && digits > BATCH_DIGITS_MAX)
			break;
		json_array_append_new(txs, json_string(tx));
		(*at)++;
	}
	return json_pack("{s:o}", "txs", txs);
}

/* The row of a table for one result, {"error": ...} or a transaction's. */
static json_t *
result_row(json_t *result, size_t at)
{
	json_t *said = json_object_get(result, "error");
	json_t *tx = json_object_get(result, "tx");
	json_t *row = json_object();

	json_object_update(row, json_is_object(tx) ? tx : result);
	json_object_set_new(row, "number", json_integer((json_int_t)at + 1));
	if (said == NULL)
		return row;
	json_object_set(row, "name", json_object_get(said, "name"));
	json_object_set(row, "reason", json_object_get(said, "reason"));
	if (tx == NULL)
		json_object_set_new(row, "stage", json_string("refused"));
	return row;
}

static void
print_results(const Output *output, json_t *results)
{
	static const Column columns[] = {
		{ "No", "number", COLUMN_NUMBER },
		{ "Transaction", "id", COLUMN_HASH },
		{ "Stage", "stage", COLUMN_TEXT },
		{ "Status", "name", COLUMN_TEXT },
		{ "Block", "block", COLUMN_NUMBER },
		{ "Reason", "reason", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};
	json_t *rows = json_array();
	json_t *result;
	size_t at;

	json_array_foreach(results, at, result)
		json_array_append_new(rows, result_row(result, at));
	output_table(output, rows, columns, "No results.");
	json_decref(rows);
}

/* Those that failed, or did not come as far as was waited for. */
static guint
count_failed(json_t *results, const char *wait)
{
	guint failed = 0;
	json_t *result;
	size_t at;

	json_array_foreach(results, at, result)
		if (json_object_get(result, "error") != NULL ||
		    !transact_reached(result, wait))
			failed++;
	return failed;
}

/* Submits all; `results` collects as far as it came. */
static gboolean
submit_all(Ctl *ctl, const Args *args, const char *wait, const GPtrArray *lines,
	   json_t *results, GError **error)
{
	guint64 max;

	if (!args_number(args, "batch", BATCH_DEFAULT, 1, BATCH_MAX, &max,
			 error))
		return FALSE;
	for (guint at = 0; at < lines->len;) {
		json_t *batch = next_batch(lines, &at, (guint)max);
		json_t *answer;

		progress_begin("submitting up to %u of %u", at, lines->len);
		answer = transact_submit(ctl, args_operand(args, 0), wait,
					 batch, error);
		json_decref(batch);
		if (answer == NULL)
			return FALSE;
		json_array_extend(results, ctl_rows(answer, "results"));
		json_decref(answer);
	}
	return TRUE;
}

static gboolean
show_submitted(Ctl *ctl, const char *wait, const GPtrArray *lines,
	       json_t *results, GError **error)
{
	guint failed = count_failed(results, wait);
	json_t *all = json_pack("{s:O}", "results", results);

	if (ctl->output.json)
		output_json(&ctl->output, all);
	else
		print_results(&ctl->output, results);
	json_decref(all);
	if (failed == 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"%u of %u transactions were not %s\nStage and reason "
			"stand beside them.",
			failed, lines->len, wait);
}

static gboolean
run_submit(Ctl *ctl, const Args *args, GError **error)
{
	const char *file = args_operand(args, 1);
	const char *wait = transact_wait(args, error);
	g_autoptr(GPtrArray) lines = NULL;
	g_autofree char *text = NULL;
	json_t *results;
	gboolean ok;
	gsize len;

	if (wait != NULL)
		text = ctl_read_file(file, SUBMIT_FILE_MAX, &len, error);
	if (text == NULL)
		return FALSE;
	lines = split_lines(text);
	if (!check_lines(lines, file, error))
		return FALSE;
	results = json_array();
	ok = submit_all(ctl, args, wait, lines, results, error);
	if (ok)
		ok = show_submitted(ctl, wait, lines, results, error);
	else if (json_array_size(results) > 0)
		show_submitted(ctl, wait, lines, results, NULL);
	json_decref(results);
	return ok;
}

static const Option send_options[] = {
	SETTINGS_OPTION,
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

static const Option sign_options[] = {
	SETTINGS_OPTION,
	TRANSACT_ALGORITHM_OPTION,
	{ NULL, 0, NULL, NULL },
};

static const Option cosign_options[] = {
	{ "signer", 's', "HOSTED", "let the host sign with this hosted key" },
	{ NULL, 0, NULL, NULL },
};

static const Option submit_options[] = {
	{ "wait", 'w', "STAGE",
	  "wait until accepted or committed (committed)" },
	{ "batch", 'b', "N", "transactions in one request (100)" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "send", "CHAIN CONTRACT FUNCTION [ARG...]",
	  "Calls a function of a contract in a transaction, signed here or by "
	  "a hosted key; an ARG is JSON when it parses as that, else a text",
	  send_options,
	  "bsnctl tx send evidence evidence deposit 0x6a09e667f3bcc908b2fb1366"
	  "ea957d3e3adec17512775099da2f590b0667322a report.pdf 'first draft'\n"
	  "bsnctl tx send trade token transfer 0x8ba1f109551bd432803012645ac136"
	  "ddd64dba72 1000 --id app1\n"
	  "bsnctl tx send trade token mint 5 --signer alice --wait accepted",
	  run_send },
	{ "sign", "CHAIN CONTRACT FUNCTION [ARG...]",
	  "Makes the same transaction and prints it, finished, in "
	  "hexadecimal: nothing is submitted; where others must sign, too, it "
	  "prints what the next of them gives to 'tx cosign'",
	  sign_options,
	  "bsnctl tx sign goods asset TransferAsset a1 Max >signed.hex\n"
	  "bsnctl tx sign open '$utxo' transfer TO 100 --option initiator="
	  "XC1111111111111111@open --option auth_require=@signers.json "
	  "--option public_keys=@keys.json >to-sign.json",
	  run_sign },
	{ "cosign", "CHAIN FILE",
	  "Adds this identity's signature to what 'tx sign' or another 'tx "
	  "cosign' printed: what the next one signs, or the finished "
	  "transaction; sign for whom you trust only, as it says no more than "
	  "what is hashed; - is standard input",
	  cosign_options,
	  "bsnctl tx cosign open to-sign.json --id bob >signed.hex\n"
	  "bsnctl tx cosign open to-sign.json --signer notary >signed.hex",
	  run_cosign },
	{ "submit", "CHAIN FILE",
	  "Submits finished transactions, one a line in hexadecimal; - is "
	  "standard input",
	  submit_options,
	  "bsnctl tx submit evidence signed.hex\n"
	  "make-txs | bsnctl tx submit evidence - --batch 500 --wait accepted",
	  run_submit },
	{ "show", "CHAIN ID",
	  "Shows where a transaction stands and its receipt", NULL,
	  "bsnctl tx show evidence 0x3f5b...", run_show },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_tx = { "tx", "Sends and shows transactions", verbs };
