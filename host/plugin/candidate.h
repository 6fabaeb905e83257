/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/candidate.h: a plugin file between being found and being loaded.
 * Internal to the registry.
 */
#ifndef HOST_PLUGIN_CANDIDATE_H
#define HOST_PLUGIN_CANDIDATE_H

#include "host/plugin/registry.h"
#include "host/plugin/scan.h"

/* A file on its way; the public part first, since pointers to it go out. */
typedef struct {
	PluginFile file;
	bsn_note_desc note;
	ScanJob job;
	int acceptable; /* its scan found it good */
	int scanned;    /* in this run: the verdict is not from the cache */
} Candidate;

/* All *.so of the directories, a list ended by NULL that may be NULL itself, in
 * order of path; candidates, which are PluginFile as well. */
GPtrArray *candidates_find(const char *const *directories);

/* A copy of the text, or of "" for NULL, instead of what a member held. */
void candidate_set(char **member, const char *text);
/* Takes what is in the refusal. */
void candidate_refuse(Candidate *candidate, Refusal *refusal);

#endif
