/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/listen.h"

#include <string.h>

#include "tools/ctl/follow.h"
#include "tools/ctl/format.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/progress.h"
#include "tools/ctl/signer.h"

const Option listen_options[] = {
	{ "private", 'p', "TOPIC", "also to this private topic; repeatable" },
	{ "prove", 0, "ALGORITHM",
	  "prove the identity's key of this algorithm, too: secp256k1" },
	{ "answer", 'a', "TEXT",
	  "what each message is answered with (nothing)" },
	{ "silent", 0, NULL, "do not answer, not even that it has come" },
	{ "count", 0, "N", "end after so many messages" },
	{ NULL, 0, NULL, NULL },
};

typedef struct {
	Follow follow; /* first, so that it is cast back */
	Ctl *ctl;
	const char *chain, *answer;
	gboolean silent;
	guint64 left; /* messages to go; 0 from the start: no end */
	gboolean counted;
	Client *answers; /* a connection of its own */
} Listening;

/* ---- messages ----------------------------------------------------------- */

static const char *
text_of(json_t *object, const char *path)
{
	const char *text = json_string_value(output_member(object, path));

	return text != NULL ? text : "";
}

static void
print_message(const Output *output, json_t *message)
{
	g_autofree char *topic = format_safe(text_of(message, "topic"));
	g_autofree char *name = format_safe(text_of(message, "from.name"));
	g_autofree char *organisation =
		format_safe(text_of(message, "from.organisation"));
	const gboolean is_text = json_object_get(message, "text") != NULL;
	g_autofree char *payload =
		format_safe(text_of(message, is_text ? "text" : "base64"));

	fprintf(output->file, "%s  %s (%s)%s\n    %s\n", topic, name,
		organisation, is_text ? "" : "  base64", payload);
}

static void
answer(const Listening *listening, json_t *message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) target = NULL;
	json_t *body, *told;

	if (listening->silent ||
	    strcmp(text_of(message, "mode"), "unicast") != 0)
		return;
	target = client_target("chains", listening->chain, "messages",
			       text_of(message, "id"), "answer", NULL);
	body = json_object();
	if (listening->answer != NULL)
		json_object_set_new(body, "text",
				    json_string(listening->answer));
	told = client_request(listening->answers, "POST", target->str, body,
			      listening->ctl->timeout_ms, &error);
	if (told == NULL)
		fprintf(stderr, "bsnctl: %s\n", error->message);
	json_decref(told);
	json_decref(body);
}

static gboolean
on_event(const char *id, const char *kind, const char *text, void *user)
{
	Listening *listening = user;
	const Output *output = &listening->ctl->output;
	json_t *data = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	progress_end();
	if (data == NULL || strcmp(kind, "message") != 0) {
		g_autofree char *why = format_safe(text_of(data, "reason"));

		fprintf(stderr, "bsnctl: %s\n",
			data != NULL ? why : "skipped what is not JSON");
		json_decref(data);
		return TRUE;
	}
	listening->follow.received++;
	if (output->json)
		output_json_line(output, data);
	else
		print_message(output, data);
	fflush(output->file);
	answer(listening, data);
	json_decref(data);
	return !(listening->counted && --listening->left == 0);
}

/* ---- proof of a key ----------------------------------------------------- */

static Signer *
load_signer(Ctl *ctl, GError **error)
{
	const Node *node = ctl_node(ctl, error);
	g_autofree char *directory =
		node != NULL ? node_identity_path(node, ctl->id, NULL, error)
			     : NULL;

	return directory != NULL ? signer_load(directory, error) : NULL;
}

/* For secp256k1 a digest is signed: host/access/challenge.h. */
static GBytes *
sign_message(const Signer *signer, const char *algorithm, const char *message,
	     GError **error)
{
	g_autoptr(GChecksum) sha256 = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize len = sizeof(digest);

	if (strcmp(algorithm, "secp256k1") != 0)
		return signer_sign(signer, algorithm, "standard",
				   (const guint8 *)message, strlen(message),
				   error);
	g_checksum_update(sha256, (const guchar *)message,
			  (gssize)strlen(message));
	g_checksum_get_digest(sha256, digest, &len);
	return signer_sign(signer, algorithm, "digest", digest, len, error);
}

