/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/cosign.h"

#include "tools/ctl/format.h"
#include "tools/ctl/progress.h"
#include "tools/ctl/signer.h"
#include "tools/ctl/text_of.h"
#include "tools/ctl/transact.h"

/* Largest file of a round: a transaction in a state in hexadecimal. */
#define ROUND_FILE_MAX (64u * 1024 * 1024)

gboolean
cosign_needed(json_t *round)
{
	return *text_of(round, "tx") == '\0' &&
	       *text_of(round, "signer") != '\0';
}

/* ---- what goes to the next ---------------------------------------------- */

void
cosign_print(Ctl *ctl, json_t *round)
{
	g_autofree char *signer = NULL;

	if (!cosign_needed(round) && !ctl->output.json) {
		fprintf(ctl->output.file, "%s\n", text_of(round, "tx"));
		return;
	}
	output_json(&ctl->output, round);
	if (!cosign_needed(round))
		return;
	progress_end();
	signer = format_safe(text_of(round, "signer"));
	fprintf(stderr,
		"%s must sign next: give them what was printed, for 'bsnctl tx "
		"cosign'.\n",
		signer);
}

void
cosign_fail(Ctl *ctl, json_t *round, GError **error)
{
	g_autofree char *signer = format_safe(text_of(round, "signer"));

	output_json(&ctl->output, round);
	ctl_fail(error, CTL_ERROR_FAILED,
		 "%s must sign it, too: nothing was submitted\nGive them what "
		 "was printed, for 'bsnctl tx cosign', and submit what comes "
		 "of it with 'bsnctl tx submit'.",
		 signer);
}

/* ---- the next ----------------------------------------------------------- */

json_t *
cosign_read(const char *file, GError **error)
{
	gsize len = 0;
	g_autofree char *text = ctl_read_file(file, ROUND_FILE_MAX, &len,
					      error);
	json_t *round = text != NULL ? json_loadb(text, len,
						  JSON_REJECT_DUPLICATES, NULL)
				     : NULL;

	if (text == NULL || (*text_of(round, "state") != '\0' &&
			     *text_of(round, "message") != '\0'))
		return round;
	json_decref(round);
	ctl_fail(error, CTL_ERROR_FAILED,
		 "%s is not what 'bsnctl tx sign' prints where others must "
		 "sign, too\nIt is a JSON object with \"message\", \"state\" and "
		 "\"signer\".",
		 file);
	return NULL;
}

static json_t *
cosign_there(Ctl *ctl, const char *chain, json_t *round, const char *hosted,
	     GError **error)
{
	json_t *body = json_pack("{s:s, s:s, s:s, s:s}", "state",
				 text_of(round, "state"), "message",
				 text_of(round, "message"), "convention",
				 text_of(round, "convention"), "signer",
				 hosted);
	json_t *answer = ctl_ask(ctl, "POST",
				 client_target("chains", chain, "txs", "sign",
					       NULL),
				 body, error);

	json_decref(body);
	return answer;
}

json_t *
cosign(Ctl *ctl, const char *chain, json_t *round, const char *hosted,
       GError **error)
{
	g_autoptr(Signer) signer = NULL;

	if (hosted != NULL)
		return cosign_there(ctl, chain, round, hosted, error);
	signer = transact_signer(ctl, error);
	if (signer == NULL || transact_key(ctl, signer,
					   text_of(round, "algorithm"),
					   error) == NULL)
		return NULL;
	return transact_sign(ctl, chain, signer, round, error);
}
