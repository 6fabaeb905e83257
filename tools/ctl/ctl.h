/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/ctl.h: what a running command has at hand.
 */
#ifndef TOOLS_CTL_CTL_H
#define TOOLS_CTL_CTL_H

#include "tools/ctl/args.h"
#include "tools/ctl/client.h"
#include "tools/ctl/command.h"
#include "tools/ctl/error.h"
#include "tools/ctl/node.h"
#include "tools/ctl/output.h"

struct Ctl {
	Output output;
	guint timeout_ms;       /* of one answer */
	gboolean timeout_given; /* by the user */
	const char *spec;       /* --node, or NULL */
	const char *id;         /* who asks */
	Node *node;             /* ctl_node */
	Client *client;         /* ctl_client */
};

/* Runs a command line; prints; returns the exit code. */
int ctl_main(int argc, char **argv);

/* The node, found at first need. Borrowed. */
Node *ctl_node(Ctl *ctl, GError **error);
/* The client, made at first need. Borrowed. */
Client *ctl_client(Ctl *ctl, GError **error);
/* One more, while that one is busy; for client_free. */
Client *ctl_new_client(Ctl *ctl, GError **error);

/* client_request with the command's client and timeout. Takes the target. */
json_t *ctl_ask(Ctl *ctl, const char *method, GString *target, json_t *body,
		GError **error);
json_t *ctl_get(Ctl *ctl, GString *target, GError **error);

/* The array called `member` of an answer, or the answer when it is one itself.
 * Borrowed. */
json_t *ctl_rows(json_t *answer, const char *member);

/* Prints an answer: as JSON with --json, else as a table or as fields with
 * what `rest` (a member, or NULL) holds below them. Releases the answer; FALSE
 * with the error untouched when it is NULL. */
gboolean ctl_show_table(Ctl *ctl, json_t *answer, const char *member,
			const Column *columns, const char *empty);
gboolean ctl_show_fields(Ctl *ctl, json_t *answer, const Column *fields,
			 const char *rest);
/* Prints one line for people, or the answer as JSON. Releases the answer. */
gboolean ctl_show_done(Ctl *ctl, json_t *answer, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* Asks on the terminal whether to go on; without one, --yes must be given. */
gboolean ctl_confirm(const Args *args, const char *question, GError **error);

/* JSON in the text, or in FILE when the text is @FILE (@- is standard input);
 * `what` names it in errors. To be released. */
json_t *ctl_read_json(const char *text, const char *what, GError **error);
/* The text as JSON if it is that, else as a string. To be released. */
json_t *ctl_word_to_json(const char *text);
/* A whole file, or standard input for "-", up to `max` bytes. */
char *ctl_read_file(const char *file, gsize max, gsize *len, GError **error);

#endif
