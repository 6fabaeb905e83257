/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/token.h"

#include <jansson.h>

#include "tools/ctl/ctl.h"

#define DAYS_MAX 36500
#define DAY_MS 86400000u

const Option token_create_options[] = {
	{ "role", 'r', "ROLE",
	  "client sends transactions, auditor only reads (client)" },
	{ "days", 'd', "N", "how long it is good for; for ever without it" },
	{ NULL, 0, NULL, NULL },
};

const Option token_revoke_options[] = {
	{ "yes", 'y', NULL, "do not ask" },
	{ NULL, 0, NULL, NULL },
};

static GString *
target(const Args *args)
{
	return client_target("chains", args_operand(args, 0), "tokens",
			     args_operand(args, 1), NULL);
}

gboolean
run_token_create(Ctl *ctl, const Args *args, GError **error)
{
	static const char *const roles[] = { "client", "auditor", NULL };
	static const Column fields[] = {
		{ "Name", "name", COLUMN_TEXT },
		{ "Role", "role", COLUMN_TEXT },
		{ "Expires", "expires_ms", COLUMN_TIME },
		{ "Token, told only now", "token", COLUMN_TEXT },
		{ "Path", "path", COLUMN_TEXT },
		{ NULL, NULL, COLUMN_TEXT },
	};
	const char *role = args_choice(args, "role", roles, error);
	guint64 days;
	json_t *body, *answer;

	if (role == NULL ||
	    !args_number(args, "days", 0, 1, DAYS_MAX, &days, error))
		return FALSE;
	body = json_pack("{s:s, s:s}", "name", args_operand(args, 1), "role",
			 role);
	if (days > 0)
		json_object_set_new(body, "expires_ms",
				    json_integer(g_get_real_time() / 1000 +
						 (gint64)days * DAY_MS));
	answer = ctl_ask(ctl, "POST",
			 client_target("chains", args_operand(args, 0),
				       "tokens", NULL),
			 body, error);
	json_decref(body);
	return ctl_show_fields(ctl, answer, fields, NULL);
}

gboolean
run_token_list(Ctl *ctl, const Args *args, GError **error)
{
	static const Column columns[] = {
		{ "Name", "name", COLUMN_TEXT },
		{ "Role", "role", COLUMN_TEXT },
		{ "Created", "created_ms", COLUMN_TIME },
		{ "By", "created_by", COLUMN_TEXT },
		{ "Expires", "expires_ms", COLUMN_TIME },
		{ NULL, NULL, COLUMN_TEXT },
	};

	return ctl_show_table(ctl, ctl_get(ctl, target(args), error), "tokens",
			      columns,
			      "The chain has no access tokens. Make one with "
			      "'bsnctl chain token create CHAIN NAME'.");
}

gboolean
run_token_revoke(Ctl *ctl, const Args *args, GError **error)
{
	const char *name = args_operand(args, 1);
	g_autofree char *question = g_strdup_printf(
		"Revoke the access token %s of chain %s, for good?", name,
		args_operand(args, 0));

	if (!ctl_confirm(args, question, error))
		return FALSE;
	return ctl_show_done(ctl,
			     ctl_ask(ctl, "DELETE", target(args), NULL, error),
			     "The token %s is revoked.", name);
}
