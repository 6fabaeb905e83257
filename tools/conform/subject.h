/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/subject.h: the plugin under judgement, as far as it is known
 * without running any of it, and what it claims.
 */
#ifndef TOOLS_CONFORM_SUBJECT_H
#define TOOLS_CONFORM_SUBJECT_H

#include <bsn/plugin.h>
#include <glib.h>

/* Bytes of a plugin's file, and of its workload. */
#define SUBJECT_MAX (256u << 20)

typedef struct {
	char *row;
	gboolean offered;
	char *detail; /* JSON object text, or NULL */
} Claim;

typedef struct {
	char *path;   /* as given */
	char *file;   /* base name */
	GBytes *bytes; /* of the file */
	char *digest; /* "sm3:hex" */
	bsn_note_desc note;
	char *workload_path;   /* NULL: there is none */
	char *workload_digest; /* "sm3:hex", or NULL */
	/* What the plugin says, once it was asked; see discover.h. */
	char *name, *vendor, *licence, *framework; /* NULL: not said */
	guint32 flags;     /* of its bsn_plugin */
	GPtrArray *claims; /* Claim */
	GPtrArray *offers; /* char *: "hash sm3", "consensus pbft" */
} Subject;

/* Reads a plugin's file and note. `workload` may be NULL: the file beside the
 * plugin, engine-acme.workload.json, when there is one. NULL and one line in
 * *message (g_free it) when it is nothing that could be loaded. */
Subject *subject_new(const char *path, const char *workload, char **message);
/* subject_free(NULL) does nothing. */
void subject_free(Subject *subject);

/* The claim about a row, or NULL. */
const Claim *subject_claim(const Subject *subject, const char *row);
gboolean subject_offers(const Subject *subject, const char *row);

#endif
