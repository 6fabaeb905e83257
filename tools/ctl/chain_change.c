/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl chain change: asks the host what a change would change, shows it, and
 * signs exactly that.
 */
#include "tools/ctl/chain_change.h"

#include "tools/ctl/chain_config.h"
#include "tools/ctl/difference.h"
#include "tools/ctl/organisations.h"
#include "tools/ctl/transact.h"

const Option chain_change_options[] = {
	{ "config", 'c', "JSON|@FILE",
	  "what is to be different, in the framework's own words" },
	{ "set", 0, "KEY=VALUE",
	  "set one key; a.b=V reaches into an object; may be repeated" },
	ORGANISATIONS_OPTION,
	{ "update", 'u', "HEX",
	  "sign this change, as 'node proposals' shows it, instead" },
	{ "dry-run", 'n', NULL, "show what would change, and sign nothing" },
	{ "yes", 'y', NULL, "sign without being asked" },
	{ "force", 0, NULL,
	  "even if too few consensus nodes seem to be there" },
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

/* What the user wants, {"set": {...}} or {"update": HEX}; to be released. */
static json_t *
read_change(const Args *args, GError **error)
{
	const char *update = args_option(args, "update");
	json_t *set;

	if (update != NULL)
		return json_pack("{s:s}", "update", update);
	set = chain_config_read(args, error);
	if (set == NULL || json_object_size(set) > 0)
		return set != NULL ? json_pack("{s:o}", "set", set) : NULL;
	json_decref(set);
	ctl_fail(error, CTL_ERROR_USAGE,
		 "nothing is to be changed\nSay what: --set "
		 "batch.max_messages=100, or --config @FILE.");
	return NULL;
}

/* The request for a change, which is taken; to be released. */
static json_t *
make_request(const Args *args, json_t *change)
{
	json_t *request = transact_request("invoke", "");

	if (args_flag(args, "force"))
		json_object_set_new(change, "force", json_true());
	json_object_set_new(request, "function", json_string("config"));
	json_object_set_new(request, "args", change);
	return request;
}

/* The host's answer; to be released. */
static json_t *
ask_preview(Ctl *ctl, const Args *args, json_t *request, GError **error)
{
	const char *signer = args_option(args, "signer");
	json_t *body = json_copy(request);
	json_t *answer;

	if (signer != NULL)
		json_object_set_new(body, "signer", json_string(signer));
	answer = ctl_ask(ctl, "POST",
			 client_target("chains", args_operand(args, 0), "call",
				       NULL),
			 body, error);
	json_decref(body);
	return answer;
}

/* Signs the update that was shown, not another one that the same words might
 * come to by now. */
static gboolean
sign(Ctl *ctl, const Args *args, json_t *preview, GError **error)
{
	json_t *update = json_object_get(preview, "update");
	json_t *request;
	gboolean ok;

	if (!json_is_string(update))
		return ctl_fail(error, CTL_ERROR_FAILED,
				"the host does not say what is to be signed\n"
				"See the host's log.");
	request = make_request(args, json_pack("{s:O}", "update", update));
	ok = transact(ctl, args, args_operand(args, 0), request, error);
	json_decref(request);
	return ok;
}

gboolean
run_chain_change(Ctl *ctl, const Args *args, GError **error)
{
	const gboolean dry = args_flag(args, "dry-run");
	json_t *change = read_change(args, error);
	json_t *request;
	json_t *answer;
	json_t *preview;
	gboolean ok;

	if (change == NULL)
		return FALSE;
	request = make_request(args, change);
	answer = ask_preview(ctl, args, request, error);
	preview = json_object_get(answer, "result");
	ok = answer != NULL;
	if (ok && !ctl->output.json)
		difference_show(&ctl->output, preview);
	else if (ok && dry)
		output_json(&ctl->output, preview);
	if (ok && !dry)
		ok = ctl_confirm(args, "Sign this change?", error) &&
		     sign(ctl, args, preview, error);
	json_decref(answer);
	json_decref(request);
	return ok;
}
