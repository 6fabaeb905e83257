/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl message: messages between applications, beside the ledger.
 */
#include <string.h>

#include "tools/ctl/ctl.h"
#include "tools/ctl/listen.h"

/* The gateway's bounds. */
#define PAYLOAD_MAX (1u << 20)
#define WAIT_MAX_S 60

/* ---- send --------------------------------------------------------------- */

static const Option send_options[] = {
	{ "all", 'a', NULL, "to all who listen, not to one" },
	{ "private", 'p', NULL, "the topic is a private one" },
	{ "wait", 'w', "SECONDS", "how long the receiver may take (5)" },
	{ NULL, 0, NULL, NULL },
};

/* The payload as the body's member: text when it is that. */
static gboolean
add_payload(json_t *body, const char *word, GError **error)
{
	gsize len = strlen(word);
	g_autofree char *contents =
		word[0] == '@'
			? ctl_read_file(word + 1, PAYLOAD_MAX, &len, error)
			: g_strdup(word);
	g_autofree char *base64 = NULL;

	if (contents == NULL)
		return FALSE;
	if (g_utf8_validate_len(contents, len, NULL)) {
		json_object_set_new(body, "text", json_stringn(contents, len));
		return TRUE;
	}
	base64 = g_base64_encode((const guchar *)contents, len);
	json_object_set_new(body, "base64", json_string(base64));
	return TRUE;
}

static json_t *
message_of(const Args *args, GError **error)
{
	json_t *body = json_pack(
		"{s:s, s:b, s:s}", "topic", args_operand(args, 1), "private",
		args_flag(args, "private"), "mode",
		args_flag(args, "all") ? "multicast" : "unicast");
	guint64 wait_s;

	if (!args_number(args, "wait", 0, 1, WAIT_MAX_S, &wait_s, error) ||
	    !add_payload(body, args_operand(args, 2), error)) {
		json_decref(body);
		return NULL;
	}
	if (wait_s > 0)
		json_object_set_new(body, "timeout_ms",
				    json_integer((json_int_t)wait_s * 1000));
	return body;
}

/* What is to be said of a message that was not delivered; NULL: it was. */
static const char *
trouble_of(json_t *answer)
{
	static const struct {
		const char *status, *trouble;
	} troubles[] = {
		{ "no-receiver", "no-receiver: nobody listens to the topic" },
		{ "receiver-left",
		  "receiver-left: who got the message has left" },
		{ "timed-out", "timed-out: who got the message is silent" },
	};
	const char *status =
		json_string_value(json_object_get(answer, "status"));

	for (guint i = 0; i < G_N_ELEMENTS(troubles); i++)
		if (g_strcmp0(status, troubles[i].status) == 0)
			return troubles[i].trouble;
	return NULL;
}

static gboolean
run_send(Ctl *ctl, const Args *args, GError **error)
{
	static const Column fields[] = {
		{ "Status", "status", COLUMN_TEXT },
		{ "Answer", "text", COLUMN_TEXT },
		{ "Answer, base64", "base64", COLUMN_TEXT },
		{ "Receivers", "receivers", COLUMN_NUMBER },
		{ NULL, NULL, COLUMN_TEXT },
	};
	json_t *body = message_of(args, error);
	const char *trouble;
	json_t *answer;

	if (body == NULL)
		return FALSE;
	if (!ctl->timeout_given)
		ctl->timeout_ms += WAIT_MAX_S * 1000;
	answer = ctl_ask(ctl, "POST",
			 client_target("chains", args_operand(args, 0),
				       "messages", NULL),
			 body, error);
	json_decref(body);
	trouble = trouble_of(answer);
	if (trouble == NULL)
		return ctl_show_fields(ctl, answer, fields, NULL);
	json_decref(answer);
	return ctl_fail(error, CTL_ERROR_FAILED, "%s", trouble);
}

/* ---- private topics ----------------------------------------------------- */

static const Option declare_options[] = {
	{ "key", 'k', "HEX",
	  "a public key that may send and receive; repeatable" },
	{ NULL, 0, NULL, NULL },
};

static GString *
topics_target(const Args *args, const char *topic)
{
	return client_target("chains", args_operand(args, 0), "messages",
			     "topics", topic, NULL);
}

static gboolean
run_declare(Ctl *ctl, const Args *args, GError **error)
{
	const char *topic = args_operand(args, 1);
	g_autoptr(GPtrArray) keys = args_option_all(args, "key");
	json_t *list = json_array();
	json_t *body = json_pack("{s:s, s:o}", "topic", topic, "keys", list);
	json_t *answer;

	for (guint i = 0; i < keys->len; i++)
		json_array_append_new(list, json_string(keys->pdata[i]));
	answer = ctl_ask(ctl, "POST", topics_target(args, NULL), body, error);
	json_decref(body);
	return ctl_show_done(ctl, answer,
			     "The private topic %s is yours, with %u keys.",
			     topic, keys->len);
}

static gboolean
run_topics(Ctl *ctl, const Args *args, GError **error)
{
	static const Column columns[] = {
		{ "Topic", "topic", COLUMN_TEXT },
		{ "Owner", "owner", COLUMN_HASH },
		{ "Keys", "keys", COLUMN_LIST },
		{ NULL, NULL, COLUMN_TEXT },
	};

	return ctl_show_table(
		ctl, ctl_get(ctl, topics_target(args, NULL), error), "topics",
		columns,
		"The chain has no private topics. Make one with 'bsnctl "
		"message topic declare CHAIN TOPIC'.");
}

static gboolean
run_remove(Ctl *ctl, const Args *args, GError **error)
{
	const char *topic = args_operand(args, 1);

	return ctl_show_done(ctl,
			     ctl_ask(ctl, "DELETE", topics_target(args, topic),
				     NULL, error),
			     "Nobody may use the private topic %s any more.",
			     topic);
}

static const Verb verbs[] = {
	{ "send", "CHAIN TOPIC TEXT|@FILE",
	  "Sends a message and shows the receiver's answer", send_options,
	  "bsnctl message send evidence orders 'ten of them'\n"
	  "bsnctl message send evidence news @news.json --all",
	  run_send },
	{ "listen", "CHAIN [TOPIC...]",
	  "Shows messages as they come and answers them; with --json one "
	  "object a line",
	  listen_options,
	  "bsnctl message listen evidence orders news\n"
	  "bsnctl message listen evidence orders --answer ok --count 1\n"
	  "bsnctl message listen evidence --private offers",
	  run_listen },
	{ "topic declare", "CHAIN TOPIC",
	  "Declares who may use a private topic of yours", declare_options,
	  "bsnctl message topic declare evidence offers --key 0x04ab...",
	  run_declare },
	{ "topic list", "CHAIN", "Lists the private topics", NULL,
	  "bsnctl message topic list evidence", run_topics },
	{ "topic remove", "CHAIN TOPIC", "Ends a private topic of yours", NULL,
	  "bsnctl message topic remove evidence offers", run_remove },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_message = { "message",
			    "Sends and receives messages beside the ledger",
			    verbs };
