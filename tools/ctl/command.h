/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/command.h: how a command describes itself. Parsing, help and
 * suggestions all read the same tables.
 */
#ifndef TOOLS_CTL_COMMAND_H
#define TOOLS_CTL_COMMAND_H

#include <glib.h>

typedef struct Ctl Ctl;   /* tools/ctl/ctl.h */
typedef struct Args Args; /* tools/ctl/args.h */

typedef struct {
	const char *name;  /* long, without the dashes; NULL ends a table */
	char letter;       /* short form, or 0 */
	const char *value; /* what its value is called: "N"; NULL for a flag */
	const char *help;  /* one line */
} Option;

typedef struct {
	const char *name;      /* "create", "hosted add"; NULL ends a table;
				* "" when the noun is the whole command */
	const char *operands;  /* "CHAIN", "[CHAIN]", "NAME [ARG...]" */
	const char *purpose;   /* one line */
	const Option *options; /* or NULL */
	const char *examples;  /* command lines, one each */
	gboolean (*run)(Ctl *ctl, const Args *args, GError **error);
} Verb;

typedef struct {
	const char *name;
	const char *purpose; /* one line */
	const Verb *verbs;
} Noun;

/* All nouns in the order of the help, ended by NULL; and the options that
 * every command takes. */
extern const Noun *const command_nouns[];
extern const Option command_globals[];

extern const Noun noun_init, noun_chain, noun_node, noun_contract, noun_tx,
	noun_ledger, noun_block, noun_event, noun_message, noun_status,
	noun_peer, noun_plugin,
	noun_id, noun_channel, noun_grpc, noun_snapshot;

#endif
