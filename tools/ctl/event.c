/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl event: what happens on a chain, as it happens.
 */
#include <string.h>

#include "tools/ctl/ctl.h"
#include "tools/ctl/follow.h"
#include "tools/ctl/format.h"
#include "tools/ctl/progress.h"
#include "tools/ctl/text_of.h"

typedef struct {
	Follow follow;
	Ctl *ctl;
	guint64 left; /* events to go; 0 from the start: no end */
	gboolean counted;
} Watch;

static void
print_block(const Output *output, json_t *data)
{
	fprintf(output->file, "block %" JSON_INTEGER_FORMAT "\n",
		json_integer_value(json_object_get(data, "block")));
	output_value(output, json_object_get(data, "payload"), 4);
}

static void
print_contract(const Output *output, json_t *data)
{
	g_autofree char *contract = format_safe(text_of(data, "contract"));
	g_autofree char *name = format_safe(text_of(data, "name"));

	fprintf(output->file, "block %" JSON_INTEGER_FORMAT "  %s %s\n",
		json_integer_value(json_object_get(data, "block")), contract,
		*name != '\0' ? name : "(event of unknown name)");
	output_value(output, json_object_get(data, "payload"), 4);
}

/* One line of JSON: the event's id and kind beside what it says. */
static void
print_json(const Output *output, const char *id, const char *kind, json_t *data)
{
	json_t *line = json_pack("{s:s, s:s, s:O}", "id", id, "event", kind,
				 "data", data);

	output_json_line(output, line);
	json_decref(line);
}

static void
print_event(const Output *output, const char *id, const char *kind,
	    json_t *data)
{
	if (output->json)
		print_json(output, id, kind, data);
	else if (strcmp(kind, "block") == 0)
		print_block(output, data);
	else
		print_contract(output, data);
	fflush(output->file);
}

static gboolean
on_event(const char *id, const char *kind, const char *text, void *user)
{
	Watch *watch = user;
	json_t *data = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	gboolean is_end = strcmp(kind, "end") == 0;

	progress_end();
	if (data == NULL || is_end) {
		g_autofree char *why = format_safe(text_of(data, "reason"));

		fprintf(stderr, "bsnctl: %s\n",
			is_end ? why : "skipped an event that is not JSON");
		json_decref(data);
		return TRUE;
	}
	watch->follow.received++;
	print_event(&watch->ctl->output, id, kind, data);
	json_decref(data);
	return !(watch->counted && --watch->left == 0);
}

/* Watching from now on means from the block after the latest one: said once
 * and by number, so that a reconnect before the first event misses nothing. */
static gboolean
first_block(Ctl *ctl, const Args *args, guint64 *from, GError **error)
{
	json_t *ledger;

	if (args_option(args, "from") != NULL)
		return args_number(args, "from", 0, 0, G_MAXINT64, from, error);
	ledger = ctl_get(
		ctl,
		client_target("chains", args_operand(args, 0), "ledger", NULL),
		error);
	if (ledger == NULL)
		return FALSE;
	*from = (guint64)json_integer_value(json_object_get(ledger, "height")) +
		1;
	json_decref(ledger);
	return TRUE;
}

/* --where NAME=VALUE */
static gboolean
add_conditions(const Args *args, GString *target, GError **error)
{
	g_autoptr(GPtrArray) all = args_option_all(args, "where");

	for (guint i = 0; i < all->len; i++) {
		const char *condition = all->pdata[i];
		const char *equals = strchr(condition, '=');
		g_autofree char *name = NULL;

		if (equals == NULL || equals == condition)
			return ctl_fail(error, CTL_ERROR_USAGE,
					"--where %s is not NAME=VALUE",
					condition);
		name = g_strdup_printf("where.%.*s", (int)(equals - condition),
				       condition);
		client_query(target, name, equals + 1);
	}
	return TRUE;
}

static gboolean
run_watch(Ctl *ctl, const Args *args, GError **error)
{
	Watch watch = { .ctl = ctl };
	g_autoptr(GString) target = NULL;
	g_autoptr(Sse) sse = sse_new(on_event, &watch);
	guint64 from;

	watch.follow.sse = sse;
	watch.counted = args_option(args, "count") != NULL;
	if (!args_number(args, "count", 0, 1, G_MAXINT64, &watch.left, error) ||
	    !first_block(ctl, args, &from, error))
		return FALSE;
	target = client_target("chains", args_operand(args, 0), "events", NULL);
	client_query_number(target, "from", from);
	client_query(target, "kind", args_option(args, "kind"));
	client_query(target, "contract", args_option(args, "contract"));
	client_query(target, "name", args_option(args, "name"));
	if (!add_conditions(args, target, error))
		return FALSE;
	progress_begin("watching from block %" G_GUINT64_FORMAT, from);
	return follow_stream(&watch.follow, ctl_client(ctl, NULL), target->str,
			     error);
}

static const Option watch_options[] = {
	{ "from", 0, "N", "from this block on (from now on)" },
	{ "kind", 'k', "KIND", "only block or contract events" },
	{ "contract", 'c', "CONTRACT",
	  "only this contract's; name or address" },
	{ "name", 0, "EVENT", "only events of this name" },
	{ "where", 0, "NAME=VALUE",
	  "only with this in what it says; a.b=V reaches into an object; may "
	  "be "
	  "repeated" },
	{ "count", 0, "N", "end after so many events" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "watch", "CHAIN",
	  "Shows events as they come, reconnecting where it left off; with "
	  "--json one object a line",
	  watch_options,
	  "bsnctl event watch evidence\n"
	  "bsnctl event watch evidence --from 1 --kind contract --json\n"
	  "bsnctl event watch evidence --contract evidence --name Deposited "
	  "--count 1\n"
	  "bsnctl event watch trade --from 1 --where initiator=ADDRESS",
	  run_watch },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_event = { "event", "Watches blocks and contract events",
			  verbs };
