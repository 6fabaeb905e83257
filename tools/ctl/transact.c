/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/transact.h"

#include <string.h>

#include "identity/key_certificate.h"
#include "tools/ctl/cosign.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/progress.h"
#include "tools/ctl/receipt.h"
#include "tools/ctl/signer.h"
#include "tools/ctl/text_of.h"

/* No framework of BSN asks one person for more than two signatures. */
#define ROUNDS_MAX 8
/* What the connection grants beyond the wait that the host was asked for. */
#define GRACE_MS 5000u

json_t *
transact_request(const char *kind, const char *contract)
{
	return json_pack("{s:s, s:s}", "kind", kind, "contract", contract);
}

json_t *
transact_words(const Args *args, guint from)
{
	json_t *words = json_array();

	for (guint i = from; i < args_operand_count(args); i++)
		json_array_append_new(words,
				      ctl_word_to_json(args_operand(args, i)));
	return words;
}

/* ---- signing here ------------------------------------------------------- */

Signer *
transact_signer(Ctl *ctl, GError **error)
{
	Node *node = ctl_node(ctl, error);
	g_autofree char *directory = NULL;

	if (node == NULL)
		return NULL;
	directory = node_identity_path(node, ctl->id, NULL, error);
	return directory != NULL ? signer_load(directory, error) : NULL;
}

/* The key that signs, and who it is, if it is the identity's own: a chain may
 * know people by their certificates. */
static gboolean
add_signer(Ctl *ctl, json_t *request, const Signer *signer,
	   const char *algorithm, const guint8 *key, GError **error)
{
	g_autofree char *hex =
		ctl_hex_encode(key, SIGNER_PUBLIC_KEY_LEN, TRUE);
	g_autofree char *file = NULL;
	g_autofree char *pem = NULL;
	gsize len;

	json_object_set_new(request, "public_key", json_string(hex));
	if (strcmp(algorithm, signer_own_algorithm(signer)) != 0)
		return TRUE;
	file = node_identity_path(ctl->node, ctl->id, "cert.pem", error);
	if (file != NULL)
		pem = ctl_read_file(file, KEY_CERTIFICATE_PEM_MAX, &len, error);
	if (pem != NULL)
		json_object_set_new(request, "certificate", json_string(pem));
	return pem != NULL;
}

const guint8 *
transact_key(const Ctl *ctl, const Signer *signer, const char *algorithm,
	     GError **error)
{
	const guint8 *key = signer_public_key(signer, algorithm);

	if (key == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "identity '%s' has no %s key\nMake one with 'bsnctl "
			 "id key %s --algorithm %s'.",
			 ctl->id, algorithm, ctl->id, algorithm);
	return key;
}

/* Asks for the first thing to sign with the key for `algorithm`. */
static json_t *
prepare(Ctl *ctl, const char *chain, json_t *request, const Signer *signer,
	const char *algorithm, GError **error)
{
	const guint8 *key = transact_key(ctl, signer, algorithm, error);
	json_t *body;
	json_t *answer = NULL;

	if (key == NULL)
		return NULL;
	body = json_copy(request);
	if (add_signer(ctl, body, signer, algorithm, key, error))
		answer = ctl_ask(ctl, "POST",
				 client_target("chains", chain, "txs",
					       "prepare", NULL),
				 body, error);
	json_decref(body);
	return answer;
}

/* With no --algorithm the identity's own key is tried; a chain that asks for
 * another one that the identity has is asked again with that. */
static json_t *
first_round(Ctl *ctl, const char *chain, json_t *request, const Signer *signer,
	    const char *algorithm, GError **error)
{
	const char *own = signer_own_algorithm(signer);
	json_t *answer = prepare(ctl, chain, request, signer,
				 algorithm != NULL ? algorithm : own, error);
	g_autofree char *wanted = g_strdup(text_of(answer, "algorithm"));

	if (answer == NULL || algorithm != NULL || strcmp(wanted, own) == 0 ||
	    signer_public_key(signer, wanted) == NULL)
		return answer;
	json_decref(answer);
	return prepare(ctl, chain, request, signer, wanted, error);
}

json_t *
transact_sign(Ctl *ctl, const char *chain, const Signer *signer, json_t *round,
	      GError **error)
{
	g_autoptr(GBytes) message = ctl_hex_decode(text_of(round, "message"));
	g_autoptr(GBytes) signature = NULL;
	g_autofree char *hex = NULL;
	json_t *body;
	json_t *answer;

	if (message == NULL || g_bytes_get_size(message) == 0) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the host gave nothing to sign\nSee the host's log.");
		return NULL;
	}
	signature = signer_sign(signer, text_of(round, "algorithm"),
				text_of(round, "convention"),
				g_bytes_get_data(message, NULL),
				g_bytes_get_size(message), error);
	if (signature == NULL)
		return NULL;
	hex = ctl_hex_encode(g_bytes_get_data(signature, NULL),
			 g_bytes_get_size(signature), TRUE);
	body = json_pack("{s:s, s:s}", "state", text_of(round, "state"),
			 "signature", hex);
	answer = ctl_ask(ctl, "POST",
			 client_target("chains", chain, "txs", "sign", NULL),
			 body, error);
	json_decref(body);
	return answer;
}

