/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/options.h: what a run is made from.
 */
#ifndef TOOLS_CONFORM_OPTIONS_H
#define TOOLS_CONFORM_OPTIONS_H

#include <glib.h>

typedef enum {
	CONFORM_RUN,
	CONFORM_LIST,
	CONFORM_VERIFY,
	CONFORM_HELP,
	CONFORM_VERSION,
	CONFORM_USAGE
} ConformCommand;

typedef enum { FORMAT_TREE, FORMAT_TAP, FORMAT_NONE } ConformFormat;

typedef struct {
	char *plugin;     /* the file to judge; verify: the report */
	char *workload;   /* file; NULL: the one beside the plugin */
	char *plugin_dir; /* crypto, consensus and runtime plugins */
	char **with;      /* further plugins; NULL-ended, may be NULL */
	char **only;      /* ids and patterns; NULL-ended; NULL: all */
	char **except;
	char *profile;    /* "all", "table1", "table2", "bridge" */
	gint level;       /* the highest that is judged */
	gboolean quick;
	gboolean soak;
	gboolean in_process;
	guint64 seed;
	guint64 seeds;     /* of each check with the simulator; 0: by default */
	guint jobs;
	guint timeout_ms;  /* of a check */
	ConformFormat format;
	int colour;        /* 1, 0, -1: as the terminal is */
	gboolean verbose;  /* evidence of checks that passed, too */
	char *json, *junit, *html; /* files to write, or NULL; "-": output */
	char *sign;        /* PEM file with the signer's SM2 key */
	char *certificate; /* file to write */
	char *key;         /* verify: PEM file with the public key */
} ConformOptions;

/* Takes argv apart; CONFORM_USAGE with a sentence in *message, g_free it. */
ConformCommand conform_options_parse(ConformOptions *options, int argc,
				     char **argv, char **message);
void conform_options_clear(ConformOptions *options);
/* The one command that runs this check again, alone. */
char *conform_options_replay(const ConformOptions *options, const char *id);
/* Whether a check of this id is to be run. */
gboolean conform_options_want(const ConformOptions *options, const char *id);
char *conform_options_help(void);

#endif
