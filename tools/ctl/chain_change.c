/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl chain change: a chain's configuration, where transactions change it
 * (Fabric's); as many admins sign the same change as its policies ask for.
 */
#include "tools/ctl/chain_change.h"

#include "tools/ctl/settings.h"
#include "tools/ctl/transact.h"

const Option chain_change_options[] = {
	{ "config", 'c', "JSON|@FILE",
	  "what changes, in the framework's own words" },
	{ "set", 0, "KEY=VALUE",
	  "set one key of it; a.b=V reaches into an object; may be repeated" },
	{ "update", 'u', "HEX",
	  "sign what others have begun: \"update\" of 'bsnctl node proposals "
	  "--json'" },
	{ "force", 0, NULL,
	  "even if too few consensus nodes seem to be there" },
	TRANSACT_OPTIONS,
	{ NULL, 0, NULL, NULL },
};

/* What is to change; NULL with an error. */
static json_t *
read_set(const Args *args, GError **error)
{
	const char *text = args_option(args, "config");
	json_t *set = text != NULL ? ctl_read_json(text, "--config", error)
				   : json_object();

	if (set != NULL && !json_is_object(set)) {
		ctl_fail(error, CTL_ERROR_USAGE,
			 "--config is no JSON object\nWrite it as "
			 "'{\"batch\": {\"max_messages\": 100}}'.");
		g_clear_pointer(&set, json_decref);
	}
	if (set != NULL && !settings_take(args, "set", set, error))
		g_clear_pointer(&set, json_decref);
	return set;
}

static json_t *
read_words(const Args *args, GError **error)
{
	const char *update = args_option(args, "update");
	json_t *set = read_set(args, error);

	if (set == NULL)
		return NULL;
	if ((update != NULL) == (json_object_size(set) > 0)) {
		json_decref(set);
		ctl_fail(error, CTL_ERROR_USAGE,
			 "say either what changes or which update to sign\n"
			 "Write --set batch.max_messages=100, --config "
			 "@FILE, or --update HEX.");
		return NULL;
	}
	if (update == NULL)
		return json_pack("{s:o}", "set", set);
	json_decref(set);
	return json_pack("{s:s}", "update", update);
}

gboolean
run_chain_change(Ctl *ctl, const Args *args, GError **error)
{
	json_t *words = read_words(args, error);
	json_t *request;
	gboolean ok;

	if (words == NULL)
		return FALSE;
	if (args_flag(args, "force"))
		json_object_set_new(words, "force", json_true());
	request = transact_request("invoke", "");
	json_object_set_new(request, "function", json_string("config"));
	json_object_set_new(request, "args", words);
	ok = transact(ctl, args, args_operand(args, 0), request, error);
	json_decref(request);
	return ok;
}