json_t *
transact_sign_here(Ctl *ctl, const char *chain, json_t *request,
		   const char *algorithm, GError **error)
{
	g_autoptr(Signer) signer = transact_signer(ctl, error);
	json_t *round = NULL;

	if (signer != NULL)
		round = first_round(ctl, chain, request, signer, algorithm,
				    error);
	for (guint i = 0; i < ROUNDS_MAX && round != NULL; i++) {
		json_t *next;

		if (*text_of(round, "tx") != '\0' || cosign_needed(round))
			return round;
		next = transact_sign(ctl, chain, signer, round, error);
		json_decref(round);
		round = next;
	}
	if (round != NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the host asked for more than %d signatures",
			 ROUNDS_MAX);
	json_decref(round);
	return NULL;
}

/* The body to submit; NULL, and the round is printed, when it is not finished.
 * Takes the round, which may be NULL. */
static json_t *
finished(Ctl *ctl, json_t *round, GError **error)
{
	json_t *body = NULL;

	if (round != NULL && !cosign_needed(round))
		body = json_pack("{s:s}", "tx", text_of(round, "tx"));
	else if (round != NULL)
		cosign_fail(ctl, round, error);
	json_decref(round);
	return body;
}

static json_t *
sign_there(json_t *request, const char *hosted)
{
	json_t *body = json_copy(request);

	json_object_set_new(body, "signer", json_string(hosted));
	return body;
}

/* ---- submitting --------------------------------------------------------- */

const char *
transact_wait(const Args *args, GError **error)
{
	static const char *const stages[] = { "committed", "accepted", NULL };

	return args_choice(args, "wait", stages, error);
}

json_t *
transact_submit(Ctl *ctl, const char *chain, const char *wait, json_t *body,
		GError **error)
{
	GString *target = client_target("chains", chain, "txs", NULL);
	guint timeout_ms = ctl->timeout_ms;
	json_t *answer;

	client_query(target, "wait", wait);
	if (ctl->timeout_given)
		client_query_number(target, "timeout_ms", timeout_ms);
	progress_begin("waiting until it is %s", wait);
	ctl->timeout_ms += GRACE_MS;
	answer = ctl_ask(ctl, "POST", target, body, error);
	ctl->timeout_ms = timeout_ms;
	return answer;
}

gboolean
transact_reached(json_t *result, const char *wait)
{
	const char *stage = text_of(result, "stage");

	if (strcmp(stage, "committed") == 0 || strcmp(stage, "invalid") == 0)
		return TRUE;
	return strcmp(stage, wait) == 0;
}

static gboolean
show(Ctl *ctl, const char *chain, const char *wait, json_t *result,
     GError **error)
{
	if (ctl->output.json)
		output_json(&ctl->output, result);
	else
		receipt_print(&ctl->output, result);
	if (transact_reached(result, wait))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"it is %s, and was not %s in time\nLook again with "
			"'bsnctl tx show %s %s', or allow more with --timeout.",
			text_of(result, "stage"), wait, chain,
			text_of(result, "id"));
}

/* A transaction that failed in a block has a receipt all the same. */
static void
show_failed(Ctl *ctl, const GError *error)
{
	json_t *result = json_object_get(ctl_error_answer(error), "tx");

	if (json_is_object(result) && !ctl->output.json)
		receipt_print(&ctl->output, result);
}

gboolean
transact(Ctl *ctl, const Args *args, const char *chain, json_t *request,
	 GError **error)
{
	const char *wait = transact_wait(args, error);
	const char *hosted = args_option(args, "signer");
	g_autoptr(GError) why = NULL;
	json_t *body;
	json_t *result;
	gboolean ok;

	if (wait == NULL)
		return FALSE;
	body = hosted != NULL
		       ? sign_there(request, hosted)
		       : finished(ctl,
				  transact_sign_here(
					  ctl, chain, request,
					  args_option(args, "algorithm"),
					  error),
				  error);
	if (body == NULL)
		return FALSE;
	result = transact_submit(ctl, chain, wait, body, &why);
	json_decref(body);
	if (result == NULL) {
		show_failed(ctl, why);
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	ok = show(ctl, chain, wait, result, error);
	json_decref(result);
	return ok;
}
