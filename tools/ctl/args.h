/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/args.h: a command line, taken apart.
 *
 * Options may stand anywhere; `--name value`, `--name=value`, `-n value` and
 * `-nvalue` are the same. `--` ends them, and a word such as -5 is a number
 * and no option.
 */
#ifndef TOOLS_CTL_ARGS_H
#define TOOLS_CTL_ARGS_H

#include "tools/ctl/command.h"

/* Takes argv[1..argc-1] apart by command_nouns. The strings are borrowed from
 * argv. Errors are CTL_ERROR_USAGE with the nearest suggestion. With --help
 * anywhere (or `help` as the first word) nothing is said of what is missing. */
Args *args_parse(int argc, char **argv, GError **error);
void args_free(Args *args);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Args, args_free)

const Noun *args_noun(const Args *args);  /* NULL: none was given */
const Verb *args_verb(const Args *args);  /* NULL: none was given */
const char *args_group(const Args *args); /* "hosted" of "hosted add" */

/* "bsnctl chain create": as much of the command as was recognised. */
char *args_command(const Args *args);

/* The i-th operand from 0; NULL when there is none. */
const char *args_operand(const Args *args, guint i);
guint args_operand_count(const Args *args);

/* --help and --version of the tool itself; a verb may have its own --version.
 */
gboolean args_wants_help(const Args *args);
gboolean args_wants_version(const Args *args);

/* Naming an option that the command does not have is a programmer's error. */
gboolean args_flag(const Args *args, const char *option);
const char *args_option(const Args *args, const char *option); /* the last */
/* All values in order; const char *, borrowed. */
GPtrArray *args_option_all(const Args *args, const char *option);
/* A decimal number from min to max, `otherwise` when the option is absent. */
gboolean args_number(const Args *args, const char *option, guint64 otherwise,
		     guint64 min, guint64 max, guint64 *out, GError **error);
/* One of `words` (ended by NULL), the first when the option is absent; NULL
 * with an error otherwise. */
const char *args_choice(const Args *args, const char *option,
			const char *const *words, GError **error);

#endif