static gboolean
add_proof(const Signer *signer, const char *algorithm, json_t *challenge,
	  GString *target, GError **error)
{
	const char *message = text_of(challenge, "message");
	const guint8 *key = signer_public_key(signer, algorithm);
	g_autofree char *key_hex = NULL;
	g_autofree char *signature_hex = NULL;
	g_autoptr(GBytes) signature =
		sign_message(signer, algorithm, message, error);
	gsize len;
	const guint8 *data;

	if (signature == NULL)
		return FALSE;
	data = g_bytes_get_data(signature, &len);
	key_hex = ctl_hex_encode(key, SIGNER_PUBLIC_KEY_LEN, TRUE);
	signature_hex = ctl_hex_encode(data, len, TRUE);
	client_query(target, "challenge", text_of(challenge, "challenge"));
	client_query(target, "algorithm", algorithm);
	client_query(target, "public_key", key_hex);
	client_query(target, "signature", signature_hex);
	return TRUE;
}

static gboolean
prove(Ctl *ctl, const Args *args, GString *target, GError **error)
{
	const char *algorithm = args_option(args, "prove");
	g_autoptr(Signer) signer = NULL;
	json_t *challenge;
	gboolean proven;

	if (algorithm == NULL)
		return TRUE;
	signer = load_signer(ctl, error);
	if (signer == NULL)
		return FALSE;
	challenge = ctl_ask(ctl, "POST",
			    client_target("chains", args_operand(args, 0),
					  "messages", "challenge", NULL),
			    NULL, error);
	if (challenge == NULL)
		return FALSE;
	proven = add_proof(signer, algorithm, challenge, target, error);
	json_decref(challenge);
	return proven;
}

/* ---- the command -------------------------------------------------------- */

/* "a,b"; NULL for none. */
static char *
join(GPtrArray *names)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(list, "%s%s", i > 0 ? "," : "",
				       (const char *)names->pdata[i]);
	return names->len > 0 ? g_strdup(list->str) : NULL;
}

static GString *
target_of(Ctl *ctl, const Args *args, GError **error)
{
	g_autoptr(GPtrArray) topics = g_ptr_array_new();
	g_autoptr(GPtrArray) privates = args_option_all(args, "private");
	g_autofree char *topic_list = NULL;
	g_autofree char *private_list = join(privates);
	g_autoptr(GString) target = client_target(
		"chains", args_operand(args, 0), "messages", NULL);

	for (guint i = 1; i < args_operand_count(args); i++)
		g_ptr_array_add(topics, (gpointer)args_operand(args, i));
	topic_list = join(topics);
	client_query(target, "topics", topic_list);
	client_query(target, "private", private_list);
	return prove(ctl, args, target, error) ? g_steal_pointer(&target)
					       : NULL;
}

gboolean
run_listen(Ctl *ctl, const Args *args, GError **error)
{
	Listening listening = {
		.ctl = ctl,
		.chain = args_operand(args, 0),
		.answer = args_option(args, "answer"),
		.silent = args_flag(args, "silent"),
		.counted = args_option(args, "count") != NULL,
	};
	g_autoptr(Sse) sse = sse_new(on_event, &listening);
	g_autoptr(GString) target = NULL;
	g_autoptr(Client) answers = NULL;

	listening.follow.sse = sse;
	if (!args_number(args, "count", 0, 1, G_MAXINT64, &listening.left,
			 error))
		return FALSE;
	target = target_of(ctl, args, error);
	answers = target != NULL ? ctl_new_client(ctl, error) : NULL;
	listening.answers = answers;
	if (answers == NULL || ctl_client(ctl, error) == NULL)
		return FALSE;
	progress_begin("listening on %s", listening.chain);
	return follow_stream(&listening.follow, ctl->client, target->str,
			     error);
}
